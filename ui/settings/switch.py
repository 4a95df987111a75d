"""A switch: on or off at once, where a check box would wait for an OK."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from ui import theme

_WIDTH, _HEIGHT = 40, 22


class Switch(QCheckBox):
    """A check box for screen readers and the keyboard, painted as a switch."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        # Room for the ring that shows the focus.
        return QSize(theme.px(_WIDTH) + 8, theme.px(_HEIGHT) + 8)

    def hitButton(self, _point: QPointF) -> bool:  # type: ignore[override]
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(4, 4, theme.px(_WIDTH), theme.px(_HEIGHT))
        radius = track.height() / 2
        is_on = self.isChecked()
        painter.setPen(Qt.PenStyle.NoPen if is_on else QPen(theme.colour("border_strong"), 1.5))
        painter.setBrush(theme.colour("accent" if is_on else "background"))
        painter.drawRoundedRect(track, radius, radius)
        knob = track.height() - theme.px(8)
        left = track.right() - knob - theme.px(4) if is_on else track.left() + theme.px(4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("on_accent" if is_on else "border_strong"))
        painter.drawEllipse(QRectF(left, track.center().y() - knob / 2, knob, knob))
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = track.adjusted(-3, -3, 3, 3)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
