"""What holds for every search, whatever a person types."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.errors import QueryError
from privatus.search.folding import flatten, fold, words
from privatus.search.query import Query, parse
from privatus.search.snippets import snippet
from support.fts import Corpus, Document
from support.searches import FILTERS, JOINTS, WORDS

NOW_MS = 1_763_800_000_000  # 2025-11-22

_spaces = st.sampled_from(["", " ", " ", " ", "  "])
_pieces = st.sampled_from([*WORDS, *WORDS, *FILTERS, *JOINTS, *JOINTS])
searches = st.lists(st.tuples(_pieces, _spaces), max_size=14).map(
    lambda pairs: "".join(piece + space for piece, space in pairs)
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        joined.map(" ".join),
        joined.map(lambda items: f"({' OR '.join(items)})"),
        joined.map(lambda items: f"({' '.join(items)})"),
        inner.map(lambda item: f"-{item}"),
        inner.map(lambda item: f"(in:title {item})"),
    )


_leaves = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).map(lambda word: f"{word}*"),
    st.sampled_from(["source:claude", "-source:grok", "role:user", "model:gpt*", "has:code"]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda w: f'"{" ".join(w)}"'),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS), st.integers(0, 4)).map(
        lambda near: f"NEAR({near[0]} {near[1]}, {near[2]})"
    ),
)
trees = st.recursive(_leaves, _grown, max_leaves=12)

_texts = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join) | st.lists(
    st.sampled_from([*"東京都タワー", "a", "é"]), max_size=6
).map("".join)
documents = st.builds(
    Document,
    title=_texts,
    body=_texts,
    aside=_texts,
    files=_texts,
    source=st.sampled_from(["claude", "grok"]),
    role=st.sampled_from(["user", "assistant"]),
    model=st.sampled_from(["", "gpt-4o", "gpt-5"]),
    has=st.sampled_from([(), ("code",)]),
)


def _nearest(text: str) -> Query:
    """Parse *text* or else the nearest search that is offered for it."""
    try:
        return parse(text, NOW_MS)
    except QueryError as error:
        return parse(error.nearest, NOW_MS)


@given(text=searches | trees | st.text())
@settings(max_examples=400)
def test_a_search_parses_or_is_answered_with_one_that_does(text: str) -> None:
    query = _nearest(text)

    assert parse(str(query), NOW_MS) == query


@given(text=searches | trees | st.text(max_size=30), corpus=st.lists(documents, max_size=6))
@settings(max_examples=400)
def test_fts5_finds_what_looking_through_every_document_finds(
    text: str, corpus: list[Document]
) -> None:
    query = _nearest(text)
    table = Corpus(corpus)

    assert table.found(query) == table.expected(query)


@given(text=st.text(), word=st.sampled_from(WORDS), corpus=st.lists(documents, max_size=4))
def test_no_text_can_claim_a_source(text: str, word: str, corpus: list[Document]) -> None:
    forged = [Document(body=f"{text} \ue000sgrok {word}", title="\ue000sgrok", source="claude")]
    table = Corpus([*forged, *corpus])

    assert 1 not in table.found(parse("source:grok", NOW_MS))


_scripts = st.text(st.sampled_from("東京都庁タワーひ대한민국ภาษไทย"), min_size=1, max_size=8)


@given(before=_scripts, wanted=_scripts, after=_scripts, latin=st.sampled_from(["", "x ", " 7"]))
def test_every_piece_of_a_text_without_spaces_is_found(
    before: str, wanted: str, after: str, latin: str
) -> None:
    table = Corpus([Document(body=latin + before + wanted + after), Document(body="other")])

    assert table.found(parse(f'"{wanted}"', NOW_MS)) == [1]


@given(text=_scripts, wanted=_scripts)
def test_nothing_is_found_in_a_text_without_spaces_but_its_pieces(text: str, wanted: str) -> None:
    found = Corpus([Document(body=text)]).found(parse(f'"{wanted}"', NOW_MS))

    assert bool(found) is (flatten(wanted) in flatten(text))


@given(text=st.text())
def test_folding_leaves_nothing_that_the_tokenizer_would_misread(text: str) -> None:
    folded = fold(text)

    assert not any("\ue000" <= character <= "\uf8ff" for character in folded)
    assert not any("\ud800" <= character <= "\udfff" for character in folded)
    assert "\0" not in folded
    assert all(word.encode() for word in words(text))


@given(text=st.text())
def test_folding_a_flat_text_again_changes_no_word(text: str) -> None:
    once = flatten(text)

    assert flatten(once).split() == once.split()


@given(text=st.text(max_size=400) | _texts, search=trees, max_chars=st.integers(10, 200))
def test_a_snippet_is_short_and_its_highlights_lie_in_it(
    text: str, search: str, max_chars: int
) -> None:
    found = snippet(text, _nearest(search), max_chars=max_chars)

    assert len(found.text) <= max_chars
    ends = [0, *(end for span in found.highlights for end in span), len(found.text)]
    assert ends == sorted(ends)
    assert all(start < end for start, end in found.highlights)


@given(corpus=st.lists(documents, min_size=1, max_size=3), word=st.sampled_from(WORDS))
def test_a_found_word_is_marked_in_its_snippet(corpus: list[Document], word: str) -> None:
    query = parse(f'"{word}"', NOW_MS)

    for number in Corpus([Document(body=document.body) for document in corpus]).found(query):
        assert snippet(corpus[number - 1].body, query).highlights


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("(", ")"), ("-(x ", ")"), ("(x OR (y ", "))"), ("((x OR y) -(z ", "))"), ("(y (x OR ", "))")],
)
def test_nesting_stays_within_what_fts5_parses(opening: str, closing: str) -> None:
    table = Corpus([Document(body="x y z")])

    for depth in range(1, 60):
        query = _nearest(f"x {opening * depth}x y{closing * depth}")

        assert table.found(query) == table.expected(query)


def test_a_search_may_have_as_many_words_as_fit() -> None:
    table = Corpus([Document(body="x y z")])

    for search in ("x " * 999, "x OR " * 399 + "y", "x" + " -q" * 660, "NEAR(x y) " * 190):
        assert table.found(parse(search, NOW_MS)) == [1]
