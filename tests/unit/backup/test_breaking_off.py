"""A backup that breaks off leaves what has arrived to the next one, and never harms it."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count

import pytest

from privatus.backup import writing
from privatus.backup.creating import create
from privatus.backup.destinations.port import DestinationFullError, UnreachableError
from privatus.core.backup import BackupKind
from privatus.core.errors import JobCancelled, PrivatusError
from privatus.core.jobs import Job
from support.kept_backups import KeptBackups
from support.repositories import sign

_FILES = 12
_FILE_BYTES = 50_000


@pytest.fixture
def large(kept: KeptBackups, monkeypatch: pytest.MonkeyPatch) -> KeptBackups:
    """A vault whose backup has many packs, of which an index tells after every two."""
    monkeypatch.setattr(writing, "PACK_BYTES", 40_000)
    monkeypatch.setattr(writing, "_NOTED_PACKS", 2)
    for _ in range(_FILES):
        kept.vault.add_file(os.urandom(_FILE_BYTES))
    return kept


def _back_up(kept: KeptBackups, job: Job | None = None) -> None:
    create(kept.repository, kept.vault.source, BackupKind.FULL, sign, job or Job())


def _fail_at(
    kept: KeptBackups, monkeypatch: pytest.MonkeyPatch, place: int, fail: Callable[[], Exception]
) -> None:
    """Let the object with this number, and all after it, not be written, as far as one can tell."""
    put, numbers = kept.place.put, count()

    def failing(name: str, data: bytes) -> None:
        number = next(numbers)
        if number <= place:
            put(name, data)
        if number >= place:
            raise fail()

    monkeypatch.setattr(kept.place, "put", failing)


def _back_up_often(kept: KeptBackups) -> None:
    """Back up until that fails: who goes on where another one broke off has less to write."""
    for _ in range(30):
        _back_up(kept)


def _stopped_at(n_bytes: int) -> Job:
    """Return a job that is cancelled once so many bytes are done."""
    job = Job(on_progress=lambda said: job.cancel() if said.done > n_bytes else None)
    return job


def _is_whole(kept: KeptBackups) -> bool:
    return kept.wrong() == [] and kept.restored(kept.back_up().manifest.id) == kept.files()


def test_a_first_backup_goes_on_where_it_broke_off(
    large: KeptBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        _fail_at(large, patched, 20, lambda: UnreachableError("it is away; plug it in"))
        with pytest.raises(UnreachableError):
            _back_up(large)
    noted = len(large.names("index"))
    large.age_locks()

    made = large.back_up(BackupKind.FULL).manifest

    assert noted > 2
    assert made.new_bytes < made.total_bytes - noted * _FILE_BYTES
    assert _is_whole(large)


def test_a_full_backup_writes_everything_anew_all_the_same(large: KeptBackups) -> None:
    large.back_up()

    made = large.back_up(BackupKind.FULL).manifest

    assert made.new_bytes > made.total_bytes


@pytest.mark.parametrize("error", [UnreachableError, DestinationFullError])
def test_wherever_a_backup_breaks_off_the_next_one_is_whole(
    large: KeptBackups, monkeypatch: pytest.MonkeyPatch, error: type[PrivatusError]
) -> None:
    for place in range(26):
        large.vault.add_file(os.urandom(_FILE_BYTES))
        with monkeypatch.context() as patched:
            _fail_at(large, patched, place, lambda: error("it is away; plug it in"))
            with pytest.raises(error):
                _back_up_often(large)
        large.age_locks()
    assert _is_whole(large)


def test_a_backup_that_is_stopped_leaves_no_index_of_what_it_takes_back(
    large: KeptBackups,
) -> None:
    for stop_at in range(0, _FILES * _FILE_BYTES, 90_000):
        with pytest.raises(JobCancelled):
            _back_up(large, _stopped_at(stop_at))
    assert _is_whole(large)
