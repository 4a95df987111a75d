"""The open chat is read anew when it has changed, and the text that is read stays where it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation, Message
from support.chats import bring
from support.conversations import conversation, message
from support.desk import Desk
from ui.chats.page import ChatsPage
from ui.reader.items import MessageItem
from ui.reader.reader import Reader
from ui.reader.selecting import Position

_COUNT = 60


def _said(number: int) -> Message:
    text = "\n\n".join(f"Paragraph {n} of message {number}, with some words." for n in range(6))
    return message(number, text)


def _chat(*messages: Message, active: int | None = None) -> Conversation:
    return conversation(
        *messages, title="Growing", updated_at_ms=1_780_000_000_000 + len(messages),
        active=active or messages[-1].number,
    )  # fmt: skip


_FIRST = tuple(_said(number) for number in range(1, _COUNT + 1))


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return lambda vault: bring(vault, _chat(*_FIRST))


@pytest.fixture
def reader(desk: Desk, qtbot: QtBot) -> Reader:
    desk.window.resize(1240, 800)
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    qtbot.waitUntil(lambda: page.reader.model is not None)
    page.reader.view.jump_to_row(_COUNT // 2)
    page.reader.view.scroll_by(130)
    qtbot.waitUntil(lambda: not any(p.item.is_waiting for p in page.reader.view.stack.placed))
    qtbot.wait(300)
    return page.reader


def _seen(reader: Reader) -> list[tuple[int, int, float, str]]:
    """Return what stands where on the screen: message, cell, height, words."""
    found = []
    for placed in reader.view.stack.placed:
        assert isinstance(placed.item, MessageItem)
        said = placed.item.prepared
        found.append((said.message.number, placed.at, placed.y, said.text))
    return found


def _bring(desk: Desk, chat: Conversation) -> None:
    bring(desk.session.vault, chat)
    desk.session.tell_changed("conversations")


def test_what_an_import_adds_is_there_and_moves_nothing(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    before, current = _seen(reader), reader.view.currentIndex().row()
    assert len(before) > 3
    assert before[0][2] < 0

    _bring(desk, _chat(*_FIRST, _said(_COUNT + 1), _said(_COUNT + 2)))

    model = reader.model
    assert model is not None
    qtbot.waitUntil(lambda: model.rowCount() == _COUNT + 2)
    assert _seen(reader) == before
    qtbot.wait(300)
    assert _seen(reader) == before
    assert reader.view.currentIndex().row() == current
    assert reader.model is model
    assert "62" in reader.header.about.text()


def test_a_message_that_an_import_changed_says_what_it_says_now(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    below = _seen(reader)[-1][0]
    changed = tuple(message(m.number, "Now other words") if m.number == below else m
                    for m in _FIRST)  # fmt: skip
    before = [each for each in _seen(reader) if each[0] < below]

    _bring(desk, _chat(*changed))

    qtbot.waitUntil(lambda: "Now other words" in [each[3] for each in _seen(reader)])
    assert [each for each in _seen(reader) if each[0] < below] == before


def test_somebody_who_reads_another_branch_stays_on_it(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    other = message(_COUNT + 1, "Another answer", parent=20)
    before = _seen(reader)

    _bring(desk, _chat(*_FIRST, other))

    assert reader.model is not None
    qtbot.waitUntil(lambda: reader.model is not None and other.number in reader.model.tree)
    assert reader.model.leaf == _COUNT
    assert _seen(reader) == before


def test_a_chat_in_which_nothing_changed_is_left_alone(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    resets: list[bool] = []
    assert reader.model is not None
    reader.model.modelReset.connect(lambda: resets.append(True))
    reader.view.selecting.select(Position(3, 0, 0), Position(4, 0, 0))
    chosen = reader.view.selecting.span

    _bring(desk, conversation("Hello", external_id="new", title="New"))

    qtbot.wait(400)
    assert resets == []
    assert reader.view.selecting.span == chosen is not None


def test_an_import_that_comes_while_somebody_scrolls_moves_nothing(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    _bring(desk, _chat(*_FIRST, _said(_COUNT + 1)))
    reader.view.jump_to_row(2)
    reader.view.scroll_by(90)

    assert reader.model is not None
    qtbot.waitUntil(lambda: reader.model is not None and reader.model.rowCount() == _COUNT + 1)
    first = _seen(reader)[0]
    assert first[0] in (1, 2, 3)
    assert first[2] <= 0


def test_what_is_selected_stays_selected(reader: Reader, desk: Desk, qtbot: QtBot) -> None:
    reader.select_all()
    whole = reader.view.selecting.span
    assert whole is not None

    _bring(desk, _chat(*_FIRST, _said(_COUNT + 1)))

    assert reader.model is not None
    qtbot.waitUntil(lambda: reader.model is not None and reader.model.rowCount() == _COUNT + 1)
    assert reader.view.selecting.span == whole
    reader.actions_.copy()
    qtbot.waitUntil(lambda: "message 60," in QGuiApplication.clipboard().text())
    assert "message 1," in QGuiApplication.clipboard().text()
    assert "message 61," not in QGuiApplication.clipboard().text()


def test_what_is_selected_in_words_that_changed_is_let_go(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    below = _seen(reader)[-1][0]
    reader.view.selecting.select(Position(below - 2, 1, 3), Position(below - 1, 1, 3))

    _bring(desk, _chat(*(message(m.number, "Now other words") if m.number == below else m
                         for m in _FIRST)))  # fmt: skip

    qtbot.waitUntil(lambda: "Now other words" in [each[3] for each in _seen(reader)])
    assert reader.view.selecting.span is None
