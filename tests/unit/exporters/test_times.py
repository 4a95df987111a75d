"""Times as files hold them."""

from __future__ import annotations

from privatus.exporters.times import iso, iso_second, minute


def test_times_are_iso_8601_to_the_millisecond() -> None:
    assert iso(1_735_812_672_345) == "2025-01-02T10:11:12.345Z"
    assert iso(0) == "1970-01-01T00:00:00.000Z"
    assert iso(-1) == "1969-12-31T23:59:59.999Z"
    assert iso(-62_135_596_800_000) == "0001-01-01T00:00:00.000Z"
    assert iso(253_402_300_799_999) == "9999-12-31T23:59:59.999Z"
    assert iso_second(1_735_812_672_345) == "2025-01-02T10:11:12Z"


def test_years_that_iso_8601_does_not_hold_stay_milliseconds() -> None:
    assert iso(253_402_300_800_000) == 253_402_300_800_000
    assert iso(-62_135_596_800_001) == -62_135_596_800_001
    assert iso(2**63 - 1) == 2**63 - 1
    assert minute(2**63 - 1) == ""


def test_no_time_is_none() -> None:
    assert iso(None) is None
    assert minute(None) == ""


def test_people_read_minutes() -> None:
    assert minute(1_735_812_672_345) == "2025-01-02 10:11"
