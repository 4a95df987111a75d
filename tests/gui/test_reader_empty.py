"""A chat without messages, as some exports hold them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.chats import NOW_MS, bring
from support.conversations import conversation
from support.desk import Desk
from ui.chats.page import ChatsPage


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    said = "\n\n".join(f"Paragraph {n}" for n in range(200))
    return lambda vault: bring(
        vault,
        conversation(said, said, external_id="long", title="Long", updated_at_ms=NOW_MS),
        conversation(external_id="none", title="Nothing in it", updated_at_ms=NOW_MS - 1),
    )


def test_a_chat_without_messages_says_so_and_has_nothing_to_scroll(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    reader, bar = page.reader, page.reader.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert not reader.nothing.isVisible()

    with qtbot.waitSignal(reader.shown):
        page.pane.view.select_row(1)

    assert reader.nothing.isVisible()
    assert reader.nothing.title.text() == "This chat holds no messages"
    assert reader.nothing.accessibleName() == "This chat holds no messages"
    assert bar.maximum() == 0
    assert not bar.isVisible()

    page.pane.view.select_row(0)

    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert not reader.nothing.isVisible()
    assert bar.isVisible()
