"""Pins, stars and what is unread, in the list of chats."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.marks import Mark
from support.chats import DAY_MS, NOW_MS, bring, numbered
from support.conversations import conversation
from support.desk import Desk
from ui.chats.page import ChatsPage
from ui.chats.row import signs_of
from ui.chats.view import heading_of

_COUNT = 200


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    def filled(vault: Vault) -> None:
        chats = numbered(_COUNT)
        bring(vault, *chats[3:])
        # Of a later export: news.
        bring(vault, *chats[:3])

    return filled


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ChatsPage:
    desk.unlock()
    found = desk.show_page("chats")
    assert isinstance(found, ChatsPage)
    qtbot.waitUntil(lambda: found.pane.model.rowCount() == _COUNT, timeout=10_000)
    qtbot.waitUntil(lambda: found.pane.model.chat(0) is not None)
    found.pane.view.setFocus()
    return found


def _titles(page: ChatsPage, count: int = 4) -> list[str]:
    chats = [page.pane.model.chat(row) for row in range(count)]
    return ["" if chat is None else chat.summary.title for chat in chats]


def _unread(page: ChatsPage) -> list[str]:
    chats = [page.pane.model.chat(row) for row in range(10)]
    return [chat.summary.title for chat in chats if chat is not None and chat.summary.is_unread]


def _select(page: ChatsPage, *rows: int) -> None:
    page.pane.view.select_rows(rows)


def _choose(page: ChatsPage, menu: QMenu, text: str) -> None:
    found = [action for action in menu.actions() if action.text() == text]
    assert len(found) == 1, [action.text() for action in menu.actions()]
    found[0].trigger()


def _menu(page: ChatsPage, qtbot: QtBot) -> QMenu:
    """Open the menu as the menu key does."""
    view = page.pane.view
    point = QPoint(1, 1)
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Keyboard, point, view.viewport().mapToGlobal(point)
    )
    QApplication.sendEvent(view.viewport(), event)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_what_came_later_is_unread_until_somebody_sees_it(page: ChatsPage, qtbot: QtBot) -> None:
    assert _unread(page) == ["Chat 000", "Chat 001", "Chat 002"]

    qtbot.waitUntil(lambda: _unread(page) == ["Chat 001", "Chat 002"], timeout=10_000)
    page.pane.step(1)

    qtbot.waitUntil(lambda: _unread(page) == ["Chat 002"], timeout=10_000)
    vault = page.shell.session.vault  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: sum(c.is_unread for c in vault.conversations.list()) == 1)


def test_a_chat_that_was_marked_as_unread_stays_so_while_it_is_open(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: _unread(page) == ["Chat 001", "Chat 002"], timeout=10_000)

    desk.window.shell.commands.run("read-chats")

    qtbot.waitUntil(lambda: _unread(page) == ["Chat 000", "Chat 001", "Chat 002"])
    qtbot.wait(1_300)
    assert _unread(page) == ["Chat 000", "Chat 001", "Chat 002"]


def test_what_is_pinned_stands_at_the_top_below_its_own_heading(
    page: ChatsPage, qtbot: QtBot
) -> None:
    _select(page, 150)
    page.pane.view.verticalScrollBar().setValue(0)

    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page.pane.view, Qt.Key.Key_P, both)

    qtbot.waitUntil(lambda: _titles(page, 2) == ["Chat 150", "Chat 000"])
    assert heading_of(page.pane.model.groups[0]) == "Pinned"
    qtbot.waitUntil(
        lambda: (
            (first := page.pane.model.chat(0)) is not None
            and [name for name, _ in signs_of(first)] == ["pin"]
        )
    )
    said = page.pane.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Chat 150, pinned, Claude")

    qtbot.keyClick(page.pane.view, Qt.Key.Key_P, both)
    qtbot.waitUntil(lambda: _titles(page, 1) == ["Chat 000"])


def test_a_pin_is_taken_back_from_the_message(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    _select(page, 5)
    desk.window.shell.commands.run("pin-chats")
    qtbot.waitUntil(lambda: _titles(page, 1) == ["Chat 005"])
    assert desk.window.shell.told == ["Chat pinned"]

    undo = next(b for b in desk.window.findChildren(QPushButton) if b.text() == "Undo")
    undo.click()

    qtbot.waitUntil(lambda: _titles(page, 1) == ["Chat 000"])
    assert heading_of(page.pane.model.groups[0]) != "Pinned"


def test_several_are_marked_at_once_and_stay_selected(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    _select(page, 4, 5, 9)
    bar = page.pane.bar.mark_buttons
    assert bar[Mark.STARRED].accessibleName() == "Star 3 chats"

    bar[Mark.STARRED].click()
    bar[Mark.PINNED].click()

    qtbot.waitUntil(lambda: _titles(page) == ["Chat 004", "Chat 005", "Chat 009", "Chat 000"])
    assert list(page.pane.view.selected_rows()) == [0, 1, 2]
    qtbot.waitUntil(lambda: bar[Mark.PINNED].accessibleName() == "Unpin 3 chats")
    vault = desk.session.vault
    assert sum(c.is_pinned and c.is_starred for c in vault.conversations.list()) == 3


def test_the_menu_opens_by_keyboard_at_the_row_that_has_the_keys(
    page: ChatsPage, qtbot: QtBot
) -> None:
    view = page.pane.view
    view.select_row(120)
    view.verticalScrollBar().setValue(0)
    spy = QSignalSpy(view.menu_wanted)

    menu = _menu(page, qtbot)

    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))
    where = view.viewport().mapFromGlobal(spy.at(0)[0])
    assert view.visualRect(view.currentIndex()).contains(where)
    _choose(page, menu, "Star")
    qtbot.waitUntil(
        lambda: (found := page.pane.model.chat(120)) is not None and found.summary.is_starred
    )


def test_the_menu_by_keyboard_takes_the_row_that_has_the_keys_and_not_another(
    page: ChatsPage, qtbot: QtBot
) -> None:
    _select(page, 1, 2)
    view = page.pane.view
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert view.currentIndex().row() == 3

    menu = _menu(page, qtbot)

    assert list(view.selected_rows()) == [3]
    assert "Pin" in [action.text() for action in menu.actions()]
    menu.close()


def test_the_filter_shows_what_is_unread(page: ChatsPage, qtbot: QtBot) -> None:
    page._read_timer.stop()

    page.pane.show_wish(page.pane.wish.with_filter(is_unread=True))

    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 3)


def test_the_screen_reader_hears_that_a_chat_is_unread(page: ChatsPage) -> None:
    said = page.pane.model.index(2).data(Qt.ItemDataRole.AccessibleTextRole)

    assert said.startswith("Chat 002, unread, Claude, ")


def test_what_comes_into_the_open_chat_is_read_by_who_sees_it(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: _unread(page) == ["Chat 001", "Chat 002"], timeout=10_000)
    vault = desk.session.vault

    bring(vault, conversation("Question 0", "Answer 0", "More", external_id="c0", title="Chat 000",
                              updated_at_ms=NOW_MS + DAY_MS))  # fmt: skip
    assert vault.conversations.list(limit=1)[0].is_unread
    desk.session.tell_changed("conversations")

    qtbot.waitUntil(lambda: not vault.conversations.list(limit=1)[0].is_unread, timeout=10_000)
    qtbot.waitUntil(lambda: _unread(page) == ["Chat 001", "Chat 002"])
