"""How well the vault is protected, in one line; and what to do about it."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from privatus.core.backup import DestinationStatus, Health
from ui.backups import words
from ui.i18n import _, match, moment
from ui.jobs import problem_text

# Made by hand: after so long somebody has forgotten it.
_FORGOTTEN = timedelta(days=30)
# A place that is not there, or is late, is more than a nuisance after so long.
_LONG = timedelta(days=7)
# After so long nobody knows any more whether a restore would work.
_UNPROVEN = timedelta(days=90)


class Level(enum.IntEnum):
    """How much there is to worry about, the worst last."""

    NONE = 0  # no backups are wanted
    GOOD = 1
    WARN = 2
    BAD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What there is to know of all destinations together."""

    level: Level
    line: str
    proof: str
    is_proven: bool
    # What is wrong and what to do, for a banner; "" while there is nothing to do.
    advice: str = ""
    # Where it is wrong.
    destination_id: int | None = None


def tell(statuses: Sequence[DestinationStatus], now: datetime) -> Truth:
    """Return the truth about *statuses*."""
    worst = max(statuses, key=lambda each: level(each, now), default=None)
    found = Level.NONE if worst is None else level(worst, now)
    advice = "" if worst is None or found < Level.WARN else _advice(worst, now)
    proven_at_ms = max((s.last_proven_at_ms or 0 for s in statuses), default=0) or None
    proven = moment(proven_at_ms)
    return Truth(
        level=found,
        line=_line(statuses, now),
        proof=_("Last proven restore: {time}").format(time=words.at(proven_at_ms, now)),
        is_proven=proven is not None and now - proven < _UNPROVEN,
        advice=advice,
        destination_id=None if worst is None or not advice else worst.destination.id,
    )


def level(status: DestinationStatus, now: datetime) -> Level:
    """Return how much there is to worry about one destination."""
    made = moment(status.last_backup_at_ms)
    age = timedelta.max if made is None else now - made
    match status.health:
        case Health.GOOD:
            return Level.GOOD
        case Health.FAILING:
            return Level.BAD
        case Health.OVERDUE:
            return Level.BAD if age > _LONG else Level.WARN
        case Health.AWAY:
            return Level.WARN if age > _LONG else Level.GOOD
        case Health.MANUAL:
            return Level.WARN if age > _FORGOTTEN else Level.GOOD
        case _:
            return Level.WARN


def _line(statuses: Sequence[DestinationStatus], now: datetime) -> str:
    if not statuses:
        return _("Nothing is backed up yet. If this disk fails, your chats are gone.")
    newest = max(statuses, key=lambda each: each.last_backup_at_ms or 0)
    if newest.last_backup_at_ms is None:
        return _("There is no backup yet")
    time = words.at(newest.last_backup_at_ms, now)
    if newest.is_last_verified:
        return _("Last good backup: {time}, verified").format(time=time)
    if newest.is_damaged:
        return _("Last backup: {time}; damage was found where it lies").format(time=time)
    return _("Last good backup: {time}, not verified yet").format(time=time)


def _advice(status: DestinationStatus, now: datetime) -> str:
    name = status.destination.name
    if status.health is Health.NEW:
        return _("No backup was made to “{name}” yet. Make the first one now.").format(name=name)
    made = status.last_backup_at_ms
    last = _("none yet") if made is None else words.ago(made, now)
    if status.is_damaged:
        told = _("What is kept in “{name}” is damaged:").format(name=name)
        return f"{told} {match('error', status.problem)}."
    if status.health is Health.FAILING:
        told = _("Backups to “{name}” do not work; the last good one: {time}.")
        return f"{told.format(name=name, time=last)} {problem_text(status.problem)}".strip()
    if status.health is Health.AWAY:
        told = _("“{name}” was not there for long; the last backup: {time}. Plug the disk in.")
    elif status.health is Health.MANUAL:
        told = _("The last backup to “{name}” is old: {time}. Make one now.")
    else:
        told = _("The backup to “{name}” is overdue; the last one: {time}. Make one now.")
    return told.format(name=name, time=last)
