"""Colours to choose from, as a row of round buttons."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from ui import theme
from ui.annotations.tints import NAMES, ORDER, tint
from ui.flow import Flow
from ui.i18n import _
from ui.tags.shades import shade_of

_SIDE = 24


class Swatch(QAbstractButton):
    """One colour; None: none."""

    def __init__(self, colour: str | None, keys: str = "") -> None:
        super().__init__()
        self.colour = colour
        self.setCheckable(True)
        name = _("No colour") if colour is None else _(NAMES[colour])
        self.setAccessibleName(name)
        self.setToolTip(f"{name}  ({keys})" if keys else name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(_SIDE), theme.px(_SIDE))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = QRectF(self.rect()).adjusted(*(theme.px(n) for n in (4, 4, -4, -4)))
        ink = theme.colour("muted") if self.colour is None else shade_of(self.colour)[0]
        painter.setPen(QPen(ink, theme.px(2) if self.isChecked() else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush if self.colour is None else tint(self.colour))
        painter.drawEllipse(inner)
        if self.colour is None:
            painter.drawLine(inner.bottomLeft(), inner.topRight())
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))


class Swatches(QWidget):
    """One of the colours, or none."""

    chosen = Signal(object)  # str | None

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Colour"))
        self._group = QButtonGroup(self)
        self.swatches = [Swatch(colour) for colour in (None, *ORDER)]
        line = Flow(gap=2)
        for swatch in self.swatches:
            self._group.addButton(swatch)
            line.addWidget(swatch)
            swatch.clicked.connect(partial(self.chosen.emit, swatch.colour))
        self.setLayout(line)
        theme.theme().changed.connect(self.update)

    @property
    def colour(self) -> str | None:
        """Return which one is chosen."""
        return next((s.colour for s in self.swatches if s.isChecked()), None)

    def choose(self, colour: str | None) -> None:
        """Choose one."""
        next(s for s in self.swatches if s.colour == colour).setChecked(True)
