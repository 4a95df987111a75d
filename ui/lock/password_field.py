"""A field for a password: hidden, shown on request, with a word about the Caps Lock key."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from ui.button_field import ButtonField
from ui.clipboard import forget_selection
from ui.i18n import _
from ui.icons import icon


def overwrite(field: QLineEdit) -> None:
    """Overwrite and clear what was typed into *field*, and the ways back to it."""
    # Qt keeps the old text for undo until another text is set; `clear` would keep it, too.
    field.setText("\N{BULLET}" * len(field.text()))
    field.setText("")
    forget_selection()


class PasswordField(ButtonField):
    """Hidden until a person asks to see it; forgets all it held when it is cleared."""

    caps_lock_changed = Signal(bool)

    def __init__(self, label: str) -> None:
        super().__init__("eye", _("Show the password"))
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setPlaceholderText(label)
        self.setAccessibleName(label)
        # Nothing of it may be learned by an input method or kept for undoing.
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self._has_caps_lock = False
        self.button.setCheckable(True)
        self.button.toggled.connect(self._on_show_toggled)

    def take(self) -> str:
        """Return what was typed, and forget it."""
        text = self.text()
        self.forget()
        return text

    def forget(self) -> None:
        """Overwrite and clear what was typed, and the way back to it."""
        overwrite(self)
        self.button.setChecked(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if self.button.hasFocus():
            return
        text = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            # What the key does now is seen by the next letter only.
            self._tell_caps_lock(False)
        elif len(text) == 1 and text.isalpha() and text.upper() != text.lower():
            has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._tell_caps_lock(text.isupper() != has_shift)

    def hideEvent(self, event: QHideEvent) -> None:
        # What is typed and not sent does not wait behind another window for whoever comes.
        if not event.spontaneous():
            self.button.setChecked(False)
        super().hideEvent(event)

    def _tell_caps_lock(self, has_caps_lock: bool) -> None:
        if has_caps_lock != self._has_caps_lock:
            self._has_caps_lock = has_caps_lock
            self.caps_lock_changed.emit(has_caps_lock)

    def _on_show_toggled(self, is_shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)
        self.button.setIcon(icon("eye-off" if is_shown else "eye"))
        name = _("Hide the password") if is_shown else _("Show the password")
        self.button.setToolTip(name)
        self.button.setAccessibleName(name)
