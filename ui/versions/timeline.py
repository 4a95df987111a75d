"""The versions of a chat as a list, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from privatus.core.conversation import ConversationVersion
from ui.i18n import _, day, mark, moment, ngettext, time_of_day
from ui.icons import icon
from ui.layouts import tip

Index = QModelIndex | QPersistentModelIndex
KINDS = {
    "import": (mark("Import"), "download"),
    "edit": (mark("Edited"), "pencil"),
    "cut": (mark("A passage cut"), "pencil"),
    "remove": (mark("Messages taken out"), "minus"),
    "rename": (mark("Renamed"), "type"),
    "restore": (mark("Restored"), "history"),
    "merge": (mark("Merged"), "layers"),
    "split": (mark("Split"), "git-branch"),
    "undo": (mark("Undone"), "undo-2"),
}


class Timeline(QAbstractListModel):
    """A row a version."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.versions: list[ConversationVersion] = []

    def show(self, versions: Sequence[ConversationVersion]) -> None:
        """List *versions*, which come with the oldest first."""
        self.beginResetModel()
        self.versions = list(reversed(versions))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.versions)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        version = self.versions[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return "\n".join(filter(None, (title(version), when(version), about(version))))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(version.description)
        if role == Qt.ItemDataRole.DecorationRole:
            return icon(KINDS[version.kind][1])
        return None


def title(version: ConversationVersion) -> str:
    """Return which version it is, and how it came to be."""
    kind = _(KINDS[version.kind][0])
    return _("Version {n}: {how}").replace("{n}", str(version.number)).replace("{how}", kind)


def when(version: ConversationVersion) -> str:
    """Return when it was made."""
    at = moment(version.created_at_ms)
    return "" if at is None else f"{day(at, is_short=True)}, {time_of_day(at)}"


def about(version: ConversationVersion) -> str:
    """Return how much it changed."""
    removed, restored, kept = (
        len(version.numbers(what)) for what in ("removed", "restored", "conflicts")
    )
    parts = [
        ngettext("{n} added", "{n} added", version.added) if version.added else "",
        ngettext("{n} reworded", "{n} reworded", version.changed) if version.changed else "",
        ngettext("{n} taken out", "{n} taken out", removed) if removed else "",
        ngettext("{n} brought back", "{n} brought back", restored) if restored else "",
        ngettext("{n} kept as you wrote it", "{n} kept as you wrote them", kept) if kept else "",
        ngettext("{n} gone", "{n} gone", version.missing) if version.missing else "",
    ]
    return "  ·  ".join(filter(None, parts))
