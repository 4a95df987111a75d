"""The wording of a search: its filters as chips, and one more or one less of them."""

from __future__ import annotations

import random

import pytest

from privatus.search.query import parse
from privatus.search.wording import (
    is_narrowed,
    narrowed,
    opened,
    spoken_filters,
    with_names,
    without_filter,
    without_kind,
)
from support.searches import any_search

_NOW_MS = 1_750_000_000_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key", []),
        ("key source:claude -role:user", ["source:claude", "-role:user"]),
        ('project:"my garden" since:2025-03', ['project:"my garden"', "since:2025-03"]),
        ("source:claude OR key", ["source:claude"]),
        # What is half typed or misspelt is no filter yet.
        ("key source:", []),
        ("sorce:claude", []),
        ("since:never role:nobody", []),
        ("localhost:8080", []),
        # An open quote takes what follows it.
        ('source:claude "key role:user', ["source:claude"]),
    ],
)
def test_filters_that_are_understood(text: str, said: list[str]) -> None:
    assert [str(found) for found in spoken_filters(text)] == said


def test_a_filter_stands_where_it_was_typed() -> None:
    text = "key -source:claude  since:2025"

    assert [text[f.start : f.end] for f in spoken_filters(text)] == ["-source:claude", "since:2025"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("key source:claude lock", "key lock"),
        ("-source:claude key", "key"),
        ("source:claude", ""),
        ("key OR source:claude", "key"),
        ("(source:claude OR key) lock", "( key) lock"),
    ],
)
def test_taking_a_filter_out_leaves_a_search(text: str, rest: str) -> None:
    (only,) = spoken_filters(text)

    assert without_filter(text, only) == rest


@pytest.mark.parametrize(
    ("text", "name", "value", "expected"),
    [
        ("key", "source", "claude", "key source:claude"),
        ("key source:claude", "source", "claude", "key"),
        ("key source:claude", "source", "grok", "key source:claude source:grok"),
        ("key source:Claude", "source", "claude", "key"),
        ("key", "model", "gpt 4o", 'key model:"gpt 4o"'),
        ("key model:gpt-4o", "model", "GPT 4o", "key"),
        ("key", "month", "2025-03", "key since:2025-03 until:2025-03"),
        ("key since:2025-03 until:2025-03", "month", "2025-03", "key"),
        ("since:1y key", "month", "2025-03", "key since:2025-03 until:2025-03"),
        ('"key', "role", "user", '"key" role:user'),
        ("-source:claude", "source", "claude", "-source:claude source:claude"),
        ("", "source", "claude", "source:claude"),
    ],
)
def test_narrowing_and_narrowing_again(text: str, name: str, value: str, expected: str) -> None:
    assert narrowed(text, name, value) == expected


def test_it_is_known_what_a_search_is_narrowed_to() -> None:
    text = "key source:claude since:2025-03 until:2025-03"

    assert is_narrowed(text, "source", "Claude")
    assert is_narrowed(text, "month", "2025-03")
    assert not is_narrowed(text, "source", "grok")
    assert not is_narrowed("key since:2025-03", "month", "2025-03")


def test_one_kind_of_filter_goes_at_once() -> None:
    assert without_kind("source:claude key source:grok role:user", "source") == "key role:user"
    assert without_kind("key since:2025 until:7d", "month") == "key"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rot", "rot*"),
        ("key rot", "key rot*"),
        ("key rot ", "key rot "),
        ("r", "r"),
        ("rot*", "rot*"),
        ('"key rot"', '"key rot"'),
        ("key -rot", "key -rot"),
        ("source:cla", "source:cla"),
        ("key OR", "key OR"),
        ("c++", "c++"),
        ("", ""),
        ("x" * 1_999, "x" * 1_999 + "*"),
        ("x" * 2_000, "x" * 2_000),
    ],
)
def test_the_last_word_may_be_unfinished(text: str, expected: str) -> None:
    assert opened(text) == expected


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_typed_comes_out_as_a_search(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(40):
        text = any_search(chance)
        results = [narrowed(text, "source", "claude"), narrowed(text, "month", "2025-03")]
        results += [without_filter(text, found) for found in spoken_filters(text)]
        for result in results:
            parse(result, _NOW_MS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("key  tag:a -tag:b", "key  tag:longer -tag:b"),
        ("(tag:A key)", "(tag:longer key)"),
        ('"tag:a" x', '"tag:a" x'),
        ("since:3w NOT tag:a x", "since:3w -tag:longer x"),
        ("tag:a " + "x" * 1990, "tag:a " + "x" * 1990),
        ("", ""),
    ],
)
def test_tags_are_called_otherwise_and_the_rest_stays_as_typed(text: str, expected: str) -> None:
    longer = with_names(text, "tag", lambda name: "longer" if name.lower() == "a" else name)

    assert longer == expected
