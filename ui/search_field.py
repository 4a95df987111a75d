"""A field for what is looked for: a lens before the text, a cross after it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from ui import theme
from ui.button_field import GAP, ICON, ROOM, ButtonField
from ui.i18n import _
from ui.icons import paint


class SearchField(ButtonField):
    """Called *name* for who cannot see it, and for who can as long as it is empty."""

    def __init__(self, name: str) -> None:
        super().__init__("x", _("Clear"))
        self.setProperty("kind", "search")
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.keep_free(ROOM, ROOM)
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self.clear)
        self.button.hide()
        self.textChanged.connect(self._on_text_changed)

    def setText(self, text: str | None) -> None:
        super().setText(text)
        # Who blocks the signals means those to others.
        self._on_text_changed(self.text())

    def _on_text_changed(self, text: str) -> None:
        self.button.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = theme.px(ICON)
        x = self.width() - side - theme.px(GAP) if self.is_rtl else theme.px(GAP)
        painter = QPainter(self)
        paint(painter, "search", QRectF(x, (self.height() - side) / 2, side, side), "muted")
