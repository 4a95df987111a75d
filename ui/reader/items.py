"""Makes the cells of a message, and measures them in its bubble or in the whole column."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from PySide6.QtGui import QImage

from privatus.core.conversation import Role
from ui import theme
from ui.i18n import _, time_of_day
from ui.reader.blocks import (
    Block,
    Code,
    FileLine,
    Fold,
    Picture,
    Prepared,
    Remark,
    Table,
    Words,
    flow,
)
from ui.reader.cells import Cell, WordsCell
from ui.reader.cells_media import (
    FileCell,
    FootCell,
    HeadCell,
    PictureCell,
    Speaker,
    WaitingCell,
)
from ui.reader.cells_small import FoldCell, RemarkCell
from ui.reader.cells_wide import CodeCell, TableCell
from ui.reader.documents import Documents
from ui.reader.flow import Item
from ui.reader.model import Messages, moment
from ui.reader.turns import Turn, turn_of

_BUBBLE_PART = 0.78
_BUBBLE_PAD = 15
# Between what tools said last and the person.
_BELOW_ASIDES = 16
_BESIDE_BOXES = 4
_EMPTY_AFTER_EMPTY = 6


@dataclass(slots=True)
class Choices:
    """What a person did to the messages of this conversation: kept while it is open."""

    turned: dict[int, frozenset[int]] = field(default_factory=dict)  # folds, by message
    rewrapped: set[tuple[int, int]] = field(default_factory=set)  # code, by message and cell
    wraps_code: bool = True


class MessageItem(Item):
    """One message."""

    def __init__(
        self, prepared: Prepared, turn: Turn, cells: list[Cell], *, is_bubble: bool
    ) -> None:
        super().__init__(cells)
        self.prepared = prepared
        self.turn = turn
        self.is_empty = not prepared.blocks and not isinstance(cells[-1], FootCell)
        self.is_bubble = is_bubble

    def room(self, width: float) -> float:
        """Return how wide its blocks may be."""
        if not self.is_bubble:
            return width
        return width * _BUBBLE_PART - 2 * theme.px(_BUBBLE_PAD)

    def bubble_width(self, width: float) -> float:
        """Return how wide the bubble is: as its widest block."""
        content = self.cells[1:-1]
        if not self.is_bubble or not content:
            return width
        if not all(cell.is_measured for cell in content):
            return width * _BUBBLE_PART
        widest = max(cell.natural_width for cell in content) + 2
        return min(widest, self.room(width)) + 2 * theme.px(_BUBBLE_PAD)

    def left(self, cell: Cell, width: float) -> float:
        if not self.is_bubble or cell is self.cells[0] or cell is self.cells[-1]:
            return 0.0
        if cell.begins_right:
            return width - self.room(width) - theme.px(_BUBBLE_PAD)
        return width - self.bubble_width(width) + theme.px(_BUBBLE_PAD)


class Maker:
    """Makes items of the messages of one model."""

    def __init__(self, model: Messages, choices: Choices, pictures: dict[str, QImage | None]):
        self._model = model
        self._choices = choices
        self._pictures = pictures

    def make(self, row: int, guess: int) -> Item:
        """Return the cells of *row*; if it is still being read, one that stands for it."""
        prepared = self._model.get(row)
        if prepared is None:
            return Item([WaitingCell(None, guess)], is_waiting=True)
        message = prepared.message
        turn = turn_of(self._model, row)
        is_bubble = message.role is Role.USER and not prepared.is_aside
        turned = self._choices.turned.get(message.number, frozenset())
        cells: list[Cell] = [HeadCell(self._speaker(prepared, turn))]
        for block in flow(prepared.blocks, turned):
            cells.append(self._cell(block, message.number, len(cells)))
        for cell, following in itertools.pairwise(cells[1:]):
            # Boxes stand closer to words than words to each other, whose lines are high.
            if isinstance(cell, WordsCell) is not isinstance(following, WordsCell):
                cell.gap += _BESIDE_BOXES
        remark = _("No longer at the source") if message.is_missing_at_source else ""
        branch = self._model.branch_of(message.number)
        if branch or (len(cells) > 1 and not prepared.is_aside and not turn.goes_on):
            cells.append(FootCell(branch, remark, is_user=is_bubble))
        elif len(cells) > 1:
            cells.append(Cell(None, 0 if turn.goes_on else theme.px(_BELOW_ASIDES)))
        else:
            # Nothing was said: empty messages of the provider leave no trace but in the raw view.
            cells = [Cell(None, 0), Cell(None, self._room_of_empty(row))]
        return MessageItem(prepared, turn, cells, is_bubble=is_bubble)

    def _room_of_empty(self, row: int) -> int:
        """Return how tall an empty message is: thousands of them would never fill a screen."""
        before = self._model.get(row - 1, ask=False) if row else None
        return 0 if before is None or before.blocks else theme.px(_EMPTY_AFTER_EMPTY)

    def is_stale(self, row: int, item: Item | None) -> bool:
        """Say whether *row* stands otherwise in its turn than when *item* was made of it."""
        return isinstance(item, MessageItem) and item.turn != turn_of(self._model, row)

    def _cell(self, block: Block, number: int, at: int) -> Cell:
        line = theme.px(21)
        match block:
            case Words():
                return WordsCell(block, max(line, len(block.plain) / 80 * line + line))
            case Code():
                is_turned = (number, at) in self._choices.rewrapped
                guess = (block.plain.count("\u2028") + 1) * theme.px(18) + theme.px(60)
                return CodeCell(block, guess, wraps=self._choices.wraps_code ^ is_turned)
            case Table():
                return TableCell(block, len(block.rows) * theme.px(36))
            case Fold():
                return FoldCell(block)
            case Picture():
                cell = PictureCell(block)
                key = picture_key(number, block)
                if key in self._pictures:
                    cell.image = self._pictures[key]
                    cell.has_failed = cell.has_failed or cell.image is None
                return cell
            case FileLine():
                return FileCell(block)
            case Remark():
                return RemarkCell(block, line)
            case _:
                return Cell(block, 0)

    def _speaker(self, prepared: Prepared, turn: Turn) -> Speaker:
        message = prepared.message
        name = self._model.speaker(message)
        at = message.created_at_ms
        is_named = message.role is Role.ASSISTANT and message.model
        about = self._model.source_of(message.number) if is_named else ""
        return Speaker(
            name=name,
            about=about,
            time=time_of_day(moment(at)) if at else "",
            letter=next((c for c in name.upper() if c.isalnum()), "?"),
            day=turn.day,
            is_user=message.role is Role.USER,
            is_named=not (prepared.is_aside or turn.is_begun),
        )


def measure(item: Item, cell: Cell, documents: Documents, width: float) -> None:
    """Lay *cell* out as wide as it may be."""
    room = width
    if isinstance(item, MessageItem) and cell is not item.cells[0] and cell is not item.cells[-1]:
        room = item.room(width)
    cell.measure(documents, room)
    if isinstance(item, MessageItem) and item.is_bubble and cell is item.cells[-1]:
        # The bubble's lower edge.
        cell.height += theme.px(4)


def picture_key(number: int, block: Picture) -> str:
    """Return under what the image of *block* is kept."""
    name = "" if block.attachment is None else block.attachment.external_id or block.attachment.name
    return f"{number}/{name}/{id(block.attachment)}"
