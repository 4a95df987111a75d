"""Makes the cells of a message, and measures them in its bubble or in the whole column."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtGui import QImage

from privatus.core.conversation import Role
from ui import theme
from ui.i18n import _, day, ngettext, time_of_day
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

_BUBBLE_PART = 0.78
_BUBBLE_PAD = 15


@dataclass(slots=True)
class Choices:
    """What a person did to the messages of this conversation: kept while it is open."""

    turned: dict[int, frozenset[int]] = field(default_factory=dict)  # folds, by message
    rewrapped: set[tuple[int, int]] = field(default_factory=set)  # code, by message and cell
    wraps_code: bool = True


class MessageItem(Item):
    """One message."""

    def __init__(self, prepared: Prepared, cells: list[Cell], *, is_bubble: bool) -> None:
        super().__init__(cells)
        self.prepared = prepared
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
        """Return how far from the left of the column *cell* stands."""
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
        is_bubble = message.role is Role.USER and not prepared.is_aside
        turned = self._choices.turned.get(message.number, frozenset())
        cells: list[Cell] = [HeadCell(self._speaker(prepared, row))]
        for block in flow(prepared.blocks, turned):
            cells.append(self._cell(block, message.number, len(cells)))
        remark = _("No longer at the source") if message.is_missing_at_source else ""
        branch = self._model.branch_of(message.number)
        if len(cells) > 1 or branch:
            cells.append(FootCell(branch, remark, is_user=is_bubble))
        else:
            # Nothing was said: empty messages of the provider leave no trace but in the raw view.
            cells.append(Cell(None, 0))
            cells[0] = Cell(None, 0)
        if prepared.is_aside and isinstance(cells[-1], FootCell) and not branch:
            cells[-1] = Cell(None, theme.px(6))
        return MessageItem(prepared, cells, is_bubble=is_bubble)

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

    def _speaker(self, prepared: Prepared, row: int) -> Speaker:
        message = prepared.message
        name = self._model.speaker(message)
        at = message.created_at_ms
        about = self._model.source if message.role is Role.ASSISTANT and message.model else ""
        return Speaker(
            name=name,
            about=about,
            time=time_of_day(moment(at)) if at else "",
            letter=next((c for c in name.upper() if c.isalnum()), "?"),
            day=self._new_day(at, row),
            is_user=message.role is Role.USER,
            is_aside=prepared.is_aside,
        )

    def _new_day(self, at_ms: int | None, row: int) -> str:
        if not at_ms:
            return ""
        before = self._time_before(row)
        date = moment(at_ms).astimezone().date()
        if row and (before is None or moment(before).astimezone().date() == date):
            return ""
        return day(date)

    def _time_before(self, row: int) -> int | None:
        """Return when the last message before *row* was said that tells it."""
        for earlier in range(row - 1, max(-1, row - 8), -1):
            found = self._model.get(earlier, ask=False)
            if found is not None and found.message.created_at_ms:
                return found.message.created_at_ms
            if found is None and earlier < len(self._model.times) and self._model.times[earlier]:
                return self._model.times[earlier]
        return None


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


def fold_summary(count: int) -> str:
    """Return how many messages there are, in words."""
    return ngettext("{n} message", "{n} messages", count)
