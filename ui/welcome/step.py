"""One step of the welcome: a title, a line below it, what is asked, and the way on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui.i18n import _
from ui.layouts import Part, button, column, label, row


class Step(QWidget):
    """Says `done` when a person may go on, and `back_asked` when they want to go back."""

    done = Signal()
    back_asked = Signal()

    def __init__(self, title: str, about: str = "", *, has_back: bool = True) -> None:
        super().__init__()
        self._title, self._about = title, about
        self.back = button(_("Back"))
        if not has_back:
            self.back.hide()
        self.back.clicked.connect(self.back_asked)
        self.next = button(_("Next"), "primary")
        self.next.clicked.connect(self._on_next)

    def lay_out(self, *parts: Part) -> None:
        """Put *parts* between the title and the buttons."""
        head = label(self._title, "title")
        about = label(self._about, "muted")
        if not self._about:
            about.hide()
        foot: QBoxLayout = row(self.back, None, self.next)
        self.setLayout(column(head, about, 10, *parts, 14, foot, None, gap=10))

    def is_complete(self) -> bool:
        """Say whether a person may go on."""
        return True

    def update_next(self, *_arguments: object) -> None:
        """Let the way on be open or closed."""
        self.next.setEnabled(self.is_complete())

    def begin(self) -> None:
        """Put the focus where a person starts."""
        self.next.setFocus()

    def _on_next(self) -> None:
        if self.is_complete():
            self.done.emit()
