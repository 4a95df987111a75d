"""The page of chats: choosing in the list opens in the reader, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.chats import DAY_MS, NOW_MS, bring, numbered
from support.conversations import conversation
from support.desk import Desk
from ui.chats.page import ChatsPage
from ui.settings import table
from ui.shell.pages import MessageTarget

_COUNT = 120


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return lambda vault: bring(vault, *numbered(_COUNT))


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ChatsPage:
    desk.unlock()
    found = desk.show_page("chats")
    assert isinstance(found, ChatsPage)
    qtbot.waitUntil(lambda: found.pane.model.chat(0) is not None)
    _wait_for(found, "Chat 000", qtbot)
    return found


def _id(page: ChatsPage, title: str, desk: Desk) -> UUID:
    return next(c.id for c in desk.session.vault.conversations.list() if c.title == title)


def _target(page: ChatsPage, title: str, desk: Desk) -> MessageTarget:
    """Return where one is who goes through the list."""
    return MessageTarget(conversation_id=_id(page, title, desk), is_in_list=True)


def _wait_for(page: ChatsPage, title: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: page.reader.model is not None and page.reader.model.shape.summary.title == title,
    )


def test_the_newest_chat_is_read_when_the_vault_opens(page: ChatsPage, desk: Desk) -> None:
    assert page.where() == _target(page, "Chat 000", desk)


def test_a_click_opens_a_chat(page: ChatsPage, qtbot: QtBot) -> None:
    view = page.pane.view
    point = view.visualRect(page.pane.model.index(3)).center()

    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)

    _wait_for(page, "Chat 003", qtbot)


def test_arrows_open_the_chat_on_which_they_stop(page: ChatsPage, qtbot: QtBot) -> None:
    page.pane.view.setFocus()
    for _ in range(5):
        qtbot.keyClick(page.pane.view, Qt.Key.Key_Down)

    _wait_for(page, "Chat 005", qtbot)


def test_a_chat_that_was_only_passed_is_not_opened(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    page.pane.view.setFocus()
    qtbot.waitUntil(lambda: page.pane.model.chat(1) is not None)
    qtbot.keyClick(page.pane.view, Qt.Key.Key_Down)
    assert page._timer.isActive()
    qtbot.keyClick(page.pane.view, Qt.Key.Key_Up)

    qtbot.waitUntil(lambda: not page._timer.isActive())

    assert page.where() == _target(page, "Chat 000", desk)


def test_enter_goes_to_the_reader_and_alt_arrows_to_the_next_chat(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    desk.window.activateWindow()
    page.pane.view.setFocus()
    qtbot.keyClick(page.pane.view, Qt.Key.Key_Return)
    qtbot.waitUntil(page.reader.view.hasFocus)

    qtbot.keyClick(page.reader.view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    _wait_for(page, "Chat 001", qtbot)
    qtbot.keyClick(page.reader.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    _wait_for(page, "Chat 000", qtbot)


@pytest.mark.parametrize("where", ["list", "filter"])
def test_finding_in_the_chat_and_its_outline_begin_in_the_list_too(
    page: ChatsPage, qtbot: QtBot, where: str
) -> None:
    place = page.pane.view if where == "list" else page.pane.filter_field
    place.setFocus()

    QTest.keyClick(place, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(page.reader.find_bar.isAncestorOf(QApplication.focusWidget())))
    place.setFocus()
    QTest.keyClick(place, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: bool(page.reader.panel.isVisible()))


def test_a_chat_from_elsewhere_is_opened_and_marked_in_the_list(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    desk.window.shell.open_message(
        MessageTarget(conversation_id=_id(page, "Chat 100", desk), words=("answer",))
    )

    _wait_for(page, "Chat 100", qtbot)
    qtbot.waitUntil(lambda: page.pane.view.currentIndex().row() == 100)


def test_what_an_import_brings_is_in_the_list_at_once(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    bring(desk.session.vault, conversation("Hello", external_id="new", title="New",
                                           updated_at_ms=NOW_MS + DAY_MS))  # fmt: skip

    desk.session.tell_changed("conversations")

    qtbot.waitUntil(lambda: page.pane.model.rowCount() == _COUNT + 1)
    _wait_for(page, "Chat 000", qtbot)
    assert page.pane.view.currentIndex().row() == 1


def test_a_narrow_window_shows_the_list_or_the_reader(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    desk.window.resize(600, 700)
    qtbot.waitUntil(lambda: not page.reader.isVisible() and page.pane.isVisible())

    point = page.pane.view.visualRect(page.pane.model.index(2)).center()
    qtbot.mouseClick(page.pane.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    qtbot.waitUntil(lambda: page.reader.isVisible() and not page.pane.isVisible())
    _wait_for(page, "Chat 002", qtbot)
    back = next(b for b in page.findChildren(QPushButton) if b.text() == "All chats")
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(page.pane.isVisible)
    desk.window.resize(1200, 700)
    qtbot.waitUntil(lambda: page.pane.isVisible() and page.reader.isVisible())


def test_everything_that_takes_the_focus_has_a_name(page: ChatsPage) -> None:
    takes = [
        w for w in page.pane.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert len(takes) > 5

    unnamed = [w for w in takes if not (w.accessibleName() or getattr(w, "text", str)())]

    assert unnamed == []


def test_locking_leaves_nothing_of_the_list(page: ChatsPage, desk: Desk) -> None:
    model = page.pane.model

    page.on_lock()

    assert model.rowCount() == 0
    assert page.pane.view.indexAt(QPoint(50, 100)) == QModelIndex()
    assert QApplication.focusWidget() is not page.reader


@pytest.mark.parametrize("fill", [None], ids=["empty"])
def test_an_empty_vault_says_how_to_fill_it(desk: Desk, qtbot: QtBot, fill: None) -> None:
    desk.unlock()
    found = desk.show_page("chats")
    assert isinstance(found, ChatsPage)

    qtbot.waitUntil(lambda: any(
        b.isVisible() and b.text() == "Import chats…" for b in found.findChildren(QPushButton)
    ))  # fmt: skip


def test_zooming_there_and_back_leaves_the_list_as_wide_as_it_was(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    desk.window.resize(1100, 700)
    before = page.pane.width()

    for percent in (300, 100):
        desk.settings.set(table.ZOOM, percent)
        again = desk.show_page("chats")
        assert isinstance(again, ChatsPage)
        qtbot.waitUntil(again.isVisible)

    desk.window.resize(1100, 700)
    qtbot.waitUntil(lambda: again.pane.width() == before)


def test_the_list_stays_as_wide_as_a_person_made_it(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    desk.window.resize(1300, 700)
    page._splitter.moveSplitter(400, 1)
    assert page.pane.width() == 400

    desk.settings.set(table.ZOOM, 110)

    again = desk.show_page("chats")
    assert isinstance(again, ChatsPage)
    qtbot.waitUntil(lambda: again.pane.width() == 440)


@pytest.mark.parametrize("is_in_list", [True, False])
def test_zooming_leaves_the_keys_where_they_were(
    page: ChatsPage, desk: Desk, qtbot: QtBot, *, is_in_list: bool
) -> None:
    (page.pane.view if is_in_list else page.reader).setFocus()

    desk.settings.set(table.ZOOM, 110)

    again = desk.window.workspace.page("chats")
    assert isinstance(again, ChatsPage) and again is not page
    qtbot.waitUntil(lambda: again.pane.model.rowCount() == _COUNT)
    side = again.pane if is_in_list else again.reader
    qtbot.waitUntil(lambda: side.isAncestorOf(QApplication.focusWidget()))
    _wait_for(again, "Chat 000", qtbot)
    assert side.isAncestorOf(QApplication.focusWidget())
