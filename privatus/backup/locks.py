"""Who is at work in a repository: many who write and read, or one who prunes.

A lock is an object. Who wants one puts it, looks at all others, and takes it away again if one
stands against it: of two who come at the same moment both may give way, and never both go on. A
thread puts a new lock in place of the old one every few minutes, so that the lock of a program
that was killed grows old, and does not count any more.

A lock can be lost: the machine slept for an hour, or the destination was away, and somebody else
took it for a dead one's. Who is about to publish or to delete asks `check` first.

Where nothing can be deleted (append-only credentials) locks stay behind and grow old, so that a
prune with other credentials has to wait half an hour for them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from platform import node

from privatus.backup import layout, marks
from privatus.backup.destinations.port import (
    Destination,
    DestinationError,
    Entry,
    NotThereError,
    RefusedError,
)
from privatus.backup.layout import ObjectKind
from privatus.backup.marks import Lock, LockKind
from privatus.backup.repository import Repository
from privatus.core import clock
from privatus.core.errors import BusyError, JobCancelled, PrivatusError, TamperedError

__all__ = ["Held", "LockKind", "LostLockError", "held", "held_for_reading"]

_MINUTE_MS = 60 * 1000
HEARTBEAT_S = 5 * 60
# A lock that is so old is of a program that was killed.
STALE_MS = 30 * _MINUTE_MS
# Its holder stops earlier, as no two clocks go alike.
_UNSURE_MS = 20 * _MINUTE_MS
# One of a time so far to come is of a program that was killed while a clock was wrong; else nobody
# could back up until then.
_AHEAD_MS = 24 * 60 * _MINUTE_MS


# Of this program, held by nobody and not taken away: the disk was pulled out, or did not let itself
# be written any more. Nobody has to wait for them once it is back.
_left_behind: set[str] = set()


class LostLockError(BusyError):
    """Somebody else may have been at work meanwhile; nothing more was done."""


class Held:
    """A lock that is held; `check` says whether it still is."""

    def __init__(
        self, repository: Repository, kind: LockKind, now_ms: Callable[[], int], host: str
    ) -> None:
        self._repository = repository
        self._kind = kind
        self._now_ms = now_ms
        self._host = host
        self._begun_at_ms = self._renewed_at_ms = now_ms()
        self._changing = threading.Lock()
        self._is_lost = False
        # The lock that grew old while nobody renewed it, until it is sure that nobody took it.
        self._slept_over = ""
        self._name = self._put()

    def check(self) -> None:
        """Make sure that nobody has taken the lock for a dead one's.

        A shared one that was not renewed for long is good if it still lies there: whoever takes it
        for a dead one's removes it before anything else. It is renewed then.

        Raises:
            LostLockError: somebody has, or may have.
            BusyError: somebody has come meanwhile who stands against it.
            UnreachableError, DestinationError: the destination does not say.
        """
        with self._changing:
            is_old = self._now_ms() - self._renewed_at_ms > _UNSURE_MS
            self._is_lost |= is_old and self._kind is LockKind.EXCLUSIVE
            self._require_there(self._slept_over or self._name)
            if is_old and not self._slept_over:
                self._slept_over, self._name = self._name, self._put()
            if self._slept_over:
                self._make_sure()

    def _make_sure(self) -> None:
        """Find out whether somebody has come before the new lock was there, and may be gone."""
        try:
            self.require_no_other()
        except BusyError:
            self._is_lost = True
            raise
        self._require_there(self._slept_over)
        _delete(self._repository.destination, self._slept_over)
        self._slept_over = ""

    def _require_there(self, name: str) -> None:
        if not self._is_lost:
            try:
                self._repository.destination.get(name)
            except NotThereError:
                self._is_lost = True
        if self._is_lost:
            raise LostLockError(
                "another computer may have changed the backups at"
                f" {self._repository.destination.location} meanwhile; start again"
            )

    def remove(self, name: str) -> None:
        """Delete an object, if the lock is held still.

        Raises:
            LostLockError, BusyError, UnreachableError, DestinationError: as `check`.
        """
        self.check()
        self._repository.destination.delete(name)

    def renew(self) -> None:
        """Put a new lock in place of the old one, unless it is lost.

        Raises:
            LostLockError, UnreachableError, DestinationError: as `check`.
        """
        self.check()
        with self._changing:
            former, self._name = self._name, self._put()
        _delete(self._repository.destination, former)

    def require_no_other(self, *, is_reading: bool = False) -> None:
        """Check that no other lock stands against this one, and clear those of the dead.

        Who only reads is not held up by a lock that nobody can read.

        Raises:
            BusyError: somebody else is at work.
        """
        entries = list(self._repository.objects(layout.LOCKS))
        others = [one for one in entries if one.name not in (self._name, self._slept_over)]
        stale = [one for one in others if self._is_stale(one, entries)]
        for entry in others:
            if entry not in stale:
                self._require_friendly(entry, is_reading)
        for entry in stale:
            _delete(self._repository.destination, entry.name)

    def release(self) -> None:
        """Take the lock away; one that cannot be reached grows old by itself."""
        for name in filter(None, (self._name, self._slept_over)):
            _left_behind.add(name)
            with suppress(PrivatusError):
                self._repository.destination.delete(name)
                _left_behind.discard(name)

    def _put(self) -> str:
        made_at_ms = self._now_ms()
        name = f"{layout.LOCKS}/{os.urandom(16).hex()}"
        lock = Lock(
            kind=self._kind,
            made_at_ms=made_at_ms,
            begun_at_ms=self._begun_at_ms,
            host=self._host,
            pid=os.getpid(),
        )
        # Where the answer is lost it may lie there, and nobody holds it.
        _left_behind.add(name)
        self._repository.put_object(name, ObjectKind.LOCK, marks.encode(lock))
        _left_behind.discard(name)
        self._renewed_at_ms = made_at_ms
        return name

    def _is_stale(self, entry: Entry, entries: list[Entry]) -> bool:
        """Say whether a lock is a dead one's, by the clock of the destination where it has one."""
        if entry.name in _left_behind:
            return True
        own = next((one.modified_at_ms for one in entries if one.name == self._name), None)
        if own is not None and entry.modified_at_ms is not None:
            return _is_of_the_dead(own - entry.modified_at_ms)
        lock = self._read(entry.name)
        return lock is not None and _is_of_the_dead(self._now_ms() - lock.made_at_ms)

    def _require_friendly(self, entry: Entry, is_reading: bool) -> None:
        where = self._repository.destination.location
        try:
            lock = self._read(entry.name)
        except NotThereError:
            return  # it was released
        if lock is None and is_reading:
            return
        if lock is None:
            raise BusyError(
                f"another program may be using the backups at {where}, as {entry.name} there"
                " cannot be read; try again in half an hour"
            )
        if LockKind.EXCLUSIVE in (lock.kind, self._kind):
            since = datetime.fromtimestamp(lock.begun_at_ms / 1000).astimezone()
            raise BusyError(
                f"the computer {lock.host} is using the backups at {where}"
                f" since {since:%Y-%m-%d %H:%M}; try again when it has ended"
            )

    def _read(self, name: str) -> Lock | None:
        """Return what a lock says, None if nobody can read it."""
        try:
            return marks.decode(self._repository.open_object(name, ObjectKind.LOCK), Lock)
        except TamperedError:
            return None


@contextmanager
def held(
    repository: Repository,
    kind: LockKind,
    *,
    is_reading: bool = False,
    heartbeat_s: float = HEARTBEAT_S,
    now_ms: Callable[[], int] = clock.now_ms,
    host: str | None = None,
) -> Iterator[Held]:
    """Hold a lock while the body runs; who *is_reading* changes nothing there.

    Raises:
        BusyError: somebody is at work who stands against it.
        UnreachableError, DestinationError: the lock cannot be put there.
    """
    lock = Held(repository, kind, now_ms, host or node())
    ended = threading.Event()
    heart = threading.Thread(
        target=_beat, args=(lock, ended, heartbeat_s), name="backup lock", daemon=True
    )
    try:
        lock.require_no_other(is_reading=is_reading)
        heart.start()
        yield lock
    finally:
        ended.set()
        if heart.ident is not None:
            heart.join()
        lock.release()


@contextmanager
def held_for_reading(repository: Repository) -> Iterator[None]:
    """Hold a shared lock while the body reads; none where nothing can be written.

    Whoever only reads harms nobody, and is told if something goes missing meanwhile.

    Raises:
        BusyError: somebody prunes.
        UnreachableError: the destination does not answer.
    """
    with ExitStack() as stack:
        with suppress(DestinationError):
            stack.enter_context(held(repository, LockKind.SHARED, is_reading=True))
        yield


def _is_of_the_dead(age_ms: int) -> bool:
    return not -_AHEAD_MS <= age_ms <= STALE_MS


def _beat(lock: Held, ended: threading.Event, heartbeat_s: float) -> None:
    wait_s = heartbeat_s
    while not ended.wait(wait_s):
        try:
            lock.renew()
            wait_s = heartbeat_s
        except (LostLockError, JobCancelled):
            return
        except PrivatusError:
            # The destination is away for the moment: sooner again, until the lock is too old.
            wait_s = heartbeat_s / 10


def _delete(destination: Destination, name: str) -> None:
    with suppress(RefusedError):
        destination.delete(name)
