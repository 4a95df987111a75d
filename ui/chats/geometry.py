"""Where the rows of the list lie: all equally high, with a heading above some of them.

Nothing is kept for a row, so that a hundred thousand cost as much as ten.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence


class Geometry:
    """The heights of *count* rows, and of the headings above the rows *firsts*, ascending."""

    def __init__(self, count: int, firsts: Sequence[int], row: int, heading: int) -> None:
        self.count, self.row_height, self.heading_height = count, max(1, row), heading
        self._firsts = firsts

    @property
    def total(self) -> int:
        """Return the height of everything."""
        return self.count * self.row_height + len(self._firsts) * self.heading_height

    def top(self, row: int) -> int:
        """Return where *row* begins, below its heading."""
        return row * self.row_height + bisect_right(self._firsts, row) * self.heading_height

    def group_at(self, row: int) -> int:
        """Return the number of the group that *row* is in; -1 without groups."""
        return bisect_right(self._firsts, row) - 1

    def heading_top(self, group: int) -> int:
        """Return where the heading of a group begins."""
        return self._firsts[group] * self.row_height + group * self.heading_height

    def row_at(self, y: int) -> int:
        """Return the row at *y*, or the one below if a heading is there; within the list."""
        low, high = 0, max(0, self.count - 1)
        while low < high:
            middle = (low + high) // 2
            if self.top(middle) + self.row_height > y:
                high = middle
            else:
                low = middle + 1
        return low

    def is_row(self, y: int) -> bool:
        """Say whether there is a row at *y*, and no heading or nothing."""
        return self.count > 0 and 0 <= y - self.top(self.row_at(y)) < self.row_height
