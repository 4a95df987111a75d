"""A selection over several messages highlights its part of each, as one change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.chats import bring
from support.conversations import conversation, message
from support.desk import Desk
from ui.chats.page import ChatsPage


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    chat = conversation("One two", message(2, "three **four**"), message(3, "five six", parent=2),
                        external_id="bread", title="Bread", active=3)  # fmt: skip
    return lambda vault: bring(vault, chat)


def test_each_message_gets_its_part_and_one_undo_takes_all_back(desk: Desk, qtbot: QtBot) -> None:
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    view = page.reader.view
    qtbot.waitUntil(lambda: bool(view.stack.placed))
    qtbot.waitUntil(lambda: not any(p.item.is_waiting for p in view.stack.placed))
    desk.window.activateWindow()
    view.setFocus()
    (chat,) = desk.session.vault.conversations.list()

    def quotes() -> list[str]:
        found = desk.session.vault.annotations.of(chat.id)
        return [each.annotation.passage.quote for each in found if each.annotation.passage]

    page.reader.select_all()
    qtbot.keyClick(view, Qt.Key.Key_3)

    qtbot.waitUntil(lambda: "Highlighted" in desk.window.shell.told)
    assert quotes() == ["One two", "three **four", "five six"]
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: quotes() == [])
