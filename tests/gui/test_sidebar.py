"""The sidebar: places, folders and saved searches, by keyboard alone and by dropping on them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QTextDocument
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.marks import Shelf
from support.access import unnamed
from support.desk import Desk
from support.tagged_chats import COUNT, listed_page, tagged
from ui.chats.page import ChatsPage
from ui.folders.chooser import FolderChooser
from ui.sidebar.tree import PlacesTree

_CONTROL = Qt.KeyboardModifier.ControlModifier
_BOTH = _CONTROL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    def filled(vault: Vault) -> None:
        tagged({"home": ["Chat 001"]})(vault)
        chats = {chat.title: chat.id for chat in vault.conversations.list()}
        vault.folders.put("work/tax", [chats["Chat 002"]])
        vault.folders.put("play", [chats["Chat 003"]])
        vault.saved_searches.save("Answers", "answer role:assistant", "newest")

    return filled


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ChatsPage:
    found = listed_page(desk)
    found.pane.view.setFocus()
    qtbot.keyClick(found.pane.view, Qt.Key.Key_B, _CONTROL)
    qtbot.waitUntil(found.beside.sidebar.tree.hasFocus)
    qtbot.waitUntil(lambda: len(_shown(found)) > 9)
    return found


def _tree(page: ChatsPage) -> PlacesTree:
    return page.beside.sidebar.tree


def _shown(page: ChatsPage) -> list[tuple[str, str]]:
    tree, found = _tree(page), []
    item = tree.topLevelItem(0)
    while item is not None:
        found.append((item.text(0), item.text(1)))
        item = tree.itemBelow(item)
    return found


def _counts(page: ChatsPage) -> dict[str, str]:
    return dict(_shown(page))


def _listed(page: ChatsPage) -> list[str]:
    model = page.pane.model
    chats = [model.chat(row) for row in range(model.rowCount())]
    return ["" if chat is None else chat.summary.title for chat in chats]


def _told(desk: Desk) -> str:
    return desk.window.shell.told[-1] if desk.window.shell.told else ""


def _select(page: ChatsPage, qtbot: QtBot, *titles: str) -> None:
    qtbot.waitUntil(lambda: set(titles) <= set(_listed(page)))
    page.pane.view.select_rows([_listed(page).index(title) for title in titles])
    page.pane.view.setFocus()


def _drop(page: ChatsPage, item: QTreeWidgetItem | None) -> bool:
    tree = _tree(page)
    assert item is not None
    tree._is_ours = lambda _source: True
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
    return events[-1].isAccepted()


def test_places_folders_and_searches_stand_there_with_their_counts(page: ChatsPage) -> None:
    assert _shown(page) == [
        ("All chats", "12"),
        ("Pinned", ""),
        ("Unread", ""),
        ("Starred", str(page.beside.sidebar.tree._contents.counts.starred or "")),
        ("Archived", ""),
        ("Trash", ""),
        ("Folders", ""),
        ("work", "1"),
        ("tax", "1"),
        ("play", "1"),
        ("Saved searches", ""),
        ("Answers", ""),
    ]
    assert unnamed(page.beside.sidebar) == []
    item = _tree(page).folder_item("work/tax")
    assert item is not None
    assert item.data(0, Qt.ItemDataRole.AccessibleTextRole) == "tax, 1 chat"


def test_html_in_names_stays_text_in_tool_tips(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    # Names come with exports, too.
    evil = "<img src='logo.png'> & <b>bold"
    vault = desk.session.vault
    chat = vault.conversations.list()[0].id
    vault.folders.put(evil, [chat])
    vault.tags.add(evil, chat)
    vault.saved_searches.save("Evil", f'"{evil}"', "newest")
    desk.session.tell_changed("folders")
    desk.session.tell_changed("tags")
    desk.session.tell_changed("searches")
    trees = page.beside.sidebar.tree, page.beside.sidebar.tags.tree

    def tips() -> list[str]:
        found = (
            item.toolTip(0)
            for tree in trees
            for item in tree.findItems(
                "*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive
            )
        )
        return [tip for tip in found if "logo" in tip]

    qtbot.waitUntil(lambda: len(tips()) >= 3)

    for tip in tips():
        shown = QTextDocument()
        shown.setHtml(tip)
        assert evil in shown.toPlainText()


def test_arrows_go_through_all_of_it_and_on_to_the_tags(page: ChatsPage, qtbot: QtBot) -> None:
    tree = _tree(page)
    assert tree.current_name is None

    for _time in range(4):
        qtbot.keyClick(tree, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.pane.wish.filter.shelf is Shelf.ARCHIVE)
    qtbot.waitUntil(lambda: page.pane.nothing.isVisible())
    assert page.pane._title.text() == "Archived"
    for _time in range(3):
        qtbot.keyClick(tree, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.pane.wish.filter.folder == "work")
    qtbot.waitUntil(lambda: _listed(page) == ["Chat 002"])
    qtbot.keyClick(tree, Qt.Key.Key_End)
    qtbot.keyClick(tree, Qt.Key.Key_Down)

    qtbot.waitUntil(page.tags_pane.tree.hasFocus)
    qtbot.waitUntil(lambda: page.pane.wish.filter.tag == "home")


def test_coming_there_changes_nothing_of_the_list(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    page.pane.show_tag("home")
    page.pane.view.setFocus()
    _tree(page).setFocus(Qt.FocusReason.TabFocusReason)
    assert page.pane.wish.filter.tag == "home"

    qtbot.keyClick(_tree(page), Qt.Key.Key_Down)

    assert page.pane.wish.filter.tag is None


def test_what_is_archived_by_key_goes_from_the_list_and_comes_back(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    _select(page, qtbot, "Chat 005")

    qtbot.keyClick(page.pane.view, Qt.Key.Key_E, _CONTROL)
    qtbot.waitUntil(lambda: "Chat 005" not in _listed(page))
    qtbot.waitUntil(lambda: _counts(page)["Archived"] == "1")
    assert _told(desk) == "Chat archived"
    qtbot.waitUntil(lambda: page.pane.view.selected_count() == 1)
    qtbot.keyClick(page.pane.view, Qt.Key.Key_Z, _CONTROL)
    qtbot.waitUntil(lambda: "Chat 005" in _listed(page))
    qtbot.keyClick(page.pane.view, Qt.Key.Key_Z, _BOTH)

    qtbot.waitUntil(lambda: _counts(page)["Archived"] == "1")
    qtbot.waitUntil(lambda: "Chat 005" not in _listed(page))


def test_the_trash_takes_chats_and_gives_them_back_by_key(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    _select(page, qtbot, "Chat 004", "Chat 005")

    qtbot.keyClick(page.pane.view, Qt.Key.Key_Delete, _CONTROL)
    qtbot.waitUntil(lambda: _counts(page)["Trash"] == "2")
    assert _told(desk) == "2 chats put into the trash"
    item = _tree(page).place_item("trash")
    assert item is not None
    _tree(page).setCurrentItem(item)
    qtbot.waitUntil(lambda: sorted(_listed(page)) == ["Chat 004", "Chat 005"])
    assert page.pane.trash_bar.isVisible()
    page.pane.view.selectAll()
    desk.window.shell.commands.run("restore-chats")

    qtbot.waitUntil(lambda: _counts(page)["Trash"] == "")
    assert _counts(page)["All chats"] == str(COUNT)
    assert page.pane.nothing.isVisible()


def test_how_long_the_trash_keeps_is_chosen_there_and_undone(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    page.pane.trash_bar.days_chosen.emit(30)

    qtbot.waitUntil(lambda: desk.session.vault.trash.days() == 30)
    qtbot.waitUntil(lambda: "30 days now" in _told(desk))
    desk.window.shell.undo()

    qtbot.waitUntil(lambda: desk.session.vault.trash.days() == 0)


def test_a_folder_is_chosen_by_typing_a_few_letters(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    _select(page, qtbot, "Chat 006", "Chat 007")

    qtbot.keyClick(page.pane.view, Qt.Key.Key_M, _BOTH)
    qtbot.waitUntil(lambda: desk.window.findChild(FolderChooser) is not None)
    chooser = desk.window.findChild(FolderChooser)
    assert isinstance(chooser, FolderChooser)
    qtbot.waitUntil(lambda: chooser.list.count() == 4)
    assert unnamed(chooser) == []
    qtbot.keyClicks(chooser.field, "ta")
    assert [chooser.list.item(row).text() for row in range(2)] == [
        "work/tax", "New folder: \u2068ta\u2069",
    ]  # fmt: skip
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: _counts(page)["tax"] == "3")
    assert _told(desk) == "2 chats moved to \u2068work/tax\u2069"
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: _counts(page)["tax"] == "1")


def test_chats_are_dropped_on_folders_archive_and_trash(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    tree = _tree(page)
    _select(page, qtbot, "Chat 006")
    assert _drop(page, tree.folder_item("play"))
    qtbot.waitUntil(lambda: _counts(page)["play"] == "2")
    assert not _drop(page, tree.place_item("pinned"))
    _select(page, qtbot, "Chat 007")
    assert _drop(page, tree.place_item("archive"))
    qtbot.waitUntil(lambda: _counts(page)["Archived"] == "1")
    qtbot.waitUntil(lambda: "Chat 007" not in _listed(page))
    _select(page, qtbot, "Chat 008")
    assert _drop(page, tree.place_item("trash"))
    qtbot.waitUntil(lambda: _counts(page)["Trash"] == "1")


def test_a_folder_is_made_renamed_moved_and_deleted_by_key_and_all_is_undone(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    tree, before = _tree(page), _shown(page)
    page.beside.sidebar.new_folder.click()
    dialog = desk.window.findChild(QInputDialog)
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue("garden")
    dialog.accept()
    qtbot.waitUntil(lambda: "garden" in _counts(page))

    item = tree.folder_item("work")
    assert item is not None
    tree.setCurrentItem(item)
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_F2)
    editor = tree.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, "play/work")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tree.folder_item("play/work/tax") is not None)
    qtbot.waitUntil(lambda: page.pane.wish.filter.folder == "play/work")
    page.beside.sidebar.menu("garden").actions()[2].trigger()
    qtbot.waitUntil(lambda: _told(desk) == "Folder moved")
    tree.setCurrentItem(tree.folder_item("play"))  # type: ignore[arg-type]
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: _told(desk) == "3 folders deleted")
    qtbot.waitUntil(lambda: page.pane.wish.filter.folder is None)
    for _time in range(4):
        told = len(_shown(page)), _shown(page)
        desk.window.shell.undo()
        qtbot.waitUntil(lambda told=told: (len(_shown(page)), _shown(page)) != told)  # type: ignore[misc]

    qtbot.waitUntil(lambda: _shown(page) == before)


def test_a_saved_search_is_run_where_it_belongs(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    tree = _tree(page)
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_End)
    assert desk.window.workspace is not None

    qtbot.keyClick(tree, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: desk.window.workspace.current == "search")


def test_what_was_closed_stays_so_and_no_name_is_kept_outside_the_vault(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    section = _tree(page).folder_item("play").parent()  # type: ignore[union-attr]
    section.setExpanded(False)
    assert ("play", "1") not in _shown(page)
    desk.lock()
    desk.unlock()
    again = desk.show_page("chats")
    assert isinstance(again, ChatsPage)

    qtbot.waitUntil(lambda: ("Folders", "") in _shown(again))

    assert ("play", "1") not in _shown(again)
    kept = b"".join(bytes(desk.settings.state(name).data()) for name in ("chats-sidebar-closed",))
    assert kept == b"folders"


def test_what_is_due_leaves_the_trash_while_the_window_is_open(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    vault = desk.session.vault
    _select(page, qtbot, "Chat 004", "Chat 005")
    rows = page.pane.model.row_ids(page.pane.view.selected_rows())
    two_days_ago_ms = time.time_ns() // 1_000_000 - 2 * 86_400_000
    with vault._store.transaction() as tables:
        tables.trash.set({rows[0]: two_days_ago_ms, rows[1]: two_days_ago_ms})
    assert page._actions is not None

    page._actions.filing._on_time()
    qtbot.waitUntil(lambda: desk.session.tasks.live == 0)
    assert len(vault.trash.list()) == 2
    vault.trash.set_days(1)
    page._actions.filing._on_time()

    qtbot.waitUntil(lambda: _told(desk) == "2 chats left the trash for good")
    assert vault.trash.list() == []
    qtbot.waitUntil(lambda: _counts(page)["All chats"] == str(COUNT - 2))
