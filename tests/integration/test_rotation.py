"""Giving a vault new keys: all of it stays, and the former keys open nothing of what comes."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import (
    AccessError,
    BusyError,
    JobCancelled,
    TamperedError,
)
from privatus.core.jobs import Job
from privatus.core.secret import SecretBytes
from privatus.storage.database import Database
from privatus.vault import header, unlock
from privatus.vault.blobs import blob_keys
from privatus.vault.header_files import NAMES
from privatus.vault.kdf import KdfParameters
from privatus.vault.keys import keyspec
from support.conversations import attachment, contents, conversation, message
from support.filled import ACCOUNT, fill, next_export
from support.memory_scan import copies
from support.vaults import PASSWORD, ScratchVault


def _rotate(vault: ScratchVault) -> str:
    vault.vault.lock()
    code = Vault.rotate(vault.folder, PASSWORD)
    vault.vault = Vault.open(vault.folder, PASSWORD)
    return code


def _bytes_of(folder: Path) -> dict[str, bytes]:
    # Opening a vault may write its index and its log; the keys and the database are what counts.
    names = (*NAMES, "vault.db")
    return {name: (folder / name).read_bytes() for name in names}


def _files_of(vault: ScratchVault) -> dict[str, list[bytes | None]]:
    return {name: contents(found) for name, found in vault.all().items()}


@pytest.mark.parametrize("times", [1, 3])
def test_a_vault_with_new_keys_holds_and_finds_what_it_held(
    vault: ScratchVault, times: int
) -> None:
    fill(vault)
    vault_id, before, files = vault.vault.id, vault.all(), _files_of(vault)

    for _ in range(times):
        _rotate(vault)

    assert vault.vault.id == vault_id
    assert vault.all() == before
    assert _files_of(vault) == files
    assert vault.vault.search.find("third answer").total == 1
    assert vault.problems() == []
    actions = [entry.action for entry in vault.vault.audit.list()]
    assert actions.count("keys rotated") == times and actions[0] == "vault created"
    # The index was taken along, not made again.
    assert "search index made anew" not in actions


def test_the_password_and_the_new_code_open_it_and_the_former_code_does_not(
    tmp_path: Path,
) -> None:
    new = Vault.create(tmp_path / "vault", PASSWORD, kdf=KdfParameters.for_tests())
    new.vault.lock()

    code = Vault.rotate(tmp_path / "vault", PASSWORD)

    for options in ({"password": PASSWORD}, {"recovery_code": code}):
        Vault.open(tmp_path / "vault", **options).lock()
    with pytest.raises(AccessError):
        Vault.open(tmp_path / "vault", recovery_code=new.recovery_code)
    costs = unlock.kdf_parameters(tmp_path / "vault")
    assert costs == KdfParameters.for_tests()


def test_no_former_key_opens_the_header_the_database_or_the_index(vault: ScratchVault) -> None:
    fill(vault)
    opened = vault.vault._keys.opened
    vault_key = SecretBytes(bytes(opened.vault_key.reveal()))
    former_index = vault.index_path

    _rotate(vault)
    vault.vault.lock()

    for name in NAMES:
        with pytest.raises(TamperedError):
            header.verify((vault.folder / name).read_bytes(), vault_key)
    [index] = (vault.folder / "search").glob("*.db")
    assert index != former_index
    for path, key in ((vault.folder / "vault.db", vault.database_key), (index, vault.search_key)):
        with pytest.raises(TamperedError):
            Database.open(path, bytearray(key) if path == index else keyspec(key))


def test_files_that_come_later_are_sealed_under_the_new_key(vault: ScratchVault) -> None:
    fill(vault)
    former = SecretBytes(bytes(vault.vault._store.scope.blob_key.reveal()))
    before = vault.blob_paths

    _rotate(vault)
    later = conversation(
        message(
            1,
            "Both",
            attachments=(attachment("new", b"new"), attachment("p", b"the plan" * 30_000)),
        ),
        external_id="later",
    )
    vault.bring(later, account_name=ACCOUNT)

    # What was there is not stored twice.
    [added] = set(vault.blob_paths) - set(before)
    name, _ = blob_keys(former, sha256(b"new").digest())
    assert added.name != name
    assert contents(vault.all()["later"]) == [b"new", b"the plan" * 30_000]
    assert vault.problems() == []


def test_an_export_that_was_imported_before_is_known_again(vault: ScratchVault) -> None:
    fill(vault)

    _rotate(vault)
    again = vault.bring(*next_export(), account_name=ACCOUNT)

    assert again.counts.conversations_unchanged == 3
    assert again.counts.conversations_new == again.counts.conversations_updated == 0
    grown = conversation(
        "A question of mine", "An answer", external_id="fresh", account=ACCOUNT, title="Fresh"
    )
    assert vault.bring(grown, account_name=ACCOUNT).counts.conversations_new == 1
    assert vault.problems() == []


def test_a_copy_made_before_a_change_of_the_schema_goes_with_its_key(vault: ScratchVault) -> None:
    copy = vault.folder / "vault.db.before-migration"
    copy.write_bytes(b"under the former key")

    _rotate(vault)

    assert not copy.exists()


def test_a_wrong_password_changes_nothing(vault: ScratchVault) -> None:
    vault.vault.lock()
    before = _bytes_of(vault.folder)

    with pytest.raises(AccessError):
        Vault.rotate(vault.folder, "another")

    assert _bytes_of(vault.folder) == before


@pytest.mark.usefixtures("impatient")
def test_a_vault_that_is_open_elsewhere_keeps_its_keys(vault: ScratchVault) -> None:
    fill(vault)
    with pytest.raises(BusyError):
        Vault.rotate(vault.folder, PASSWORD)
    reader = Vault.open(vault.folder, PASSWORD, read_only=True)
    vault.vault.lock()
    headers = {name: (vault.folder / name).read_bytes() for name in NAMES}

    with pytest.raises(BusyError):
        Vault.rotate(vault.folder, PASSWORD)

    assert len(reader.conversations.list()) == 3
    reader.lock()
    assert {name: (vault.folder / name).read_bytes() for name in NAMES} == headers
    assert vault.problems() == []
    _rotate(vault)
    assert vault.problems() == []


@pytest.mark.parametrize("stage", ["vault", "index", "force"])
def test_a_rotation_that_is_stopped_changes_nothing(vault: ScratchVault, stage: str) -> None:
    fill(vault)
    before = vault.all()
    vault.vault.lock()
    headers = {name: (vault.folder / name).read_bytes() for name in NAMES}
    files = {path.name for path in vault.folder.iterdir()}

    def stop(progress: object) -> None:
        if stage in str(progress):
            raise JobCancelled

    with pytest.raises(JobCancelled):
        Vault.rotate(vault.folder, PASSWORD, job=Job(stop))

    assert {name: (vault.folder / name).read_bytes() for name in NAMES} == headers
    assert {path.name for path in vault.folder.iterdir()} == files
    vault.reopen()
    assert vault.all() == before
    assert vault.problems() == []


def test_a_damaged_vault_is_not_given_new_keys(vault: ScratchVault) -> None:
    fill(vault)
    vault.vault.lock()
    path = vault.folder / "vault.db"
    raw = bytearray(path.read_bytes())
    raw[len(raw) - 5_000] ^= 1
    path.write_bytes(raw)
    headers = {name: (vault.folder / name).read_bytes() for name in NAMES}

    with pytest.raises(TamperedError):
        Vault.rotate(vault.folder, PASSWORD)

    assert {name: (vault.folder / name).read_bytes() for name in NAMES} == headers
    assert not (vault.folder / "vault.db.new").exists()


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE key_store SET state = 'active' WHERE kind = 1",
        "DELETE FROM key_store WHERE kind = 1 AND state = 'retired'",
        "UPDATE key_store SET state = CASE state WHEN 'active' THEN 'retired' ELSE 'active' END"
        " WHERE kind = 1",
    ],
)
def test_a_former_key_that_was_put_in_force_again_is_found(vault: ScratchVault, edit: str) -> None:
    fill(vault)
    _rotate(vault)
    opened = vault.vault._keys.opened
    vault.database_key = bytes(opened.database_key.reveal()) + opened.database_salt

    vault.attack(edit)

    assert vault.problems()


_IN_MEMORY = """
from pathlib import Path
from tempfile import mkdtemp
from privatus.bootstrap import Vault
from privatus.vault.kdf import KdfParameters
from support.memory_scan import masked
folder = Path(mkdtemp()) / "vault"
def show(vault):
    keys, scope = vault._keys, vault._store.scope
    secrets = [keys.opened.vault_key, keys.opened.database_key, scope._key, scope.blob_key]
    print(*(masked(secret.reveal()) for secret in secrets), sep="\\n", flush=True)
with Vault.create(folder, "several random words", kdf=KdfParameters.for_tests()).vault as vault:
    show(vault)
Vault.rotate(folder, "several random words")
with Vault.open(folder, "several random words") as vault:
    assert len(vault._store.former_vault_keys()[0]) == 32
    show(vault)
print("ready", flush=True)
input()
"""


def test_neither_the_former_keys_nor_the_new_ones_are_left_in_memory() -> None:
    assert copies(_IN_MEMORY) == [0] * 8


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_place_of_the_copy_does_not_make_the_opening_wait(
    vault: ScratchVault,
) -> None:
    vault.vault.lock()
    os.mkfifo(vault.folder / "vault.db.new")

    vault.vault = Vault.open(vault.folder, PASSWORD)

    assert not (vault.folder / "vault.db.new").exists()
