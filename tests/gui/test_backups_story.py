"""A person's first backup, from the window, with the real thing below it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QTableWidget

from privatus.bootstrap import Vault
from privatus.core.backup import Backup, BackupKind, Health
from privatus.core.jobs import Job
from support.backups_page import dialog_of, texts
from support.chatgpt_chats import chat, write_chats
from support.desk import PASSWORD, Desk, make_vault
from ui.backups.dialog import DestinationDialog
from ui.backups.drill_dialog import DrillDialog
from ui.backups.page import BackupsPage
from ui.backups.report_dialog import ReportDialog
from ui.backups.restore_dialog import RestoreDialog
from ui.backups.sources import Elsewhere, Key
from ui.jobs import JobState
from ui.lock.screen import LockScreen
from ui.welcome.wizard import Welcome


@pytest.fixture
def fill(tmp_path: Path) -> Callable[[Vault], object]:
    export = write_chats(tmp_path / "conversations.json", chat("Bread", "How?", "With rye."))
    return lambda vault: vault.imports.run(export)


@pytest.fixture
def page(desk: Desk) -> BackupsPage:
    """Return the page, empty."""
    desk.unlock()
    page = desk.show_page("backups")
    assert isinstance(page, BackupsPage)
    desk.qtbot.waitUntil(lambda: page.stack.currentWidget() is page.empty)
    return page


def _add(desk: Desk, page: BackupsPage, folder: Path) -> None:
    page.add_button.click()
    dialog = page.findChild(DestinationDialog)
    assert dialog is not None
    dialog.place._form.address.setText(str(folder))
    dialog.name.setText("USB disk")
    dialog.save.click()
    desk.qtbot.waitUntil(lambda: page.overview is not None)


def test_a_first_backup_is_made_and_shown_table_by_table(
    desk: Desk, page: BackupsPage, tmp_path: Path
) -> None:
    disk = tmp_path / "usb" / "privatus"
    disk.parent.mkdir()
    _add(desk, page, disk)
    assert "No backup yet" in texts(page)

    page.watch.back_up(1)
    desk.qtbot.waitUntil(lambda: "Last good backup: today" in texts(page))
    page.open_destination(1)
    desk.qtbot.waitUntil(lambda: page.detail is not None and bool(page.detail.model.backups))

    assert page.detail is not None
    [made] = page.detail.model.backups
    assert made.kind is BackupKind.FULL
    [shown] = page.detail.findChildren(QTableWidget)
    held = [(shown.item(line, 0), shown.item(line, 1)) for line in range(shown.rowCount())]
    rows = {name.text(): count.text() for name, count in held if name and count}
    assert rows["conversations"] == "1"
    assert any(disk.joinpath("snapshots").iterdir())


def test_a_disk_that_was_pulled_out_is_calm_and_its_backup_is_made_when_it_is_back(
    desk: Desk, page: BackupsPage, tmp_path: Path
) -> None:
    disk, elsewhere = tmp_path / "usb" / "privatus", tmp_path / "pulled-out"
    disk.parent.mkdir()
    _add(desk, page, disk)
    page.watch.back_up(1)
    desk.qtbot.waitUntil(lambda: "Last good backup: today" in texts(page))
    disk.parent.rename(elsewhere)

    page.watch.back_up(1)
    desk.qtbot.waitUntil(lambda: "The disk is not plugged in" in texts(page))
    status = page.watch.status(1)
    assert status is not None
    assert status.health is Health.AWAY
    assert desk.window.workspace is not None
    assert not desk.window.workspace.banner.isVisible()

    elsewhere.rename(disk.parent)
    page.watch.back_up(1)
    desk.qtbot.waitUntil(lambda: "2 backups" in texts(page))


def _restore_from(dialog: RestoreDialog, disk: Path, password: str, folder: Path) -> None:
    dialog.place._form.address.setText(str(disk))
    dialog.key.password.setText(password)
    dialog.choose.folder.setText(str(folder))
    dialog.next.click()


def test_a_new_machine_gets_the_vault_back_with_the_backup_and_the_password(
    desk: Desk, page: BackupsPage, tmp_path: Path
) -> None:
    disk, folder = tmp_path / "usb", tmp_path / "restored"
    disk.mkdir()
    _add(desk, page, disk)
    page.watch.back_up(1)
    desk.qtbot.waitUntil(lambda: "Last good backup: today" in texts(page))
    desk.lock()
    desk.window.show_welcome()
    welcome = desk.window.findChild(Welcome)
    assert welcome is not None
    welcome.hello.restore.click()
    dialog = welcome.findChild(RestoreDialog)
    assert dialog is not None

    _restore_from(dialog, disk, "not that one", folder)
    desk.qtbot.waitUntil(lambda: bool(dialog.remark.text()))
    assert not dialog.choose.isVisible()
    _restore_from(dialog, disk, PASSWORD, folder)
    desk.qtbot.waitUntil(dialog.choose.isVisible)
    assert dialog.choose.backup is not None
    dialog.next.click()
    desk.qtbot.waitUntil(lambda: dialog.next.text() == "Open the restored vault")
    assert dialog.key.password.text() == ""
    dialog.next.click()

    desk.qtbot.waitUntil(lambda: desk.window.findChild(LockScreen) is not None)
    assert desk.window.folder == folder
    desk.window.shell.keeper.open(folder, PASSWORD)
    desk.qtbot.waitUntil(lambda: desk.window.shell.session is not None)
    assert [each.title for each in desk.session.vault.conversations.list()] == ["Bread"]


def test_a_restore_is_stopped_by_closing_its_window(
    desk: Desk, page: BackupsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(_place: Elsewhere, _key: Key, job: Job) -> Sequence[Backup]:
        while True:
            begun.set()
            job.check()
            time.sleep(0.01)

    monkeypatch.setattr(Elsewhere, "backups", endless)
    assert page.actions_ is not None
    page.actions_.restore_elsewhere()
    dialog = page.findChild(RestoreDialog)
    assert dialog is not None
    _restore_from(dialog, tmp_path, PASSWORD, tmp_path / "restored")
    desk.qtbot.waitUntil(begun.is_set)
    [row] = desk.window.shell.jobs.rows

    dialog.reject()

    desk.qtbot.waitUntil(lambda: row.state is JobState.CANCELLED)
    assert not shiboken6.isValid(dialog)
    assert desk.window.shell.told == []


def test_a_restore_does_not_begin_over_a_vault_unless_it_is_kept_aside(
    desk: Desk, page: BackupsPage, tmp_path: Path
) -> None:
    disk, other = tmp_path / "usb", tmp_path / "other"
    disk.mkdir()
    make_vault(other)
    _add(desk, page, disk)
    page.watch.back_up(1)
    desk.qtbot.waitUntil(lambda: "Last good backup: today" in texts(page))
    page.open_destination(1)
    desk.qtbot.waitUntil(lambda: page.detail is not None and bool(page.detail.model.backups))
    assert page.detail is not None
    page.detail.restore_button.click()
    dialog = page.findChild(RestoreDialog)
    assert dialog is not None
    dialog.choose.folder.setText(str(other))
    dialog.key.password.setText(PASSWORD)
    assert not dialog.next.isEnabled()

    dialog.choose.aside.setChecked(True)
    dialog.next.click()
    desk.qtbot.waitUntil(lambda: dialog.next.text() == "Open the restored vault")

    assert "The vault that was there is in" in dialog.remark.text()
    assert len(list(tmp_path.glob("other.before-restore-*"))) == 1


def test_a_drill_proves_the_newest_backup(desk: Desk, page: BackupsPage, tmp_path: Path) -> None:
    disk = tmp_path / "usb"
    disk.mkdir()
    _add(desk, page, disk)
    page.watch.back_up(1)
    desk.qtbot.waitUntil(lambda: "Last good backup: today" in texts(page))
    page.open_destination(1)
    desk.qtbot.waitUntil(lambda: page.detail is not None and bool(page.detail.model.backups))
    assert page.detail is not None
    page.detail.drill()
    asked = page.findChild(DrillDialog)
    assert asked is not None
    asked.key.password.setText(PASSWORD)

    asked.start.click()

    report = dialog_of(desk, ReportDialog)
    assert "No problem was found" in texts(report)
    desk.qtbot.waitUntil(lambda: page.detail is not None and page.detail.backup is not None
                         and page.detail.backup.proven_at_ms is not None)  # fmt: skip
