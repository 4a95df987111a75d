"""What stands where something would be: nothing yet, nothing found, or what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from ui import theme
from ui.layouts import Part, column, label, row
from ui.picture import Picture

_ICON = 40
_WIDEST = 340


class Notice(QWidget):
    """One drawing, one sentence, one hint, and what can be done about it."""

    def __init__(
        self,
        icon_name: str,
        title: str,
        hint: str = "",
        *buttons: QPushButton,
        colour: str = "faint",
    ) -> None:
        super().__init__()
        self.setAccessibleName(title)
        drawing = row(None, Picture(icon_name, _ICON, colour), None)
        self.title = label(title, "subheading")
        self.hint = label(hint, "muted")
        parts: list[Part] = [None, drawing, 4, self.title, self.hint]
        for text in (self.title, self.hint):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        if not hint:
            # To show it before it has a parent would open a window of its own for a moment.
            self.hint.hide()
        for each in buttons:
            parts += [6, row(None, each, None)]
        inner = QWidget()
        inner.setLayout(column(*parts, None, gap=6))
        inner.setMaximumWidth(theme.px(_WIDEST))
        # Aligned by stretches: a layout's own alignment gives text that wraps too few lines.
        across = row(None, inner, None, margins=(16, 24, 16, 24))
        across.setStretch(1, 1000)
        self.setLayout(across)

    def say(self, title: str, hint: str = "") -> None:
        """Say something else from now on."""
        self.setAccessibleName(title)
        self.title.setText(title)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
