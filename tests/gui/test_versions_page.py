"""Editing in the window, the versions that this makes, and the way back, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.access import unnamed
from support.chats import bring, numbered
from support.desk import Desk
from support.person import Person
from ui.chats.page import ChatsPage
from ui.versions.page import VersionsPage
from ui.versions.text_dialog import MessageDialog, TitleDialog

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return lambda vault: bring(vault, *numbered(2))


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ChatsPage:
    desk.unlock()
    found = desk.show_page("chats")
    assert isinstance(found, ChatsPage)
    qtbot.waitUntil(lambda: found.reader.model is not None and found.reader.model.rowCount() > 0)
    found.reader.view.setFocus()
    qtbot.keyClick(found.reader.view, Qt.Key.Key_Home)
    return found


@pytest.fixture
def person(desk: Desk, qtbot: QtBot) -> Person:
    return Person(desk.window, qtbot)


def _texts(desk: Desk, page: ChatsPage) -> list[str]:
    model = page.reader.model
    assert model is not None
    found = desk.session.vault.conversations.get(model.conversation_id)
    return [message.text for message in found.active_path()]


def _edit(page: ChatsPage, qtbot: QtBot, text: str) -> None:
    qtbot.keyClick(page.reader.view, Qt.Key.Key_E, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: bool(page.reader.findChildren(MessageDialog)))
    [dialog] = page.reader.findChildren(MessageDialog)
    qtbot.keyClick(dialog.text, Qt.Key.Key_A, CONTROL)
    qtbot.keyClicks(dialog.text, text)
    qtbot.keyClick(dialog.text, Qt.Key.Key_Return, CONTROL)
    # As a desktop does; without a screen nobody does.
    page.window().activateWindow()


def test_a_message_is_edited_by_keys_and_shown_so(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    before = _texts(desk, page)

    _edit(page, qtbot, "other words")

    qtbot.waitUntil(lambda: _texts(desk, page)[0] == "other words")
    assert _texts(desk, page)[1:] == before[1:]
    qtbot.waitUntil(lambda: "Message edited" in desk.window.shell.told)
    model = page.reader.model
    assert model is not None
    qtbot.waitUntil(
        lambda: (shown := model.get(0)) is not None and shown.message.text == "other words"
    )
    qtbot.keyClick(page.reader.view, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: _texts(desk, page) == before)


def test_a_selected_passage_is_cut_out_by_keys_and_comes_back(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    before = _texts(desk, page)
    qtbot.waitUntil(lambda: page.reader.model is not None and page.reader.model.get(0) is not None)
    qtbot.keyClick(page.reader.view, Qt.Key.Key_Return)
    pane = page.reader.text_pane
    qtbot.waitUntil(lambda: pane.text.toPlainText() == before[0] == "Question 0")
    for _letter in "Quest":
        qtbot.keyClick(pane.text, Qt.Key.Key_Right, SHIFT)

    qtbot.keyClick(pane.text, Qt.Key.Key_X, CONTROL | SHIFT)

    qtbot.waitUntil(lambda: _texts(desk, page)[0] == "ion 0")
    assert not pane.isVisible()
    qtbot.waitUntil(lambda: "Passage cut out" in desk.window.shell.told)
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: _texts(desk, page) == before)


def test_nothing_is_cut_where_nothing_is_selected(page: ChatsPage, desk: Desk) -> None:
    before = _texts(desk, page)

    desk.window.shell.commands.run("cut-selected")

    assert desk.window.shell.told == ["Select the words first that are to go."]
    assert _texts(desk, page) == before


def test_words_that_were_written_are_not_thrown_away_unasked(
    page: ChatsPage, qtbot: QtBot, person: Person
) -> None:
    qtbot.keyClick(page.reader.view, Qt.Key.Key_E, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: bool(page.reader.findChildren(MessageDialog)))
    [dialog] = page.reader.findChildren(MessageDialog)
    qtbot.keyClicks(dialog.text, "half a thought")

    qtbot.keyClick(dialog.text, Qt.Key.Key_Escape)

    person.wait(lambda: person.sees("What you wrote is not saved."))
    assert dialog.isVisible()
    person.click("Throw it away")
    person.wait(lambda: not page.reader.findChildren(MessageDialog))


def test_what_is_being_written_goes_with_the_lock(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.keyClick(page.reader.view, Qt.Key.Key_E, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: bool(page.reader.findChildren(MessageDialog)))

    desk.lock()

    assert not desk.window.findChildren(MessageDialog)


def test_a_chat_is_renamed_by_keys(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(page.reader.view, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: bool(page.reader.findChildren(TitleDialog)))
    [dialog] = page.reader.findChildren(TitleDialog)
    qtbot.keyClicks(dialog.field, "My own title")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: page.reader.header.title.text() == "My own title")
    titles = [chat.title for chat in desk.session.vault.conversations.list()]
    assert "My own title" in titles


def test_a_chat_is_renamed_from_the_list(page: ChatsPage, qtbot: QtBot) -> None:
    page.pane.view.setFocus()
    qtbot.keyClick(page.pane.view, Qt.Key.Key_F2)

    qtbot.waitUntil(lambda: bool(page.reader.findChildren(TitleDialog)))
    [dialog] = page.reader.findChildren(TitleDialog)
    qtbot.keyClicks(dialog.field, "Named in the list")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.reader.header.title.text() == "Named in the list")


def test_messages_are_taken_out_by_the_menu_and_come_back_by_undo(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    before = _texts(desk, page)
    menu = QMenu()
    model = page.reader.model
    assert model is not None
    page.reader.actions_.fill(menu, model.path.number(0))
    entries = {action.text(): action for action in menu.actions()}
    entries["Take out 2 messages from here on"].trigger()

    qtbot.waitUntil(lambda: _texts(desk, page) == [])
    qtbot.waitUntil(lambda: page.reader.model is not None and page.reader.model.rowCount() == 0)
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: _texts(desk, page) == before)
    qtbot.waitUntil(lambda: desk.session.tasks.live == 0)
    desk.window.shell.redo()
    qtbot.waitUntil(lambda: _texts(desk, page) == [])


def test_the_versions_are_compared_and_one_is_restored_by_keys(
    page: ChatsPage, desk: Desk, qtbot: QtBot, person: Person
) -> None:
    before = _texts(desk, page)
    _edit(page, qtbot, "other words")
    # The vault has the words before the window has heard of them, and is the active one again.
    qtbot.waitUntil(lambda: desk.window.shell.told == ["Message edited"])
    qtbot.waitUntil(page.window().isActiveWindow)

    qtbot.keyClick(page.reader.view, Qt.Key.Key_H, CONTROL)
    versions = desk.window.findChild(VersionsPage)
    assert versions is not None
    qtbot.waitUntil(lambda: versions.timeline.rowCount() == 2)
    qtbot.waitUntil(lambda: "other words" in versions.diff.text.toPlainText())
    assert person.focus is versions.list
    assert versions.timeline.index(0).data().startswith("Version 2: Edited")
    assert versions.with_box.currentText() == "Version 1: Import"
    assert not versions.restore_button.isEnabled()

    person.press(Qt.Key.Key_Down)
    qtbot.waitUntil(versions.restore_button.isEnabled)
    desk.window.shell.commands.run("restore-version")

    qtbot.waitUntil(lambda: versions.timeline.rowCount() == 3)
    qtbot.waitUntil(lambda: "Version 1 restored" in desk.window.shell.told)
    person.press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.isVisible())
    qtbot.waitUntil(lambda: _texts(desk, page) == before)


def test_a_chat_that_never_changed_says_so(
    page: ChatsPage, desk: Desk, qtbot: QtBot, person: Person
) -> None:
    qtbot.keyClick(page.reader.view, Qt.Key.Key_H, CONTROL)

    person.wait(lambda: person.sees("This chat has one version"))


def test_without_a_chat_the_page_says_how_to_come_to_one(desk: Desk, person: Person) -> None:
    desk.unlock()
    desk.window.shell.go("versions", None)

    person.wait(lambda: person.sees("Open a chat, and press Ctrl+H there."))
    versions = desk.window.findChild(VersionsPage)
    assert versions is not None
    assert not versions.restore_button.isEnabled()
    assert not versions.purge_button.isEnabled()


def test_all_of_the_page_has_a_name(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(page.reader.view, Qt.Key.Key_H, CONTROL)
    versions = desk.window.findChild(VersionsPage)
    assert versions is not None

    assert unnamed(versions) == []
