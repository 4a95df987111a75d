"""The backups of a destination as a table, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from privatus.core.backup import Backup
from ui import theme
from ui.backups import words
from ui.i18n import _, mark, size

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_YES = "✓"
_COLUMNS = (
    mark("Made"),
    mark("Kind"),
    mark("Size"),
    mark("New"),
    mark("Pinned"),
    mark("Read back"),
    mark("Proven"),
)


class BackupsModel(QAbstractTableModel):
    """One line a backup."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.backups: Sequence[Backup] = ()

    def fill(self, backups: Sequence[Backup]) -> None:
        """Show *backups* from now on."""
        self.beginResetModel()
        self.backups = backups
        self.endResetModel()

    def backup(self, row: int) -> Backup | None:
        """Return the backup in a row, if there is one."""
        return self.backups[row] if 0 <= row < len(self.backups) else None

    def row_of(self, backup_id: str | None) -> int:
        """Return the row of a backup, -1 if it is not shown."""
        ids = [backup.id for backup in self.backups]
        return ids.index(backup_id) if backup_id in ids else -1

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.backups)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(_COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        backup = self.backup(index.row())
        if backup is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _CELLS[index.column()](backup)
        if role == Qt.ItemDataRole.ForegroundRole:
            is_bad = backup.is_damaged and _CELLS[index.column()] is _verified
            return theme.colour(words.damaged()[1]) if is_bad else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = _CELLS[index.column()](backup).replace(_YES, _("yes")) or _("no")
            return f"{_(_COLUMNS[index.column()])}: {said}"
        return None


def _made(backup: Backup) -> str:
    return words.at(backup.made_at_ms, words.now())


def _kind(backup: Backup) -> str:
    return words.kind(backup.kind)


def _size(backup: Backup) -> str:
    return size(backup.total_bytes)


def _new(backup: Backup) -> str:
    return size(backup.new_bytes)


def _pinned(backup: Backup) -> str:
    return _YES if backup.is_pinned else ""


def _verified(backup: Backup) -> str:
    if backup.is_damaged:
        return words.damaged()[0]
    return _YES if backup.verified_at_ms is not None else ""


def _proven(backup: Backup) -> str:
    return _YES if backup.proven_at_ms is not None else ""


_CELLS: tuple[Callable[[Backup], str], ...] = (
    *(_made, _kind, _size, _new),
    *(_pinned, _verified, _proven),
)
