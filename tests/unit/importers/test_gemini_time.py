"""The dates of Google's activity pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from privatus.importers.gemini_time import date_ms, looks_like_date


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Jan 2, 2026, 3:04:05\u202fPM CST", "2026-01-02T21:04:05"),
        ("Jan 2, 2026, 12:04:05 AM UTC", "2026-01-02T00:04:05"),
        ("Jan 4, 2025, 3:04:05 PM GMT+05:30", "2025-01-04T09:34:05"),
        # Summer time's name in winter: the offset is applied as it stands.
        ("Jan 2, 2026, 3:04:05 PM CDT", "2026-01-02T20:04:05"),
        ("18 Sept 2025, 12:01:52 CET", "2025-09-18T11:01:52"),
        ("2.1.2026, 15:04:05 MEZ", "2026-01-02T14:04:05"),
        ("14.01.2026, 5:04:05 MESZ", "2026-01-14T03:04:05"),
        ("2 janv. 2026, 15:04:05 GMT-3", "2026-01-02T18:04:05"),
        ("2 de jan. de 2026, 15:04:05 BRT", "2026-01-02T18:04:05"),
        ("2 ene 2026, 3:04:05 p. m. COT", "2026-01-02T20:04:05"),
        ("2026/01/02 15:04:05 JST", "2026-01-02T06:04:05"),
        ("2026年1月2日 GMT+8 15:04:05", "2026-01-02T07:04:05"),
        ("2026年1月2日 15:04:05 CST", "2026-01-02T07:04:05"),
        ("2026. 1. 2. 오후 3:04:05 KST", "2026-01-02T06:04:05"),
        ("2.1.2026 klo 15.04.05 EET", "2026-01-02T13:04:05"),
        ("2026-01-02 15:04:05 CET", "2026-01-02T14:04:05"),
        # June in Croatian, July in Polish.
        ("2. lip 2026. 15:04:05 CET", "2026-06-02T14:04:05"),
        ("2 lip 2026, 15:04:05 CET", "2026-07-02T14:04:05"),
        ("Jan 2, 2026, 3:04:05 PM", "2026-01-02T15:04:05"),
    ],
)
def test_dates_of_many_languages_are_read(written: str, meant: str) -> None:
    expected = datetime.fromisoformat(meant).replace(tzinfo=UTC)

    assert looks_like_date(written)
    assert date_ms(written) == int(expected.timestamp()) * 1000


@pytest.mark.parametrize(
    "written",
    [
        "Jan 2, 2026, 3:04:05 PM XYZ",  # a zone that we do not know
        "1/2/2026, 3:04:05 PM PST",  # day and month, or month and day
        "99.99.2026, 15:04:05 MEZ",
        "Jan 2, 2026, 13:04:05 PM CST",
        "2.1.2569, 15:04:05 ICT",  # a year of another calendar
        "2. Foo 2026, 15:04:05 MEZ",
    ],
)
def test_a_date_that_is_not_certain_is_none(written: str) -> None:
    assert looks_like_date(written)
    assert date_ms(written) is None


@pytest.mark.parametrize(
    "text",
    ["", "not a time", "Jan 2, 2026", "at 15:04:05 we left", "x" * 100 + " 2026 15:04:05"],
)
def test_other_lines_are_no_dates(text: str) -> None:
    assert not looks_like_date(text)
