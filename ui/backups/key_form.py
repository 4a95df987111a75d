"""Asks for the password or the recovery code, and keeps neither."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.i18n import _
from ui.layouts import button, column, label
from ui.lock.password_field import PasswordField, overwrite


class KeyForm(QWidget):
    """One of the two at a time."""

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.password = PasswordField(_("Password"))
        self.code = QLineEdit()
        self.code.setPlaceholderText(_("Recovery code"))
        self.code.setAccessibleName(_("Recovery code"))
        self.caps_lock = label(_("Caps Lock is on."), "warn")
        self.password.caps_lock_changed.connect(self.caps_lock.setVisible)
        self.switch = button(_("Use the recovery code"), "link")
        self.switch.clicked.connect(self._on_switch)
        self.code.hide()
        self.caps_lock.hide()
        self._uses_code = False
        for field in (self.password, self.code):
            field.textChanged.connect(self.changed)
            field.returnPressed.connect(self.entered)
        self.setLayout(column(self.password, self.code, self.caps_lock, self.switch, gap=4))
        self.setFocusProxy(self.password)

    @property
    def is_complete(self) -> bool:
        return bool((self.code if self._uses_code else self.password).text().strip())

    @property
    def typed(self) -> tuple[str, str | None]:
        """Return the password and the code, of which one was typed."""
        password = "" if self._uses_code else self.password.text()
        return password, self.code.text().strip() if self._uses_code else None

    def take(self) -> tuple[str, str | None]:
        """Return what was typed, and forget it."""
        typed = self.typed
        self.forget()
        return typed

    def forget(self) -> None:
        """Overwrite what was typed."""
        self.password.forget()
        overwrite(self.code)

    def _on_switch(self) -> None:
        self._uses_code = not self._uses_code
        self.forget()
        self.caps_lock.hide()
        self.code.setVisible(self._uses_code)
        self.password.setVisible(not self._uses_code)
        self.switch.setText(
            _("Use the password") if self._uses_code else _("Use the recovery code")
        )
        field = self.code if self._uses_code else self.password
        self.setFocusProxy(field)
        field.setFocus()
        self.changed.emit()
