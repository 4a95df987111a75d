"""Archives on destinations, in backups, and when they are stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from privatus.bootstrap import Vault
from privatus.core import clock
from privatus.core.archives import ArchiveWish
from privatus.core.errors import DeviceError, TamperedError, UnreachableError, UserError
from privatus.core.jobs import Job
from privatus.services.archiving import away, contents
from privatus.storage.archive_files import ArchiveFiles
from privatus.storage.archived_rows import OWN, TIES
from support.conversations import conversation, message
from support.curated import all_rows, curate, row_ids
from support.vaults import PASSWORD, ScratchVault


def test_archives_lie_on_a_destination_and_come_back_from_there(
    vault: ScratchVault, tmp_path: Path
) -> None:
    ids = curate(vault)
    before, disk = all_rows(vault), tmp_path / "disk"
    disk.mkdir()

    made = vault.vault.archives.create(
        ArchiveWish(row_ids=ids.values(), with_marked=True), where=str(disk), format="csv"
    )

    assert made.conversations == len(ids)
    assert list(vault.folder.glob("archives/*")) == []
    assert len(list(disk.glob("archives/*.0"))) == len(ids)
    assert {chat.where for chat in vault.vault.archives.list()} != {""}
    assert vault.vault.archives.verify() == (len(ids), [])
    assert vault.problems() == []
    vault.vault.archives.bring_back(ids.values())
    after = all_rows(vault)
    assert {name for name, rows in after.items() if rows != before[name]} == set()
    assert list(disk.glob("archives/*")) == []


def test_a_disk_that_is_not_there_changes_nothing(vault: ScratchVault, tmp_path: Path) -> None:
    ids = curate(vault)
    disk = tmp_path / "disk"
    disk.mkdir()
    vault.vault.archives.create(ArchiveWish(row_ids=[ids["plain"]]), where=str(disk))
    disk.rename(tmp_path / "elsewhere")

    [problem] = vault.vault.archives.verify()[1]
    with pytest.raises(UnreachableError):
        vault.vault.archives.bring_back([ids["plain"]])

    assert problem.title == "Chat plain"
    assert len(vault.vault.archives.list()) == 1
    (tmp_path / "elsewhere").rename(disk)
    assert vault.vault.archives.bring_back([ids["plain"]]).conversations == 1


def test_archives_go_to_no_place_that_a_disk_was_taken_from(
    vault: ScratchVault, tmp_path: Path
) -> None:
    ids = curate(vault)
    disk, archives = tmp_path / "disk", vault.vault.archives
    disk.mkdir()
    archives.create(ArchiveWish(row_ids=[ids["plain"]]), where=str(disk / "archives"))
    (disk / "archives").rename(tmp_path / "elsewhere")

    with pytest.raises(UnreachableError):
        archives.create(ArchiveWish(row_ids=[ids["document"]]), where=str(disk / "archives"))

    assert list(disk.iterdir()) == []
    assert [chat.title for chat in archives.list()] == ["Chat plain"]


def test_archives_go_to_no_place_that_no_backup_holds_or_that_depends_on_the_program(
    vault: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = curate(vault)
    wish = ArchiveWish(row_ids=[ids["plain"]])
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())

    with pytest.raises(UserError, match="own folder"):
        vault.vault.archives.create(wish, where=str(vault.folder / "more"))
    with pytest.raises(UserError, match="no backup destination has this name"):
        vault.vault.archives.create(wish, where="disk")

    assert vault.vault.archives.list() == []
    assert sorted(tmp_path.iterdir()) == before


def test_a_stop_leaves_each_chat_in_one_place(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.bring(*(conversation("one", title=str(n), external_id=str(n)) for n in range(6)))
    monkeypatch.setattr("privatus.services.archiving.archives._AT_ONCE", 2)
    job = Job(lambda progress: job.cancel() if progress.done >= 2 else None)
    monkeypatch.setattr(Job, "_MIN_INTERVAL_S", 0.0)

    done = vault.vault.archives.create(ArchiveWish(changed_before_ms=clock.now_ms() + 1), job=job)

    assert 0 < done.conversations < 6
    assert len(vault.all()) + len(vault.vault.archives.list()) == 6
    assert len(list(vault.folder.glob("archives/*"))) == done.conversations
    assert vault.problems() == []


def test_where_a_disk_fails_half_way_a_search_finds_what_is_there(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.bring(*(conversation("a wren", title=str(n), external_id=str(n)) for n in range(4)))
    monkeypatch.setattr("privatus.services.archiving.archives._AT_ONCE", 2)
    write, written = ArchiveFiles.write, list[Any]()

    def failing(files: ArchiveFiles, *said: Any) -> int:
        if len(written) == 2:
            raise DeviceError("the disk is full")
        written.append(said)
        return write(files, *said)

    monkeypatch.setattr(ArchiveFiles, "write", failing)
    with pytest.raises(DeviceError):
        vault.vault.archives.create(ArchiveWish(changed_before_ms=clock.now_ms() + 1))

    assert len(vault.all()) == len(vault.vault.archives.list()) == 2
    assert vault.vault.search.find("wren").total == 2
    assert vault.problems() == []


def test_a_backup_that_runs_meanwhile_has_every_chat(vault: ScratchVault) -> None:
    ids = curate(vault)
    vault.vault.archives.create(ArchiveWish(row_ids=[ids["plain"]]))

    with vault.vault._store.frozen():
        vault.vault.archives.bring_back([ids["plain"]])
        assert len(list(vault.folder.glob("archives/*"))) == 1
    vault.vault.archives.create(ArchiveWish(row_ids=[ids["document"]]))
    vault.reopen()

    assert len(list(vault.folder.glob("archives/*"))) == 1
    assert [chat.title for chat in vault.vault.archives.list()] == ["Garden"]
    assert vault.problems() == []


def test_a_vault_that_is_restored_has_its_archives(vault: ScratchVault, tmp_path: Path) -> None:
    ids = curate(vault)
    before = all_rows(vault)
    everything = list(ids.values())
    vault.vault.archives.create(ArchiveWish(row_ids=everything, with_marked=True))
    made = vault.vault.backups.add("disk", str(tmp_path / "disk"))
    vault.vault.backups.run(made.id, job=Job())

    Vault.restore(str(tmp_path / "disk"), tmp_path / "again", PASSWORD, job=Job())

    with Vault.open(tmp_path / "again", PASSWORD) as again:
        assert again.archives.verify() == (len(ids), [])
        again.archives.bring_back(everything)
        restored = ScratchVault(tmp_path / "again", again)
        for name in set(OWN) | set(TIES):
            assert all_rows(restored)[name] == before[name]


def test_what_waits_to_be_removed_from_a_disk_is_removed_when_that_is_back(
    vault: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = curate(vault)
    disk = tmp_path / "disk"
    wish = ArchiveWish(row_ids=[ids["plain"]])
    vault.vault.archives.create(wish, where=str(disk))
    with monkeypatch.context() as patch:
        patch.setattr(away, "remove", _refuse)
        vault.vault.archives.bring_back([ids["plain"]])
    assert len(list(disk.glob("archives/*"))) == 1
    assert vault.vault.purging.preview_destroy([ids["plain"]]).archives == ("Chat plain",)
    assert vault.vault.archives.list() == []

    # It lies at the disk still, so it goes nowhere else meanwhile.
    assert vault.vault.archives.create(wish).conversations == 0
    assert vault.vault.archives.create(wish, where=str(disk)).conversations == 1

    assert len(list(disk.glob("archives/*"))) == 1
    assert vault.problems() == []
    assert vault.vault.archives.verify() == (1, [])


def _refuse(*_: object) -> None:
    raise UnreachableError("the disk is not there")


def test_a_file_that_does_not_hold_every_row_lets_nothing_go(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = curate(vault)
    before, pack = all_rows(vault), contents.pack

    def forgetful(head: Any, rows: Any, *rest: Any) -> bytes:
        return pack(head, list(rows)[:-1], *rest)

    monkeypatch.setattr(contents, "pack", forgetful)
    with pytest.raises(TamperedError, match="nothing was moved"):
        vault.vault.archives.create(ArchiveWish(row_ids=[ids["plain"], ids["document"]]))

    assert all_rows(vault) == before
    assert vault.vault.archives.list() == []
    assert list(vault.folder.glob("archives/*")) == []
    assert vault.problems() == []


def test_a_disk_that_changes_what_was_written_lets_nothing_go(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = curate(vault)
    before, sync = all_rows(vault), ArchiveFiles.sync

    def careless(files: ArchiveFiles) -> None:
        sync(files)
        for path in vault.folder.glob("archives/*.pva"):
            content = bytearray(path.read_bytes())
            content[-20] ^= 1
            path.write_bytes(content)

    monkeypatch.setattr(ArchiveFiles, "sync", careless)
    with pytest.raises(TamperedError):
        vault.vault.archives.create(ArchiveWish(row_ids=[ids["plain"]]))

    assert all_rows(vault) == before
    assert list(vault.folder.glob("archives/*")) == []


def test_names_that_an_archived_chat_shares_outlive_those_that_are_destroyed(
    vault: ScratchVault,
) -> None:
    vault.bring(
        *(
            conversation(
                message(1, "asked"),
                message(2, "said", model="our own model"),
                external_id=name,
                title=name,
                model="our own model",
                account="me@example.org",
            )
            for name in ("kept", "gone")
        )
    )
    ids = row_ids(vault)
    before = vault.all()["kept"]
    vault.vault.archives.create(ArchiveWish(row_ids=[ids["kept"]]))

    vault.vault.purging.destroy([ids["gone"]])
    vault.vault.archives.bring_back([ids["kept"]])

    assert vault.all()["kept"] == before
    assert vault.problems() == []


def test_what_a_backup_knows_at_a_destination_stays_there_when_it_is_brought_back(
    vault: ScratchVault, tmp_path: Path
) -> None:
    ids = curate(vault)
    disk, place = tmp_path / "disk", tmp_path / "backups"
    disk.mkdir()
    vault.vault.archives.create(ArchiveWish(row_ids=[ids["plain"]]), where=str(disk))
    vault.vault.backups.run(vault.vault.backups.add("disk", str(place)).id)
    vault.vault.archives.bring_back([ids["plain"]])
    assert vault.problems() == []

    Vault.restore(str(place), tmp_path / "restored", PASSWORD)
    with Vault.open(tmp_path / "restored", PASSWORD) as restored:
        assert restored.archives.verify() == (1, [])
        assert restored.archives.bring_back([ids["plain"]]).conversations == 1

    # It may be archived again, under another name.
    vault.vault.archives.create(ArchiveWish(row_ids=[ids["plain"]]), where=str(disk))
    assert vault.vault.archives.verify() == (1, [])
