"""Looks after the backups while a vault is open: makes those that are due, and tells how it stands.

Lives as long as the window. What fails is told by the state of its destination, on the page, the
rail and the banner; nobody is told the same thing anew each hour.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from privatus.core.backup import BackupKind, DestinationStatus
from privatus.core.jobs import Job
from ui.backups import truth, words
from ui.i18n import _, size
from ui.jobs import JobRow, JobState
from ui.tasks import Lane

if TYPE_CHECKING:
    from privatus.bootstrap import Vault
    from privatus.core.backup import Backup
    from ui.session import Session
    from ui.shell.shell import Shell

# The clock of a timer stands still in a sleep: at most so long after it, a missed one is made.
_TICK_MS = 60_000
# What a person asks for first comes first.
_DELAY_MS = 5_000
# A disk that is not there is looked for again after so long, and not each minute.
_AGAIN_MS = 10 * 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How much lies at a destination, when it was so many backups, the last from then."""

    state: tuple[int, int | None]
    newest_bytes: int
    written_bytes: int


_Found = tuple[tuple[DestinationStatus, ...], dict[int, Held]]


class Watch(QObject):
    """`changed` tells that a destination is not what it was, or that a backup began or ended."""

    changed = Signal()

    def __init__(self, shell: Shell, clock: Callable[[], float] = time.time) -> None:
        super().__init__(shell)
        self._shell, self._clock = shell, clock
        self._session: Session | None = None
        self._last_tried_ms: dict[int, int] = {}
        self._by_itself: JobRow | None = None
        self._due_ids: set[int] = set()
        # None until they were read.
        self.statuses: tuple[DestinationStatus, ...] | None = None
        self.error: BaseException | None = None
        # What lies at each destination.
        self.held: dict[int, Held] = {}
        # What a person started, by destination.
        self.rows: dict[int, JobRow] = {}
        self._told: object = None
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self.look)
        self._first = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._first.timeout.connect(self.look)
        shell.keeper.opened.connect(self._on_opened)
        shell.keeper.locking.connect(self._on_locking)

    @classmethod
    def of(cls, shell: Shell) -> Watch:
        """Return the one of the window."""
        found = shell.findChild(cls)
        return found if isinstance(found, cls) else cls(shell)

    @property
    def truth(self) -> truth.Truth | None:
        """Return how well the vault is protected; None while nobody has looked."""
        return None if self.statuses is None else truth.tell(self.statuses, words.now())

    def status(self, destination_id: int) -> DestinationStatus | None:
        """Return how one destination is."""
        found = (s for s in self.statuses or () if s.destination.id == destination_id)
        return next(found, None)

    def row(self, destination_id: int) -> JobRow | None:
        """Return the backup to a destination that is under way."""
        own = self.rows.get(destination_id)
        if own is not None and own.state is JobState.RUNNING:
            return own
        scheduled = self._by_itself
        if scheduled is None or scheduled.state is not JobState.RUNNING:
            return None
        # Of several that are made one after the other, nobody knows which it is now.
        return scheduled if self._due_ids == {destination_id} else None

    # What happens by itself.

    def _on_opened(self, session: Session) -> None:
        self._session = session
        session.changed.connect(self._on_changed)
        self._timer.start()
        self._first.start()
        self.read()

    def _on_locking(self, _why: str) -> None:
        # What runs is stopped by the session, and no backup is published half made.
        self._session = self._by_itself = self.statuses = self.error = self._told = None
        self.rows.clear()
        self.held.clear()
        self._last_tried_ms.clear()
        self._timer.stop()
        self._first.stop()

    def _on_changed(self, what: str) -> None:
        if what == "backups":
            self.read()

    def read(self) -> None:
        """Read how the destinations are."""
        self._read(self._on_read)

    def _read(self, then: Callable[[_Found], object]) -> None:
        session = self._session
        if session is not None:
            session.tasks.run(
                partial(_read, session.vault, dict(self.held), self._now_ms),
                owner=self,
                on_done=then,
                on_error=self._on_not_read,
            )

    def _on_read(self, found: _Found) -> None:
        (self.statuses, self.held), self.error = found, None
        self._tell()

    def _tell(self) -> None:
        """Tell who shows it, unless nothing has changed, as in most minutes."""
        told = (self.statuses, self.held, self.truth, self.error, self._running)
        if told != self._told:
            self._told = told
            self.changed.emit()

    def _on_not_read(self, error: BaseException) -> None:
        self.error = error
        self._tell()

    def look(self) -> None:
        """Read how the destinations are, and make the backups that are due."""
        if not self.is_busy:
            self._read(self._on_looked)

    @property
    def is_busy(self) -> bool:
        """Say whether a backup is being made."""
        return bool(self._running)

    @property
    def _running(self) -> list[JobRow]:
        rows = [*self.rows.values(), *([self._by_itself] if self._by_itself else [])]
        return [row for row in rows if row.state is JobState.RUNNING]

    @property
    def _now_ms(self) -> int:
        return round(self._clock() * 1000)

    def _on_looked(self, found: _Found) -> None:
        self._on_read(found)
        session, now_ms = self._session, self._now_ms
        due = [each.destination.id for each in found[0] if each.is_due(now_ms)]
        wanted = {
            each for each in due if abs(now_ms - self._last_tried_ms.get(each, 0)) >= _AGAIN_MS
        }
        if session is None or not wanted or self.is_busy:
            return
        self._due_ids = wanted
        self._last_tried_ms |= dict.fromkeys(wanted, now_ms)
        if self._by_itself is not None:
            self._shell.jobs.drop(self._by_itself)
        self._by_itself = self._shell.jobs.start(
            session.tasks,
            _("Backup on schedule"),
            partial(_run_due, session.vault),
            lane=Lane.BACKUP,
            on_done=self._on_ended,
            on_error=self._on_ended,
            is_quiet=True,
        )
        self._follow(self._by_itself)

    def _on_ended(self, _result: object) -> None:
        session = self._session
        if session is not None:
            session.tell_changed("backups")

    # What a person does.

    def back_up(self, destination_id: int, kind: BackupKind | None = None) -> None:
        """Make a backup now."""
        session = self._session
        if session is None or self.row(destination_id) is not None:
            return
        row = self.rows[destination_id] = self._shell.jobs.start(
            session.tasks,
            _("Backup"),
            partial(_back_up, session.vault, destination_id, kind),
            lane=Lane.BACKUP,
            on_done=self._on_ended,
            on_error=self._on_failed,
            remark=_told,
        )
        self._follow(row)

    def back_up_all(self) -> None:
        """Make a backup to every destination."""
        for status in self.statuses or ():
            self.back_up(status.destination.id)

    def _on_failed(self, error: BaseException) -> None:
        # Who started it is there to be told.
        self._shell.tell_error(error)
        self._on_ended(error)

    def _follow(self, row: JobRow) -> None:
        row.changed.connect(partial(self._on_row_changed, row))
        self._tell()

    def _on_row_changed(self, row: JobRow) -> None:
        if row.state is JobState.CANCELLED:
            self.read()


def _read(vault: Vault, known: dict[int, Held], now_ms: int, _job: Job) -> _Found:
    service = vault.backups
    statuses = tuple(service.status(now_ms))
    held: dict[int, Held] = {}
    for status in statuses:
        destination_id = status.destination.id
        former = known.get(destination_id)
        state = status.backups, status.last_backup_at_ms
        if former is None or former.state != state:
            # Their tables are read, too: not each minute.
            backups = service.backups(destination_id)
            former = Held(
                state=state,
                newest_bytes=backups[0].total_bytes if backups else 0,
                written_bytes=sum(backup.new_bytes for backup in backups),
            )
        held[destination_id] = former
    return statuses, held


def _run_due(vault: Vault, job: Job) -> None:
    vault.backups.run_due(job)


def _back_up(vault: Vault, destination_id: int, kind: BackupKind | None, job: Job) -> Backup:
    return vault.backups.run(destination_id, kind=kind, job=job)


def _told(made: Backup) -> str:
    return _("{new} new, {all} in all").format(new=size(made.new_bytes), all=size(made.total_bytes))
