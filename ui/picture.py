"""A drawing beside a text: it says nothing of its own, and follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.icons import paint


class Picture(QWidget):
    """The icon *name* in one of the theme's colours, as large as the zoom says."""

    def __init__(self, name: str, side: float, colour: str = "muted") -> None:
        super().__init__()
        self._name, self._colour = name, colour
        self.setFixedSize(theme.px(side), theme.px(side))
        theme.theme().changed.connect(self.update)

    def set_icon(self, name: str, colour: str) -> None:
        """Show another one."""
        self._name, self._colour = name, colour
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint(QPainter(self), self._name, QRectF(self.rect()), self._colour)
