"""A QR code, drawn square by square: sharp at any zoom, dark on light in any theme."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from privatus.services import qr
from ui import theme


class QrCode(QWidget):
    """Shows *text* as a code, called *name* for who cannot see it."""

    def __init__(self, text: str, name: str, side: float = 190) -> None:
        super().__init__()
        self.text = text
        self._rows: Sequence[Sequence[bool]] = qr.squares(text)
        self.setFixedSize(theme.px(side), theme.px(side))
        self.setAccessibleName(name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        # Readers want dark on light, so the theme is not asked.
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
        count = len(self._rows) + 2 * qr.BORDER
        step = self.width() / count
        painter.setPen(Qt.PenStyle.NoPen)
        for y, squares in enumerate(self._rows, qr.BORDER):
            for x, is_dark in enumerate(squares, qr.BORDER):
                if is_dark:
                    # A little larger: seams between them would be seen.
                    square = QRectF(x * step, y * step, step + 0.5, step + 0.5)
                    painter.fillRect(square, QColor(Qt.GlobalColor.black))
