"""The banner above every page while backups are overdue or fail, and the dot in the rail."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.backups.target import BackupsTarget
from ui.backups.truth import Level
from ui.backups.watch import Watch
from ui.flow import buttons_row
from ui.i18n import _
from ui.layouts import breakable, button, card, column, label, row
from ui.picture import Picture
from ui.shell.rail import Rail
from ui.shell.shell import Shell
from ui.style_sheet import set_kind

_COLOURS = {Level.WARN: "warn", Level.BAD: "danger"}
_NAME = "backups"


class Banner(QWidget):
    """Is there as long as there is something to do, and says what."""

    def __init__(self, shell: Shell, rail: Rail) -> None:
        super().__init__()
        self._shell, self._rail = shell, rail
        self._watch = Watch.of(shell)
        self.sign = Picture("triangle-alert", 18, "warn")
        self.text = label("")
        self.show_button = button(_("Show backups"))
        self.show_button.clicked.connect(self._on_show)
        self.run_button = button(_("Back up now"), icon_name="play")
        self.run_button.clicked.connect(self._on_run)
        buttons = buttons_row(self.run_button, self.show_button)
        texts = column(self.text, buttons, gap=8)
        line = row(self.sign, texts, gap=12)
        line.setStretch(1, 1)
        self.frame = card(line, "warning", 12)
        self.setLayout(column(self.frame, margins=(12, 10, 12, 4)))
        self.setAccessibleName(_("Backups"))
        self.hide()
        self._watch.changed.connect(self.show_truth)

    def show_truth(self) -> None:
        """Show what is to be done, or nothing."""
        truth = self._watch.truth
        level = Level.NONE if truth is None else truth.level
        colour = _COLOURS.get(level, "")
        advice = "" if truth is None else truth.advice
        self._rail.set_badge(_NAME, colour, advice)
        self.text.setText(breakable(advice))
        self.setAccessibleDescription(advice)
        if colour:
            self.sign.set_icon("triangle-alert", colour)
            set_kind(self.frame, "problem" if level is Level.BAD else "warning")
        is_running = self._watch.is_busy
        self.run_button.setEnabled(not is_running)
        self.run_button.setText(_("Backing up…") if is_running else _("Back up now"))
        self.setVisible(bool(colour))

    def _on_show(self) -> None:
        truth = self._watch.truth
        if truth is not None:
            self._shell.go(_NAME, BackupsTarget(destination_id=truth.destination_id))

    def _on_run(self) -> None:
        truth = self._watch.truth
        if truth is not None and truth.destination_id is not None:
            self._watch.back_up(truth.destination_id)
