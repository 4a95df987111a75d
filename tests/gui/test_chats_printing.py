"""Printing a chat: by key and by menu, here with a printer that writes a file."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QMenu
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.chats import bring
from support.conversations import conversation
from support.desk import Desk
from ui.chats import paper
from ui.chats.actions import ChatActions
from ui.chats.page import ChatsPage
from ui.chats.printing import put_on_pages
from ui.jobs import JobState

_GIVEN = "The chat was given to the printer."
_LONG = "\n\n".join(f"Paragraph {n} of an answer that takes pages." for n in range(150))


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return lambda vault: bring(vault, conversation("Hello", _LONG, title="A secret title"))


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ChatsPage:
    desk.unlock()
    found = desk.show_page("chats")
    assert isinstance(found, ChatsPage)
    qtbot.waitUntil(lambda: found.reader.model is not None)
    return found


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the file is once the dialog, which is not shown, was answered with yes."""
    path = tmp_path / "printed.pdf"

    def answer(dialog: QPrintDialog) -> None:
        _to_file(dialog.printer(), path)
        dialog.accepted.emit(dialog.printer())
        dialog.deleteLater()

    monkeypatch.setattr(QDialog, "open", answer)
    return path


def _to_file(printer: QPrinter, path: Path) -> None:
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))


def _pages(path: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))


def test_the_open_chat_is_printed_by_its_key(
    page: ChatsPage, desk: Desk, qtbot: QtBot, printed: Path
) -> None:
    desk.window.activateWindow()
    page.pane.view.setFocus()
    qtbot.keyClick(page.pane.view, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: _GIVEN in desk.window.shell.told)
    assert _pages(printed) > 2


def test_the_menus_of_the_chat_and_of_the_list_print_it(
    page: ChatsPage, desk: Desk, qtbot: QtBot, printed: Path
) -> None:
    menu = QMenu()
    page.reader.actions_.fill_chat(menu)
    next(a for a in menu.actions() if a.text() == "Print this chat…").trigger()
    qtbot.waitUntil(lambda: _GIVEN in desk.window.shell.told)
    assert printed.read_bytes().startswith(b"%PDF-")
    printed.unlink()

    actions = ChatActions(page.pane, desk.window.shell, desk.session)
    next(a for a in actions.menu().actions() if a.text() == "Print…").trigger()

    qtbot.waitUntil(lambda: desk.window.shell.told.count(_GIVEN) == 2)
    assert printed.read_bytes().startswith(b"%PDF-")
    menu.deleteLater()


def test_the_print_queue_is_not_told_the_title(
    page: ChatsPage, desk: Desk, qtbot: QtBot, printed: Path
) -> None:
    desk.window.shell.commands.run("print-chat")

    qtbot.waitUntil(lambda: _GIVEN in desk.window.shell.told)
    assert "Privatus".encode("utf-16-be") in printed.read_bytes()
    assert "A secret title".encode("utf-16-be") not in printed.read_bytes()


def test_a_file_that_cannot_be_written_is_said(
    page: ChatsPage, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    _to_file(printer, tmp_path / "missing" / "chat.pdf")
    actions = ChatActions(page.pane, desk.window.shell, desk.session)

    actions.print_on(printer, desk.session.vault.conversations.list()[0].id)

    job = desk.window.shell.jobs.rows[0]
    qtbot.waitUntil(lambda: job.state is JobState.FAILED)
    assert "cannot be written" in job.remark
    assert _GIVEN not in desk.window.shell.told


def test_printing_is_stopped_in_the_list_of_jobs(
    page: ChatsPage, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "printed.pdf"
    is_begun, is_stopped = threading.Event(), threading.Event()

    def begin(*said: Any, **more: Any) -> None:
        is_begun.set()
        is_stopped.wait(20)
        put_on_pages(*said, **more)

    monkeypatch.setattr(paper, "put_on_pages", begin)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    _to_file(printer, path)
    actions = ChatActions(page.pane, desk.window.shell, desk.session)

    actions.print_on(printer, desk.session.vault.conversations.list()[0].id)
    job = desk.window.shell.jobs.rows[0]
    qtbot.waitUntil(is_begun.is_set)
    job.cancel()
    is_stopped.set()

    qtbot.waitUntil(lambda: job.state is JobState.CANCELLED)
    assert not path.exists()
    assert _GIVEN not in desk.window.shell.told


def test_chosen_pages_are_printed_as_often_as_one_wants(
    page: ChatsPage, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "printed.pdf"
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    _to_file(printer, path)
    printer.setFromTo(2, 3)
    printer.setCopyCount(2)
    actions = ChatActions(page.pane, desk.window.shell, desk.session)

    actions.print_on(printer, desk.session.vault.conversations.list()[0].id)

    qtbot.waitUntil(lambda: _GIVEN in desk.window.shell.told, timeout=10_000)
    assert _pages(path) == 4
