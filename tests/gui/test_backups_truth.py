"""What is told of all backups together, by their age and state; and the recovery plan."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from privatus.core.backup import (
    BackupDestination,
    DestinationStatus,
    DrillReport,
    Frequency,
    Health,
    KeepRules,
    Schedule,
)
from privatus.core.jobs import Job
from privatus.core.recovery import RecoveryPlace, RecoveryPlan
from support.backups import DAY_MS, HOUR_MS
from support.fake_backups import backup
from ui import i18n
from ui.backups import truth, words
from ui.backups.plan import plan_sheet
from ui.backups.sheet import Sheet
from ui.backups.truth import Level
from ui.chats.paper import document_of, save_pdf

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOW_MS = round(NOW.timestamp() * 1000)


def status(health: Health, age_ms: int | None, **said: Any) -> DestinationStatus:
    """Return how a destination is whose last backup is so old."""
    last = None if age_ms is None else NOW_MS - age_ms
    to = BackupDestination(
        id=1,
        name="USB disk",
        location="/media/ada/usb",
        schedule=Schedule(frequency=Frequency.DAILY, full_days=30),
        keep=KeepRules(last=3),
        option_names=("secret",),
    )
    known: dict[str, Any] = {
        "destination": to,
        "health": health,
        "backups": 0 if last is None else 3,
        "last_backup_at_ms": last,
        "last_verified_at_ms": None,
        "last_proven_at_ms": None,
        "is_last_verified": False,
        "next_at_ms": None,
    }
    return DestinationStatus(**(known | said))


@pytest.mark.parametrize(
    ("health", "age_ms", "level"),
    [
        (Health.GOOD, HOUR_MS, Level.GOOD),
        (Health.NEW, None, Level.WARN),
        (Health.OVERDUE, 3 * DAY_MS, Level.WARN),
        (Health.OVERDUE, 8 * DAY_MS, Level.BAD),
        (Health.FAILING, HOUR_MS, Level.BAD),
        (Health.AWAY, 3 * DAY_MS, Level.GOOD),
        (Health.AWAY, 8 * DAY_MS, Level.WARN),
        (Health.AWAY, None, Level.WARN),
        (Health.MANUAL, 3 * DAY_MS, Level.GOOD),
        (Health.MANUAL, 31 * DAY_MS, Level.WARN),
    ],
)
def test_age_decides_how_much_there_is_to_worry_about(
    health: Health, age_ms: int | None, level: Level
) -> None:
    found = truth.tell([status(health, age_ms)], NOW)

    assert found.level is level
    assert bool(found.advice) is (level > Level.GOOD)


_HARM = (
    "damage was found that harms 2 of the backups there;"
    " make a full backup, then verify all data again"
)


@pytest.mark.parametrize(
    ("language", "told", "state"),
    [
        ("en", "What is kept in “USB disk” is damaged: damage was found that harms 2", "Damaged"),
        ("de", "Was in „USB disk“ liegt, ist beschädigt: es wurden Schäden", "Beschädigt"),
    ],
)
def test_damage_that_a_check_found_is_told_as_that_and_not_as_a_backup_that_failed(
    language: str, told: str, state: str
) -> None:
    i18n.set_language(language)
    harmed = status(Health.FAILING, HOUR_MS, problem=_HARM, is_damaged=True)

    assert truth.tell([harmed], NOW).advice.startswith(told)
    assert words.health(harmed)[0] == state
    assert "good" not in truth.tell([harmed], NOW).line
    assert "gute" not in truth.tell([harmed], NOW).line
    failed = status(Health.FAILING, HOUR_MS, problem="the disk is full")
    assert "is damaged" not in truth.tell([failed], NOW).advice


def test_the_worst_of_all_places_is_what_is_told() -> None:
    found = truth.tell([status(Health.GOOD, HOUR_MS), status(Health.FAILING, DAY_MS)], NOW)

    assert found.level is Level.BAD
    assert "do not work" in found.advice
    assert "1 day ago" in found.advice


def test_no_place_at_all_is_told_without_a_banner() -> None:
    found = truth.tell([], NOW)

    assert found.level is Level.NONE
    assert found.advice == ""
    assert "your chats are gone" in found.line


def test_a_verification_counts_only_if_it_is_of_the_last_backup() -> None:
    older = status(Health.GOOD, HOUR_MS, last_verified_at_ms=NOW_MS, is_last_verified=False)
    newer = status(Health.GOOD, HOUR_MS, last_verified_at_ms=NOW_MS, is_last_verified=True)

    assert "not verified yet" in truth.tell([older], NOW).line
    assert truth.tell([newer], NOW).line.endswith(", verified")


def test_a_restore_that_was_proven_long_ago_proves_nothing() -> None:
    lately = status(Health.GOOD, HOUR_MS, last_proven_at_ms=NOW_MS - 80 * DAY_MS)
    long_ago = status(Health.GOOD, HOUR_MS, last_proven_at_ms=NOW_MS - 100 * DAY_MS)

    assert truth.tell([lately], NOW).is_proven
    assert not truth.tell([long_ago], NOW).is_proven


def test_what_went_wrong_is_said_in_the_language() -> None:
    i18n.set_language("de")
    problem = "/media/ada/usb is full; make room there, or choose another place"

    said = truth.tell([status(Health.FAILING, DAY_MS, problem=problem)], NOW).advice

    assert "/media/ada/usb ist voll; schaffe dort Platz oder wähle einen anderen Ort." in said

    problem = problem.replace("make room", "drop old backups and prune, make room")
    said = truth.tell([status(Health.FAILING, DAY_MS, problem=problem)], NOW).advice

    assert "/media/ada/usb ist voll; verwirf alte Sicherungen und räume auf, schaffe dort" in said


def test_rules_are_said_in_plain_words() -> None:
    assert words.keep_rules(KeepRules()) == "Keeps every backup"
    assert words.keep_rules(KeepRules(last=1, daily=7, yearly=2)) == (
        "Keeps the last one, one a day for 7 days, one a year for 2 years"
    )
    assert words.schedule(Schedule(frequency=Frequency.HOURLY, full_days=1)) == (
        "Every hour while the vault is open, a full one each day"
    )


def _drill(**said: Any) -> DrillReport:
    known: dict[str, Any] = {
        "backup_id": "1",
        "made_at_ms": NOW_MS - HOUR_MS,
        "at_ms": NOW_MS - HOUR_MS,
        "duration_ms": 20_000,
        "restored_bytes": 800_000_000,
        "tables": 30,
        "rows": 4000,
        "problems": (),
    }
    return DrillReport(**(known | said))


def _plan(*places: RecoveryPlace, vault: str = "Letters") -> RecoveryPlan:
    return RecoveryPlan(vault=f"/home/ada/{vault}", made_at_ms=NOW_MS, places=places)


def _place(of: DestinationStatus, **said: Any) -> RecoveryPlace:
    known: dict[str, Any] = {"newest": None, "drill": None, "longest_gap_ms": None}
    return RecoveryPlace(status=of, **(known | said))


def _text(sheet: Sheet) -> str:
    lines = [line for section in sheet.sections for line in section.lines]
    steps = [f"{n}. {s}" for section in sheet.sections for n, s in enumerate(section.steps, 1)]
    return "\n".join(lines + steps)


def test_the_plan_says_what_was_measured_and_how_to_go_the_way_back() -> None:
    good = status(Health.GOOD, 5 * HOUR_MS)
    place = _place(good, newest=backup(3, NOW_MS), drill=_drill(), longest_gap_ms=26 * HOUR_MS)

    said = _text(plan_sheet(_plan(place), NOW))

    assert "what was added since the last backup, 5 hours ago" in said
    assert "20 s for 800.0 MB (40.0 MB a second)" in said
    assert "between two backups of the last weeks: 26 hours" in said
    assert "To reach it you need: secret" in said
    assert "4. Name the place: /media/ada/usb" in said


def test_a_plan_without_a_drill_promises_no_time() -> None:
    said = _text(plan_sheet(_plan(_place(status(Health.NEW, None))), NOW))

    assert "Recovery time: never measured. Run a restore drill." in said
    assert "everything would be lost" in said


def test_the_plan_is_saved_as_pdf_for_its_owner_alone(tmp_path: Path, qapp: object) -> None:
    place = _place(status(Health.GOOD, HOUR_MS), newest=backup(1, NOW_MS))
    path = tmp_path / "plan.pdf"

    sheet = plan_sheet(_plan(place), NOW)
    save_pdf(sheet.markdown, sheet.title, path, Job())

    assert path.read_bytes().startswith(b"%PDF")
    assert path.stat().st_mode & 0o077 == 0


def test_no_sign_in_a_name_is_taken_for_the_look_of_the_sheet() -> None:
    sheet = plan_sheet(_plan(vault="1. _Ada_ *#* `x` <b> [y](z)"), NOW)

    assert "Vault: 1. _Ada_ *#* `x` <b> [y](z)" in document_of(sheet.markdown).toPlainText()
