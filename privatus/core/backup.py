"""What backups are told about: destinations, schedules, what a backup holds, what proves it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from privatus.core.errors import UsageError


class BackupKind(Enum):
    """Whether a backup wrote everything anew, or only what the ones before it lack.

    Either is complete in itself: one can be deleted without harm to another.
    """

    FULL = "full"
    INCREMENTAL = "incremental"


class Frequency(Enum):
    """How often a backup is wanted."""

    NEVER = "never"
    HOURLY = "hourly"  # while the vault is open
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When backups are made by themselves."""

    frequency: Frequency = Frequency.NEVER
    # A backup that writes everything anew after so many days; None: only the first does.
    full_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRules:
    """Which backups stay: the newest so many, and the newest of each of so many hours, days."""

    last: int = 0
    hourly: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0
    within_days: int = 0

    @property
    def keeps_all(self) -> bool:
        """Say whether no rule was made: then nothing is ever dropped."""
        return self == KeepRules()

    @classmethod
    def parse(cls, text: str) -> KeepRules:
        """Read rules as a person types them: `last=3 daily=7 within=30`; `all` for none.

        Raises:
            UsageError: a rule is unknown, or said twice, or its number makes no sense.
        """
        found: dict[str, int] = {}
        words = text.replace(",", " ").casefold().split()
        for word in [] if words == ["all"] else words:
            name, _, number = word.partition("=")
            if name not in _RULE_NAMES or _RULE_NAMES[name] in found:
                raise UsageError(
                    "rules for backups are last, hourly, daily, weekly, monthly, yearly and within,"
                    " each once and with a number, as in `last=3 daily=7 within=30`"
                )
            if not _NUMBER.fullmatch(number) or int(number) > MOST_KEPT:
                raise UsageError(
                    f"the rule {name} needs a number up to {MOST_KEPT:,}, as in {name}=7"
                )
            found[_RULE_NAMES[name]] = int(number)
        return cls(**found)

    @property
    def words(self) -> str:
        """Return what stays, in English, as the end of a sentence."""
        if self.keeps_all:
            return "all backups"
        periods = [
            f"{n:,} {noun}{'s' if n > 1 else ''}"
            for noun, n in zip(
                ("hour", "day", "week", "month", "year"),
                (self.hourly, self.daily, self.weekly, self.monthly, self.yearly),
                strict=True,
            )
            if n
        ]
        parts = [f"the last {self.last:,}"] if self.last else []
        if periods:
            parts.append(f"the newest of each of {_listed(periods)}")
        if self.within_days:
            days = (
                "the last day" if self.within_days == 1 else f"the last {self.within_days:,} days"
            )
            parts.append(f"all of {days} before the newest")
        return "; ".join(parts)


# How a person calls the rules, in the order in which they are said.
_RULE_NAMES = {
    **{name: name for name in ("last", "hourly", "daily", "weekly", "monthly", "yearly")},
    "within": "within_days",
}
# More of anything is a mistake, and would overflow dates.
MOST_KEPT = 100_000
_NUMBER = re.compile("[0-9]{1,6}")


def _listed(words: list[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupDestination:
    """A place that backups go to."""

    id: int
    name: str
    location: str  # a folder, or an address of a store; no secret
    schedule: Schedule
    keep: KeepRules
    # Names of the options that are set (keys, passwords of the store); never their values.
    option_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableContents:
    """What a backup holds of one table."""

    name: str
    rows: int
    data_bytes: int
    checksum: bytes  # 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup, as its manifest tells."""

    id: str  # 32 hexadecimal digits
    sequence: int
    made_at_ms: int
    kind: BackupKind
    total_bytes: int  # of all that it holds
    new_bytes: int  # that it has written
    files: int  # attachments and archives
    duration_ms: int
    host: str
    app: str
    schema: int
    tables: tuple[TableContents, ...] = ()
    is_pinned: bool = False
    # When all of its data was last read back without a fault, and when it was last restored.
    verified_at_ms: int | None = None
    proven_at_ms: int | None = None
    # A check has found it damaged since.
    is_damaged: bool = False


class _Examined(Protocol):
    @property
    def verified_at_ms(self) -> int | None: ...
    @property
    def proven_at_ms(self) -> int | None: ...


def was_read(backup: _Examined) -> bool:
    """Say whether all data of a backup was read and found whole, by a check or by a restore."""
    return backup.verified_at_ms is not None or backup.proven_at_ms is not None


class Health(Enum):
    """How a destination is."""

    NEW = "new"  # no backup was made yet
    GOOD = "good"
    OVERDUE = "overdue"
    FAILING = "failing"  # the last attempt did not work, for a reason that stays
    AWAY = "away"  # its disk or host is not there: not yet a reason to worry
    MANUAL = "manual"  # has backups, and no schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationStatus:
    """What there is to know of a destination without asking it."""

    destination: BackupDestination
    health: Health
    backups: int
    last_backup_at_ms: int | None
    last_verified_at_ms: int | None
    last_proven_at_ms: int | None
    is_last_verified: bool  # all data of the last backup was read back, or restored as a proof
    next_at_ms: int | None  # None: no schedule; in the past: as soon as possible
    problem: str = ""  # one sentence, of the last attempt, or of damage
    is_damaged: bool = False  # what is wrong is damage that a check found in what is kept there
    failing_since_ms: int | None = None

    def is_due(self, now_ms: int) -> bool:
        """Say whether a backup is wanted now."""
        return self.next_at_ms is not None and self.next_at_ms <= now_ms


class VerifyDepth(Enum):
    """How much of a repository is read back."""

    LIST = "list"  # manifests, their chain and signatures
    STRUCTURE = "structure"  # also that every chunk lies in a pack of the right size
    PART = "part"  # also reads one part of the packs, the next one each time
    DATA = "data"  # also reads everything


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupProblem:
    """One thing that is wrong with a repository."""

    name: str  # of the object, as it is called there
    what: str  # one sentence
    backups: tuple[str, ...] = ()  # ids of those that it harms, where that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What a verification found."""

    depth: VerifyDepth
    at_ms: int
    duration_ms: int
    backups: int
    packs: int
    chunks: int
    read_bytes: int
    part: tuple[int, int] | None  # number of the part and of how many, from 1
    problems: tuple[BackupProblem, ...]
    # Packs that no index names, as a backup that was broken off leaves them; a prune clears them.
    unused: tuple[str, ...] = ()
    # Ids of the backups that were there: of one that was published meanwhile it says nothing.
    looked_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillReport:
    """What a restore drill found."""

    backup_id: str
    made_at_ms: int  # of the backup
    at_ms: int  # of the drill
    duration_ms: int  # from the password to a vault that opens
    restored_bytes: int
    tables: int
    rows: int
    problems: tuple[str, ...]


class KeepReason(Enum):
    """Why a backup stays or goes; `said` puts it in English."""

    NO_RULES = "nothing is dropped without rules"
    PINNED = "it is pinned"
    NEWEST = "the newest"
    NEWEST_VERIFIED = "the newest that was read back without a fault"
    LAST = "one of the last {}"
    HOUR = "the newest of the hour {}"
    DAY = "the newest of the day {}"
    WEEK = "the newest of the week {}"
    MONTH = "the newest of the month {}"
    YEAR = "the newest of the year {}"
    WITHIN = "at most {} days older than the newest"
    # These count for no rule, and nobody but a person drops them.
    IN_FUTURE = "its time is in the future, so that no rule counts it; look at the clock"
    OUT_OF_SEQUENCE = "its time is before that of earlier backups, so that no rule counts it"
    NO_TIME = "its time cannot be right, so that no rule counts it"
    WITNESS = "the time of later backups is before its own"
    NO_RULE_KEEPS_IT = "no rule keeps it"

    def said(self, of: str = "") -> str:
        """Return it in English; *of* is the number or the period that it is about."""
        said = self.value.format(of)
        return said.replace("days", "day") if of == "1" else said


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDecision:
    """Whether a backup stays, and why."""

    backup_id: str
    stays: bool
    reasons: tuple[str, ...]
    # The same for a window that speaks another language: each with what it is about.
    because: tuple[tuple[KeepReason, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneReport:
    """What was dropped, or would be."""

    decisions: tuple[KeepDecision, ...]
    dropped: int
    freed_bytes: int
    rewritten_bytes: int
    is_dry_run: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """What was restored."""

    backup_id: str
    made_at_ms: int
    restored_bytes: int
    files: int
    duration_ms: int
    kept_aside: str | None  # where the vault that was there lies now
