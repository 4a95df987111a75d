"""The card on which a note is written, and a highlight gets its colour."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from privatus.core.annotation import Fit, FoundAnnotation
from privatus.services.annotations import MAX_TEXT_CHARS
from ui import theme
from ui.annotations.selected import Selected
from ui.annotations.swatches import Swatches
from ui.i18n import _
from ui.layouts import button, column, label, row
from ui.style_sheet import set_kind

_WIDTH, _TEXT_HEIGHT = 364, 110
_QUOTE_CHARS = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a card is about: an annotation that there is, or one that is to be made."""

    found: FoundAnnotation | None = None
    selected: Selected | None = None
    target: str = ""  # a whole message, or a chat, by its id
    quote: str = ""

    @property
    def is_passage(self) -> bool:
        if self.found is not None:
            return self.found.annotation.passage is not None
        return self.selected is not None


class NoteCard(QFrame):
    """A small editor over the chat; `decided` says what was written."""

    saved = Signal(object, str, object)  # Draft, text, colour
    deleted = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        set_kind(self, "card")
        self.setAccessibleName(_("Note"))
        self.draft: Draft | None = None
        self._before: tuple[str, str | None] = ("", None)
        self.title = label("", "subheading")
        self.quote = label("", "muted")
        self.remark = label("", "warn")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(_("Your note"))
        self.text.setPlaceholderText(_("Your note"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(theme.px(_TEXT_HEIGHT))
        self.text.installEventFilter(self)
        self.swatches = Swatches()
        self.delete_button = button(_("Delete"), "danger")
        self.delete_button.clicked.connect(self._on_deleted)
        self.cancel_button = button(_("Cancel"))
        self.cancel_button.clicked.connect(self.leave)
        self.save_button = button(_("Save"), "primary")
        self.save_button.setToolTip("Ctrl+↵")
        self.save_button.clicked.connect(self.save)
        buttons = row(self.delete_button, None, self.cancel_button, self.save_button, gap=6)
        parts = (self.title, self.quote, self.remark, self.text, self.swatches, buttons)
        self.setLayout(column(*parts, gap=8, margins=(14, 12, 14, 12)))
        self.setFixedWidth(theme.px(_WIDTH))
        self.hide()

    def open(self, draft: Draft, colour: str | None) -> None:
        """Write on *draft*; *colour* is the one that it has, or that is proposed."""
        found = draft.found
        self.draft = draft
        self._before = (found.annotation.text if found else "", colour)
        self.title.setText(_title(draft))
        quote = found.annotation.passage.quote if found and found.annotation.passage else ""
        shown = " ".join((quote or draft.quote).split())
        shown = shown if len(shown) <= _QUOTE_CHARS else shown[: _QUOTE_CHARS - 1] + "…"
        self.quote.setText(f"“{shown}”")
        self.quote.setVisible(bool(shown))
        remark = _remark(found)
        self.remark.setText(remark)
        self.remark.setVisible(bool(remark))
        self.text.setPlainText(self._before[0])
        self.swatches.setVisible(draft.is_passage)
        self.swatches.choose(colour)
        self.delete_button.setVisible(found is not None)
        self.show()
        self.raise_()
        self.adjustSize()
        self.text.setFocus(Qt.FocusReason.PopupFocusReason)
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)

    @property
    def written(self) -> tuple[str, str | None]:
        """Return text and colour as they are on the card."""
        text = self.text.toPlainText().strip()[:MAX_TEXT_CHARS]
        return text, self.swatches.colour if self.draft and self.draft.is_passage else None

    def save(self) -> None:
        """Keep what is written, and close; nothing written: as if it had not been opened."""
        draft, written = self.draft, self.written
        if draft is None:
            return
        is_empty = not written[0] and (draft.found is None or written[1] is None)
        if draft.found is not None and is_empty:
            self._on_deleted()
            return
        is_other = written != (self._before[0].strip(), self._before[1])
        self._put_away()
        if not is_empty and (is_other or draft.found is None):
            self.saved.emit(draft, *written)

    def leave(self) -> None:
        """Close, and leave all as it was."""
        if self.draft is not None:
            self._put_away()

    def _on_deleted(self) -> None:
        found = self.draft.found if self.draft is not None else None
        self._put_away()
        if found is not None and found.annotation.id is not None:
            self.deleted.emit(found.annotation.id)

    def _put_away(self) -> None:
        self.draft = None
        self.hide()
        for each in (self.title, self.quote, self.remark):
            each.clear()
        self.text.clear()
        self.text.document().clearUndoRedoStacks()
        self.closed.emit()

    # Keys.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._on_key(event):
            super().keyPressEvent(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True


def _title(draft: Draft) -> str:
    if draft.is_passage:
        return _("Note on this passage") if draft.found is None else _("Highlight and note")
    number = draft.found.annotation.number if draft.found else None
    is_message = number is not None or "." in draft.target
    return _("Note on this message") if is_message else _("Note on this chat")


def _remark(found: FoundAnnotation | None) -> str:
    """Return what is to be known of an annotation: that its text has gone, and its time."""
    if found is None:
        return ""
    if found.place.fit is Fit.LOST:
        return _("The text that this was on is gone. It was what stands above.")
    if found.place.fit is Fit.CHANGED:
        return _("The text that this is on has changed. It was what stands above.")
    return ""
