"""Making, opening and locking a vault, and what is left of it in memory and on disk."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Role
from privatus.core.errors import (
    AccessError,
    BusyError,
    JobCancelled,
    PrivatusError,
    UserError,
)
from privatus.core.jobs import Job
from privatus.core.secret import SecretBytes
from privatus.vault.kdf import KdfParameters
from support.conversations import attachment, conversation, message
from support.exports import write_json
from support.filled import fill
from support.memory_scan import copies
from support.vaults import PASSWORD, ScratchVault, said

_KDF = KdfParameters.for_tests()


def test_a_vault_opens_with_its_password_and_with_its_recovery_code(tmp_path: Path) -> None:
    new = Vault.create(tmp_path / "vault", PASSWORD, kdf=_KDF)
    vault_id = new.vault.id
    new.vault.lock()

    for options in ({"password": PASSWORD}, {"recovery_code": new.recovery_code}):
        with Vault.open(tmp_path / "vault", **options) as vault:
            assert vault.id == vault_id

    for wrong in ({"password": "other"}, {"password": ""}, {}, {"recovery_code": "0" * 34}):
        with pytest.raises(AccessError):
            Vault.open(tmp_path / "vault", **wrong)


def test_a_new_vault_is_empty_and_whole(vault: ScratchVault) -> None:
    assert vault.vault.conversations.list() == []
    assert vault.vault.search.find("anything").total == 0
    assert vault.vault.statistics.get().messages == 0
    assert [entry.action for entry in vault.vault.audit.list()] == ["vault created"]
    assert vault.problems() == []


def test_what_was_brought_in_is_there_after_locking(vault: ScratchVault) -> None:
    fill(vault)
    before = vault.all()

    vault.reopen()

    assert vault.all() == before
    assert len(before) == 3


def test_a_vault_is_made_in_an_empty_folder_only(vault: ScratchVault, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "letter.txt").write_text("keep me", encoding="utf-8")
    (tmp_path / "empty").mkdir()

    for folder in (vault.folder, tmp_path / "used"):
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        with pytest.raises(UserError):
            Vault.create(folder, PASSWORD, kdf=_KDF)
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before

    Vault.create(tmp_path / "empty", PASSWORD, kdf=_KDF).vault.lock()


def test_there_is_no_vault_where_there_is_none(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        assert not Vault.exists(folder)
        with pytest.raises(UserError, match="there is no vault"):
            Vault.open(folder, PASSWORD)
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_look_into_the_folder(tmp_path: Path) -> None:
    Vault.create(tmp_path / "a" / "vault", PASSWORD, kdf=_KDF).vault.lock()

    assert (tmp_path / "a" / "vault").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits")
def test_only_the_owner_may_read_what_is_in_a_folder_that_was_there_before(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    folder.mkdir()
    folder.chmod(0o755)
    former = os.umask(0o022)
    try:
        vault = ScratchVault.create(folder)
        vault.bring(conversation(message(1, "a", attachments=(attachment("a.png", b"x"),))))
        during = list(folder.rglob("*"))
        assert {"vault.db", "vault.db-wal", "1.db"} <= {path.name for path in during}
        assert [p for p in (folder, *during) if p.stat().st_mode & 0o077] == []
        vault.vault.lock()
        Vault.rotate(folder, PASSWORD)
    finally:
        os.umask(former)

    assert [p for p in (folder, *folder.rglob("*")) if p.stat().st_mode & 0o077] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits")
def test_others_are_shut_out_of_a_vault_that_was_open_to_them(vault: ScratchVault) -> None:
    vault.vault.lock()
    vault.folder.chmod(0o755)
    (vault.folder / "vault.db").chmod(0o644)

    Vault.open(vault.folder, PASSWORD).lock()

    # Which shuts them out of all that is in it.
    assert vault.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("impatient")
def test_a_vault_is_open_in_one_program_at_a_time(vault: ScratchVault) -> None:
    with pytest.raises(BusyError):
        Vault.open(vault.folder, PASSWORD)

    vault.vault.lock()

    Vault.open(vault.folder, PASSWORD).lock()


def test_another_program_can_read_while_one_writes(vault: ScratchVault) -> None:
    vault.bring(conversation("anchor", external_id="one"))
    with Vault.open(vault.folder, PASSWORD, read_only=True) as reader:
        vault.bring(conversation("bobbin", external_id="two"))

        assert len(reader.conversations.list()) == 2
        assert reader.search.find("bobbin").total == 1
        [first, *_] = reader.conversations.list()
        with pytest.raises(AccessError):
            reader.conversations.append(first.id, Role.USER, "no")
        with pytest.raises(AccessError):
            reader.imports.run("somewhere.zip")
        assert reader.integrity.check().ok

    assert vault.problems() == []


@pytest.mark.usefixtures("impatient")
def test_a_reader_that_locks_does_not_unlock_the_writer(vault: ScratchVault) -> None:
    Vault.open(vault.folder, PASSWORD, read_only=True).lock()

    with pytest.raises(BusyError):
        Vault.open(vault.folder, PASSWORD)


def test_locking_twice_is_locking_once(vault: ScratchVault) -> None:
    vault.vault.lock()
    vault.vault.lock()

    assert not list(vault.folder.glob("*-wal"))


def test_nothing_can_be_read_or_written_after_locking(vault: ScratchVault, tmp_path: Path) -> None:
    fill(vault)
    locked = vault.vault
    [first, *_] = locked.conversations.list()
    stream = next(
        attachment.open
        for found in vault.all().values()
        for said_message in found.messages
        for attachment in said_message.attachments
        if attachment.open
    )
    locked.lock()

    export = write_json(tmp_path / "a.json", [{"messages": [{"role": "user", "content": "x"}]}])
    for read in (
        locked.conversations.list,
        lambda: locked.conversations.get(first.id),
        lambda: locked.search.find("anchor"),
        locked.audit.list,
        locked.statistics.get,
        lambda: locked.conversations.append(first.id, Role.USER, "no"),
        lambda: locked.imports.run(export),
        lambda: stream().read(),
    ):
        with pytest.raises(PrivatusError):
            read()


def test_every_key_is_overwritten_when_the_vault_is_locked(vault: ScratchVault) -> None:
    keys = vault.vault._keys
    scope = vault.vault._store.scope
    held: list[SecretBytes] = [
        *(keys._wrapping, keys.opened.vault_key, keys.opened.database_key),
        *(scope._key, scope._wrapping, scope._tag_key, scope.blob_key),
    ]
    assert all(any(secret.reveal()) for secret in held)

    vault.vault.lock()

    assert not any(any(secret.reveal()) for secret in held)
    assert keys._scopes == {}


def test_a_wrong_password_leaves_the_vault_free_for_the_right_one(vault: ScratchVault) -> None:
    vault.vault.lock()
    for _ in range(3):
        with pytest.raises(AccessError):
            Vault.open(vault.folder, "wrong")

    Vault.open(vault.folder, PASSWORD).lock()


def test_a_changed_password_opens_everything_and_the_former_one_nothing(
    vault: ScratchVault,
) -> None:
    fill(vault)
    before = vault.all()
    vault.vault.passwords.change("another password", kdf=_KDF)
    vault.vault.lock()

    with pytest.raises(AccessError):
        Vault.open(vault.folder, PASSWORD)
    vault.vault = Vault.open(vault.folder, "another password")

    assert vault.all() == before
    assert vault.vault.audit.list()[-1].action == "password changed"


def test_an_open_vault_searches_and_reads_while_it_imports(vault: ScratchVault) -> None:
    vault.bring(*(conversation("anchor", external_id=f"first {n}") for n in range(20)))
    faults: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                assert vault.vault.search.find("anchor in:text").total >= 20
                summaries = vault.vault.conversations.list(limit=5)
                assert all(said(vault.vault.conversations.get(s.id)) for s in summaries)
            except BaseException as fault:  # noqa: BLE001 - shown below
                faults.append(fault)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for n in range(10):
        vault.bring(*(conversation("anchor", external_id=f"{n} {m}") for m in range(20)))
    stop.set()
    for reader in readers:
        reader.join()

    assert faults == []
    assert vault.vault.search.find("anchor in:text").total == 220


def test_a_message_of_ones_own_is_there_found_and_kept_by_imports(vault: ScratchVault) -> None:
    talk = conversation("a question", "an answer", updated_at_ms=1)
    vault.bring(talk)
    added = vault.vault.conversations.append(vault.only().id, Role.USER, "My own gasket")

    found = vault.only()
    assert (found.messages[-1], found.active) == (added, 3)
    assert vault.vault.search.find("gasket").total == 1
    assert vault.bring(talk).counts.conversations_unchanged == 1
    later = conversation("a question", "an answer", message(3, "more"), updated_at_ms=2)
    assert vault.bring(later).counts.messages_new == 1
    assert said(vault.only()) == ["a question", "an answer", "My own gasket", "more"]
    assert not any(m.is_missing_at_source for m in vault.only().messages)
    assert vault.problems() == []


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_message_is_refused(vault: ScratchVault, text: str) -> None:
    vault.bring(conversation("a question"))

    with pytest.raises(UserError):
        vault.vault.conversations.append(vault.only().id, Role.USER, text)


def test_a_conversation_is_found_by_the_beginning_of_its_id(vault: ScratchVault) -> None:
    vault.bring(conversation("a question"))
    whole = vault.only().id
    assert whole is not None

    for given in (whole, str(whole), whole.hex, str(whole)[:8], str(whole)[:4].upper()):
        assert vault.vault.conversations.get(given).id == whole
    for wrong in ("", "abc", "zzzz", str(whole) + "0", "0000" if whole.hex[0] != "0" else "ffff"):
        with pytest.raises(UserError):
            vault.vault.conversations.get(wrong)


def test_pages_of_a_long_chat_are_its_active_branch(vault: ScratchVault) -> None:
    talk = conversation(
        *(message(n, f"{n}") for n in range(1, 41)),
        message(41, "another branch", parent=3),
        active=40,
    )
    vault.bring(talk)
    page = vault.vault.conversations.page
    pages = [page(vault.only().id, limit=15, offset=offset) for offset in (0, 15, 30, 45)]

    assert [m.text for found in pages for m in found] == [str(n) for n in range(1, 41)]
    assert [len(p) for p in pages] == [15, 15, 10, 0]


_IN_MEMORY = """
import json
from pathlib import Path
from tempfile import mkdtemp
from privatus.bootstrap import Vault
from privatus.vault.kdf import KdfParameters
from support.memory_scan import masked
folder = Path(mkdtemp())
export = folder / "a.json"
export.write_text(json.dumps([{"messages": [{"role": "user", "content": "a question"}]}]))
vault = Vault.create(folder / "vault", "several random words", kdf=KdfParameters.for_tests()).vault
vault.imports.run(export)
assert vault.search.find("question").total
assert vault.conversations.get(vault.conversations.list()[0].id).messages
keys, scope = vault._keys, vault._store.scope
secrets = [keys.opened.vault_key, keys.opened.database_key, scope._key, scope.blob_key]
print(*(masked(secret.reveal()) for secret in secrets), sep="\\n", flush=True)
vault.lock()
print("ready", flush=True)
input()
"""


def test_no_key_is_left_in_memory_after_locking() -> None:
    assert copies(_IN_MEMORY) == [0, 0, 0, 0]
    # They would be found: there they are while the vault is open.
    assert all(copies(_IN_MEMORY.replace("vault.lock()\n", "")))


def test_nothing_is_deleted_where_a_link_leads(vault: ScratchVault, tmp_path: Path) -> None:
    vault.vault.lock()
    folder, elsewhere = vault.vault.folder, tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "2.db").write_bytes(b"somebody's")
    (folder / "search").rename(tmp_path / "index")
    (folder / "search").symlink_to(elsewhere)

    with pytest.raises(UserError, match="is a link"):
        Vault.open(folder, PASSWORD)

    assert (elsewhere / "2.db").read_bytes() == b"somebody's"


def test_files_that_are_not_ours_stay_in_the_folders_of_a_vault(vault: ScratchVault) -> None:
    vault.vault.lock()
    folder = vault.vault.folder
    (folder / "blobs" / "ab").mkdir(parents=True)
    ours = folder / "blobs" / "ab" / f"{'ab' * 32}.tmp"
    theirs = [folder / "blobs" / "ab" / "notes.tmp", folder / "search" / "other.db"]
    for path in (ours, *theirs):
        path.write_bytes(b"x")

    Vault.open(folder, PASSWORD).lock()

    assert not ours.exists()
    assert all(path.exists() for path in theirs)


def test_a_check_that_is_stopped_amid_a_table_closes_the_vault_without_a_word(
    vault: ScratchVault,
) -> None:
    # More than is read from a table at once.
    vault.bring(conversation(*(message(n, f"word {n}") for n in range(1, 3001))))
    vault.vault.lock()

    class Stopping(Job):
        left = 1_000_000

        def check(self) -> None:
            self.left -= 1
            if not self.left:
                self.cancel()
            super().check()

    job = Stopping()
    with Vault.open(vault.vault.folder, PASSWORD) as opened:
        opened.integrity.check(job=job)
    calls = 1_000_000 - job.left
    assert calls > 10
    for number in range(1, calls, max(1, calls // 20)):
        job = Stopping()
        job.left = number
        with pytest.raises(JobCancelled), Vault.open(vault.vault.folder, PASSWORD) as opened:
            opened.integrity.check(job=job)
