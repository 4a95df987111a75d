"""What is selected, across messages, and its text from the model: not only what is on screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from privatus.core.conversation import Message
from privatus.core.jobs import Job
from ui.reader.blocks import Block, Code, Prepared, flow
from ui.reader.preparing import prepare
from ui.writing import of_units, units

if TYPE_CHECKING:
    from ui.reader.model import Messages
    from ui.reader.view import MessageView
    from ui.session import Session


# A cell behind all cells of a message.
BEHIND_ALL = 1 << 30


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A character: of a row, of a cell in it, and its number there as Qt counts."""

    row: int
    at: int
    character: int


class Selecting:
    """The selection of the view."""

    def __init__(self, view: MessageView) -> None:
        self._view = view
        self.anchor: Position | None = None
        self.head: Position | None = None

    @property
    def span(self) -> tuple[Position, Position] | None:
        """Return beginning and end of what is selected."""
        if self.anchor is None or self.head is None or self.anchor == self.head:
            return None
        return min(self.anchor, self.head), max(self.anchor, self.head)

    def clear(self) -> None:
        """Select nothing."""
        self.anchor = self.head = None

    def start(self, position: Position) -> None:
        self.anchor = self.head = position

    def extend(self, position: Position) -> None:
        if self.anchor is None:
            self.anchor = position
        self.head = position

    def select(self, first: Position, last: Position) -> None:
        self.anchor, self.head = first, last

    def select_all(self) -> None:
        """Select every message of the branch."""
        model = self._view.messages
        if model is not None and model.rowCount():
            self.select(Position(0, 0, 0), Position(model.rowCount() - 1, BEHIND_ALL, 0))

    def ends(self) -> list[Position]:
        """Return the two ends of what is selected, the one where it was begun first."""
        if self.anchor is None or self.head is None:
            return []
        return [self.anchor, self.head]

    def restore(self, ends: list[tuple[Position, Prepared | None]], model: Messages) -> None:
        """Select again between two *ends*, if *model* still says the same in their messages."""
        found = []
        for end, former in ends:
            row = None if former is None else model.path.row(former.message.number)
            now = None if row is None else model.get(row, ask=False)
            if row is not None and now and former and now.message.parts == former.message.parts:
                found.append(replace(end, row=row))
        if len(found) == 2:
            self.select(*found)

    def range_of(self, row: int, at: int, length: int) -> tuple[int, int] | None:
        """Return which characters of a cell are selected."""
        span = self.span
        if span is None:
            return None
        first, last = span
        if (row, at) < (first.row, first.at) or (row, at) > (last.row, last.at):
            return None
        start = first.character if (row, at) == (first.row, first.at) else 0
        end = last.character if (row, at) == (last.row, last.at) else length
        return (start, end) if start < end else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be copied, as the worker needs it."""

    first: Position
    last: Position
    turned: dict[int, frozenset[int]]
    as_markdown: bool


def copied_text(session: Session, model: Messages, request: Request, job: Job) -> str:
    """Return the selected text, read from the vault; runs off the GUI thread."""
    rows = range(request.first.row, min(request.last.row + 1, len(model.path)))
    pieces: list[str] = []
    for start in range(rows.start, rows.stop, 200):
        stop = min(start + 200, rows.stop)
        numbers = model.path.numbers(start, stop)
        for row, message in enumerate(
            session.vault.pages.messages(model.conversation_id, numbers), start
        ):
            job.check()
            piece = _piece(prepare(message), row, request)
            if piece.strip():
                is_many = len(rows) > 1
                pieces.append(_titled(model, message, piece, request) if is_many else piece)
    return "\n\n".join(pieces)


def _titled(model: Messages, message: Message, piece: str, request: Request) -> str:
    name = model.speaker(message)
    return f"**{name}**\n\n{piece}" if request.as_markdown else f"{name}:\n{piece}"


def _piece(prepared: Prepared, row: int, request: Request) -> str:
    turned = request.turned.get(prepared.message.number, frozenset())
    first, last = request.first, request.last
    # Above and below the blocks stand cells of one line each.
    cells = list(enumerate(flow(prepared.blocks, turned), 1))
    inside = [
        (at, block)
        for at, block in cells
        if (first.row, first.at) <= (row, at) <= (last.row, last.at)
    ]
    is_whole = first.row < row < last.row or (inside == cells and _covers(cells, row, first, last))
    if is_whole and request.as_markdown:
        return prepared.message.text
    texts = []
    for at, block in inside:
        start = first.character if (row, at) == (first.row, first.at) else 0
        end = last.character if (row, at) == (last.row, last.at) else None
        texts.append(part_of(block, start, end, as_markdown=request.as_markdown))
    return "\n\n".join(filter(None, texts))


def _covers(cells: list[tuple[int, Block]], row: int, first: Position, last: Position) -> bool:
    """Say whether the selection begins before and ends behind all cells of a message."""
    if not cells:
        return False
    begins = (first.row, first.at, first.character) <= (row, cells[0][0], 0)
    at, block = cells[-1]
    return begins and (last.row, last.at, last.character) >= (row, at, units(block.plain))


def part_of(block: Block, start: int, end: int | None, *, as_markdown: bool) -> str:
    """Return what stands between two positions of *block*; None: to its end."""
    is_whole = start == 0 and (end is None or end >= units(block.plain))
    if is_whole:
        if as_markdown and block.source:
            return block.source
        if not as_markdown or not isinstance(block, Code):
            return block.copied
        return f"```{block.language}\n{block.copied}\n```"
    plain = of_units(block.plain, start, end)
    for mark, shown in (("\u2028", "\n"), ("\ufdd0", "\t"), ("\ufdd1", ""), ("\ufffc", "")):
        plain = plain.replace(mark, shown)
    return plain


def copy_work(session: Session, model: Messages, request: Request) -> partial[str]:
    """Return the work that reads what is selected."""
    return partial(copied_text, session, model, request)
