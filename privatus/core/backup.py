"""What backups are told about: destinations, schedules, what a backup holds, what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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
    next_at_ms: int | None  # None: no schedule; in the past: as soon as possible
    problem: str = ""  # one sentence, of the last attempt
    failing_since_ms: int | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDecision:
    """Whether a backup stays, and why."""

    backup_id: str
    stays: bool
    reasons: tuple[str, ...]


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
