"""Values of the wrong type, and times in all their spellings."""

from __future__ import annotations

from typing import Any

import pytest

from privatus.importers import values

_MOMENT_MS = 1_767_323_045_000  # 2026-01-02 03:04:05 UTC


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("é\x00", "é\x00"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("\ud83d\ude00", "😀"),
        (None, ""),
        (3, "3"),
        (2.5, "2.5"),
        (True, ""),
        (["a"], ""),
        ({"a": 1}, ""),
    ],
)
def test_text_is_a_string_that_can_be_stored(value: Any, text: str) -> None:
    assert values.text(value) == text
    assert text.encode().decode() == text


def test_optional_text_is_none_where_there_is_none() -> None:
    assert values.optional_text("a") == "a"
    assert [values.optional_text(value) for value in ("", None, 3, ["a"])] == [None] * 4


def test_mappings_and_sequences_are_never_something_else() -> None:
    assert values.mapping({"a": 1}) == {"a": 1}
    assert values.sequence([1]) == [1]
    for value in (None, "text", 3, [1]):
        assert values.mapping(value) == {}
    for value in (None, "text", 3, {"a": 1}):
        assert values.sequence(value) == []


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        (3.9, 3),
        ("12", 12),
        ("twelve", None),
        ("9" * 30, None),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (2**63, None),
        (-(2**63) - 1, None),
        (str(2**63), None),
        (1e300, None),
        (float("inf"), None),
        (True, None),
        (None, None),
    ],
)
def test_whole_numbers(value: Any, number: int | None) -> None:
    assert values.whole(value) == number


def test_a_size_is_not_negative() -> None:
    sizes = [values.size_bytes(value) for value in (0, "12", 2**63 - 1, -1, "-1", 2**63, None)]

    assert sizes == [0, 12, 2**63 - 1, None, None, None, None]


@pytest.mark.parametrize(
    "value",
    [
        1_767_323_045,
        1_767_323_045.0,
        "1767323045",
        "1.767323045e9",
        1_767_323_045_000,
        1_767_323_045_000_000,
        1_767_323_045_000_000_000,
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.000000+00:00",
        "2026-01-02 03:04:05",
        "2026-01-02T05:04:05+02:00",
        {"$date": {"$numberLong": "1767323045000"}},
        {"$date": "2026-01-02T03:04:05Z"},
    ],
)
def test_a_time_is_the_same_in_every_spelling(value: Any) -> None:
    assert values.time_ms(value) == _MOMENT_MS


def test_a_time_keeps_its_milliseconds() -> None:
    assert values.time_ms(1_767_323_045.1236) == _MOMENT_MS + 124
    assert values.time_ms("2026-01-02T03:04:05.123999Z") == _MOMENT_MS + 123


@pytest.mark.parametrize(
    "value",
    [
        None,
        0,
        0.0,
        "",
        "0",
        -5,
        "-5",
        "soon",
        float("nan"),
        float("inf"),
        1e30,
        10**40,
        True,
        [1_767_323_045],
        {},
        {"$date": None},
        "1969-12-31T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9" * 100,
    ],
)
def test_what_is_no_time_is_unknown(value: Any) -> None:
    assert values.time_ms(value) is None


def test_the_rest_is_what_is_not_known_and_says_something() -> None:
    record = {"known": 1, "a": None, "b": "", "c": [], "d": {}, "e": 0, "f": False, "g": [0]}

    assert values.rest(record, "known") == {"e": 0, "f": False, "g": [0]}


def test_a_made_up_id_is_stable_and_tells_its_parts_apart() -> None:
    assert values.stable_id("ab", "c") == values.stable_id("ab", "c")
    assert values.stable_id("ab", "c") != values.stable_id("a", "bc")
    assert values.stable_id("half \ud83d").startswith("sha256:")
    # Stored in vaults: it must never change.
    assert values.stable_id("chatgpt", "1", "é") == "sha256:6176b7894fa67301feb218e65789d682"
