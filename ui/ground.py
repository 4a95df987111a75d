"""What lies behind a row of a list: that it is chosen, pointed at, or has the keys."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui import theme

_RADIUS = 8


def paint_ground(
    painter: QPainter, ground: QRect, *, is_selected: bool, is_hovered: bool, has_focus: bool
) -> None:
    """Paint what lies behind a row that takes up *ground*."""
    radius = theme.px(_RADIUS)
    if is_selected or is_hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft" if is_selected else "hover"))
        painter.drawRoundedRect(ground, radius, radius)
    if has_focus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
        painter.drawRoundedRect(QRectF(ground).adjusted(1, 1, -1, -1), radius, radius)
