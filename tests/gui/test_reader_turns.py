"""What a model thinks, calls and says until a person speaks stands under one head."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation, Message, Part, PartKind, Role
from support.chats import bring
from support.conversations import conversation, message
from support.desk import Desk
from ui.reader.cells_media import FootCell, HeadCell
from ui.reader.cells_small import FoldCell
from ui.reader.items import MessageItem
from ui.reader.reader import Reader

_NOON = 1_750_000_000_000
_LONG = 140


def _by_model(number: int, *parts: Part, **fields: object) -> Message:
    fields = {"role": Role.ASSISTANT, "model": "thinker", "parts": parts, **fields}
    return message(number, created_at_ms=_NOON + number, **fields)


def _part(kind: PartKind, text: str, name: str | None = None) -> Part:
    return Part(kind=kind, text=text, name=name)


def _chat() -> Conversation:
    return conversation(
        message(1, "", role=Role.SYSTEM, is_hidden=True),
        message(2, "What shall I pack?", role=Role.USER, created_at_ms=_NOON),
        _by_model(3),
        _by_model(4, _part(PartKind.THINKING, "Weather first.")),
        _by_model(5, _part(PartKind.TOOL_CALL, "{}", "search")),
        _by_model(6, _part(PartKind.TOOL_RESULT, "Sunny", "search"), role=Role.TOOL, model=None),
        _by_model(7, _part(PartKind.TEXT, "")),
        _by_model(8, _part(PartKind.TEXT, "Let me look at the wind, too.")),
        _by_model(9, _part(PartKind.TEXT, "Light clothes.")),
        _by_model(10, _part(PartKind.TEXT, "Or not."), model="another"),
        message(11, "Thanks", role=Role.USER, created_at_ms=_NOON + 11),
        title="Short",
    )


def _long_turn() -> Conversation:
    steps = [
        _by_model(number, _part(PartKind.TEXT, f"Step {number}")) for number in range(2, _LONG)
    ]
    return conversation("Go on", *steps, title="Long", external_id="c2")


@pytest.fixture
def fill() -> Callable[[Vault], object]:
    return lambda vault: bring(vault, _chat(), _long_turn())


@pytest.fixture
def reader(desk: Desk, qtbot: QtBot) -> Iterator[Reader]:
    desk.unlock()
    made = Reader(desk.window.shell)
    qtbot.addWidget(made)
    made.resize(900, 1000)
    made.show()
    _open(made, desk, qtbot, "Short")
    yield made
    made.clear()


def _open(reader: Reader, desk: Desk, qtbot: QtBot, title: str) -> None:
    chats = desk.session.vault.conversations.list()
    with qtbot.waitSignal(reader.shown):
        reader.open(next(chat.id for chat in chats if chat.title == title))
    qtbot.waitUntil(lambda: not any(p.item.is_waiting for p in reader.view.stack.placed))


def _seen(reader: Reader, kind: type) -> list[int]:
    """Return which messages have a cell of this kind."""
    return [
        reader.view.number_of(placed.item)
        for placed in reader.view.stack.placed
        if isinstance(placed.cell, kind)
    ]


def _named(reader: Reader) -> list[int]:
    return [
        reader.view.number_of(placed.item)
        for placed in reader.view.stack.placed
        if isinstance(placed.cell, HeadCell) and placed.cell.speaker.is_named
    ]


def test_a_turn_has_one_head_and_one_foot(reader: Reader) -> None:
    assert _named(reader) == [2, 4, 10, 11]
    assert _seen(reader, FootCell) == [2, 9, 10, 11]
    assert _seen(reader, FoldCell) == [4, 5, 6]


def test_what_says_nothing_takes_no_room_and_is_passed_over(reader: Reader, qtbot: QtBot) -> None:
    view, model = reader.view, reader.model
    assert model is not None
    assert [view.stack.item(row).height for row in (0, 2, 6)] == [0, 0, 0]

    rows = [view.currentIndex().row()]
    for _ in range(7):
        qtbot.keyClick(view, Qt.Key.Key_J)
        rows.append(view.currentIndex().row())

    assert rows == [1, 3, 4, 5, 7, 8, 9, 10]
    reader.read(3, tab=2)
    assert '"number": 3' in reader.text_pane.text.toPlainText()


def test_a_screen_reader_finds_each_message_by_itself(reader: Reader) -> None:
    view = reader.view
    interface = QAccessible.queryAccessibleInterface(view)

    names = [interface.child(row).text(QAccessible.Text.Name) for row in range(11)]

    assert names[1] == "You: What shall I pack?"
    assert names[3] == "thinker: Thinking"
    assert names[6] == "thinker: Nothing to read"
    assert names[8] == "thinker: Light clothes."


def test_the_first_day_is_said_though_a_message_without_a_time_stands_before(
    reader: Reader,
) -> None:
    item = reader.view.stack.item(1)
    assert isinstance(item, MessageItem)

    assert item.turn.day == "June 15, 2025"


def test_neighbours_that_come_later_move_nothing(reader: Reader, desk: Desk, qtbot: QtBot) -> None:
    _open(reader, desk, qtbot, "Long")
    places: list[float] = []
    heads: list[bool] = []

    def look() -> None:
        for placed in reader.view.stack.placed:
            if placed.row == 112 and placed.at == 1:
                head = placed.item.cells[0]
                assert isinstance(head, HeadCell)
                places.append(placed.y)
                heads.append(head.speaker.is_named)

    assert reader.model is not None
    qtbot.waitUntil(lambda: bool(reader.model.roles))
    # As if it were jumped before who says what is known.
    reader.model.roles = []
    qtbot.waitUntil(lambda: reader.model.get(112) is not None)
    assert reader.model.get(111, ask=False) is None
    reader.view.settled.connect(look)
    reader.view.jump_to_row(112)

    qtbot.waitUntil(lambda: heads[:1] == [True] and not heads[-1])
    assert len(set(places)) == 1
