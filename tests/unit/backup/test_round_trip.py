"""What is backed up comes back, costs only what changed, and damage is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from privatus.backup.creating import create
from privatus.backup.destinations.local import LocalDestination
from privatus.backup.destinations.port import Entry
from privatus.backup.reading import ChunkReader, LostChunkError
from privatus.backup.repository import Repository, Snapshot
from privatus.backup.restoring import restore_all
from privatus.core.backup import BackupKind
from privatus.core.errors import AccessError, JobCancelled, TamperedError, UserError
from privatus.core.jobs import Job
from privatus.core.secret import SecretBytes
from privatus.vault import recovery_code
from privatus.vault.slots import SlotType
from support.repositories import PASSWORD, FakeVault, sign


@pytest.fixture
def vault(tmp_path: Path) -> FakeVault:
    return FakeVault(tmp_path / "vault")


@pytest.fixture
def place(tmp_path: Path) -> LocalDestination:
    return LocalDestination.make(tmp_path / "repository")


def _back_up(
    vault: FakeVault, place: LocalDestination, kind: BackupKind = BackupKind.INCREMENTAL
) -> Snapshot:
    return create(vault.repository(place), vault.source, kind, sign, Job())


def _restore(repository: Repository, snapshot: Snapshot, folder: Path) -> None:
    reader = ChunkReader(repository, repository.load_index())
    restore_all(reader, snapshot.manifest, folder, Job())


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("vault.pvh")
    }


def test_what_was_backed_up_comes_back_byte_for_byte(
    vault: FakeVault, place: LocalDestination, tmp_path: Path
) -> None:
    contents = [b"", b"x", os.urandom(3 * 1024 * 1024 + 5)]
    names = [vault.add_file(content) for content in contents]

    snapshot = _back_up(vault, place)
    _restore(vault.repository(place), snapshot, tmp_path / "new")

    expected = dict(zip(names, contents, strict=True)) | {"vault.db": bytes(vault.database)}
    assert _files(tmp_path / "new") == expected


@pytest.mark.parametrize("slot_type", SlotType)
def test_the_repository_and_the_password_or_the_code_are_enough(
    vault: FakeVault, place: LocalDestination, tmp_path: Path, slot_type: SlotType
) -> None:
    snapshot = _back_up(vault, place)
    secret = {
        SlotType.PASSWORD: SecretBytes.from_text(PASSWORD),
        SlotType.RECOVERY: recovery_code.decode(vault.recovery_code),
    }[slot_type]

    repository, opened = Repository.open(place, secret, slot_type)

    assert opened.header == vault.side.header
    (found,), problems = repository.snapshots()
    assert (found, problems) == (snapshot, [])
    _restore(repository, found, tmp_path / "new")
    assert (tmp_path / "new/vault.db").read_bytes() == vault.database


def test_a_wrong_password_opens_no_repository(vault: FakeVault, place: LocalDestination) -> None:
    _back_up(vault, place)
    with pytest.raises(AccessError, match="password is wrong"):
        Repository.open(place, SecretBytes.from_text("another"), SlotType.PASSWORD)


def test_the_second_backup_writes_what_changed_and_is_whole_in_itself(
    vault: FakeVault, place: LocalDestination, tmp_path: Path
) -> None:
    vault.add_file(os.urandom(100_000))
    first = _back_up(vault, place)
    vault.edit(page=3)
    name = vault.add_file(b"new")
    second = _back_up(vault, place)

    # One chunk of pages, the list that names it, the new file and its node of the catalogue.
    assert second.manifest.new_chunks == 4
    assert second.manifest.new_bytes < 20_000
    assert [parent.id for parent in second.manifest.parents] == [first.manifest.id]
    place.delete(first.name)
    _restore(vault.repository(place), second, tmp_path / "new")
    assert (tmp_path / "new/vault.db").read_bytes() == vault.database
    assert (tmp_path / "new" / name).read_bytes() == b"new"


def test_a_full_backup_does_not_need_what_was_written_before_it(
    vault: FakeVault, place: LocalDestination, tmp_path: Path
) -> None:
    _back_up(vault, place)
    former = place.list("data")
    full = _back_up(vault, place, BackupKind.FULL)
    for entry in former:
        place.delete(entry.name)
    _restore(vault.repository(place), full, tmp_path / "new")
    assert (tmp_path / "new/vault.db").read_bytes() == vault.database


def test_a_damaged_pack_is_told_and_never_restored(
    vault: FakeVault, place: LocalDestination, tmp_path: Path
) -> None:
    snapshot = _back_up(vault, place)
    (pack,) = place.list("data")
    path = tmp_path / "repository" / pack.name
    raw = bytearray(path.read_bytes())
    raw[5000] ^= 1
    path.write_bytes(raw)
    with pytest.raises(LostChunkError, match=pack.name):
        _restore(vault.repository(place), snapshot, tmp_path / "new")


def test_a_chunk_that_is_damaged_in_one_pack_is_taken_from_another(
    vault: FakeVault, place: LocalDestination, tmp_path: Path
) -> None:
    _back_up(vault, place)
    former = {entry.name for entry in place.list("data")}
    full = _back_up(vault, place, BackupKind.FULL)
    (pack,) = {entry.name for entry in place.list("data")} - former
    path = tmp_path / "repository" / pack
    raw = bytearray(path.read_bytes())
    raw[5000] ^= 1
    path.write_bytes(raw)
    _restore(vault.repository(place), full, tmp_path / "new")
    assert (tmp_path / "new/vault.db").read_bytes() == vault.database


def test_a_manifest_under_another_name_is_no_backup(
    vault: FakeVault, place: LocalDestination, tmp_path: Path
) -> None:
    snapshot = _back_up(vault, place)
    raw = place.get(snapshot.name)
    place.put(f"snapshots/0000000009-{snapshot.manifest.id}", raw)
    found, problems = vault.repository(place).snapshots()
    assert [one.name for one in found] == [snapshot.name]
    assert [one.name for one in problems] == [f"snapshots/0000000009-{snapshot.manifest.id}"]


class _Outrun(LocalDestination):
    """A folder in which another computer has just taken away a key object that was listed."""

    def list(self, folder: str) -> list[Entry]:
        gone = [Entry("keys/" + "0" * 32, 1000, None)] if folder == "keys" else []
        return gone + super().list(folder)


def test_keys_that_go_while_they_are_read_are_in_nobodys_way(
    vault: FakeVault, place: LocalDestination
) -> None:
    _back_up(vault, place)
    outrun = _Outrun(Path(place.location))

    vault.repository(outrun).close()
    repository, opened = Repository.open(outrun, SecretBytes.from_text(PASSWORD), SlotType.PASSWORD)

    assert len(repository.snapshots()[0]) == 1
    opened.wipe()


def test_the_repository_of_another_vault_is_left_alone(
    vault: FakeVault, place: LocalDestination, tmp_path: Path
) -> None:
    _back_up(vault, place)
    with pytest.raises(UserError, match="another vault"):
        FakeVault(tmp_path / "other").repository(place)


def test_a_changed_config_is_found_by_the_keys(
    vault: FakeVault, place: LocalDestination, tmp_path: Path
) -> None:
    _back_up(vault, place)
    config = tmp_path / "repository/config"
    other = FakeVault(tmp_path / "other")
    other.repository(LocalDestination.make(tmp_path / "others"))
    config.write_bytes((tmp_path / "others/config").read_bytes())
    with pytest.raises(TamperedError):
        Repository.open(place, SecretBytes.from_text(PASSWORD), SlotType.PASSWORD)


def test_a_backup_that_was_stopped_does_not_exist(
    vault: FakeVault, place: LocalDestination
) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(JobCancelled):
        create(vault.repository(place), vault.source, BackupKind.FULL, sign, job)
    assert vault.repository(place).snapshots() == ([], [])


def test_a_file_that_was_mended_is_backed_up_anew_and_others_are_not_read_again(
    vault: FakeVault, place: LocalDestination, tmp_path: Path
) -> None:
    damaged, old = vault.add_file(b"damaged."), vault.add_file(b"as ever.")
    for name in (damaged, old):
        os.utime(vault.folder / name, (0, 0))
    _back_up(vault, place)
    (vault.folder / damaged).write_bytes(b"mended!!")
    stat = (vault.folder / old).stat()
    (vault.folder / old).write_bytes(b"not read")
    os.utime(vault.folder / old, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    snapshot = _back_up(vault, place)
    _restore(vault.repository(place), snapshot, tmp_path / "new")

    assert (tmp_path / "new" / damaged).read_bytes() == b"mended!!"
    assert (tmp_path / "new" / old).read_bytes() == b"as ever."
