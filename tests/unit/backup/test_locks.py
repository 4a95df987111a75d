"""Many may write and read at once, one may prune, and nobody goes on whose lock is lost."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from privatus.backup import locks
from privatus.backup.creating import create
from privatus.backup.destinations.local import LocalDestination
from privatus.backup.destinations.port import DestinationFullError, RefusedError
from privatus.backup.locks import LockKind, LostLockError, held, held_for_reading
from privatus.backup.repository import Repository
from privatus.core.backup import BackupKind
from privatus.core.errors import BusyError, JobCancelled, UnreachableError
from privatus.core.jobs import Job
from support.repositories import FakeVault, FrozenBytes, sign

SHARED, EXCLUSIVE = LockKind.SHARED, LockKind.EXCLUSIVE
_MINUTE_MS = 60_000


@pytest.fixture
def place(tmp_path: Path) -> LocalDestination:
    return LocalDestination.make(tmp_path / "repository")


@pytest.fixture
def vault(tmp_path: Path) -> FakeVault:
    return FakeVault(tmp_path / "vault")


@pytest.fixture
def repository(vault: FakeVault, place: LocalDestination) -> Repository:
    return vault.repository(place)


def _locks(place: LocalDestination) -> list[str]:
    return [entry.name for entry in place.list("locks")]


def _make_older(place: LocalDestination, name: str, minutes: float) -> None:
    then = time.time() - minutes * 60
    os.utime(Path(place.location) / name, (then, then))


def _left_by_a_killed_program(repository: Repository, place: LocalDestination) -> str:
    """Let a lock lie there that nobody takes away; return its name."""
    with held(repository, SHARED):
        (name,) = _locks(place)
        raw = place.get(name)
    place.put(name, raw)
    return name


def _require_busy(repository: Repository, kind: LockKind, said: str) -> None:
    with pytest.raises(BusyError, match=said), held(repository, kind):
        pytest.fail("it was given")


def test_a_lock_is_there_while_it_is_held_and_gone_afterwards(
    repository: Repository, place: LocalDestination
) -> None:
    with held(repository, SHARED):
        assert len(_locks(place)) == 1
    assert _locks(place) == []


def test_many_share_and_one_who_prunes_is_alone(
    repository: Repository, place: LocalDestination
) -> None:
    with held(repository, SHARED), held(repository, SHARED):
        _require_busy(repository, EXCLUSIVE, "is using")
    with held(repository, EXCLUSIVE, host="attic"):
        for kind in LockKind:
            _require_busy(repository, kind, "the computer attic is using .* since 20")
        assert len(_locks(place)) == 1


def test_the_lock_of_a_program_that_was_killed_counts_for_half_an_hour(
    repository: Repository, place: LocalDestination
) -> None:
    name = _left_by_a_killed_program(repository, place)
    _make_older(place, name, minutes=29)
    with pytest.raises(BusyError), held(repository, EXCLUSIVE):
        pytest.fail("it was given")
    _make_older(place, name, minutes=31)
    with held(repository, EXCLUSIVE):
        assert name not in _locks(place)


def test_a_lock_of_a_time_to_come_is_of_a_program_whose_clock_was_wrong(
    repository: Repository, place: LocalDestination
) -> None:
    name = _left_by_a_killed_program(repository, place)
    _make_older(place, name, minutes=-60 * 23)
    with pytest.raises(BusyError), held(repository, EXCLUSIVE):
        pytest.fail("it was given")
    _make_older(place, name, minutes=-60 * 24 * 365)
    with held(repository, EXCLUSIVE):
        assert name not in _locks(place)


def test_a_lock_that_nobody_can_read_counts_until_it_is_old(
    repository: Repository, place: LocalDestination
) -> None:
    place.put("locks/" + "0" * 32, b"damaged")
    with pytest.raises(BusyError, match="locks/000"), held(repository, SHARED):
        pytest.fail("it was given")
    _make_older(place, "locks/" + "0" * 32, minutes=31)
    with held(repository, SHARED):
        assert len(_locks(place)) == 1


def test_a_heartbeat_puts_a_new_lock_in_place_of_the_old_one(
    repository: Repository, place: LocalDestination
) -> None:
    with held(repository, EXCLUSIVE, heartbeat_s=0.01) as lock:
        (first,) = _locks(place)
        until_s = time.monotonic() + 30
        while first in _locks(place):
            assert time.monotonic() < until_s
        lock.check()
    assert _locks(place) == []


class _Cancelled(LocalDestination):
    """A folder that does not answer while somebody who waits for it gives up."""

    is_away = False

    def get(self, name: str) -> bytes:
        if self.is_away:
            raise JobCancelled
        return super().get(name)


def test_the_heartbeat_of_a_job_that_was_cancelled_ends_without_a_word(
    vault: FakeVault, place: LocalDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", said.append)
    cancelled = _Cancelled(Path(place.location))
    with held(vault.repository(cancelled), SHARED, heartbeat_s=0.01):
        cancelled.is_away = True
        until_s = time.monotonic() + 30
        while "backup lock" in {thread.name for thread in threading.enumerate()}:
            assert time.monotonic() < until_s
    assert said == []


def test_who_finds_the_lock_gone_does_not_go_on(
    repository: Repository, place: LocalDestination
) -> None:
    with held(repository, EXCLUSIVE) as lock:
        lock.check()
        place.delete(_locks(place)[0])
        for ask in (lock.check, lock.renew, lock.check):
            with pytest.raises(LostLockError, match="start again"):
                ask()


def test_who_slept_over_a_backup_goes_on_if_nobody_has_come_meanwhile(
    repository: Repository, place: LocalDestination
) -> None:
    now_ms = 1_000_000 * _MINUTE_MS
    with held(repository, SHARED, now_ms=lambda: now_ms) as lock:
        (first,) = _locks(place)
        now_ms += 8 * 60 * _MINUTE_MS
        lock.check()
        (second,) = _locks(place)
        assert first != second

        _make_older(place, second, minutes=8 * 60)
        now_ms += 8 * 60 * _MINUTE_MS
        with held(repository, EXCLUSIVE), pytest.raises(LostLockError):
            lock.check()


@pytest.mark.parametrize("is_there", [True, False], ids=["at work", "gone again"])
def test_who_wakes_beside_somebody_who_prunes_does_not_go_on(
    repository: Repository, place: LocalDestination, is_there: bool
) -> None:
    now_ms = 1_000_000 * _MINUTE_MS
    with held(repository, EXCLUSIVE):
        (theirs,) = _locks(place)
        raw = place.get(theirs)
    with held(repository, SHARED, now_ms=lambda: now_ms) as lock:
        (own,) = _locks(place)
        _make_older(place, own, minutes=60)
        now_ms += 60 * _MINUTE_MS
        # Theirs was there before, and has not come to remove what seems a dead one's.
        place.put(theirs, raw)
        with pytest.raises(BusyError):
            lock.check()
        if not is_there:
            place.delete(own)
            place.delete(theirs)
        with pytest.raises(LostLockError):
            lock.check()


def test_who_slept_over_a_prune_does_not_go_on(repository: Repository) -> None:
    now_ms = 1_000_000 * _MINUTE_MS
    with held(repository, EXCLUSIVE, now_ms=lambda: now_ms) as lock:
        now_ms += 19 * _MINUTE_MS
        lock.renew()
        now_ms += 19 * _MINUTE_MS
        lock.check()
        now_ms += 2 * _MINUTE_MS
        with pytest.raises(LostLockError):
            lock.check()


def test_a_backup_whose_lock_is_lost_is_not_published(
    repository: Repository,
    vault: FakeVault,
    place: LocalDestination,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def schema(_self: FrozenBytes) -> int:
        place.delete(_locks(place)[0])
        return 9

    monkeypatch.setattr(FrozenBytes, "schema", schema)
    with pytest.raises(LostLockError):
        create(repository, vault.source, BackupKind.FULL, sign, Job())
    assert repository.snapshots() == ([], [])


def test_a_backup_waits_for_nobody_who_only_reads_and_for_one_who_prunes(
    repository: Repository, vault: FakeVault
) -> None:
    with held_for_reading(repository):
        create(repository, vault.source, BackupKind.FULL, sign, Job())
    with held(repository, EXCLUSIVE), pytest.raises(BusyError):
        create(repository, vault.source, BackupKind.FULL, sign, Job())
    with held(repository, EXCLUSIVE), pytest.raises(BusyError), held_for_reading(repository):
        pytest.fail("it was given")


class _Refusing(LocalDestination):
    """A folder in which nothing can be deleted, or nothing written."""

    is_read_only = False

    def put(self, name: str, data: bytes) -> None:
        if self.is_read_only:
            raise DestinationFullError("full")
        super().put(name, data)

    def delete(self, name: str) -> None:
        raise RefusedError(f"{name} may not be deleted")


def test_where_nothing_can_be_deleted_backups_work_and_their_locks_grow_old(
    vault: FakeVault,
    repository: Repository,
    place: LocalDestination,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    append_only = vault.repository(_Refusing(Path(place.location)))
    create(append_only, vault.source, BackupKind.FULL, sign, Job())
    create(append_only, vault.source, BackupKind.FULL, sign, Job())

    left = _locks(place)
    assert len(left) == 2
    # Who prunes is another program.
    monkeypatch.setattr(locks, "_left_behind", set())
    with pytest.raises(BusyError), held(repository, EXCLUSIVE):
        pytest.fail("it was given")
    for name in left:
        _make_older(place, name, minutes=31)
    with held(repository, EXCLUSIVE):
        assert not set(left) & set(_locks(place))


def test_a_program_does_not_wait_for_a_lock_that_it_could_not_take_away_itself(
    repository: Repository, place: LocalDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete(name: str) -> None:
        raise UnreachableError(f"{name} is not there; plug the disk in")

    with monkeypatch.context() as pulled_out:
        with held(repository, EXCLUSIVE):
            left = _locks(place)
            pulled_out.setattr(place, "delete", delete)
        assert _locks(place) == left
    with held(repository, SHARED):
        assert not set(left) & set(_locks(place))
    assert _locks(place) == []


def test_a_program_does_not_wait_for_a_lock_whose_answer_was_lost(
    repository: Repository, place: LocalDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = place.put

    def losing(name: str, data: bytes) -> None:
        put(name, data)
        raise UnreachableError("the answer was lost; try again")

    with monkeypatch.context() as losing_answers:
        losing_answers.setattr(place, "put", losing)
        with pytest.raises(UnreachableError), held(repository, EXCLUSIVE):
            pytest.fail("it was given")

    assert len(_locks(place)) == 1
    with held(repository, SHARED):
        assert len(_locks(place)) == 1
    assert _locks(place) == []


def test_who_reads_where_nothing_can_be_written_needs_no_lock(
    vault: FakeVault, repository: Repository, place: LocalDestination
) -> None:
    read_only = _Refusing(Path(place.location))
    opened = vault.repository(read_only)
    read_only.is_read_only = True
    with held_for_reading(opened):
        assert _locks(place) == []
    with pytest.raises(DestinationFullError), held(opened, SHARED):
        pytest.fail("it was given")
