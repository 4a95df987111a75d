"""A field for what is looked for: a lens before the text, a cross after it.

Qt's own are as large at 300 % as at 100 %.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit

from ui import theme
from ui.i18n import _
from ui.icons import paint
from ui.layouts import icon_button

_ICON = 16
_GAP = 10


class SearchField(QLineEdit):
    """Called *name* for who cannot see it, and for who can as long as it is empty."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("kind", "search")
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        room = theme.px(_ICON + _GAP) - theme.px(2)
        self.setTextMargins(room, 0, room, 0)
        self._clear = icon_button("x", _("Clear"))
        self._clear.setParent(self)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        side = theme.px(_ICON)
        self._clear.setIconSize(QSize(side, side))
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self.textChanged.connect(self._on_text_changed)

    def _on_text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self.height() - theme.px(6)
        is_rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = theme.px(3) if is_rtl else self.width() - side - theme.px(3)
        self._clear.setGeometry(x, theme.px(3), side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = theme.px(_ICON)
        is_rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = self.width() - side - theme.px(_GAP) if is_rtl else theme.px(_GAP)
        painter = QPainter(self)
        paint(painter, "search", QRectF(x, (self.height() - side) / 2, side, side), "muted")
