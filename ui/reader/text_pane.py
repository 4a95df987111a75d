"""One message as text in which a caret moves: for screen readers, and to see it raw."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QTabBar, QWidget

from privatus.core.conversation import Message
from ui import theme
from ui.i18n import _
from ui.layouts import button, column, label, row

_MOST_CHARS = 2_000_000


class TextPane(QWidget):
    """Shows a message as text, as its Markdown, and with everything that the export said."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._texts = ["", "", ""]
        self.number = 0  # of the message that is shown; 0: none
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.text.setAccessibleName(_("Message"))
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("How the message is shown"))
        for name in (_("Text"), _("Markdown"), _("Everything")):
            self.tabs.addTab(name)
        self.tabs.currentChanged.connect(self._on_tab)
        back = button(_("Back to the chat"), "link", "arrow-left")
        back.clicked.connect(self.closed)
        self._title = label("", "subheading", wraps=False)
        self.setLayout(
            column(
                row(back, self._title, None, self.tabs, margins=(8, 6, 12, 6)),
                self.text,
                gap=0,
            )
        )

    def show_message(self, message: Message, speaker: str, text: str, *, tab: int = 0) -> None:
        """Show *message*; *tab* is 0 for its text, 1 for Markdown, 2 for everything."""
        self._title.setText(speaker)
        self.number = message.number
        self._texts = [text, message.text, _raw(message)]
        self.tabs.setCurrentIndex(tab)
        self._on_tab(tab)
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def clear(self) -> None:
        """Let go of the message."""
        self.number = 0
        self._texts = ["", "", ""]
        self.text.clear()
        self._title.clear()

    @property
    def selected(self) -> tuple[int, int] | None:
        """Return from where to where it is selected, as Qt counts; None: nothing is."""
        cursor = self.text.textCursor()
        span = cursor.selectionStart(), cursor.selectionEnd()
        return span if cursor.hasSelection() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _on_tab(self, tab: int) -> None:
        self.text.setFont(theme.font(15) if tab == 0 else theme.mono_font(13))
        self.text.setPlainText(self._texts[tab][:_MOST_CHARS])


def _raw(message: Message) -> str:
    """Return all that the vault holds of a message, as JSON."""
    value: dict[str, Any] = {
        "number": message.number,
        "parent": message.parent,
        "role": message.role.value,
        "external_id": message.external_id,
        "created_at_ms": message.created_at_ms,
        "author": message.author,
        "model": message.model,
        "is_hidden": message.is_hidden,
        "is_missing_at_source": message.is_missing_at_source,
        "metadata": dict(message.metadata),
        "parts": [
            {
                "kind": part.kind.value,
                "name": part.name,
                "url": part.url,
                "attachment": part.attachment,
                "data": dict(part.data),
                "text": part.text,
            }
            for part in message.parts
        ],
        "attachments": [
            {
                "name": file.name,
                "media_type": file.media_type,
                "size_bytes": file.size_bytes,
                "is_in_the_vault": file.open is not None,
                "metadata": dict(file.metadata),
            }
            for file in message.attachments
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
