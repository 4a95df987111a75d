"""What the list looks like until it is there: rows without words."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.chats.row import HEADING_HEIGHT, ROW_HEIGHT, RowPainter
from ui.i18n import _


class Skeleton(QWidget):
    """Rows that fill the height."""

    def __init__(self) -> None:
        super().__init__()
        self._painter = RowPainter()
        self.setAccessibleName(_("Loading…"))
        theme.theme().changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height, bar = theme.px(ROW_HEIGHT), theme.px(12)
        for top in range(theme.px(HEADING_HEIGHT), self.height(), height):
            # As wide as the rows will be beside the scroll bar.
            rect = QRect(0, top, self.width() - bar, height)
            self._painter.row(painter, rect, None, is_selected=False, is_hovered=False,
                              has_focus=False)  # fmt: skip
