"""When backups are made and which of them are kept, as a form."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from privatus.core.backup import MOST_KEPT, Frequency, KeepRules, Schedule
from ui import theme
from ui.backups import words
from ui.choice_box import ChoiceBox
from ui.i18n import _, mark
from ui.layouts import column, label, row
from ui.number_field import NumberField

_MOST_FULL_DAYS = 3650
_FULL_DAYS = 90
_RULES = (
    ("last", mark("The last ones")),
    ("hourly", mark("Hours: one of each")),
    ("daily", mark("Days: one of each")),
    ("weekly", mark("Weeks: one of each")),
    ("monthly", mark("Months: one of each")),
    ("yearly", mark("Years: one of each")),
    ("within_days", mark("All of the last days")),
)


class ScheduleForm(QWidget):
    """Asks how often."""

    def __init__(self, wanted: Schedule) -> None:
        super().__init__()
        self.often = ChoiceBox()
        self.often.setAccessibleName(_("How often"))
        for frequency in (Frequency.HOURLY, Frequency.DAILY, Frequency.WEEKLY, Frequency.NEVER):
            self.often.addItem(words.how_often(frequency), frequency)
        self.often.setCurrentIndex(self.often.findData(wanted.frequency))
        self.full = QCheckBox(_("Write everything anew every"))
        self.full.setChecked(wanted.full_days is not None)
        named = _("Days from one full backup to the next")
        self.days = NumberField(named, 1, _MOST_FULL_DAYS)
        self.days.setValue(wanted.full_days or _FULL_DAYS)
        self.days.setEnabled(self.full.isChecked())
        self.full.toggled.connect(self.days.setEnabled)
        hint = _(
            "Each backup writes only what is new and is complete all the same. What was missed"
            " while the computer slept is made up for."
        )
        self.setLayout(
            column(
                label(_("How often"), "caption"),
                self.often,
                row(self.full, self.days, label(_("days"), wraps=False), None),
                label(hint, "hint"),
                gap=6,
            )
        )

    @property
    def schedule(self) -> Schedule:
        return Schedule(
            frequency=self.often.currentData(),
            full_days=self.days.value() if self.full.isChecked() else None,
        )


class KeepForm(QWidget):
    """Asks which backups stay."""

    changed = Signal()

    def __init__(self, rules: KeepRules) -> None:
        super().__init__()
        self.choice = ChoiceBox()
        self.choice.setAccessibleName(_("Which backups stay"))
        for text, kept in (
            (_("As usual: many of late, fewer of long ago"), words.USUAL),
            (_("Every backup, for ever"), KeepRules()),
            (_("As I say"), None),
        ):
            self.choice.addItem(text, kept)
        self.said = label("", "hint")
        self.numbers: dict[str, NumberField] = {}
        self._own = QWidget()
        grid = QGridLayout(self._own)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(theme.px(4))
        grid.setColumnStretch(0, 1)
        for line, (name, text) in enumerate(_RULES):
            # A lower bound would take backups away from who said more elsewhere.
            number = self.numbers[name] = NumberField(_(text), 0, MOST_KEPT)
            number.valueChanged.connect(self._on_changed)
            grid.addWidget(label(_(text)), line, 0)
            grid.addWidget(number, line, 1)
        self.setLayout(
            column(label(_("Which backups stay"), "caption"), self.choice, self._own, self.said,
                   gap=6)
        )  # fmt: skip
        known = [words.USUAL, KeepRules()]
        self._put(rules)
        self.choice.setCurrentIndex(known.index(rules) if rules in known else 2)
        self.choice.currentIndexChanged.connect(self._on_choice)
        self._show()

    @property
    def rules(self) -> KeepRules:
        return KeepRules(**{name: number.value() for name, number in self.numbers.items()})

    def _put(self, rules: KeepRules) -> None:
        for name, number in self.numbers.items():
            number.blockSignals(True)
            number.setValue(getattr(rules, name))
            number.blockSignals(False)

    def _on_choice(self) -> None:
        rules = self.choice.currentData()
        if rules is not None:
            self._put(rules)
        self._on_changed()

    def _on_changed(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        is_own = self.choice.currentData() is None
        self._own.setVisible(is_own)
        told = _("Others go when you say so; pinned ones and the newest verified one always stay.")
        self.said.setText(f"{words.keep_rules(self.rules)}. {told}")
