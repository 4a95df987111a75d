"""Words that a misspelt one may have meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.search.typos import candidate_ranges, suggest

# fmt: off
_VOCABULARY = sorted([
    "ration", "rotate", "rotation", "rotations", "notation", "vault", "vaults", "default", "key",
    "keys", "hte", "the", "privacy", "private", "шифр", "шифры", "елка", "\ue000sclaude",
])
# fmt: on


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("rotaiton", ["rotation", "notation", "rotations"]),
        ("rottation", ["rotation", "notation", "rotations"]),
        ("vualt", ["vault"]),
        ("valt", ["vault"]),
        ("vaultt", ["vaults", "vault"]),
        ("шифп", ["шифр"]),
        ("rotation", ["notation", "rotations", "ration"]),
        ("keg", []),
        ("xxxxxxx", []),
    ],
)
def test_near_words_are_suggested_the_nearest_first(word: str, expected: list[str]) -> None:
    found = suggest(word, _VOCABULARY)

    assert sorted(found) == sorted(expected)
    assert found[:1] == expected[:1]


def test_equally_near_words_keep_the_order_in_which_they_came() -> None:
    assert suggest("bank", ["tank", "band", "rank"]) == ["tank", "band", "rank"]
    assert suggest("bank", ["rank", "tank", "band"]) == ["rank", "tank", "band"]


def test_of_words_equally_far_away_the_one_of_the_same_length_comes_first() -> None:
    assert suggest("vaulx", ["vaul", "vault"]) == ["vault", "vaul"]


def _scanned(word: str) -> list[str]:
    ranges = candidate_ranges(word)
    return [term for term in _VOCABULARY if any(low <= term < high for low, high in ranges)]


def test_the_ranges_hold_the_words_with_the_same_beginning() -> None:
    assert _scanned("rotaiton") == ["ration", "rotate", "rotation", "rotations"]
    assert _scanned("avult") == ["vault", "vaults"]
    assert _scanned("шифп") == ["шифр", "шифры"]
    assert _scanned("key") == []


@given(word=st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=12))
def test_ranges_can_be_asked_for_and_begin_before_they_end(word: str) -> None:
    ranges = candidate_ranges(word)

    assert 1 <= len(ranges) <= 2
    for low, high in ranges:
        assert low.encode() <= high.encode()
    assert ranges[0][0] <= word
    assert word < ranges[0][1] or word[0] == "\U0010ffff"
