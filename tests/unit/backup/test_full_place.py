"""A place that is full of backups can be pruned, and what found no room there leaves nothing."""

from __future__ import annotations

import os
import random
from contextlib import suppress

import pytest

from privatus.backup.creating import create
from privatus.backup.destinations.port import DestinationFullError
from privatus.backup.dropping import forget
from privatus.backup.pruning import prune, would_prune
from privatus.core.backup import BackupKind
from privatus.core.errors import JobCancelled
from privatus.core.jobs import Job
from support.kept_backups import KeptBackups
from support.repositories import sign

_CHANCE = random.Random(5)
_MB = 1_000_000


def _leave_room(kept: KeptBackups, monkeypatch: pytest.MonkeyPatch, n_bytes: int) -> None:
    """Let the place take so many bytes more than it has now."""

    def used() -> int:
        return sum(entry.size_bytes for entry in kept.place.list(""))

    most, put = used() + n_bytes, kept.place.put

    def limited(name: str, data: bytes) -> None:
        if used() + len(data) > most:
            raise DestinationFullError("it is full; make room there")
        put(name, data)

    monkeypatch.setattr(kept.place, "put", limited)
    monkeypatch.setattr(kept.place, "free_bytes", lambda: most - used())


def _require_whole(kept: KeptBackups) -> None:
    assert kept.wrong() == []
    for backup_id, files in kept.held.items():
        assert kept.restored(backup_id) == files


def _drop_all_but_the_last(kept: KeptBackups) -> None:
    *others, _ = list(kept.held)
    forget(kept.repository, others)
    for backup_id in others:
        kept.held.pop(backup_id)


def test_a_backup_that_finds_no_room_leaves_nothing_and_some_room(
    kept: KeptBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.back_up()
    before = kept.names()
    for _ in range(3):
        kept.vault.add_file(os.urandom(9 * _MB))
    _leave_room(kept, monkeypatch, 20 * _MB)

    for _ in range(2):
        with pytest.raises(DestinationFullError, match="is full; drop old backups and prune"):
            create(kept.repository, kept.vault.source, BackupKind.INCREMENTAL, sign, Job())
        assert kept.names() == before
        assert kept.place.free_bytes() == 20 * _MB

    _leave_room(kept, monkeypatch, 28 * _MB)
    with pytest.raises(DestinationFullError):
        create(kept.repository, kept.vault.source, BackupKind.INCREMENTAL, sign, Job())
    assert kept.names() == before
    _require_whole(kept)


def test_a_backup_that_was_stopped_gives_its_room_back(kept: KeptBackups) -> None:
    kept.back_up()
    before = kept.names()
    for _ in range(3):
        kept.vault.add_file(os.urandom(9 * _MB))
    job = Job(on_progress=lambda one: job.cancel() if one.done > 20 * _MB else None)

    with pytest.raises(JobCancelled):
        create(kept.repository, kept.vault.source, BackupKind.INCREMENTAL, sign, job)

    assert kept.names() == before


def test_where_nothing_can_be_written_anew_a_prune_frees_what_nobody_needs(
    kept: KeptBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.back_up()
    for _ in range(3):
        # The next one still needs the first chunks, and nothing else of the others.
        for page in range(4, kept.pages):
            kept.vault.edit(page)
        kept.back_up()
    _drop_all_but_the_last(kept)
    foretold = would_prune(kept.repository)
    assert foretold.rewritten_bytes > 0
    _leave_room(kept, monkeypatch, foretold.rewritten_bytes // 2)

    done = prune(kept.repository, job=Job())

    assert done.rewritten_bytes == 0
    assert done.freed_bytes > foretold.rewritten_bytes
    assert kept.names("locks") == []
    _require_whole(kept)
    assert prune(kept.repository, job=Job()).rewritten_bytes == foretold.rewritten_bytes
    _require_whole(kept)


def test_where_not_even_an_index_has_room_a_prune_frees_what_goes_without(
    kept: KeptBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        for page in range(kept.pages):
            kept.vault.edit(page)
        kept.back_up(BackupKind.FULL)
    _drop_all_but_the_last(kept)
    sizes = [entry.size_bytes for entry in kept.place.list("index")]
    before = len(kept.names("data"))
    _leave_room(kept, monkeypatch, min(sizes) - 1)

    done = prune(kept.repository, job=Job())

    assert done.removed_packs == before - 1 == 5
    assert len(kept.names("index")) == 1
    _require_whole(kept)


def test_a_full_place_where_nothing_goes_loses_nothing(
    kept: KeptBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        kept.grow(_CHANCE)
    _drop_all_but_the_last(kept)
    for room in range(0, 3_000, 300):
        with monkeypatch.context() as patched:
            _leave_room(kept, patched, room)
            with suppress(DestinationFullError):
                prune(kept.repository, job=Job())
        assert kept.names("locks") == []
        _require_whole(kept)
