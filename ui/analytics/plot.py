"""What a plot shows, as values: the same points are drawn, read out, tabled and exported."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from uuid import UUID

Cell = str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One mark of a plot.

    `query` finds the messages behind it, `chat` is the one that it stands for; with neither there
    is nothing to open. `row` and `column` are its place where a plot has a grid.
    """

    label: str
    value: float
    shown: str  # the value as a person reads it
    detail: str = ""  # what else is said of it
    parts: tuple[tuple[str, float], ...] = ()  # by the names of Plot.parts
    query: str | None = None
    chat: UUID | None = None
    row: int = 0
    column: int = 0

    @property
    def opens(self) -> bool:
        return self.query is not None or self.chat is not None

    @property
    def text(self) -> str:
        """Return all that is said of it, for who cannot see it."""
        return ". ".join(filter(None, (f"{self.label}: {self.shown}", self.detail)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Points under a title, and the same numbers as a table."""

    name: str  # of the files that it is exported to
    title: str
    points: tuple[Point, ...]
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    hint: str = ""
    parts: tuple[str, ...] = ()  # what columns are stacked of
    row_labels: tuple[str, ...] = ()
    column_labels: tuple[str, ...] = ()

    def csv(self) -> str:
        """Return the table as CSV."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.headers)
        writer.writerows([_harmless(cell) for cell in row] for row in self.rows)
        return out.getvalue()


def _harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula: names come from exports."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell
