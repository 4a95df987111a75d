"""The rows of the palette: headings, and under them commands, searches, chats and messages."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from privatus.services.search import Hit
from ui.commands import Command
from ui.i18n import _
from ui.search.labels import spoken

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole


class RowKind(enum.Enum):
    """What a row is."""

    HEADING = "heading"
    HIT = "hit"
    LINE = "line"  # a command, a search: one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row; `run` is what choosing it does."""

    kind: RowKind
    text: str
    detail: str = ""
    icon: str = ""
    hit: Hit | None = None
    run: Callable[[], object] | None = None


class PaletteModel(QAbstractListModel):
    """A few dozen rows, replaced as a whole."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows and no others."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def next_choice(self, row: int, step: int) -> int:
        """Return the row after *row* that can be chosen, -1 if there is none that way."""
        row += step
        while 0 <= row < len(self.rows):
            if self.rows[row].kind is not RowKind.HEADING:
                return row
            row += step
        return -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.rows[index.row()].kind is RowKind.HEADING:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if row.hit is not None:
                return spoken(row.hit)
            return f"{row.text}, {row.detail}" if row.detail else row.text
        return None


def section(title: str, rows: Sequence[Row]) -> list[Row]:
    """Return *rows* under *title*, nothing if there are none."""
    return [Row(kind=RowKind.HEADING, text=title), *rows] if rows else []


def command_row(command: Command, keys: str, run: Callable[[], object]) -> Row:
    """Return the row of a command."""
    return Row(kind=RowKind.LINE, text=_(command.title), detail=keys,
               icon=command.icon or "command", run=run)  # fmt: skip
