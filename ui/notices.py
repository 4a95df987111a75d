"""What stands where something would be: nothing yet, nothing found, or what went wrong."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from ui import theme
from ui.icons import icon
from ui.layouts import column, label

_ICON = 40
_WIDEST = 340


class Notice(QWidget):
    """One drawing, one sentence, one hint, and one button at most."""

    def __init__(
        self,
        icon_name: str,
        title: str,
        hint: str = "",
        button: QPushButton | None = None,
        *,
        colour: str = "faint",
    ) -> None:
        super().__init__()
        self.setAccessibleName(title)
        drawing = QLabel()
        drawing.setPixmap(icon(icon_name, colour).pixmap(QSize(theme.px(_ICON), theme.px(_ICON))))
        drawing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = label(title, "subheading")
        self.hint = label(hint, "muted")
        parts: list[QWidget | int | None] = [None, drawing, 4, self.title, self.hint]
        for text in (self.title, self.hint):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            text.setMaximumWidth(theme.px(_WIDEST))
        if not hint:
            # To show it before it has a parent would open a window of its own for a moment.
            self.hint.hide()
        if button is not None:
            parts += [6, button]
        made = column(*parts, None, gap=6, margins=(24, 24, 24, 24))
        for number in range(made.count()):
            item = made.itemAt(number)
            widget = None if item is None else item.widget()
            if widget is not None:
                made.setAlignment(widget, Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(made)

    def say(self, title: str, hint: str = "") -> None:
        """Say something else from now on."""
        self.setAccessibleName(title)
        self.title.setText(title)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
