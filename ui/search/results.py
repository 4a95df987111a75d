"""The results of a search: those that were read, and the promise of more."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from privatus.services.search import Hit
from ui.search.labels import spoken, title_of

Index = QModelIndex | QPersistentModelIndex
HIT = Qt.ItemDataRole.UserRole


class ResultsModel(QAbstractListModel):
    """A list of hits that asks for more when its end is near."""

    more_wanted = Signal(int)  # how many to skip

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hits: list[Hit] = []
        self._seen: set[tuple[UUID, int | None]] = set()
        self._next_skip: int | None = None
        self._is_asking = False

    def show(self, hits: Sequence[Hit], next_skip: int | None) -> None:
        """Hold these hits and no others."""
        self.beginResetModel()
        self._seen = {(hit.conversation_id, hit.number) for hit in hits}
        self.hits = list(hits)
        self._next_skip, self._is_asking = next_skip, False
        self.endResetModel()

    def add(self, hits: Sequence[Hit], next_skip: int | None) -> None:
        """Take in the next hits; those that moved here meanwhile are not shown twice."""
        new = [hit for hit in hits if (hit.conversation_id, hit.number) not in self._seen]
        self._next_skip, self._is_asking = next_skip, False
        if new:
            first = len(self.hits)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._seen.update((hit.conversation_id, hit.number) for hit in new)
            self.hits += new
            self.endInsertRows()

    def stop(self) -> None:
        """Ask for no more: what was asked for did not come."""
        self._next_skip, self._is_asking = None, False

    def hit(self, row: int) -> Hit | None:
        """Return the hit in *row*, None if there is none."""
        return self.hits[row] if 0 <= row < len(self.hits) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self.hit(index.row()) if index.isValid() else None
        if hit is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return title_of(hit)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(hit)
        return hit if role == HIT else None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._next_skip is not None and not self._is_asking

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent) and self._next_skip is not None:
            self._is_asking = True
            self.more_wanted.emit(self._next_skip)
