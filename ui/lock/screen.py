"""The lock screen: the password, and nothing of the vault."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QLayout, QLineEdit, QStackedWidget, QWidget

from privatus.core.errors import AccessError
from ui import theme
from ui.emblem import Emblem
from ui.i18n import _, ngettext
from ui.jobs import error_text
from ui.layouts import button, centred, column, label, row, tip
from ui.lock.password_field import PasswordField, overwrite
from ui.lock.patience import Patience
from ui.settings.quick import quick_choices
from ui.shell.shell import Shell

_COLUMN = 340
_TICK_MS = 250
_LEAST_HEIGHT = 480


class LockScreen(QWidget):
    """Asks for the password of the vault in *folder*, or for its recovery code."""

    other_vault_asked = Signal()

    def __init__(
        self, shell: Shell, folder: Path, patience: Patience, why: str = "", stopped: int = 0
    ) -> None:
        """Say why it was locked, in English and marked, and how many jobs that *stopped*."""
        super().__init__()
        self.why, self.stopped = why, stopped
        self._shell = shell
        self._folder = folder
        self._patience = patience
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.reason = _centred(label(_reason(why, stopped), "muted"))
        self.password = PasswordField(_("Password"))
        self.password.caps_lock_changed.connect(self._on_caps_lock_changed)
        self.code = QLineEdit()
        self.code.setPlaceholderText(_("Recovery code"))
        self.code.setAccessibleName(_("Recovery code"))
        self.button = button(_("Unlock"), "primary")
        self.problem = _centred(label("", "error"))
        self.caps_lock = _centred(label(_("Caps Lock is on."), "warn"))
        self.caps_lock.hide()
        self.use_code = button(_("Use the recovery code"), "link")
        self._lay_out()
        self._connect()
        self._waiting = QTimer(self)
        self._waiting.setInterval(_TICK_MS)
        self._waiting.timeout.connect(self._on_tick)
        # In another language, or come back to, while the last password is still tried.
        self._set_busy(shell.keeper.is_opening)

    def _lay_out(self) -> None:
        self.fields = QStackedWidget()
        self.fields.addWidget(self.password)
        self.fields.addWidget(self.code)
        # As high as a field; a stack would take what is left.
        self.fields.setFixedHeight(self.password.sizeHint().height())
        title = _centred(label("Privatus", "title"))
        other = button(_("Another vault…"), "link")
        other.clicked.connect(self.other_vault_asked)
        # Under each other, and cut rather than wider than the window: some languages are long.
        for link in (self.use_code, other):
            link.setMinimumWidth(1)
        links = column(row(None, self.use_code, None), row(None, other, None), gap=0)
        self._emblem = Emblem()
        middle = QWidget()
        emblem = row(None, self._emblem, None)
        middle.setLayout(
            column(
                *(emblem, 6, title, self.reason, 16, self.fields, self.button),
                self._below(links),
                gap=10,
            )
        )
        name = label(self._folder.name, "hint")
        name.setToolTip(tip(str(self._folder)))
        foot = row(name, None, *quick_choices(self._shell.settings))
        area = centred(middle, _COLUMN, is_in_the_middle=True)
        self.setLayout(column(area, foot, margins=(20, 20, 20, 16)))
        self.setFocusProxy(self.password)

    def _below(self, links: QLayout) -> QWidget:
        """Return *links*, with room for what is said of a try: nothing moves when it is said."""
        line = self.problem.sizeHint().height()
        remarks = QWidget()
        remarks.setLayout(column(self.caps_lock, self.problem, None, gap=0))
        # The key is on and the password was wrong.
        remarks.setMinimumHeight(2 * line)
        made = QWidget()
        made.setLayout(column(remarks, links, None, gap=10))
        # The longest that is said of a code, in the language with the longest words.
        made.setMinimumHeight(made.sizeHint().height() + 2 * line)
        return made

    def _connect(self) -> None:
        self.password.returnPressed.connect(self.unlock)
        self.code.returnPressed.connect(self.unlock)
        self.button.clicked.connect(self.unlock)
        self.use_code.clicked.connect(self._on_use_code)
        self._shell.keeper.failed.connect(self._on_failed)
        self._shell.keeper.opened.connect(self._on_opened)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # In a low window the field comes first.
        self._emblem.setVisible(event.size().height() >= theme.px(_LEAST_HEIGHT))

    def unlock(self) -> None:
        """Try what was typed."""
        if self._is_busy or self._patience.left_s:
            return
        self.problem.clear()
        if self._uses_code:
            code = self.code.text().strip()
            if code:
                self._set_busy(True)
                self._shell.keeper.open_with_recovery_code(self._folder, code)
            return
        password = self.password.take()
        if password:
            self._set_busy(True)
            self._shell.keeper.open(self._folder, password)

    def forget(self) -> None:
        """Overwrite what was typed."""
        self.password.forget()
        overwrite(self.code)

    @property
    def _uses_code(self) -> bool:
        return self.fields.currentWidget() is self.code

    @property
    def _field(self) -> QLineEdit:
        return self.code if self._uses_code else self.password

    def _on_use_code(self) -> None:
        uses_code = not self._uses_code
        self.forget()
        self.problem.clear()
        self.caps_lock.hide()
        self.fields.setCurrentWidget(self.code if uses_code else self.password)
        self.use_code.setText(_("Use the password") if uses_code else _("Use the recovery code"))
        self.setFocusProxy(self._field)
        self._field.setFocus()

    def _on_opened(self, _session: object) -> None:
        self.forget()

    def _on_failed(self, error: BaseException) -> None:
        self._set_busy(False)
        if isinstance(error, AccessError) and not self._uses_code:
            self.problem.setText(_("That is not the password."))
        else:
            # It says more of a code: whether it was mistyped, or is of another vault.
            self.problem.setText(error_text(error))
        self._on_tick()
        self._field.setFocus()

    def _on_caps_lock_changed(self, is_on: bool) -> None:
        self.caps_lock.setVisible(is_on)

    def _on_tick(self) -> None:
        left_s = math.ceil(self._patience.left_s)
        self.button.setEnabled(not left_s and not self._is_busy)
        if left_s:
            self._waiting.start()
            self.button.setText(ngettext("Wait {n} second", "Wait {n} seconds", left_s))
        else:
            self._waiting.stop()
            self.button.setText(_("Unlocking…") if self._is_busy else _("Unlock"))

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self.fields.setEnabled(not is_busy)
        self.use_code.setEnabled(not is_busy)
        self._on_tick()


def _reason(why: str, stopped: int) -> str:
    told = ngettext("{n} job was stopped.", "{n} jobs were stopped.", stopped) if stopped else ""
    return f"{_(why) if why else ''} {told}".strip() or _("Your chats are locked.")


def _centred(text: QLabel) -> QLabel:
    text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return text
