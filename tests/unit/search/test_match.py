"""MATCH expressions, and what a real FTS5 table finds with them."""

from __future__ import annotations

import pytest

from privatus.search.match import facet, match_expression
from privatus.search.query import parse
from support.fts import Corpus, Document

NOW_MS = 1_763_800_000_000


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus(
        [
            Document(title="Key rotation policy"),
            Document(body="Rotate the key every ninety days", model="gpt-4o", has=("code",)),
            Document(body="The keys were lost", role="assistant", source="grok", model="gpt-4.1"),
            Document(body="A lock", aside="thinking of a key", role="assistant", has=("thinking",)),
            Document(body="see the file", files="key-rotation.pdf", model="gpt-4o-2024-08-06"),
            Document(body="Müller wohnt in 東京都 nahe dem 京都 Tor"),
        ]
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("key", [1, 2, 4, 5]),
        ("KEY rotation", [1, 5]),
        ('"key rotation"', [1, 5]),
        ('"rotation key"', []),
        ("key*", [1, 2, 3, 4, 5]),
        ('"the key"*', [2, 3]),
        ("key -rotation", [2, 4]),
        ("lock OR lost", [3, 4]),
        ("key (ninety OR thinking)", [2, 4]),
        ("key -(ninety OR thinking)", [1, 5]),
        ("NEAR(rotate days, 3)", []),
        ("NEAR(rotate days, 4)", [2]),
        ("NEAR(days rotate, 4)", [2]),
        ("in:title key", [1]),
        ("in:thinking key", [4]),
        ("in:files key", [5]),
        ("-in:files -in:title key", [2, 4]),
        ("(in:title key) OR lost", [1, 3]),
        ("key source:claude", [1, 2, 4, 5]),
        ("source:grok", [3]),
        ("-source:grok role:assistant", [4]),
        ("key role:assistant", [4]),
        ("has:code", [2]),
        ("key -has:code", [1, 4, 5]),
        ("model:gpt-4o", [2]),
        ("model:GPT4O", [2]),
        ("model:gpt-4*", [2, 3, 5]),
        ("model:gpt-4o model:gpt-4.1", [2, 3]),
        ("muller", [6]),
        ("京", [6]),
        ("都", [6]),
        ("東京", [6]),
        ("京都", [6]),
        ('"東京都 nahe"', [6]),
        ('"京都 nahe"', [6]),
        ('"東京 nahe"', []),
        ("-key tag:work", [3, 6]),
    ],
)
def test_searches_find_what_they_say(corpus: Corpus, typed: str, found: list[int]) -> None:
    assert corpus.found(parse(typed, NOW_MS)) == found


def test_a_search_for_nothing_is_no_expression() -> None:
    assert match_expression(parse("", NOW_MS)) == ""
    assert match_expression(parse("tag:work since:2025", NOW_MS)) == ""


def test_columns_are_named_only_where_the_search_names_them() -> None:
    assert match_expression(parse("key -lock", NOW_MS)) == '"key" NOT ("lock")'
    assert match_expression(parse("in:title key source:a", NOW_MS)) == (
        '{title} : "key" AND "\ue000sa"'
    )


@pytest.mark.parametrize(
    "typed",
    ["title : x", "^first", "a + b", "{title} : a", "a NEAR/3 b", "x\0y", "' OR '", "a;--", "a\\"],
)
def test_fts5_syntax_in_a_search_is_only_words(corpus: Corpus, typed: str) -> None:
    query = parse(typed, NOW_MS)

    assert corpus.found(query) == corpus.expected(query)


def test_a_facet_is_one_token_that_no_text_holds() -> None:
    assert facet("source", "Claude") == "\ue000sclaude"
    assert facet("role", "user") == "\ue000ruser"
    assert facet("model", "GPT-4o mini") == facet("model", "gpt4omini") == "\ue000mgpt4omini"
    assert facet("has", "code") == "\ue000hcode"
    assert facet("source", "ｃｈａｔ東京") == "\ue000schat東京"


def test_a_word_in_a_text_that_looks_like_a_facet_is_none() -> None:
    table = Corpus([Document(body="\ue000sgrok \ue000rassistant", title="\ue000hcode")])

    for typed in ("source:grok", "role:assistant", "has:code"):
        assert table.found(parse(typed, NOW_MS)) == []
    assert table.found(parse("sgrok", NOW_MS)) == [1]
