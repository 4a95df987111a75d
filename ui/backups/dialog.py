"""Asks for a destination: what it is called, where it is, how often, and what stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from privatus.core.backup import BackupDestination, Frequency, KeepRules, Schedule
from ui.backups import words
from ui.backups.place_form import PlaceForm
from ui.backups.rules_form import KeepForm, ScheduleForm
from ui.i18n import _
from ui.jobs import error_text
from ui.layouts import button, centred, column, fit, label, row
from ui.style_sheet import set_kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person said of a destination; the options hold secrets."""

    name: str
    location: str
    options: dict[str, str]
    schedule: Schedule
    keep: KeepRules

    def __repr__(self) -> str:
        return f"Wanted({self.location!r})"


class DestinationDialog(QDialog):
    """`decided` has what was said; the dialog stays until `accept` or `refuse` follows."""

    decided = Signal(object)  # Wanted
    tested = Signal(object)  # Wanted

    def __init__(self, former: BackupDestination | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = _("Add a place for backups") if former is None else _("Change this place")
        self.setWindowTitle(title)
        self.name = QLineEdit("" if former is None else former.name)
        self.name.setAccessibleName(_("Name"))
        self.name.setPlaceholderText(_("as in “USB disk at home”"))
        self.place = PlaceForm(
            "" if former is None else former.location,
            () if former is None else former.option_names,
        )
        usual = Schedule(frequency=Frequency.DAILY, full_days=90)
        self.schedule = ScheduleForm(usual if former is None else former.schedule)
        self.keep = KeepForm(words.USUAL if former is None else former.keep)
        self.test = button(_("Test the connection"), icon_name="zap")
        self.test.clicked.connect(self._on_test)
        self.remark = label("", "hint")
        self.save = button(_("Add") if former is None else _("Save"), "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self._on_save)
        self._lay_out(title)
        # Backups do not move; what opens the place may change.
        self.place.set_fixed(former is not None)
        self.place.changed.connect(self._on_place_changed)
        self._on_place_changed()
        (self.place.kind_box if former is None else self.name).setFocus()

    def _lay_out(self, title: str) -> None:
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        inner = QWidget()
        inner.setLayout(
            column(
                *(self.place, row(self.test, None), self.remark, 6),
                *(label(_("Name"), "caption"), self.name, 6),
                *(self.schedule, 6, self.keep, None),
                gap=8,
                margins=(4, 0, 10, 0),
            )
        )
        self.setLayout(
            column(
                label(title, "heading"),
                centred(inner, 560),
                row(None, cancel, self.save),
                gap=10,
                margins=(24, 22, 18, 20),
            )
        )
        fit(self, 560, 620)

    @property
    def wanted(self) -> Wanted:
        """Return what was said."""
        return Wanted(
            name=self.name.text().strip() or self._proposed_name(),
            location=self.place.location,
            options=self.place.options,
            schedule=self.schedule.schedule,
            keep=self.keep.rules,
        )

    def say(self, text: str, kind: str) -> None:
        """Say what came of a test."""
        self.remark.setText(text)
        set_kind(self.remark, kind)
        self._set_busy(False)

    def refuse(self, error: BaseException) -> None:
        """Say why this cannot be; what was written stays in the fields."""
        self.say(error_text(error), "error")

    def done(self, result: int) -> None:
        """Overwrite what was typed of keys and passwords."""
        self.place.forget()
        super().done(result)

    def _proposed_name(self) -> str:
        location = self.place.location
        return PurePath(location).name or location

    def _on_place_changed(self) -> None:
        self._set_busy(False)
        self.remark.setText("")

    def _set_busy(self, is_busy: bool) -> None:
        for each in (self.save, self.test):
            each.setEnabled(bool(self.place.location) and not is_busy)

    def _on_test(self) -> None:
        self._send(self.tested.emit, _("Testing…"))

    def _on_save(self) -> None:
        if self.save.isEnabled():
            self._send(self.decided.emit, "")

    def _send(self, emit: Callable[[object], object], said: str) -> None:
        self.say(said, "hint")
        self._set_busy(True)
        emit(self.wanted)
