"""A person's first backup, from the window, with the real thing below it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QTableWidget, QWidget

from privatus.bootstrap import Vault
from privatus.core.backup import BackupKind, Health
from support.chatgpt_chats import chat, write_chats
from support.desk import Desk
from ui.backups.dialog import DestinationDialog
from ui.backups.page import BackupsPage


@pytest.fixture
def fill(tmp_path: Path) -> Callable[[Vault], object]:
    export = write_chats(tmp_path / "conversations.json", chat("Bread", "How?", "With rye."))
    return lambda vault: vault.imports.run(export)


def _texts(widget: QWidget) -> str:
    labels = widget.findChildren(QLabel)
    return "\n".join(each.text() for each in labels if each.isVisibleTo(widget))


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
    assert "No backup yet" in _texts(page)

    page.watch.back_up(1)
    desk.qtbot.waitUntil(lambda: "Last good backup: today" in _texts(page))
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
    desk.qtbot.waitUntil(lambda: "Last good backup: today" in _texts(page))
    disk.parent.rename(elsewhere)

    page.watch.back_up(1)
    desk.qtbot.waitUntil(lambda: "The disk is not plugged in" in _texts(page))
    status = page.watch.status(1)
    assert status is not None
    assert status.health is Health.AWAY
    assert desk.window.workspace is not None
    assert not desk.window.workspace.banner.isVisible()

    elsewhere.rename(disk.parent)
    page.watch.back_up(1)
    desk.qtbot.waitUntil(lambda: "2 backups" in _texts(page))
