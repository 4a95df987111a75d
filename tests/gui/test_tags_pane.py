"""The tags beside the list: chosen, dropped on, renamed, coloured, merged and deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.access import unnamed
from support.desk import Desk
from support.tagged_chats import COUNT, listed_page, tagged
from ui.chats.page import ChatsPage
from ui.settings import table


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return tagged(
        {
            "home": ["Chat 001"],
            "work/tax": ["Chat 003"],
            "work/trips": ["Chat 003", "Chat 005"],
        }
    )


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ChatsPage:
    found = listed_page(desk)
    found.pane.view.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(found.pane.view, Qt.Key.Key_T, both)
    qtbot.waitUntil(found.tags_pane.tree.hasFocus)
    return found


def _shown(page: ChatsPage) -> list[tuple[str, str]]:
    tree, found = page.tags_pane.tree, []
    item = tree.topLevelItem(0)
    while item is not None:
        found.append((item.text(0), item.text(1)))
        item = tree.itemBelow(item)
    return found


def _names(desk: Desk) -> list[str]:
    return [each.tag.name for each in desk.session.vault.tags.list()]


def _listed(page: ChatsPage) -> list[str]:
    model = page.pane.model
    chats = [model.chat(row) for row in range(model.rowCount())]
    return ["" if chat is None else chat.summary.title for chat in chats]


def _choose(page: ChatsPage, name: str) -> None:
    item = page.tags_pane.tree.item_of(name)
    assert item is not None
    page.tags_pane.tree.setCurrentItem(item)


def _action(menu: QMenu, text: str) -> QAction:
    [found] = [a for a in menu.actions() if a.text().partition("\t")[0] == text]
    return found


def _inner(menu: QMenu, text: str) -> QMenu:
    found = _action(menu, text).menu()
    assert isinstance(found, QMenu)
    return found


def _undo(desk: Desk) -> None:
    buttons = [b for b in desk.window.findChildren(QPushButton) if b.text() == "Undo"]
    buttons[-1].click()


def _drag(page: ChatsPage, name: str) -> list[bool]:
    """Drag what is selected onto a tag; return which events were accepted."""
    tree = page.tags_pane.tree
    item = tree.item_of(name)
    assert item is not None
    where, mime = QPointF(tree.visualItemRect(item).center()), QMimeData()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    events: list[QDropEvent] = [
        QDragEnterEvent(where.toPoint(), copy, mime, left, none),
        QDragMoveEvent(where.toPoint(), copy, mime, left, none),
        QDropEvent(where, copy, mime, left, none),
    ]
    for event in events:
        event.ignore()
        QApplication.sendEvent(tree.viewport(), event)
    return [event.isAccepted() for event in events]


def test_tags_stand_where_they_lie_with_their_counts(page: ChatsPage) -> None:
    assert _shown(page) == [
        ("home", "1"),
        ("work", ""),
        ("tax", "1"),
        ("trips", "2"),
    ]
    assert unnamed(page.tags_pane) == []
    item = page.tags_pane.tree.item_of("work/trips")
    assert item is not None
    assert item.data(0, Qt.ItemDataRole.AccessibleTextRole) == "trips, 2 chats"
    assert item.data(1, Qt.ItemDataRole.AccessibleTextRole) == "2 chats"
    outer = item.parent()
    assert outer.data(1, Qt.ItemDataRole.AccessibleTextRole) == "work"


def test_arrows_go_through_the_tags_and_list_their_chats(page: ChatsPage, qtbot: QtBot) -> None:
    tree = page.tags_pane.tree

    qtbot.keyClick(tree, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: _listed(page) == ["Chat 001"])
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: _listed(page) == ["Chat 003", "Chat 005"])
    qtbot.waitUntil(lambda: page.beside.sidebar.tree.topLevelItemCount() > 0)
    page.beside.sidebar.tree.setFocus()
    qtbot.keyClick(page.beside.sidebar.tree, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == COUNT)


def test_the_tree_follows_what_the_list_shows(page: ChatsPage, qtbot: QtBot) -> None:
    page.pane.show_tag("work/tax")
    assert page.tags_pane.tree.current_name == "work/tax"

    page.pane.clear_filter()
    assert page.tags_pane.tree.current_name is None


def test_the_same_keys_hide_the_tags_and_it_is_remembered(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    assert page.tags_pane.isVisible()
    desk.lock()
    desk.unlock()
    again = desk.show_page("chats")
    assert isinstance(again, ChatsPage)
    qtbot.waitUntil(again.tags_pane.isVisible)

    desk.window.shell.commands.run("tags-pane")

    assert not again.tags_pane.isVisible()
    again.pane.tags_wanted.emit()
    assert again.tags_pane.isVisible()


def test_where_there_is_no_room_the_list_stays_alone_and_says_why(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    desk.settings.set(table.ZOOM, 300)
    again = desk.show_page("chats")
    assert isinstance(again, ChatsPage)
    again.pane.view.setFocus()

    desk.window.shell.commands.run("tags-pane")

    assert not again.tags_pane.isVisible()
    assert again.pane.isVisible()
    assert desk.window.shell.told == ["The window is too narrow for tags beside the list."]


def test_chats_that_are_dropped_on_a_tag_have_it(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    page.pane.view.select_rows([0, 1, 2])
    page.tags_pane.tree._is_ours = lambda _source: True

    assert _drag(page, "home") == [True, True, True]

    qtbot.waitUntil(lambda: desk.window.shell.told == ["Tags of 2 chats changed"])
    qtbot.waitUntil(lambda: ("home", "3") in _shown(page))
    _undo(desk)
    qtbot.waitUntil(lambda: ("home", "1") in _shown(page))


def test_what_is_dragged_from_elsewhere_is_not_for_a_tag(page: ChatsPage, desk: Desk) -> None:
    page.pane.view.select_rows([0, 1, 2])

    assert _drag(page, "home") == [False, False, False]
    assert desk.window.shell.told == []


def test_a_tag_is_renamed_by_its_whole_name_and_the_list_follows(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    tree = page.tags_pane.tree
    _choose(page, "work/trips")
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 2)

    qtbot.keyClick(tree, Qt.Key.Key_F2)
    editor = tree.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    assert (editor.text(), editor.selectedText()) == ("work/trips", "work/trips")
    qtbot.keyClicks(editor, "home/trips")
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: _names(desk) == ["home", "home/trips", "work/tax"])
    qtbot.waitUntil(lambda: tree.current_name == "home/trips")
    qtbot.waitUntil(lambda: _listed(page) == ["Chat 003", "Chat 005"])
    assert page.pane.wish.filter.tag == "home/trips"
    assert desk.window.shell.told == ["Tag renamed"]
    _undo(desk)
    qtbot.waitUntil(lambda: _names(desk) == ["home", "work/tax", "work/trips"])


def test_a_name_that_another_tag_has_is_refused(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    page.tags_pane.rename("home", "WORK/tax")

    qtbot.waitUntil(lambda: bool(desk.window.shell.told))
    assert "merge the two instead" in desk.window.shell.told[-1]
    assert _names(desk) == ["home", "work/tax", "work/trips"]


def test_a_tag_gets_a_colour_from_its_menu(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    menu = page.tags_pane.menu("home")

    _action(_inner(menu, "Colour"), "Green").trigger()

    qtbot.waitUntil(lambda: desk.session.tags.colour_of("home") == "green")
    _undo(desk)
    qtbot.waitUntil(lambda: desk.session.tags.colour_of("home") is None)
    menu.deleteLater()


def test_a_tag_is_merged_into_another_from_its_menu(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    menu = page.tags_pane.menu("work/tax")
    into = _inner(menu, "Merge into")
    assert [action.text() for action in into.actions()] == ["home", "work/trips"]

    _action(into, "home").trigger()

    qtbot.waitUntil(lambda: _shown(page)[0] == ("home", "2"))
    assert _names(desk) == ["home", "work/trips"]
    _undo(desk)
    qtbot.waitUntil(lambda: _names(desk) == ["home", "work/tax", "work/trips"])
    menu.deleteLater()


def test_delete_takes_those_along_that_lie_in_the_tag_and_undo_brings_all_back(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    _choose(page, "work")
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 2)

    qtbot.keyClick(page.tags_pane.tree, Qt.Key.Key_Delete)

    qtbot.waitUntil(lambda: _names(desk) == ["home"])
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == COUNT)
    qtbot.waitUntil(lambda: desk.window.shell.told == ["2 tags deleted"])
    _undo(desk)
    qtbot.waitUntil(lambda: ("trips", "2") in _shown(page))


def test_what_was_closed_in_the_tree_stays_so(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    _choose(page, "work")
    qtbot.keyClick(page.tags_pane.tree, Qt.Key.Key_Left)
    assert [name for name, _ in _shown(page)] == ["home", "work"]

    page.tags_pane.colour("home", "red")

    qtbot.waitUntil(lambda: desk.session.tags.colour_of("home") == "red")
    assert [name for name, _ in _shown(page)] == ["home", "work"]
