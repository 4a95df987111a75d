"""Words at one side and what sets them at the other."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui import theme
from ui.layouts import row

# Less room for the words would break them into a column of single words.
_LEAST_WORDS = 170


class Sides(QWidget):
    """Beside each other, or under each other where that is too wide."""

    def __init__(self, words: QWidget, control: QWidget, gap: float, margin: float) -> None:
        super().__init__()
        self._words, self._control = words, control
        self._line = row(words, control, gap=gap, margins=(0, margin, 0, margin))
        self._line.setStretch(0, 1)
        self.setLayout(self._line)
        self._gap = theme.px(gap)
        self._set_narrow(False)

    def minimumSizeHint(self) -> QSize:
        sizes = (self._words.minimumSizeHint(), self._control.minimumSizeHint())
        return QSize(max(size.width() for size in sizes), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = theme.px(_LEAST_WORDS) + self._gap + self._control.sizeHint().width()
        self._set_narrow(self.width() < needed)

    def _set_narrow(self, is_narrow: bool) -> None:
        ways = QBoxLayout.Direction
        self._line.setDirection(ways.TopToBottom if is_narrow else ways.LeftToRight)
        self._line.setSpacing(theme.px(6) if is_narrow else self._gap)
        side = Qt.AlignmentFlag.AlignLeading if is_narrow else Qt.AlignmentFlag.AlignTrailing
        self._line.setAlignment(self._control, side | Qt.AlignmentFlag.AlignVCenter)
