"""A field for one line with a button at its end.

Qt's own ones are as large at 300 % as at 100 %.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit

from ui import theme
from ui.layouts import icon_button

ICON = 16
GAP = 10
# What an icon takes of the field beyond the field's own margin.
ROOM = ICON + GAP - 2


class ButtonField(QLineEdit):
    """Keeps its text away from `button`."""

    def __init__(self, icon_name: str, name: str) -> None:
        super().__init__()
        self.button = icon_button(icon_name, name)
        self.button.setParent(self)
        self.button.setCursor(Qt.CursorShape.ArrowCursor)
        side = theme.px(ICON)
        self.button.setIconSize(QSize(side, side))
        self.keep_free(0, ROOM)

    @property
    def is_rtl(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def keep_free(self, before: float, behind: float) -> None:
        """Leave room for icons before the text, and behind it."""
        first, last = (behind, before) if self.is_rtl else (before, behind)
        self.setTextMargins(theme.px(first), 0, theme.px(last), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.button.hasFocus():
            # What the button has no use for comes here, and would be typed.
            event.ignore()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self.height() - theme.px(6)
        x = theme.px(3) if self.is_rtl else self.width() - side - theme.px(3)
        self.button.setGeometry(x, theme.px(3), side, side)
