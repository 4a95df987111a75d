"""The bar above the messages in which one finds in this chat."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.i18n import _, ngettext, number
from ui.layouts import icon_button, label, row
from ui.reader.finding import MOST_CHARS
from ui.search_field import SearchField

_PAUSE_MS = 150


class FindBar(QWidget):
    """Asks for a text, and says how often it was found."""

    text_asked = Signal(str)
    step_asked = Signal(int)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field = SearchField(_("Find in this chat"))
        self.field.setMaxLength(MOST_CHARS)
        self.count = label("", "muted", wraps=False)
        earlier = icon_button("chevron-up", _("Previous place"), "Shift+Enter")
        later = icon_button("chevron-down", _("Next place"), "Enter")
        close = icon_button("x", _("Close"), "Esc")
        line = row(self.field, self.count, earlier, later, close, gap=6, margins=(12, 6, 12, 6))
        line.setStretch(0, 1)
        self.setLayout(line)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._on_paused)
        self.field.textChanged.connect(self._pause.start)
        earlier.clicked.connect(self._on_earlier)
        later.clicked.connect(self._on_later)
        close.clicked.connect(self.closed)
        self.hide()

    def open(self, text: str = "") -> None:
        """Show the bar, with *text* in it if there is one."""
        self.show()
        if text:
            self.field.setText(text)
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def clear(self) -> None:
        """Forget what was typed, and ask for nothing."""
        self.field.clear()
        self._pause.stop()

    def tell(self, current: int | None, count: int, others: int, *, is_searching: bool) -> None:
        """Say which of how many places is shown, and how many are on other branches."""
        if not self.field.text().strip():
            self.count.setText("")
            return
        if not count:
            self.count.setText(_("Looking…") if is_searching else _("Nothing found"))
            return
        said = _("{n} of {all}") if current is not None else _("{all} places")
        said = said.replace("{all}", number(count) + ("…" if is_searching else ""))
        said = said.replace("{n}", number((current or 0) + 1))
        if others:
            said += "  ·  " + ngettext("{n} on another branch", "{n} on other branches", others)
        self.count.setText(said)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._pause.isActive():
                self._pause.stop()
                self._on_paused()
            is_back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.step_asked.emit(-1 if is_back else 1)
        else:
            super().keyPressEvent(event)

    def _on_paused(self) -> None:
        self.text_asked.emit(self.field.text())

    def _on_earlier(self) -> None:
        self.step_asked.emit(-1)

    def _on_later(self) -> None:
        self.step_asked.emit(1)
