"""Purging in the window: what goes is named, a word is typed, and it is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.access import unnamed
from support.chats import bring
from support.conversations import conversation
from support.desk import Desk
from ui.chats.page import ChatsPage
from ui.purge.dialog import PurgeDialog


def _fill(vault: Vault) -> None:
    chat = conversation("Where is the key?", "Under the pot", title="Keys")
    bring(vault, chat, conversation("Hello", "Good day", title="Greeting", external_id="c2"))
    keys = next(c for c in vault.conversations.list() if c.title == "Keys")
    vault.editing.edit(keys.id, 2, "Somewhere safe")


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return _fill


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ChatsPage:
    desk.unlock()
    found = desk.show_page("chats")
    assert isinstance(found, ChatsPage)
    qtbot.waitUntil(lambda: found.reader.model is not None)
    keys = next(c for c in desk.session.vault.conversations.list() if c.title == "Keys")
    found.reader.open(keys.id)
    qtbot.waitUntil(
        lambda: found.reader.model is not None and found.reader.model.conversation_id == keys.id
    )
    return found


def _dialog(page: ChatsPage, qtbot: QtBot) -> PurgeDialog:
    found: list[PurgeDialog] = []

    def look() -> bool:
        found[:] = [d for d in page.window().findChildren(PurgeDialog) if d.isVisible()]
        return bool(found)

    qtbot.waitUntil(look)
    return found[0]


def _said(dialog: PurgeDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_the_history_of_a_chat_is_purged_by_keyboard_alone(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    chat_id = page.reader.model.conversation_id
    page.reader.shell.commands.run("purge-history")
    dialog = _dialog(page, qtbot)

    assert "1 former wording" in _said(dialog)
    assert "Message 2, as it was until" in _said(dialog)
    assert "Copies of the vault that you made" in _said(dialog)
    assert unnamed(dialog) == []
    qtbot.keyClick(dialog.word_field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    qtbot.keyClicks(dialog.word_field, "Purge")
    qtbot.keyClick(dialog.word_field, Qt.Key.Key_Return)

    purging = desk.session.vault.purging
    qtbot.waitUntil(lambda: "1 former wording purged." in desk.window.shell.told)
    assert purging.preview(chat_id).is_empty
    assert desk.session.vault.conversations.get(chat_id).messages[1].text == "Somewhere safe"


def test_a_message_that_never_changed_has_nothing_to_purge(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    menu = QMenu()
    page.reader.actions_.fill(menu, 1)

    next(a for a in menu.actions() if a.text() == "Purge what this message said before…").trigger()

    qtbot.waitUntil(lambda: any("nothing to purge" in said for said in desk.window.shell.told))


def test_a_chat_is_deleted_for_good_and_leaves_the_list(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    menu = QMenu()
    page.reader.actions_.fill_chat(menu)
    next(a for a in menu.actions() if a.text() == "Delete this chat for good…").trigger()
    dialog = _dialog(page, qtbot)

    assert "Delete this chat for good?" in _said(dialog)
    assert "2 messages with all that they ever said" in _said(dialog)
    assert not dialog.purge_button.isEnabled()
    dialog.word_field.setText("purge")
    dialog.purge_button.click()

    qtbot.waitUntil(lambda: "1 chat deleted for good." in desk.window.shell.told)
    assert [c.title for c in desk.session.vault.conversations.list()] == ["Greeting"]
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 1)


def test_a_dialog_that_is_cancelled_changes_nothing(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    chat_id = page.reader.model.conversation_id
    page.reader.shell.commands.run("purge-history")
    dialog = _dialog(page, qtbot)

    qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert not desk.session.vault.purging.preview(chat_id).is_empty


def test_what_was_purged_cannot_be_undone_by_the_key(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    undone: list[str] = []
    desk.window.shell.done("Edited", lambda: undone.append("edit"))
    page.reader.shell.commands.run("purge-history")
    dialog = _dialog(page, qtbot)
    dialog.word_field.setText("purge")
    dialog.purge_button.click()
    qtbot.waitUntil(lambda: "1 former wording purged." in desk.window.shell.told)

    desk.window.shell.undo()

    assert undone == []


def test_the_copy_of_a_change_of_the_vault_goes_and_what_was_set_aside_is_offered(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    copy = desk.folder / "vault.db.before-migration"
    aside = desk.folder / "vault.db.set-aside-20261122T182500Z"
    for path in (copy, aside):
        path.write_bytes(bytes(4000))
    page.reader.shell.commands.run("purge-history")
    dialog = _dialog(page, qtbot)

    assert copy.name in _said(dialog) and aside.name in _said(dialog)
    dialog.copy_box.setChecked(True)
    dialog.word_field.setText("purge")
    dialog.purge_button.click()

    qtbot.waitUntil(lambda: "1 former wording purged." in desk.window.shell.told)
    assert not copy.exists() and not aside.exists()
