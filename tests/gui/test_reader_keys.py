"""Each message has its menu and its branches by keys, as somebody without a mouse presses them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.conversation import Role
from support.chats import bring
from support.conversations import conversation, message
from support.desk import Desk
from ui.chats.page import ChatsPage
from ui.reader.reader import Reader
from ui.settings.shortcuts import listed_commands


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    chat = conversation(
        "A question",
        message(2, "The first answer"),
        message(3, "The second answer", parent=1, role=Role.ASSISTANT),
        message(4, "Thanks", parent=3, role=Role.USER),
        active=4,
    )
    return lambda vault: bring(vault, chat)


@pytest.fixture
def reader(desk: Desk, qtbot: QtBot) -> Reader:
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    view = page.reader.view
    qtbot.waitUntil(lambda: bool(view.stack.placed))
    qtbot.waitUntil(lambda: not any(p.item.is_waiting for p in view.stack.placed))
    desk.window.activateWindow()
    view.setFocus()
    return page.reader


def _shown(reader: Reader) -> list[int]:
    assert reader.model is not None
    return [number for span in reader.model.path.ranges for number in span]


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_a_key_opens_the_menu_of_the_current_message(
    reader: Reader, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    reader.view.make_current(2)

    qtbot.keyClick(reader.view, key, modifier)

    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    area = reader.view.visualRect(reader.view.currentIndex())
    place = reader.view.viewport().mapFromGlobal(menu.pos())
    assert area.top() <= place.y() <= area.bottom()
    assert "Copy message" in [action.text() for action in menu.actions()]
    menu.close()


def test_the_menu_copies_the_id_by_which_the_message_is_shown_elsewhere(
    reader: Reader, qtbot: QtBot
) -> None:
    reader.view.make_current(2)
    qtbot.keyClick(reader.view, Qt.Key.Key_M)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu) and reader.model is not None

    next(a for a in menu.actions() if a.text() == "Copy the message's id").trigger()
    menu.close()

    assert QApplication.clipboard().text() == f"{reader.model.conversation_id}.4"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ((Qt.Key.Key_BracketLeft,), (Qt.Key.Key_BracketRight,)),
        # Where brackets need a second key.
        (
            (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier),
            (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier),
        ),
    ],
)
def test_keys_go_through_the_branches(
    reader: Reader, qtbot: QtBot, earlier: tuple[Qt.Key], later: tuple[Qt.Key]
) -> None:
    reader.view.make_current(1)

    qtbot.keyClick(reader.view, *earlier)
    assert _shown(reader) == [1, 2]

    qtbot.keyClick(reader.view, *later)
    assert _shown(reader) == [1, 3, 4]


def test_a_screen_reader_says_which_branch_a_message_begins(reader: Reader) -> None:
    interface = QAccessible.queryAccessibleInterface(reader.view)
    said = [interface.child(row).text(QAccessible.Text.Description) for row in range(3)]

    assert said == ["1 of 3", "2 of 3, branch 2 of 2", "3 of 3"]


def test_the_keys_of_messages_are_listed(reader: Reader, desk: Desk) -> None:
    shell = desk.window.shell

    listed = {each.name: shell.commands.keys_of(each) for each in listed_commands(shell)}

    assert listed["message-menu"] == "M; Shift+F10; Menu"
    assert listed["earlier-branch"] == "[; Shift+Left"
    assert listed["later-branch"] == "]; Shift+Right"
