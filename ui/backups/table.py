"""A table of backups, of which one is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableView

from ui import theme
from ui.backups.list_model import BackupsModel
from ui.i18n import _

_LINE = 30


def dress(table: QTableView) -> None:
    """Let *table* be a list of lines that are read, and left by Tab."""
    table.setTabKeyNavigation(False)
    table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    head = table.horizontalHeader()
    head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class BackupsTable(QTableView):
    """Enter opens the backup that is chosen."""

    entered = Signal()

    def __init__(self, model: BackupsModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(_("Backups, the newest first"))
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        dress(self)
        self.verticalHeader().setDefaultSectionSize(theme.px(_LINE))
        self.horizontalHeader().setStretchLastSection(True)
        self.doubleClicked.connect(self.entered)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def fit(self, most: int) -> None:
        """Be as high as all lines, and at most *most* of them."""
        lines = max(1, min(self.model().rowCount(), most))
        head = self.horizontalHeader().sizeHint().height()
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(head + lines * theme.px(_LINE) + bar)
