"""Two programs and one vault: one writes, the others read whole conversations or are sent away."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Role
from privatus.core.errors import AccessError, BusyError
from privatus.core.secret import SecretBytes
from privatus.storage.lock_file import VaultLock
from privatus.vault import unlock
from privatus.vault.unlock import Opened
from support import syscall_faults
from support.grown_export import GrownExport, word_of, write_exports
from support.kill import PASSWORD, new_vault, records_of, wrong_checks

_COUNT = 60
# Small batches with a pause after each, as on a slow disk.
_SLOW_IMPORT = """
import os
import time

from privatus.bootstrap import Vault
from privatus.services.import_batch import ImportBatch

write = ImportBatch.write


def write_slowly(batch):
    write(batch)
    time.sleep(0.05)


ImportBatch.ROWS = 25
ImportBatch.write = write_slowly
with Vault.open({vault!r}, "password") as vault:
    vault._store._writer.execute("PRAGMA wal_autocheckpoint = 40")
    os.writev(1, [b"ready\\n"])
    for path in {exports!r}:
        assert not vault.imports.run(path).failed
    input()
"""


@pytest.fixture(scope="module")
def exports(memory: Path) -> GrownExport:
    folder = memory / "two processes"
    folder.mkdir()
    return write_exports(folder, conversations=_COUNT)


@contextmanager
def _importing(vault: Path, *exports: Path) -> Iterator[subprocess.Popen[str]]:
    """Import in another process, which has the vault open until the block ends."""
    script = _SLOW_IMPORT.format(vault=str(vault), exports=[str(path) for path in exports])
    with syscall_faults.start(script) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n", child.communicate()
        try:
            yield child
        finally:
            _, errors = child.communicate("\n")
        assert child.returncode == 0, errors


def _expected(exports: GrownExport, folder: Path) -> tuple[dict[str, object], dict[str, object]]:
    """Return what is in a vault after the first export, and after the later one."""
    with Vault.open(new_vault(folder), PASSWORD) as vault:
        vault.imports.run(exports.first)
        first = records_of(vault)
        vault.imports.run(exports.later)
        return first, records_of(vault)


def test_who_reads_during_an_import_sees_whole_conversations_only_and_ever_more(
    exports: GrownExport, scratch: Path
) -> None:
    first, later = _expected(exports, scratch / "undisturbed")
    folder = new_vault(scratch / "vault")
    seen: list[int] = []

    with (
        _importing(folder, exports.first, exports.later) as child,
        Vault.open(folder, PASSWORD, read_only=True) as vault,
    ):
        until_s = time.monotonic() + 60
        while _lacks(vault, later) and time.monotonic() < until_s:
            assert child.poll() is None
            found = records_of(vault)
            seen.append(len(found))
            for id, record in found.items():
                assert _without_marks(record) in (
                    _without_marks(first.get(id)),
                    _without_marks(later.get(id)),
                )
            listed = vault.conversations.list(limit=5)
            for summary in listed:
                got = vault.conversations.get(summary.id)
                assert len(got.messages) >= summary.messages
            for number in range(0, _COUNT, 9):
                for hit in vault.search.find(word_of(number)):
                    assert word_of(number) in hit.snippet.text
        assert not _lacks(vault, later)

    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    with Vault.open(folder, PASSWORD) as vault:
        assert wrong_checks(vault) == []


def _lacks(vault: Vault, later: dict[str, object]) -> bool:
    return len(vault.conversations.list()) < len(later)


def _without_marks(record: object) -> object:
    return {**record, "is_missing_at_source": None} if isinstance(record, dict) else record


def test_who_opens_anew_during_an_import_reads_without_a_fault(
    exports: GrownExport, scratch: Path
) -> None:
    folder = new_vault(scratch / "vault")
    counts: list[int] = []

    with _importing(folder, exports.first):
        until_s = time.monotonic() + 60
        while (not counts or counts[-1] < _COUNT) and time.monotonic() < until_s:
            with Vault.open(folder, PASSWORD, read_only=True) as vault:
                counts.append(len(vault.conversations.list()))
                # The index comes a moment after the chats.
                is_behind = vault.search.waiting()
                found = vault.search.find("needle*", limit=1000)
                assert is_behind or len(found) >= min(counts[-1], 1)

    assert counts[-1] == _COUNT
    assert counts == sorted(counts)


@pytest.mark.usefixtures("impatient")
def test_a_second_writer_is_sent_away_and_a_reader_may_not_write(
    exports: GrownExport, scratch: Path
) -> None:
    folder = new_vault(scratch / "vault")

    with _importing(folder, exports.first):
        with pytest.raises(BusyError, match="the vault is open in another program"):
            Vault.open(folder, PASSWORD)
        with Vault.open(folder, PASSWORD, read_only=True) as vault:
            with pytest.raises(AccessError, match="open for reading only"):
                vault.imports.run(exports.first)
            with pytest.raises(AccessError, match="open for reading only"):
                vault.conversations.append("0" * 32, Role.USER, "no")

    # The other one has closed it.
    with Vault.open(folder, PASSWORD) as vault:
        assert len(vault.conversations.list()) == _COUNT
        assert wrong_checks(vault) == []


def test_who_only_reads_keeps_nobody_from_writing(exports: GrownExport, scratch: Path) -> None:
    folder = new_vault(scratch / "vault")
    with Vault.open(folder, PASSWORD) as vault:
        vault.imports.run(exports.first)

    with Vault.open(folder, PASSWORD, read_only=True) as reader:
        before = records_of(reader)
        with pytest.raises(AccessError, match="open for reading only"):
            reader.imports.run(exports.later)
        with pytest.raises(AccessError, match="open for reading only"):
            reader.passwords.change("another one")
        with pytest.raises(AccessError, match="open for reading only"):
            reader.saved_searches.save("ropes", "knots")
        with pytest.raises(AccessError, match="open for reading only"):
            reader.integrity.rebuild_index()
        with _importing(folder, exports.later):
            until_s = time.monotonic() + 60
            while records_of(reader) == before and time.monotonic() < until_s:
                time.sleep(0.01)
            reader.exports.run(scratch / "out", "jsonl")
        assert records_of(reader) != before

    with Vault.open(folder, PASSWORD) as vault:
        assert wrong_checks(vault) == []
        assert [entry.action for entry in vault.audit.list()].count("export") == 1


def test_who_only_reads_puts_right_first_what_a_crash_has_left(
    exports: GrownExport, scratch: Path
) -> None:
    folder = new_vault(scratch / "vault")
    with Vault.open(folder, PASSWORD) as vault:
        vault.imports.run(exports.first)
    (folder / "search" / "1.db").unlink()
    (folder / "vault.pvh.b").unlink()

    with Vault.open(folder, PASSWORD, read_only=True) as reader:
        assert reader.search.find(word_of(9)).total
        assert (folder / "vault.pvh.b").exists()
        # It is a reader all the same.
        Vault.open(folder, PASSWORD).lock()


_ROTATE = """
from privatus.bootstrap import Vault
from privatus.core.errors import BusyError

try:
    Vault.rotate({vault!r}, "password")
    print("done")
except BusyError:
    print("busy")
"""


@pytest.mark.parametrize("is_checked", [False, True])
def test_who_reads_keeps_a_vault_from_getting_new_keys(scratch: Path, is_checked: bool) -> None:
    folder = new_vault(scratch / "vault")

    with Vault.open(folder, PASSWORD, read_only=True) as reader:
        if is_checked:
            assert reader.integrity.check().ok
        with syscall_faults.start(_ROTATE.format(vault=str(folder))) as child:
            assert child.communicate()[0] == "busy\n"
        reader.exports.run(scratch / "out", "jsonl")

    with Vault.open(folder, PASSWORD) as vault:
        assert wrong_checks(vault) == []
        assert vault.audit.list()[-1].action == "export"


def test_who_opens_a_vault_that_gets_new_keys_meanwhile_is_told_to_try_again(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = new_vault(scratch / "vault")
    lock, read_header = VaultLock(folder), unlock.unlock

    def unlock_slowly(at: Path, password: SecretBytes) -> Opened:
        monkeypatch.setattr(unlock, "unlock", read_header)
        opened = read_header(at, password)
        lock.release()
        Vault.rotate(folder, PASSWORD)
        return opened

    monkeypatch.setattr(unlock, "unlock", unlock_slowly)
    with pytest.raises(BusyError, match="getting new keys"):
        Vault.open(folder, PASSWORD, read_only=True)

    Vault.open(folder, PASSWORD, read_only=True).lock()


@pytest.mark.usefixtures("impatient")
def test_a_check_holds_the_vault_and_looks_at_the_index_if_nobody_writes(scratch: Path) -> None:
    folder = new_vault(scratch / "vault")

    with Vault.open(folder, PASSWORD, read_only_if_busy=True) as first:
        with pytest.raises(BusyError):
            Vault.open(folder, PASSWORD)
        with Vault.open(folder, PASSWORD, read_only_if_busy=True) as second:
            said = {check.name: check.detail for check in second.integrity.check().checks}
            assert said["index"] == "not checked: the vault is open for reading only"
        said = {check.name: check.detail for check in first.integrity.check().checks}
        assert said["index"] == "complete"
