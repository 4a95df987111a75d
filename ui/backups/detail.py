"""One destination: its backups, what each holds, and all that can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from privatus.core.backup import Backup, BackupKind, DestinationStatus, VerifyDepth
from ui.backups import words
from ui.backups.acting import Actions
from ui.backups.contents import contents_card
from ui.backups.list_model import BackupsModel
from ui.backups.running import Running
from ui.backups.table import BackupsTable
from ui.backups.watch import Watch
from ui.flow import buttons_row
from ui.i18n import _, mark
from ui.icons import icon
from ui.jobs import JobRow, problem_text
from ui.layouts import breakable, button, column, empty, icon_button, label
from ui.notices import Notice

_LINES = 8
DEPTHS = (
    (VerifyDepth.LIST, mark("The list of backups (seconds)")),
    (VerifyDepth.STRUCTURE, mark("The list, and that nothing is missing (seconds)")),
    (VerifyDepth.PART, mark("And read a part, the next one each time")),
    (VerifyDepth.DATA, mark("And read everything (as long as a restore)")),
)


class Detail(QWidget):
    """Shows one destination; `fill` gives it its backups."""

    def __init__(self, watch: Watch, actions: Actions, status: DestinationStatus) -> None:
        super().__init__()
        self.status = status
        self._watch, self._actions = watch, actions
        self._row: JobRow | None = None
        self.model = BackupsModel(self)
        self.table = BackupsTable(self.model)
        self.table.selectionModel().currentRowChanged.connect(self._on_chosen)
        self.table.entered.connect(self._on_entered)
        self.waiting = Notice("loader-circle", _("Reading…"))
        self.empty = Notice(
            "archive", _("No backups here yet"),
            _("The first one writes everything; those after it only what is new."),
        )  # fmt: skip
        self.table.hide()
        self.empty.hide()
        self._below = QVBoxLayout()
        self._running = QVBoxLayout()
        self._head = QVBoxLayout()
        self._of_backup: list[QPushButton] = []
        self.setLayout(
            column(
                *(self._head, self._running, self._buttons()),
                *(self.waiting, self.empty, self.table, self._backup_buttons(), self._below),
                None,
                gap=12,
            )
        )
        self.show_status(status)

    # What is shown.

    def show_status(self, status: DestinationStatus) -> None:
        """Show how the destination is now."""
        self.status = status
        to, now = status.destination, words.now()
        empty(self._head)
        text, _drawing, colour = words.health(status)
        tone = words.tone(colour)
        self._head.addWidget(label(breakable(to.name), "title"))
        self._head.addWidget(label(breakable(to.location), "hint"))
        self._head.addWidget(label(text, tone))
        if problem := problem_text(status.problem):
            self._head.addWidget(label(breakable(problem), tone))
        said = f"{words.schedule(to.schedule)}  ·  {words.next_one(status, now)}"
        for line in (said, words.keep_rules(to.keep)):
            self._head.addWidget(label(line, "muted"))
        self._show_running()

    def fill(self, backups: Sequence[Backup], wanted: str | None = None) -> None:
        """Show *backups*, and choose *wanted* of them, else what was chosen, else the first."""
        chosen = wanted or (self.backup.id if self.backup else None)
        had_focus = self.table.hasFocus()
        self.model.fill(backups)
        self.waiting.hide()
        self.empty.setVisible(not backups)
        self.table.setVisible(bool(backups))
        self.table.fit(_LINES)
        self._show_backup()
        if backups:
            index = self.model.index(max(0, self.model.row_of(chosen)), 0)
            flags = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        if had_focus:
            self.table.setFocus()

    @property
    def backup(self) -> Backup | None:
        """Return the backup that is chosen."""
        return self.model.backup(self.table.currentIndex().row())

    def _show_running(self) -> None:
        job = self._watch.row(self.status.destination.id)
        if job is self._row:
            return
        self._row = job
        empty(self._running)
        if job is not None:
            self._running.addWidget(Running(job))
        self.run_button.setEnabled(job is None)

    def _show_backup(self) -> None:
        empty(self._below)
        backup = self.backup
        for each in self._of_backup:
            each.setVisible(backup is not None)
        if backup is not None:
            self.pin_button.setText(
                _("Let it go again") if backup.is_pinned else _("Keep for ever")
            )
            self._below.addWidget(contents_card(backup, self.status.destination))

    def _on_chosen(self) -> None:
        self._show_backup()

    def _on_entered(self) -> None:
        self.browse()

    # What can be done.

    def _buttons(self) -> QWidget:
        self.run_button = button(_("Back up now"), "primary", "play")
        self.run_button.clicked.connect(partial(_plain, self.back_up))
        self.verify_button = button(_("Verify"), icon_name="shield-check")
        menu = QMenu(self.verify_button)
        for depth, text in DEPTHS:
            menu.addAction(_(text), partial(self.verify, depth))
        self.verify_button.setMenu(menu)
        self.drill_button = button(_("Restore drill…"), icon_name="life-buoy")
        self.drill_button.clicked.connect(partial(_plain, self.drill))
        self.keep_button = button(_("What stays, what goes…"), icon_name="trash-2")
        self.keep_button.clicked.connect(partial(_plain, self.prune))
        more = icon_button("ellipsis", _("More"))
        others = QMenu(more)
        others.addAction(icon("layers"), _("Full backup now"), self.back_up_fully)
        others.addAction(icon("refresh-cw"), _("Read the list anew"), self.refresh)
        others.addAction(icon("wrench"), _("Make the index anew"), self.repair)
        others.addAction(icon("trash-2"), _("Drop this backup…"), self.drop)
        others.addSeparator()
        others.addAction(icon("pencil"), _("Change this place…"), self.change)
        others.addAction(icon("trash-2"), _("Remove this place…"), self.remove)
        more.setMenu(others)
        more.setPopupMode(more.ToolButtonPopupMode.InstantPopup)
        return buttons_row(
            self.run_button, self.verify_button, self.drill_button, self.keep_button, more
        )

    def _backup_buttons(self) -> QWidget:
        self.browse_button = button(_("Open and look inside…"), icon_name="folder-open")
        self.browse_button.clicked.connect(partial(_plain, self.browse))
        self.restore_button = button(_("Restore everything…"), icon_name="history")
        self.restore_button.clicked.connect(partial(_plain, self.restore))
        self.pin_button = button(_("Keep for ever"), icon_name="pin")
        self.pin_button.clicked.connect(partial(_plain, self.pin))
        self._of_backup = [self.browse_button, self.restore_button, self.pin_button]
        return buttons_row(*self._of_backup)

    def back_up(self) -> None:
        """Make a backup now."""
        self._watch.back_up(self.status.destination.id)

    def back_up_fully(self) -> None:
        """Make a backup that writes everything anew."""
        self._watch.back_up(self.status.destination.id, BackupKind.FULL)

    def verify(self, depth: VerifyDepth) -> None:
        """Read the backups back, as far as *depth* says."""
        self._actions.verify(self.status.destination, depth)

    def drill(self) -> None:
        """Restore into a scratch place as a proof."""
        self._actions.drill(self.status.destination, self.backup)

    def prune(self) -> None:
        """Say what stays and what goes, and drop it if the person wants to."""
        self._actions.prune(self.status.destination, self.model.backups)

    def refresh(self) -> None:
        """Read what is there anew."""
        self._actions.refresh(self.status.destination)

    def repair(self) -> None:
        """Make a damaged index anew."""
        self._actions.repair(self.status.destination)

    def drop(self) -> None:
        """Ask whether the backup that is chosen is to go."""
        if self.backup is not None:
            self._actions.drop(self.status.destination, self.backup)

    def change(self) -> None:
        """Ask for another name, schedule or rules."""
        self._actions.change(self.status.destination)

    def remove(self) -> None:
        """Forget the place; what lies there stays."""
        self._actions.remove(self.status.destination)

    def browse(self) -> None:
        """Look into the backup that is chosen."""
        if self.backup is not None:
            self._actions.browse(self.status.destination, self.backup)

    def restore(self) -> None:
        """Restore the backup that is chosen to a new place."""
        if self.backup is not None:
            self._actions.restore(self.status.destination, self.backup, self.model.backups)

    def pin(self) -> None:
        """Let the backup that is chosen stay for ever, or no longer."""
        if self.backup is not None:
            self._actions.pin(self.status.destination, self.backup, not self.backup.is_pinned)


def _plain(act: Callable[[], object], _is_checked: bool = False) -> None:
    act()
