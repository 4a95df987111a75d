"""Places cells under each other from an anchor, so that late heights move nothing that is read.

The truth is the anchor: a cell, and where in the view its top stands. What lies above and below
is measured from there when it comes into view. The scroll bar follows from it, never the other
way round.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from ui.reader.cells import Cell
from ui.reader.geometry import Heights

# Items are small; the documents in their cells are not.
_ITEMS_KEPT = 400
_DOCUMENTS_KEPT = 220


class Item:
    """The cells of one row."""

    def __init__(self, cells: list[Cell], *, is_waiting: bool = False) -> None:
        self.cells = cells
        self.is_waiting = is_waiting

    @property
    def height(self) -> int:
        return round(sum(cell.height for cell in self.cells))

    def left(self, cell: Cell, width: float) -> float:
        """Return how far from the left of a column of *width* one of its cells stands."""
        return 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell in the view, and where its top stands there."""

    row: int
    at: int  # which of its row's cells
    y: float
    item: Item
    cell: Cell

    @property
    def bottom(self) -> float:
        return self.y + self.cell.height


@dataclass(slots=True)
class Anchor:
    """A cell, and where its top stands in the view."""

    row: int = 0
    at: int = 0
    y: float = 0.0


class Flow:
    """Rows of cells in a view of some height."""

    def __init__(self, make: Callable[[int], Item], measure: Callable[[Item, Cell], None]) -> None:
        self._make, self._measure = make, measure
        self.heights = Heights([])
        self.anchor = Anchor()
        self.view_height = 0.0
        self.top = self.bottom = 0.0  # what is left free above the first and below the last
        self.placed: list[Placed] = []
        self._items: OrderedDict[int, Item] = OrderedDict()
        self._documents: OrderedDict[Cell, None] = OrderedDict()

    def reset(self, heights: Heights) -> None:
        """Begin anew, at the top, with rows of these guessed heights."""
        self.heights = heights
        self._items.clear()
        self._documents.clear()
        self.placed = []
        self.anchor = Anchor(0, 0, self.top)

    def guess(self, heights: Heights) -> None:
        """Take better guesses of heights; what was measured stays."""
        for row, item in self._items.items():
            if row < len(heights) and not item.is_waiting:
                heights[row] = item.height
        self.heights = heights
        for row in [row for row, item in self._items.items() if item.is_waiting]:
            del self._items[row]

    def item(self, row: int) -> Item:
        """Return the cells of *row*."""
        found = self._items.get(row)
        if found is None:
            found = self._items[row] = self._make(row)
            self.heights[row] = found.height
        self._items.move_to_end(row)
        return found

    def known(self, row: int) -> Item | None:
        """Return the cells of *row* if they were made."""
        return self._items.get(row)

    def forget(self, rows: Iterable[int] | None = None) -> None:
        """Make these rows anew when they are next seen; None: all."""
        for row in list(self._items) if rows is None else rows:
            self._items.pop(row, None)

    def remake(self, rows: Collection[int]) -> None:
        """Make these rows anew though they are seen; what is read of them stays where it is."""
        anchor = self.anchor
        item = self._items.get(anchor.row)
        if anchor.row in rows and anchor.at == 0 and item is not None and not item.is_waiting:
            # The line above the words may go or come.
            self.anchor = Anchor(anchor.row, 1, anchor.y + item.cells[0].height)
        self.forget(rows)

    def drop_documents(self) -> None:
        """Lay everything out anew, as after a change of theme; heights stay until then."""
        for item in self._items.values():
            for cell in item.cells:
                cell.drop()
        self._documents.clear()

    # ------------------------------------------------------------------ placing

    def lay_out(self) -> list[Placed]:
        """Place what is seen; return it, the uppermost first."""
        if not len(self.heights):
            self.placed = []
            return self.placed
        self._keep_anchor_inside()
        # A correction at one end may bring the other into view, and then there is no third.
        for _ in range(4):
            above, start = self._fill_up()
            below, end = self._fill_down()
            self.placed = above[::-1] + below
            shift = self._shift(start, end)
            if not shift:
                break
            self.anchor.y += shift
        if len(self._documents) > 2 * _DOCUMENTS_KEPT:
            self.evict()
        return self.placed

    def _keep_anchor_inside(self) -> None:
        anchor = self.anchor
        anchor.row = min(max(anchor.row, 0), len(self.heights) - 1)
        anchor.at = min(max(anchor.at, 0), len(self.item(anchor.row).cells) - 1)

    def _fill_up(self) -> tuple[list[Placed], float | None]:
        """Return what is seen above the anchor, and the top of everything if it was reached."""
        found: list[Placed] = []
        row, at, y = self.anchor.row, self.anchor.at, self.anchor.y
        while y > 0 and (row, at) != (0, 0):
            at -= 1
            if at < 0:
                row -= 1
                at = len(self.item(row).cells) - 1
            cell = self._ready(row, at)
            y -= cell.height
            if y < self.view_height:
                found.append(Placed(row, at, y, self._items[row], cell))
        return found, y if (row, at) == (0, 0) else None

    def _fill_down(self) -> tuple[list[Placed], float | None]:
        """Return what is seen from the anchor on, and the end of everything if it was reached."""
        found: list[Placed] = []
        row, at, y = self.anchor.row, self.anchor.at, self.anchor.y
        while y < self.view_height:
            item = self.item(row)
            cell = self._ready(row, at)
            if y + cell.height > 0:
                found.append(Placed(row, at, y, item, cell))
            y += cell.height
            at += 1
            if at >= len(item.cells):
                if row + 1 >= len(self.heights):
                    return found, y
                row, at = row + 1, 0
        return found, None

    def _shift(self, start: float | None, end: float | None) -> float:
        """Return by how much everything must move so that nothing is left free at an end."""
        if start is not None and start > self.top:
            return self.top - start
        room = 0.0 if end is None else self.view_height - self.bottom - end
        if room > 0:
            return room if start is None else min(room, self.top - start)
        return 0.0

    def _ready(self, row: int, at: int) -> Cell:
        item = self.item(row)
        cell = item.cells[at]
        if not cell.is_measured:
            self._measure(item, cell)
            self.heights[row] = item.height
        if cell.document is not None:
            self._documents[cell] = None
            self._documents.move_to_end(cell)
        return cell

    def prepare(self, row: int) -> bool:
        """Measure what is left of *row*, one cell; return whether there was something to do."""
        item = self.item(row)
        for at, cell in enumerate(item.cells):
            if not cell.is_measured:
                self._ready(row, at)
                return True
        return False

    def evict(self) -> None:
        """Let go of what was not seen for long; takes milliseconds, so best when nobody waits."""
        seen = {placed.cell for placed in self.placed}
        while len(self._documents) > _DOCUMENTS_KEPT:
            cell, _ = self._documents.popitem(last=False)
            if cell not in seen:
                cell.drop()
        rows = {placed.row for placed in self.placed}
        while len(self._items) > _ITEMS_KEPT:
            row = next(iter(self._items))
            if row in rows:
                self._items.move_to_end(row)
                continue
            del self._items[row]

    # ------------------------------------------------------------------ moving

    def scroll_by(self, distance: float) -> None:
        """Move down by *distance*, and hold on to what is then read."""
        self.anchor.y -= distance
        self.lay_out()
        self.hold()

    def hold(self) -> None:
        """Hold on to the uppermost cell of which something is seen and that has its words."""
        held = next((p for p in self.placed if not p.item.is_waiting), None)
        if held is None and self.placed:
            held = self.placed[0]
        if held is not None:
            self.anchor = Anchor(held.row, held.at, held.y)

    def jump(self, row: int, y: float, at: int = 0) -> None:
        """Put the top of a cell at *y*, and hold on to it."""
        self.anchor = Anchor(row, at, y)
        self.lay_out()

    @property
    def value(self) -> int:
        """Return how far down the view is."""
        if not len(self.heights):
            return 0
        anchor = self.anchor
        above = sum(cell.height for cell in self.item(anchor.row).cells[: anchor.at])
        return round(self.heights.top(anchor.row) + above - anchor.y + self.top)

    @property
    def maximum(self) -> int:
        """Return how far down the view can go."""
        whole = self.heights.total + self.top + self.bottom - self.view_height
        return max(0, round(whole))

    def scroll_to(self, value: float) -> None:
        """Go to where *value* is, by the heights that are known."""
        row, inside = self.heights.at(round(value - self.top))
        if value < self.top:
            self.anchor = Anchor(0, 0, self.top - value)
        else:
            cells = self.item(row).cells
            at, left = 0, float(inside)
            while at < len(cells) - 1 and left >= cells[at].height:
                left -= cells[at].height
                at += 1
            self.anchor = Anchor(row, at, -left)
        self.lay_out()
        self.hold()
