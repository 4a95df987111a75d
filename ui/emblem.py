"""The sign of the program, drawn."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.icons import paint

_SIDE = 64
_ICON_SIDES = (16, 22, 24, 32, 48, 64, 128, 256)


class Emblem(QWidget):
    """The sign, as large as a title needs."""

    def __init__(self, side: int = _SIDE) -> None:
        super().__init__()
        self.setFixedSize(QSize(theme.px(side), theme.px(side)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw(painter, QRectF(self.rect()))


def draw(painter: QPainter, square: QRectF, *, is_locked: bool = False) -> None:
    """Draw the sign into *square*."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent"))
    radius = square.width() * 0.27
    painter.drawRoundedRect(square, radius, radius)
    inset = square.width() * 0.23
    inner = square.adjusted(inset, inset, -inset, -inset)
    paint(painter, "lock" if is_locked else "shield-check", inner, "on_accent")


def app_icon(*, is_locked: bool = False) -> QIcon:
    """Return the sign for title bars and the tray."""
    made = QIcon()
    for side in _ICON_SIDES:
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        draw(painter, QRectF(0, 0, side, side), is_locked=is_locked)
        painter.end()
        made.addPixmap(pixmap)
    return made
