"""Importing in the window: from the drop to the report, by mouse and by keyboard."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

import ui.pages
from privatus.core.jobs import Job
from privatus.services.import_preview import ImportPreview, ImportPreviewService
from privatus.services.imports import ImportService, known_sources
from support.chatgpt_chats import chat, write_chats
from support.desk import Desk
from support.import_page import click, texts_of, view_of
from ui.imports.guides import GUIDES
from ui.imports.importing import Phase
from ui.imports.page import PAGE, ImportsPage, ImportTarget
from ui.imports.preview_view import PreviewView
from ui.imports.progress_view import ProgressView
from ui.imports.report_view import ReportView
from ui.imports.start_view import GuideView, StartView
from ui.settings import table
from ui.settings.page import PAGE as SETTINGS

_DOCUMENT = Path(__file__).parents[2] / "docs" / "importing.md"


@pytest.fixture(autouse=True)
def _pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.pages, "BUILT_IN", (PAGE, SETTINGS))


@pytest.fixture
def page(desk: Desk) -> Iterator[ImportsPage]:
    desk.unlock()
    found = desk.show_page("imports")
    assert isinstance(found, ImportsPage)
    return found


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write_chats(
        tmp_path / "conversations.json", chat("Garlic", "When?", "In autumn."), chat("Bikes", "a")
    )


def _drop(window: QWidget, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    flags = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton)
    entered = QDragEnterEvent(QPoint(9, 9), *flags, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, entered)
    assert entered.isAccepted()
    dropped = QDropEvent(QPointF(9, 9), *flags, Qt.KeyboardModifier.NoModifier, QEvent.Type.Drop)
    QApplication.sendEvent(window, dropped)


def test_a_dropped_export_is_shown_before_it_is_imported(
    page: ImportsPage, desk: Desk, qtbot: QtBot, export: Path
) -> None:
    desk.window.shell.go("settings")

    _drop(desk.window, export)

    assert desk.window.workspace is not None
    assert desk.window.workspace.current == "imports"
    preview = view_of(page, PreviewView, qtbot)
    assert "ChatGPT" in texts_of(preview) and "2 chats to import" in texts_of(preview)
    assert desk.session.vault.conversations.list() == []

    click(preview, "Import", qtbot)

    report = view_of(page, ReportView, qtbot)
    assert "Your chats are in the vault" in texts_of(report)
    assert {c.title for c in desk.session.vault.conversations.list()} == {"Garlic", "Bikes"}


def test_the_same_export_again_is_known(
    page: ImportsPage, desk: Desk, qtbot: QtBot, export: Path
) -> None:
    desk.session.vault.imports.run(export)

    page.look_into((export,))

    preview = view_of(page, PreviewView, qtbot)
    assert "Everything is already here" in texts_of(preview)
    assert "2 with nothing new" in texts_of(preview)


def test_what_was_deleted_for_good_comes_again_if_a_person_wants_it(
    page: ImportsPage, desk: Desk, qtbot: QtBot, export: Path
) -> None:
    vault = desk.session.vault
    vault.imports.run(export)
    vault.purging.destroy(vault.purging.row_ids([vault.conversations.list()[0].id]))

    page.look_into((export,))
    preview = view_of(page, PreviewView, qtbot)
    assert "1 deleted by you, left out" in texts_of(preview)
    click(preview, "Import", qtbot)
    report = view_of(page, ReportView, qtbot)
    assert "1 chat that you deleted for good was left out." in texts_of(report)
    assert len(vault.conversations.list()) == 1

    page.look_into((export,))
    preview = view_of(page, PreviewView, qtbot)
    [box] = preview.findChildren(QCheckBox)
    box.click()
    click(preview, "Import", qtbot)

    qtbot.waitUntil(lambda: len(vault.conversations.list()) == 2)


def test_files_are_added_and_left_out_before_the_import(
    page: ImportsPage, qtbot: QtBot, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_chats(tmp_path / "other.json", chat("Soup", "b"))
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada,")
    page.look_into((export,))
    preview = view_of(page, PreviewView, qtbot)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(other), str(letter)], ""))

    click(preview, "Add more…", qtbot)
    qtbot.waitUntil(
        lambda: isinstance(page.view, PreviewView) and "letter.txt" in texts_of(page.view)
    )
    assert page.importing is not None
    assert page.importing.paths == [export, other, letter]

    page.importing.remove(letter)
    qtbot.waitUntil(
        lambda: isinstance(page.view, PreviewView) and "letter.txt" not in texts_of(page.view)
    )
    assert "3 chats to import" in texts_of(page.view)


def test_only_what_is_added_is_read(
    page: ImportsPage, qtbot: QtBot, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [write_chats(tmp_path / f"{n}.json", chat(f"Soup {n}", "b")) for n in range(3)]
    read: list[tuple[Path, ...]] = []
    run = ImportPreviewService.run

    def noting(service: ImportPreviewService, *paths: Path, **options: Any) -> ImportPreview:
        read.append(paths)
        return run(service, *paths, **options)

    monkeypatch.setattr(ImportPreviewService, "run", noting)
    page.look_into((export,))
    view_of(page, PreviewView, qtbot)

    page.look_into((files[0],))
    # While it is looked into.
    page.look_into(tuple(files[1:]))

    assert "5 chats to import" in texts_of(view_of(page, PreviewView, qtbot))
    assert read == [(export,), (files[0],), tuple(files[1:])]

    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada,")
    page.look_into((letter,))
    qtbot.waitUntil(lambda: read[-1] == (letter,))
    preview = view_of(page, PreviewView, qtbot)
    assert page.importing is not None
    page.importing.remove(letter)
    assert view_of(page, PreviewView, qtbot) is not preview
    assert "letter.txt" not in texts_of(page.view)
    assert "5 chats to import" in texts_of(page.view)
    assert read[-1] == (letter,)
    page.importing.remove(export)
    # A chat that was in it, too, counts for another file now.
    qtbot.waitUntil(lambda: read[-1] == tuple(files))


def test_a_file_that_is_dropped_again_is_read_again(
    page: ImportsPage, qtbot: QtBot, export: Path
) -> None:
    page.look_into((export,))
    view_of(page, PreviewView, qtbot)
    write_chats(export, chat("Garlic", "When?"), chat("Bikes", "a"), chat("Salad", "c"))

    page.look_into((export,))

    view_of(page, ProgressView, qtbot)
    assert "3 chats to import" in texts_of(view_of(page, PreviewView, qtbot))


def test_what_is_no_export_says_so(page: ImportsPage, qtbot: QtBot, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada,")

    page.look_into((letter,))

    preview = view_of(page, PreviewView, qtbot)
    assert "No chats that Privatus can read" in texts_of(preview)
    assert not preview.import_button.isEnabled()


def test_ctrl_o_asks_for_files_and_the_keyboard_goes_all_the_way(
    page: ImportsPage, desk: Desk, qtbot: QtBot, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.window.activateWindow()
    qtbot.waitUntil(desk.window.isActiveWindow)
    desk.window.shell.go("settings")
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(export)], ""))

    qtbot.keyClick(desk.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    preview = view_of(page, PreviewView, qtbot)
    qtbot.waitUntil(preview.import_button.hasFocus)
    qtbot.keyClick(preview.import_button, Qt.Key.Key_Space)

    report = view_of(page, ReportView, qtbot)
    qtbot.waitUntil(report.read_button.hasFocus)
    qtbot.keyClick(report.read_button, Qt.Key.Key_Space)
    assert len(desk.session.vault.conversations.list()) == 2


def test_the_focus_is_at_the_import_while_a_file_dialog_closes(
    page: ImportsPage, desk: Desk, qtbot: QtBot, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = view_of(page, StartView, qtbot)
    start.files_button.setFocus()
    # The desktop gives the focus back to the window only once it has taken the dialog away.
    monkeypatch.setattr("ui.imports.page.QApplication.focusWidget", lambda: None)

    page.look_into((export,))

    preview = view_of(page, PreviewView, qtbot)
    qtbot.waitUntil(lambda: desk.window.focusWidget() is preview.import_button)


def test_an_import_can_be_paused_gone_on_with_and_stopped(
    page: ImportsPage, qtbot: QtBot, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(_service: ImportService, *_paths: Path, job: Job, **_options: object) -> None:
        done = 0
        while True:
            done += 1
            begun.set()
            job.report("importing conversations.json", done, 10**12)

    monkeypatch.setattr(ImportService, "run", endless)
    page.look_into((export,))
    click(view_of(page, PreviewView, qtbot), "Import", qtbot)
    view = view_of(page, ProgressView, qtbot)
    assert begun.wait(10)
    qtbot.waitUntil(lambda: "conversations.json" in view.stage.text())

    qtbot.mouseClick(view.pause_button, Qt.MouseButton.LeftButton)
    assert view.left.text() == "Paused" and view.pause_button.text() == "Go on"
    page.look_into((export,))
    assert page.importing is not None and page.importing.phase is Phase.RUNNING
    qtbot.mouseClick(view.pause_button, Qt.MouseButton.LeftButton)
    assert view.pause_button.text() == "Pause"
    qtbot.mouseClick(view.pause_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view.stop_button, Qt.MouseButton.LeftButton)

    report = view_of(page, ReportView, qtbot)
    assert "The import was stopped" in texts_of(report)


def test_who_is_in_a_hurry_imports_without_waiting_for_the_look(
    page: ImportsPage, desk: Desk, qtbot: QtBot, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(_service: ImportPreviewService, *_paths: Path, after: None, job: Job) -> None:
        while True:
            job.report("looking into conversations.json", 1, 2)

    monkeypatch.setattr(ImportPreviewService, "run", endless)
    page.look_into((export,))
    view = view_of(page, ProgressView, qtbot)

    click(view, "Import now", qtbot)

    view_of(page, ReportView, qtbot)
    assert len(desk.session.vault.conversations.list()) == 2


def test_an_import_goes_on_when_the_page_is_made_anew(
    page: ImportsPage, desk: Desk, qtbot: QtBot, export: Path
) -> None:

    page.look_into((export,))
    view_of(page, PreviewView, qtbot)

    desk.settings.set(table.LANGUAGE, "de")

    assert desk.window.workspace is not None
    again = desk.window.workspace.page("imports")
    assert isinstance(again, ImportsPage) and again is not page
    assert "2 Chats zu importieren" in texts_of(view_of(again, PreviewView, qtbot))


def test_every_provider_has_a_guide_that_can_be_read_and_left(
    page: ImportsPage, qtbot: QtBot
) -> None:
    assert {guide.source for guide in GUIDES} == {source for source, _ in known_sources()}
    for guide in GUIDES:
        start = view_of(page, StartView, qtbot)
        start.guide_wanted.emit(guide)
        view = view_of(page, GuideView, qtbot)
        assert guide.steps[0] in texts_of(view)
        qtbot.mouseClick(view.back_button, Qt.MouseButton.LeftButton)
    view_of(page, StartView, qtbot)


def test_escape_leaves_a_guide(page: ImportsPage, qtbot: QtBot) -> None:
    view_of(page, StartView, qtbot).guide_wanted.emit(GUIDES[0])
    guide = view_of(page, GuideView, qtbot)

    qtbot.keyClick(guide.back_button, Qt.Key.Key_Escape)

    view_of(page, StartView, qtbot)


def test_the_guides_name_the_menus_that_the_documentation_names() -> None:
    document = " ".join(_DOCUMENT.read_text(encoding="utf-8").replace("*", "").split())
    menus = [m for guide in GUIDES for step in guide.steps
             for m in re.findall(r"[A-Z]\w*(?: \w+)*(?: → [A-Z]\w*(?: \w+)*)+", step)]  # fmt: skip
    assert len(menus) >= 3

    for menu in menus:
        assert menu.removeprefix("Choose ") in document
    for guide in GUIDES:
        if guide.address:
            assert guide.address.removeprefix("https://").split("/")[0].split(".")[-2] in (
                document.lower()
            )


def test_locking_takes_what_was_found_from_the_screen(
    page: ImportsPage, desk: Desk, qtbot: QtBot, export: Path
) -> None:
    page.look_into((export,))
    view_of(page, PreviewView, qtbot)

    desk.lock()

    assert [w for w in desk.window.findChildren(QLabel) if "conversations.json" in w.text()] == []
    _drop(desk.window, export)
    assert "Unlock the vault" in desk.window.shell.told[0]


def test_a_target_without_files_asks_for_them(
    page: ImportsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (asked.append(True) or [], ""))

    page.on_target(ImportTarget())

    qtbot.waitUntil(lambda: asked == [True])
    assert isinstance(page.view, StartView)
