"""Which backups stay and which go, each with its reason, before anything is dropped."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from privatus.core.backup import Backup, BackupDestination, KeepDecision, KeepRules
from ui import theme
from ui.backups import words
from ui.backups.rules_form import KeepForm
from ui.backups.table import dress
from ui.i18n import _, ngettext
from ui.layouts import button, centred, column, fit, label, row


class KeepDialog(QDialog):
    """A dry run; `decided` comes when the person wants what goes to go."""

    asked = Signal(object)  # KeepRules, to be tried
    decided = Signal(object)  # KeepRules

    def __init__(self, to: BackupDestination, backups: Sequence[Backup], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = _("What stays, what goes")
        self.setWindowTitle(title)
        self._backups = {backup.id: backup for backup in backups}
        self._shown: KeepRules | None = None
        self.form = KeepForm(to.keep)
        self.form.changed.connect(self._ask)
        self.said = label(_("Reading…"), "body")
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels([_("Backup"), _("What becomes of it"), _("Why")])
        self.table.setAccessibleName(title)
        dress(self.table)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.drop = button(_("Keep the rules"), "danger", "trash-2")
        self.drop.setEnabled(False)
        self.drop.clicked.connect(self.accept)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self._lay_out(title, cancel)

    def _lay_out(self, title: str, cancel: QWidget) -> None:
        inner = QWidget()
        self.table.setMinimumHeight(theme.px(220))
        inner.setLayout(column(self.form, 4, self.said, self.table, gap=8, margins=(4, 0, 10, 0)))
        self.setLayout(
            column(
                *(label(title, "heading"), centred(inner, 720)),
                row(None, cancel, self.drop),
                gap=10,
                margins=(24, 22, 18, 20),
            )
        )
        fit(self, 660, 700)
        self.form.choice.setFocus()

    def begin(self) -> None:
        """Ask what the rules, as they are, would do."""
        self._ask()

    def _ask(self) -> None:
        self._shown = None
        self.drop.setEnabled(False)
        self.asked.emit(self.form.rules)

    def show_plan(self, rules: KeepRules, plan: Sequence[KeepDecision]) -> None:
        """Show what *rules* would do."""
        if rules != self.form.rules:
            # Others were asked for meanwhile.
            return
        self._shown = rules
        going = sum(not each.stays for each in plan)
        self.said.setText(
            ngettext("{n} backup would go.", "{n} backups would go.", going)
            if going
            else _("Every backup stays.")
        )
        self.drop.setText(
            ngettext("Drop {n} backup", "Drop {n} backups", going) if going else _("Keep the rules")
        )
        self.drop.setEnabled(True)
        self.table.setRowCount(len(plan))
        now = words.now()
        for line, decision in enumerate(plan):
            backup = self._backups.get(decision.backup_id)
            made = decision.backup_id[:8] if backup is None else words.at(backup.made_at_ms, now)
            fate = _("stays") if decision.stays else _("goes")
            why = "; ".join(words.reason(*each) for each in decision.because)
            for place, text in enumerate((made, fate, why)):
                item = QTableWidgetItem(text)
                if not decision.stays:
                    item.setForeground(theme.colour("danger"))
                self.table.setItem(line, place, item)

    def accept(self) -> None:
        """Tell that it is meant: what was looked at, and nothing else."""
        if self._shown is not None:
            self.decided.emit(self._shown)
            super().accept()
