"""Which backups stay, and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from privatus.backup.retention import decide
from privatus.core.backup import Backup, KeepReason, KeepRules
from support.backups import DAY_MS, HOUR_MS, at, backup

_NOW = at("2026-11-22 18:00")
_GOES = "no rule keeps it"


def _made(*times: str) -> list[Backup]:
    return [backup(number, at(time)) for number, time in enumerate(times, start=1)]


def _stay(
    backups: Sequence[Backup], rules: KeepRules, now_ms: int = _NOW, timezone: tzinfo = UTC
) -> list[int]:
    decided = decide(backups, rules, now_ms=now_ms, timezone=timezone)
    return [b.sequence for b, d in zip(backups, decided, strict=True) if d.stays]


def _reasons(
    backups: Sequence[Backup], rules: KeepRules, timezone: tzinfo = UTC
) -> list[tuple[str, ...]]:
    return [d.reasons for d in decide(backups, rules, now_ms=_NOW, timezone=timezone)]


def test_the_last_ones_stay() -> None:
    backups = _made("2026-11-20 10:00", "2026-11-20 11:00", "2026-11-21 10:00", "2026-11-22 10:00")

    assert _reasons(backups, KeepRules(last=2)) == [
        (_GOES,),
        (_GOES,),
        ("one of the last 2",),
        ("the newest", "one of the last 2"),
    ]


def test_of_each_period_the_newest_stays_and_it_is_said_of_which() -> None:
    backups = _made("2025-12-31 12:00", "2026-11-15 23:59", "2026-11-16 00:01", "2026-11-22 10:00")

    assert _reasons(backups, KeepRules(weekly=2, monthly=5, yearly=3)) == [
        ("the newest of the month 2025-12", "the newest of the year 2025"),
        # A Sunday, and the Monday after it.
        ("the newest of the week 2026-W46",),
        (_GOES,),
        (
            "the newest",
            "the newest of the week 2026-W47",
            "the newest of the month 2026-11",
            "the newest of the year 2026",
        ),
    ]


def test_a_week_at_the_turn_of_the_year_is_one_week() -> None:
    backups = _made("2025-12-29 12:00", "2026-01-04 12:00")

    assert _reasons(backups, KeepRules(weekly=5)) == [
        (_GOES,),
        ("the newest", "the newest of the week 2026-W01"),
    ]


def test_only_periods_with_backups_count() -> None:
    backups = _made("2024-02-01 10:00", "2025-07-01 10:00", "2026-11-20 10:00", "2026-11-20 12:00")

    assert _stay(backups, KeepRules(daily=3)) == [1, 2, 4]
    assert _stay(backups, KeepRules(hourly=2)) == [3, 4]


def test_days_are_those_of_the_calendar_where_the_person_is() -> None:
    # Half past eleven in the evening and half past midnight, in Berlin.
    backups = _made("2026-11-20 22:30", "2026-11-20 23:30")

    assert _stay(backups, KeepRules(daily=2), timezone=UTC) == [2]
    assert _stay(backups, KeepRules(daily=2), timezone=ZoneInfo("Europe/Berlin")) == [1, 2]


def test_the_hour_that_comes_twice_when_clocks_are_put_back_is_two_hours() -> None:
    backups = _made("2026-10-25 00:30", "2026-10-25 01:30")

    assert _reasons(backups, KeepRules(hourly=5), ZoneInfo("Europe/Berlin")) == [
        ("the newest of the hour 2026-10-25 02:00 +0200",),
        ("the newest", "the newest of the hour 2026-10-25 02:00 +0100"),
    ]


def test_the_last_days_are_counted_from_the_newest_backup() -> None:
    # A machine that was off for a year must not lose all but one.
    backups = _made("2025-11-01 10:00", "2025-11-19 10:00", "2025-11-20 10:00")

    assert _stay(backups, KeepRules(within_days=1)) == [2, 3]
    assert _reasons(backups, KeepRules(within_days=1))[1] == (
        "at most 1 day older than the newest",
    )


def test_what_is_pinned_stays() -> None:
    backups = _made("2020-01-01 10:00", "2026-11-20 10:00", "2026-11-21 10:00")
    backups[0] = replace(backups[0], is_pinned=True)

    assert _reasons(backups, KeepRules(last=1))[:2] == [("it is pinned",), (_GOES,)]


def test_the_newest_that_was_verified_stays_also_when_newer_ones_were_not() -> None:
    backups = _made("2026-11-01 10:00", "2026-11-02 10:00", "2026-11-21 10:00", "2026-11-22 10:00")
    backups[0] = replace(backups[0], verified_at_ms=_NOW)
    backups[1] = replace(backups[1], proven_at_ms=_NOW)

    assert _reasons(backups, KeepRules(last=1)) == [
        (_GOES,),
        ("the newest that was read back without a fault",),
        (_GOES,),
        ("the newest", "one of the last 1"),
    ]


def test_without_rules_nothing_goes() -> None:
    backups = _made("2020-01-01 10:00", "2026-11-20 10:00")

    assert _stay(backups, KeepRules()) == [1, 2]
    assert _reasons(backups, KeepRules())[0] == ("nothing is dropped without rules",)


def test_no_backups_need_no_decision() -> None:
    assert decide([], KeepRules(last=1), now_ms=_NOW) == ()


def test_backups_of_the_future_take_nobodys_place_and_stay_to_be_looked_at() -> None:
    good = _made("2026-11-20 10:00", "2026-11-21 10:00", "2026-11-22 10:00")
    garbage = [backup(4 + n, _NOW + (n + 1) * 400 * DAY_MS) for n in range(20)]

    rules = KeepRules(last=3, daily=3, weekly=3, monthly=3, yearly=3)

    assert _stay([*good, *garbage], rules) == list(range(1, 24))
    assert _stay([*good, *garbage], rules)[:3] == _stay(good, rules)
    [*_, last] = _reasons([*good, *garbage], rules)
    assert last == ("its time is in the future, so that no rule counts it; look at the clock",)


def test_a_clock_that_is_some_minutes_fast_is_nothing_to_speak_of() -> None:
    backups = [backup(1, _NOW - DAY_MS), backup(2, _NOW + HOUR_MS // 2)]

    assert _stay(backups, KeepRules(last=1)) == [2]


def test_of_two_machines_that_do_not_agree_on_the_minute_the_later_number_is_newer() -> None:
    backups = [backup(1, _NOW), backup(2, _NOW - 60_000)]

    assert _stay(backups, KeepRules(last=1)) == [2]


def test_a_backup_dated_before_those_that_came_earlier_takes_nobodys_place_and_stays() -> None:
    backups = _made("2026-11-20 10:00", "2026-11-21 10:00", "2025-01-01 10:00", "2026-11-22 10:00")

    assert _reasons(backups, KeepRules(last=1, yearly=2)) == [
        (_GOES,),
        # Without it the one with the wrong time would be trusted.
        ("the time of later backups is before its own",),
        ("its time is before that of earlier backups, so that no rule counts it",),
        ("the newest", "one of the last 1", "the newest of the year 2026"),
    ]


def test_a_time_that_cannot_be_is_trusted_by_no_rule() -> None:
    backups = [backup(1, -(10**18)), backup(2, _NOW - DAY_MS), backup(3, 10**18), backup(4, _NOW)]

    decided = decide(backups, KeepRules(yearly=9), now_ms=_NOW)

    assert [d.because[0][0] for d in decided] == [
        KeepReason.NO_TIME,
        KeepReason.NO_RULE_KEEPS_IT,
        KeepReason.IN_FUTURE,
        KeepReason.NEWEST,
    ]
