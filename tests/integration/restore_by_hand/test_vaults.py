"""A vault that Privatus has backed up comes back without Privatus, and opens as it was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.backup import Backup, BackupDestination
from privatus.services.backups.restoring import restore
from privatus.vault.kdf import KdfParameters
from support.conversations import attachment, conversation, message
from support.headers import HeaderVault
from support.restoring import Bench, contents, writer_of
from support.vaults import PASSWORD, ScratchVault

_BIG = bytes(range(256)) * 5_000


@dataclass
class BackedUp:
    """A vault with chats and files, and where its backups go."""

    scratch: ScratchVault
    code: str
    destination: BackupDestination

    def back_up(self) -> Backup:
        return self.scratch.vault.backups.run(self.destination.id)


@pytest.fixture
def backed_up(tmp_path: Path, bench: Bench) -> BackedUp:
    new = Vault.create(tmp_path / "vault", PASSWORD, kdf=KdfParameters.for_tests())
    scratch = ScratchVault(tmp_path / "vault", new.vault)
    said = message(1, "the treaty of Utrecht", attachments=(attachment("a.bin", _BIG),))
    scratch.bring(conversation(said, "1713"), conversation("and then?", external_id="c2"))
    destination = new.vault.backups.add("here", str(bench.repository))
    return BackedUp(scratch=scratch, code=new.recovery_code, destination=destination)


def _texts(vault: Vault) -> dict[str, list[str]]:
    return {
        one.external_id: [said.text for said in one.messages]
        for one in ScratchVault(vault.folder, vault).all().values()
    }


@pytest.mark.parametrize("by_code", [False, True])
def test_a_vault_comes_back_and_is_whole(
    backed_up: BackedUp, bench: Bench, tmp_path: Path, by_code: bool
) -> None:
    before = _texts(backed_up.scratch.vault)
    backup = backed_up.back_up()
    database = (tmp_path / "vault" / "vault.db").stat().st_size
    secret = [backed_up.code, "--recovery-code"] if by_code else [PASSWORD]

    done = bench.run(*secret, to=tmp_path / "restored")

    assert (done.code, done.complaints) == (0, [])
    assert backup.id in done.said
    restored = ScratchVault(tmp_path / "restored", Vault.open(tmp_path / "restored", PASSWORD))
    assert (tmp_path / "restored" / "vault.db").stat().st_size <= database
    assert restored.problems() == []
    assert _texts(restored.vault) == before
    assert len(restored.vault.search.find("utrecht").hits) == 1
    restored.vault.lock()
    Vault.open(tmp_path / "restored", recovery_code=backed_up.code).lock()


def test_every_state_comes_back_through_a_change_of_password_and_keys(
    backed_up: BackedUp, bench: Bench, tmp_path: Path
) -> None:
    scratch = backed_up.scratch
    states = {backed_up.back_up().id: _texts(scratch.vault)}
    scratch.bring(conversation("later", external_id="c3"))
    scratch.vault.passwords.change("another long password")
    states[backed_up.back_up().id] = _texts(scratch.vault)
    scratch.vault.lock()
    Vault.rotate(scratch.folder, "another long password")
    scratch.vault = Vault.open(scratch.folder, "another long password")
    scratch.bring(conversation("with new keys", external_id="c4"))
    states[backed_up.back_up().id] = _texts(scratch.vault)
    scratch.vault.lock()

    listed = bench.run("another long password")

    assert listed.complaints == []
    assert [line.split()[0] for line in listed.said.splitlines()] == list(states)
    assert bench.run(PASSWORD).code == 1
    for backup_id, state in states.items():
        folder = tmp_path / backup_id
        done = bench.run("another long password", "--backup", backup_id, to=folder)
        assert (done.code, done.complaints) == (0, [])
        restored = Vault.open(folder, "another long password")
        assert _texts(restored) == state
        assert [check for check in restored.integrity.check().checks if not check.ok] == []
        assert not restored.warnings
        restored.lock()


def test_we_restore_a_vault_that_the_second_writer_backed_up(
    backed_up: BackedUp, bench: Bench, tmp_path: Path
) -> None:
    scratch = backed_up.scratch
    before, opened = _texts(scratch.vault), scratch.vault._keys.opened
    header = HeaderVault(folder=scratch.folder, opened=opened, code="", password=PASSWORD)
    writer = writer_of(header, bench.repository)
    scratch.vault.lock()
    writer.start()
    backup_id = writer.back_up(scratch.folder, 1_700_000_000_000)

    report = restore(str(bench.repository), tmp_path / "restored", PASSWORD)
    by_code = restore(str(bench.repository), tmp_path / "by code", code=backed_up.code)

    assert report.backup_id == by_code.backup_id == backup_id
    assert contents(tmp_path / "restored") == contents(scratch.folder)
    restored = Vault.open(tmp_path / "by code", PASSWORD)
    assert _texts(restored) == before
    assert restored.integrity.check().ok
    restored.lock()


def test_a_file_that_is_not_ours_does_not_spoil_a_backup(
    backed_up: BackedUp, bench: Bench, tmp_path: Path
) -> None:
    ours = contents(backed_up.scratch.folder).keys()
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "ä"):
        (backed_up.scratch.folder / "blobs" / name).write_bytes(b"icons")

    backup = backed_up.back_up()

    assert bench.run(PASSWORD, to=tmp_path / "restored").complaints == []
    assert contents(tmp_path / "restored").keys() == ours
    assert backup.files == len(ours) - 1
