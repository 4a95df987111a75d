"""Numbers, columns and widths as a person reads them."""

from __future__ import annotations

import pytest

from privatus.cli.output import columns, counted, cut, size, table


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 messages"), (1, "1 message"), (2345, "2,345 messages")]
)
def test_a_count_says_one_or_many(number: int, text: str) -> None:
    assert counted(number, "message") == text


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (1500, "1.5 kB"),
        (2_000_000, "2.0 MB"),
        (12_345_000_000_000, "12,345.0 GB"),
    ],
)
def test_a_size_has_the_unit_that_fits(n_bytes: int, text: str) -> None:
    assert size(n_bytes) == text


def test_wide_characters_count_twice_and_combining_ones_not_at_all() -> None:
    assert columns("京都") == 4
    assert columns("cafe\u0301") == 4


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("short", 5, "short"),
        ("too long", 5, "too…"),
        ("京都大学", 5, "京都…"),
        ("anything", None, "anything"),
    ],
)
def test_a_text_is_cut_to_its_columns(text: str, width: int | None, shown: str) -> None:
    assert cut(text, width) == shown


def test_a_table_is_aligned_whatever_the_script() -> None:
    rows = [("京都", "1", "a"), ("x", "22", "b")]

    assert table(rows, right=(1,)) == ["京都   1  a", "x     22  b"]
