"""Heights of very many rows: where a row begins, and which row lies at a height.

A Fenwick tree: changing one height and both questions take log n steps, so that a row can be
measured while it is scrolled past.
"""

from __future__ import annotations

from collections.abc import Sequence


class Heights:
    """The heights of rows, in whole pixels; none may be negative."""

    def __init__(self, heights: Sequence[int]) -> None:
        self._heights = list(heights)
        self._sums = [0, *self._heights]
        sums, count = self._sums, len(self._heights)
        for at in range(1, count + 1):
            above = at + (at & -at)
            if above <= count:
                sums[above] += sums[at]
        self.total = sum(self._heights)
        self._top_step = 1 << (count.bit_length() - 1) if count else 0

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, row: int) -> int:
        return self._heights[row]

    def __setitem__(self, row: int, height: int) -> None:
        change = height - self._heights[row]
        if not change:
            return
        self._heights[row] = height
        self.total += change
        at, sums, count = row + 1, self._sums, len(self._heights)
        while at <= count:
            sums[at] += change
            at += at & -at

    def top(self, row: int) -> int:
        """Return the height of all rows before *row*."""
        above, sums = 0, self._sums
        while row:
            above += sums[row]
            row &= row - 1
        return above

    def at(self, height: int) -> tuple[int, int]:
        """Return the row that lies at *height*, and how far below its top that is.

        Outside of all rows it is the first or the last.
        """
        row, left, step, sums, count = 0, max(height, 0), self._top_step, self._sums, len(self)
        while step:
            following = row + step
            if following <= count and sums[following] <= left:
                row, left = following, left - sums[following]
            step >>= 1
        if row < count:
            return row, left
        return count - 1, max(0, self._heights[-1] - 1)
