"""A dialog for files begins in a folder that is there, and only a folder is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from support.desk import Desk
from ui.chats import export_dialog
from ui.layouts import PushButton
from ui.places import DOWNLOADS, nearest, open_folder, place
from ui.reader.find_bar import FindBar
from ui.search_field import SearchField
from ui.shell.toasts import Toast


def test_a_folder_that_is_not_there_gives_way_to_the_one_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "Downloads" / "deep"
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _kind: str(missing))

    assert place(DOWNLOADS) == tmp_path
    missing.mkdir(parents=True)
    assert nearest(missing) == missing


def test_only_a_folder_of_this_computer_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)

    for folder in (tmp_path, tmp_path / "gone", Path("https://example.org")):
        open_folder(folder)

    assert opened == [QUrl.fromLocalFile(str(tmp_path))]


def test_the_folder_of_an_export_is_opened_from_its_message(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)

    export_dialog._on_exported(desk.window.shell, tmp_path, (3, 0, 0))
    [toast] = desk.window.findChildren(Toast)
    [action] = toast.findChildren(PushButton)
    action.click()

    assert action.text() == "Open the folder"
    assert opened == [QUrl.fromLocalFile(str(tmp_path))]


def test_the_find_bar_has_the_field_of_every_other_search(qtbot: QtBot) -> None:
    bar = FindBar()
    qtbot.addWidget(bar)

    assert type(bar.field) is SearchField
    assert not bar.field.isClearButtonEnabled()
