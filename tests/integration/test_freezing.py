"""A frozen database stays as it is to the byte, whatever is written to the vault meanwhile."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import AccessError, BusyError
from privatus.storage import freezing, table_sums
from privatus.storage.database import PAGE_BYTES, Database
from privatus.storage.freezing import FrozenDatabase
from privatus.storage.store import Store
from privatus.vault.keys import keyspec
from support.conversations import conversation
from support.vaults import PASSWORD, ScratchVault

_READ_TITLES = """
import sys
from privatus.bootstrap import Vault
with Vault.open(sys.argv[1], sys.argv[2], read_only=True) as vault:
    sys.stdout.write(str(len(vault.conversations.list())))
"""
_COPY = "import shutil, sys; shutil.copytree(sys.argv[1], sys.argv[2])"


def _store(vault: ScratchVault | Vault) -> Store:
    opened = vault.vault if isinstance(vault, ScratchVault) else vault
    assert isinstance(opened._store, Store)
    return opened._store


def _head(vault: ScratchVault) -> tuple[int, bytes]:
    with _store(vault).snapshot() as tables:
        return tables.audit.head()


def _bytes_of(frozen: FrozenDatabase, step: int = 100_000) -> bytes:
    return b"".join(frozen.read(at, step) for at in range(0, frozen.size_bytes, step))


def _bring(vault: ScratchVault, first: int, count: int, words: str = "") -> None:
    chats = [
        conversation(*(f"{n} {m} " + words for m in range(4)), external_id=f"c{n}")
        for n in range(first, first + count)
    ]
    vault.bring(*chats)


def _write_much(store: Store, commits: int, rows: int) -> None:
    for commit in range(commits):
        with store.transaction() as tables:
            for row in range(rows):
                tables.audit.append("noted", {"commit": commit, "row": row, "more": "x" * 300})


def _in_another_thread(work: Callable[[], object]) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised by the other thread
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def test_the_file_stays_while_another_thread_commits_thousands_of_rows(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    _bring(vault, 1, 20)
    store = _store(vault)
    # Each commit would move the log into the file, if it could.
    store._writer.checkpoint_from(40)

    with store.frozen() as frozen:
        before = _bytes_of(frozen)
        entries = frozen.audit_head()

        def write() -> None:
            _bring(vault, 21, 60)
            _write_much(store, 100, 50)
            with monkeypatch.context() as patch:
                # It would wait for seconds for what will not come.
                patch.delattr(Database, "checkpoint")
                assert not store.checkpoint()
            store._writer.checkpoint_at_once()

        _in_another_thread(write)

        assert store._writer.log_bytes > 10 * 40 * PAGE_BYTES
        assert _bytes_of(frozen) == before
        assert frozen.size_bytes == len(before)
        assert frozen.audit_head() == entries
        with store.snapshot() as tables:
            assert tables.audit.head()[0] >= entries[0] + 5000

    assert store._writer.read_at(0, len(before)) != before
    assert store.checkpoint()
    assert store._writer.log_bytes == 0


def test_what_was_frozen_opens_as_the_database_of_that_moment(
    vault: ScratchVault, tmp_path: Path
) -> None:
    _bring(vault, 1, 30, words=random.Random(1).randbytes(20_000).hex())
    store = _store(vault)
    copy = tmp_path / "copy.db"

    with store.frozen() as frozen:
        titles = vault.vault.conversations.list()
        contents, head, schema = frozen.contents(), frozen.audit_head(), frozen.schema()
        _in_another_thread(lambda: _bring(vault, 31, 30))
        copy.write_bytes(_bytes_of(frozen))
        assert frozen.contents() == contents

    db = Database.open(copy, keyspec(vault.database_key))
    assert db.rows("PRAGMA integrity_check") == [("ok",)]
    assert db.rows("PRAGMA cipher_integrity_check") == []
    assert db.value("SELECT count(*) FROM conversations") == len(titles) == 30
    assert table_sums.recount(db) == contents
    assert db.row("SELECT id, chain FROM audit_log ORDER BY id DESC") == head
    assert db.value("SELECT max(version) FROM schema_migrations") == schema
    db.close()
    assert len(vault.vault.conversations.list()) == 60


def test_another_program_reads_the_vault_meanwhile(vault: ScratchVault) -> None:
    _bring(vault, 1, 3)

    with _store(vault).frozen() as frozen:
        before = _bytes_of(frozen)
        _bring(vault, 4, 2)
        found = subprocess.run(
            [sys.executable, "-c", _READ_TITLES, str(vault.folder), PASSWORD],
            capture_output=True,
            text=True,
            check=True,
        )

        assert found.stdout == "5"
        assert _bytes_of(frozen) == before


def test_another_program_that_notes_something_just_then_is_waited_for(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Vault.open(vault.folder, PASSWORD, read_only=True)
    notes, begun = iter([True, True, False]), freezing._begun
    other_head: list[tuple[int, bytes]] = []

    def disturbed(source: Database, reader: Database) -> object:
        checkpoint = source.checkpoint

        def checkpoint_and_note() -> bool:
            done = checkpoint()
            if next(notes, False):
                _store(other).log("noted", {})
            return done

        with monkeypatch.context() as patch:
            patch.setattr(source, "checkpoint", checkpoint_and_note)
            found = begun(source, reader)
        if found is not None:
            other_head.append(_head(vault))
            _store(other).log("noted", {})
        return found

    monkeypatch.setattr(freezing, "_begun", disturbed)

    with _store(vault).frozen() as frozen:
        assert next(notes, None) is None
        assert other_head == [frozen.audit_head()]
        _store(other).log("noted", {})
        before, head = _bytes_of(frozen), frozen.audit_head()
        assert _head(vault)[0] == head[0] + 2
        assert _bytes_of(frozen) == before

    other.lock()


def test_who_reads_for_long_in_the_log_is_named_as_the_reason(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freezing, "_PATIENCE_S", 0.0)
    store = _store(vault)
    store._writer.execute("PRAGMA busy_timeout = 10")
    _bring(vault, 1, 1)

    with store.snapshot() as tables:
        tables.audit.head()
        with store.transaction() as writing:
            writing.audit.append("noted")
        with pytest.raises(BusyError, match="being read for long"), store.frozen():
            pass

    with store.frozen() as frozen:
        assert frozen.size_bytes == len(_bytes_of(frozen))


def test_two_backups_at_once_do_not_freeze_twice(vault: ScratchVault) -> None:
    store = _store(vault)

    with store.frozen(), pytest.raises(BusyError, match="another backup"), store.frozen():
        pass
    with store.frozen() as frozen:
        assert frozen.schema() > 0


def test_locking_the_vault_ends_it(vault: ScratchVault) -> None:
    _bring(vault, 1, 2)

    with _store(vault).frozen() as frozen:
        _bring(vault, 3, 2)
        vault.vault.lock()
        for ask in (frozen.contents, frozen.audit_head, frozen.schema, lambda: frozen.read(0, 9)):
            with pytest.raises(AccessError, match="locked"):
                ask()

    assert not (vault.folder / "vault.db-wal").exists()
    assert vault.problems() == []


def test_a_vault_that_is_only_read_is_not_frozen(vault: ScratchVault) -> None:
    other = Vault.open(vault.folder, PASSWORD, read_only=True)

    with pytest.raises(AccessError, match="reading only"), _store(other).frozen():
        pass

    other.lock()


def test_reading_stops_at_the_end_of_the_file(vault: ScratchVault) -> None:
    with _store(vault).frozen() as frozen:
        size = frozen.size_bytes

        assert size % frozen.page_bytes == 0
        assert len(frozen.read(size - 10, 100)) == 10
        assert frozen.read(size, 100) == frozen.read(size + 5, 100) == b""


def test_what_is_left_of_a_frozen_vault_is_a_vault(vault: ScratchVault, tmp_path: Path) -> None:
    """A copy of the folder made meanwhile has the file and its log, as after a crash."""
    _bring(vault, 1, 2)
    with _store(vault).frozen():
        _bring(vault, 3, 2)
        # Not by this process, which would let go of its locks with each file that it closes.
        subprocess.run(
            [sys.executable, "-c", _COPY, str(vault.folder), str(tmp_path / "copy")], check=True
        )

    with Vault.open(tmp_path / "copy", PASSWORD) as copy:
        assert len(copy.conversations.list()) == 4
        assert copy.integrity.check().ok
