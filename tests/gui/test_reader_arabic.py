"""What is written from right to left stands in its bubble as what is written from left to right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.conversation import Role
from privatus.services.listing import ListedConversation
from support.chats import bring
from support.conversations import conversation
from support.desk import Desk
from ui.chats.row import preview_of
from ui.reader.blocks import Table
from ui.reader.cells import WordsCell
from ui.reader.cells_wide import TableCell
from ui.reader.documents import Documents
from ui.reader.formulas import Formulas
from ui.reader.items import MessageItem
from ui.reader.markdown import blocks_of
from ui.reader.reader import Reader


@pytest.fixture(params=["شكرا", "Thanks", "شكرا\n\nThanks a lot, that was of help"])
def fill(request: pytest.FixtureRequest) -> Callable[[Vault], object]:
    return lambda vault: bring(vault, conversation(request.param))


def test_no_word_stands_outside_of_its_bubble(desk: Desk, qtbot: QtBot) -> None:
    desk.unlock()
    reader = Reader(desk.window.shell)
    qtbot.addWidget(reader)
    reader.resize(900, 700)
    reader.show()
    reader.open(desk.session.vault.conversations.list()[0].id)
    qtbot.waitUntil(lambda: _bubble(reader) is not None)
    item = _bubble(reader)
    assert item is not None
    _start, width = reader.view.column()

    edge = width - item.bubble_width(width)

    for cell in item.cells:
        if isinstance(cell, WordsCell):
            left = item.left(cell, width)
            lines = list(_lines(cell))
            assert lines
            assert all(edge <= left + start and left + end <= width for start, end in lines)
    reader.clear()


def _bubble(reader: Reader) -> MessageItem | None:
    for placed in reader.view.stack.placed:
        item = placed.item
        if isinstance(item, MessageItem) and item.is_bubble:
            return item if all(cell.is_measured for cell in item.cells) else None
    return None


def _lines(cell: WordsCell) -> list[tuple[float, float]]:
    """Return where each line of *cell* begins and ends."""
    assert cell.document is not None
    found = []
    block = cell.document.begin()
    while block.isValid():
        layout = block.layout()
        for at in range(layout.lineCount()):
            rect = layout.lineAt(at).naturalTextRect().translated(layout.position())
            found.append((cell.indent + rect.left(), cell.indent + rect.right()))
        block = block.next()
    return found


def test_the_end_of_what_was_said_last_stays_with_it_in_the_list(desk: Desk) -> None:
    desk.unlock()
    (summary,) = desk.session.vault.conversations.list()
    row = ListedConversation(
        row_id=1,
        summary=summary,
        excerpt="شكرا!",
        excerpt_role=Role.USER,
        has_attachments=False,
    )

    assert preview_of(row) == f"You: \u2068{row.excerpt}\u2069"


_TABLE = "| الطريقة | الوقت |\n|---|---:|\n| Argon2id | بطيء |"


def test_an_arabic_table_reads_from_the_right(qapp: object) -> None:
    (table,) = blocks_of(_TABLE)
    (other,) = blocks_of("| Method | الوقت |\n|---|---|\n| Argon2id | slow |")
    assert isinstance(table, Table)
    assert isinstance(other, Table)

    mirrored, plain = TableCell(table, 0), TableCell(other, 0)
    for cell in (mirrored, plain):
        cell.measure(Documents(Formulas(None)), 700)

    first, second = _start(mirrored, "الطريقة"), _start(mirrored, "الوقت")
    assert second < first
    assert mirrored.rect_of(table.plain.index("الطريقة")).right() > 600
    assert _start(plain, "Method") < _start(plain, "الوقت")
    assert table.copied.split() == ["الطريقة", "الوقت", "Argon2id", "بطيء"]


def test_a_wide_arabic_table_is_seen_from_its_beginning(qapp: object) -> None:
    (table,) = blocks_of("| عمود |" + " عمود |" * 30 + "\n|" + "---|" * 31)
    assert isinstance(table, Table)
    cell = TableCell(table, 0)

    cell.measure(Documents(Formulas(None)), 700)

    assert cell.overflow > 0
    assert cell.scrolled == cell.overflow


def _start(cell: TableCell, text: str) -> float:
    assert cell.document is not None
    return cell.rect_of(cell.document.find(text).selectionStart()).left()
