"""Where a note to a contact is written, below the chat; it says that nothing is sent."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ui import theme
from ui.i18n import _
from ui.layouts import button, column, label, row

_LINES = 3


class Composer(QWidget):
    """A field for some lines, and a button that keeps them."""

    written = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * _LINES + theme.px(18))
        self.text.textChanged.connect(self._on_text_changed)
        self.text.installEventFilter(self)
        self.keep = button(_("Keep"), "primary", "check")
        self.keep.setToolTip("Ctrl+Enter")
        self.keep.setEnabled(False)
        self.keep.clicked.connect(self._on_keep)
        self.hint = label(
            _("Stays on this machine: nothing is sent to anybody. Ctrl+Enter keeps it."), "hint"
        )
        foot = row(self.hint, self.keep, gap=12)
        foot.setStretch(0, 1)
        self.setLayout(column(self.text, foot, gap=6, margins=(20, 10, 20, 12)))

    def begin(self, name: str, draft: str) -> None:
        """Take notes to somebody called *name*, going on with *draft*."""
        said = _("Your note to {name}").format(name=name)
        self.text.setAccessibleName(said)
        self.text.setPlaceholderText(said)
        self.text.setPlainText(draft)

    @property
    def draft(self) -> str:
        """Return what was written and not kept yet."""
        return self.text.toPlainText()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._on_keep()
                return True
        return super().eventFilter(watched, event)

    def _on_text_changed(self) -> None:
        self.keep.setEnabled(bool(self.draft.strip()))

    def _on_keep(self) -> None:
        text = self.draft
        if text.strip():
            self.text.clear()
            self.written.emit(text)
