"""A list of which each row says two things, one below the other, cut where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from ui import theme
from ui.style_sheet import set_kind

_PADDING = 16


class TwoLines(QListWidget):
    """Rows of one height; the whole of both lines is told to who cannot see them."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        set_kind(self, "plain")

    def add(self, first: str, second: str, *, is_marked: bool = False) -> None:
        """Add a row; one that *is_marked* has another colour."""
        # To Qt both are one paragraph: after an Arabic title, numbers would go the other way.
        row = QListWidgetItem(f"{first}\n\u200e{second}")
        # No wider than the list, or nothing would be cut.
        height = 2 * self.fontMetrics().lineSpacing() + theme.px(_PADDING)
        row.setSizeHint(QSize(0, height))
        if is_marked:
            row.setForeground(theme.colour("warn"))
        self.addItem(row)
