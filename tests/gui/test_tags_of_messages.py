"""Single messages have tags of their own in the window: beside them, by a key and by the menu."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.access import unnamed
from support.chats import bring
from support.conversations import conversation, message
from support.desk import Desk
from ui.chats.page import ChatsPage
from ui.reader.reader import Reader
from ui.tags.chooser import TagChooser
from ui.tags.in_reader import TagsInReader


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    def filled(vault: Vault) -> None:
        bring(vault, conversation("How do I bake?", message(2, "Mix flour and water."),
                                  external_id="bread", title="Bread"))  # fmt: skip
        (chat,) = vault.conversations.list()
        vault.tags.add("recipes", f"{chat.id}.2")
        vault.tags.colour("recipes", "green")
        vault.tags.add("home", chat.id)

    return filled


@pytest.fixture
def reader(desk: Desk, qtbot: QtBot) -> Reader:
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    view = page.reader.view
    qtbot.waitUntil(lambda: bool(view.stack.placed))
    qtbot.waitUntil(lambda: not any(p.item.is_waiting for p in view.stack.placed))
    qtbot.waitUntil(lambda: bool(page.reader.margin.placed()))
    desk.window.activateWindow()
    view.setFocus()
    return page.reader


def _tags(desk: Desk) -> dict[int | None, list[str]]:
    (chat,) = desk.session.vault.conversations.list()
    found: dict[int | None, list[str]] = {}
    for tagging in desk.session.vault.tags.within(chat.id):
        found.setdefault(tagging.number, []).append(tagging.name)
    return found


def _chooser() -> TagChooser:
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, TagChooser)]
    return found


def test_the_tags_of_a_message_stand_beside_it_with_who_gave_them(reader: Reader) -> None:
    ((rect, aside),) = reader.margin.placed()

    assert "recipes" in aside.words
    assert "by you" in aside.words
    assert reader.margin.tip(rect.center()) == aside.words
    top = reader.margin.tops()[2]
    assert rect.top() == top
    assert "home" in reader.header.tags.toolTip()
    assert "by you" in reader.header.tags.toolTip()


def test_a_message_gets_and_loses_tags_by_keys_with_undo(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.keyClick(reader.view, Qt.Key.Key_J)
    qtbot.keyClick(reader.view, Qt.Key.Key_T)
    chooser = _chooser()
    qtbot.waitUntil(lambda: chooser.ticks.rowCount() == 2)
    assert unnamed(chooser) == []

    qtbot.keyClicks(chooser.field, "recipes")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    qtbot.keyClicks(chooser.field, "baking")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: "Tags of the message changed" in desk.window.shell.told)
    assert _tags(desk) == {None: ["home"], 2: ["baking"]}
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: _tags(desk) == {None: ["home"], 2: ["recipes"]})


def test_a_click_on_the_tags_of_a_message_asks_for_others(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    ((rect, _aside),) = reader.margin.placed()

    qtbot.mouseClick(reader.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center().toPoint())

    chooser = _chooser()
    qtbot.waitUntil(lambda: chooser.ticks.rowCount() == 2)
    states = {chooser.ticks.index(row).data(): chooser.ticks.index(row).data(
        Qt.ItemDataRole.CheckStateRole) for row in range(2)}  # fmt: skip
    assert states == {"home": Qt.CheckState.Unchecked, "recipes": Qt.CheckState.Checked}
    chooser.reject()


def test_the_menu_of_a_message_names_its_tags(reader: Reader) -> None:
    menu = QMenu()
    (feature,) = [a for a in reader.additions if isinstance(a, TagsInReader)]

    feature.fill(menu, 2)

    first, second = menu.actions()
    assert first.text() == "Tags of the message…"
    assert "recipes" in second.text()
    assert not second.isEnabled()


def test_a_screen_reader_says_the_tags_and_notes_of_a_message(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    (chat,) = desk.session.vault.conversations.list()
    desk.session.vault.annotations.add(f"{chat.id}.2", "Ask a baker")
    desk.session.tell_changed("annotations")
    assert reader.model is not None
    spoken = reader.model.index(1, 0)

    def says_both() -> bool:
        said = spoken.data(Qt.ItemDataRole.AccessibleDescriptionRole)
        return "Tags: recipes" in said and "1 note or highlight" in said

    qtbot.waitUntil(says_both)
