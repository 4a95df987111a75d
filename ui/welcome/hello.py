"""The first step: what this is, what it protects, and where to go from here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.emblem import Emblem
from ui.i18n import _
from ui.layouts import button, column, label, row
from ui.picture import Picture
from ui.session import Keeper

_ICON = 22


class Hello(QWidget):
    """Offers to make a vault, to open one, or to get one back."""

    make_asked = Signal()
    folder_chosen = Signal(object)  # Path
    restore_asked = Signal()
    back_asked = Signal()

    def __init__(self, *, has_back: bool = False) -> None:
        super().__init__()
        self.make = button(_("Make a new vault"), "primary")
        self.make.clicked.connect(self.make_asked)
        self.open = button(_("Open a vault that I have…"))
        self.open.clicked.connect(self._on_open)
        self.restore = button(_("Restore from a backup…"))
        self.restore.clicked.connect(self.restore_asked)
        self.problem = label("", "error")
        self.problem.hide()
        self.back = button(_("Back"), "link")
        self.back.clicked.connect(self.back_asked)
        if not has_back:
            self.back.hide()
        lines = (
            ("package", _("All your AI chats in one place, from the exports of each provider.")),
            ("lock", _("Encrypted on this computer. Only your password opens them.")),
            (
                "wifi-off",
                _("Nothing is sent anywhere, unless you choose a server for your backups."),
            ),
        )
        listed = column(*(_line(name, text) for name, text in lines), gap=14)
        self.setLayout(
            column(
                row(Emblem(), None),
                *(8, label(_("Welcome to Privatus"), "title"), 6, listed, 18),
                *(self.make, self.open, self.restore, self.problem, self.back),
                gap=10,
            )
        )

    def begin(self) -> None:
        """Put the focus where a person starts."""
        self.make.setFocus()

    def _on_open(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("The folder of the vault"))
        if chosen:
            self.choose(Path(chosen))

    def choose(self, folder: Path) -> None:
        """Go on with the vault in *folder*, or say that there is none."""
        if Keeper.exists(folder):
            self.folder_chosen.emit(folder)
            return
        self.problem.setText(
            _("There is no vault in “{name}”. Choose the folder that holds one.").format(
                name=folder.name
            )
        )
        self.problem.show()


def _line(name: str, text: str) -> QWidget:
    made = QWidget()
    line = row(Picture(name, _ICON, "accent"), label(text), gap=14)
    line.setStretch(1, 1)
    made.setLayout(line)
    return made
