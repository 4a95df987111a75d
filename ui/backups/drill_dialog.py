"""Asks for what opens the vault, and begins a restore drill with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from privatus.core.backup import Backup, BackupDestination
from ui.backups import words
from ui.backups.key_form import KeyForm
from ui.i18n import _
from ui.layouts import breakable, button, column, fit, label, row


class DrillDialog(QDialog):
    """`decided` has the password and the recovery code, one of which was typed."""

    decided = Signal(str, object)  # password, str | None

    def __init__(self, to: BackupDestination, backup: Backup | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Restore drill"))
        which = (
            _("the newest backup")
            if backup is None
            else _("the backup of {time}").format(time=words.at(backup.made_at_ms, words.now()))
        )
        told = _(
            "Only a restore proves a backup. This takes {which} from “{name}”, restores it into a"
            " scratch place with nothing but what you type here, checks everything, compares it"
            " with what the backup says of itself, and removes the scratch place again."
        ).format(which=which, name=to.name)
        self.key = KeyForm()
        self.key.changed.connect(self._on_changed)
        self.key.entered.connect(self.accept)
        self.start = button(_("Begin"), "primary", "life-buoy")
        self.start.setDefault(True)
        self.start.clicked.connect(self.accept)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        hint = _("Type it from memory, or from your paper: as on the day when you need it.")
        self.setLayout(
            column(
                *(label(_("Restore drill"), "heading"), label(breakable(told), "muted"), 4),
                *(self.key, label(hint, "hint"), None),
                row(None, cancel, self.start),
                gap=10,
                margins=(24, 22, 24, 20),
            )
        )
        fit(self, 480, 320)
        self._on_changed()
        self.key.setFocus()

    def _on_changed(self) -> None:
        self.start.setEnabled(self.key.is_complete)

    def accept(self) -> None:
        """Hand over what was typed."""
        if self.key.is_complete:
            self.decided.emit(*self.key.take())
            super().accept()

    def done(self, result: int) -> None:
        """Overwrite what was typed."""
        self.key.forget()
        super().done(result)
