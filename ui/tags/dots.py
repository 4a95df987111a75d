"""The colour of a tag as a dot, where its name is written as all other text."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from ui.tags.shades import shade_of


def dot_icon(colour: str | None, side: int) -> QIcon:
    """Return the dot as an icon that keeps its colour where it is chosen."""
    made, drawn = QIcon(), dot(colour, side)
    made.addPixmap(drawn, QIcon.Mode.Normal)
    made.addPixmap(drawn, QIcon.Mode.Selected)
    return made


def no_dot(side: int) -> QIcon:
    """Return the room of a dot, where there is none."""
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    return QIcon(drawn)


def dot(colour: str | None, side: int) -> QPixmap:
    """Return the dot of a tag's colour, a ring if it has none, *side* pixels wide."""
    application = QApplication.instance()
    ratio = application.devicePixelRatio() if isinstance(application, QApplication) else 1.0
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    ink, _ground = shade_of(colour)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(ink)
    painter.setBrush(ink if colour else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(1, 1, side - 2, side - 2))
    painter.end()
    return pixmap
