"""What a person does with backups: the dialogs that ask, and the jobs that follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from privatus.core.backup import (
    Backup,
    BackupDestination,
    DrillReport,
    KeepRules,
    PruneReport,
    VerifyDepth,
    VerifyReport,
)
from privatus.core.jobs import Job
from privatus.core.recovery import RecoveryPlan
from ui.backups import report_dialog, words, works
from ui.backups.browse_dialog import BrowseDialog
from ui.backups.browsing import Browsing
from ui.backups.dialog import DestinationDialog, Wanted
from ui.backups.drill_dialog import DrillDialog
from ui.backups.keep_dialog import KeepDialog
from ui.backups.plan import plan_sheet
from ui.backups.plan_dialog import PlanDialog
from ui.backups.report_dialog import ReportDialog
from ui.backups.restore_dialog import RestoreDialog
from ui.backups.sources import Of, Source
from ui.i18n import _, size
from ui.session import Session
from ui.shell.shell import Shell
from ui.tasks import Lane

T = TypeVar("T")


class Actions(QObject):
    """All of them, for the page *over* which dialogs open."""

    def __init__(self, shell: Shell, session: Session, over: QWidget) -> None:
        super().__init__(over)
        self._shell, self._session, self._over = shell, session, over
        self._service = session.vault.backups

    # Places.

    def add(self) -> None:
        """Ask for a place, and make it a destination."""
        self._open_form(None)

    def change(self, to: BackupDestination) -> None:
        """Ask for changes of a destination."""
        self._open_form(to)

    def _open_form(self, former: BackupDestination | None) -> None:
        dialog = DestinationDialog(former, self._over)
        dialog.decided.connect(partial(self._keep_form, dialog, former))
        dialog.tested.connect(partial(self._test, dialog, former))
        dialog.open()

    def _keep_form(
        self, dialog: DestinationDialog, former: BackupDestination | None, wanted: Wanted
    ) -> None:
        self._session.tasks.run(
            partial(works.save, self._service, former, wanted),
            lane=Lane.BACKUP,
            owner=dialog,
            on_done=partial(self._on_kept, dialog, former),
            on_error=dialog.refuse,
        )

    def _on_kept(
        self,
        dialog: DestinationDialog,
        former: BackupDestination | None,
        kept: BackupDestination,
    ) -> None:
        dialog.accept()
        self._tell()
        said = _("“{name}” was added.") if former is None else _("“{name}” was changed.")
        self._shell.toast(said.format(name=kept.name), kind="good")

    def _test(
        self, dialog: DestinationDialog, former: BackupDestination | None, wanted: Wanted
    ) -> None:
        self._session.tasks.run(
            partial(works.test, self._service, former, wanted),
            lane=Lane.BACKUP,
            owner=dialog,
            on_done=partial(_on_tested, dialog),
            on_error=dialog.refuse,
        )

    def remove(self, to: BackupDestination) -> None:
        """Ask whether a destination is to be forgotten."""
        self._ask(
            "remove-destination",
            _("Make no more backups to “{name}”?").format(name=to.name),
            _("The backups that lie there stay, and open with your password. Delete them yourself"
              " if you want to be rid of them."),
            _("Remove this place"),
            partial(self._remove, to),
        )  # fmt: skip

    def _ask(self, name: str, text: str, told: str, yes: str, act: Callable[..., object]) -> None:
        box = QMessageBox(self._over)
        box.setObjectName(name)
        box.setWindowTitle("Privatus")
        box.setText(text)
        box.setInformativeText(told)
        agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        agree.clicked.connect(act)
        box.finished.connect(box.deleteLater)
        box.open()

    def _remove(self, to: BackupDestination, _is_checked: bool = False) -> None:
        self._change(partial(works.remove, self._service, to.id), self._tell)

    # One backup.

    def pin(self, to: BackupDestination, backup: Backup, is_pinned: bool) -> None:
        """Let a backup stay whatever the rules say, or no longer."""
        self._set_pinned(to, backup, is_pinned, partial(self._on_pinned, to, backup, is_pinned))

    def _set_pinned(
        self, to: BackupDestination, backup: Backup, is_pinned: bool, then: Callable[[], object]
    ) -> None:
        self._change(partial(works.pin, self._service, to.id, backup.id, is_pinned), then)

    def _on_pinned(self, to: BackupDestination, backup: Backup, is_pinned: bool) -> None:
        self._tell()
        said = _("The backup is pinned.") if is_pinned else _("The backup is no longer pinned.")
        undo = partial(self._set_pinned, to, backup, not is_pinned, self._tell)
        self._shell.done(said, undo)

    # Proofs.

    def verify(self, to: BackupDestination, depth: VerifyDepth) -> None:
        """Read the backups back, and say what was found."""
        self._start(
            _("Verifying backups"),
            partial(works.verify, self._service, to.id, depth),
            self._on_verified,
            works.verified_remark,
        )

    def _on_verified(self, found: tuple[VerifyReport, Sequence[Backup]]) -> None:
        self._tell()
        report, backups = found
        self._show_report(partial(report_dialog.verified, self._shell, report, backups))

    def drill(self, to: BackupDestination, backup: Backup | None) -> None:
        """Ask for what opens the vault, and restore into a scratch place with it."""
        dialog = DrillDialog(to, backup, self._over)
        dialog.decided.connect(partial(self._begin_drill, to, backup))
        dialog.open()

    def _begin_drill(
        self, to: BackupDestination, backup: Backup | None, password: str, code: str | None
    ) -> None:
        backup_id = None if backup is None else backup.id
        self._start(
            _("Restore drill"),
            partial(works.drill, self._service, to.id, backup_id, password, code),
            self._on_drilled,
            works.drilled_remark,
        )

    def _on_drilled(self, report: DrillReport) -> None:
        self._tell()
        self._show_report(partial(report_dialog.drilled, self._shell, report))

    def _show_report(self, made: Callable[[QWidget], ReportDialog]) -> None:
        # Not over the page, which was made anew if the language or the zoom was changed meanwhile.
        over = getattr(self._shell.window, "workspace", None)
        if over is not None:
            made(over).open()

    # What stays.

    def prune(self, to: BackupDestination, backups: Sequence[Backup]) -> None:
        """Say what the rules would drop, and do it if the person wants to."""
        dialog = KeepDialog(to, backups, self._over)
        dialog.asked.connect(partial(self._plan, dialog, to))
        dialog.decided.connect(partial(self._begin_prune, to))
        dialog.open()
        dialog.begin()

    def _plan(self, dialog: KeepDialog, to: BackupDestination, rules: KeepRules) -> None:
        self._session.tasks.run(
            partial(works.plan, self._service, to.id, rules),
            owner=dialog,
            on_done=partial(dialog.show_plan, rules),
        )

    def _begin_prune(self, to: BackupDestination, rules: KeepRules) -> None:
        self._start(
            _("Dropping old backups"),
            partial(works.prune, self._service, to, rules),
            self._on_pruned,
            works.pruned_remark,
        )

    def _on_pruned(self, report: PruneReport) -> None:
        self._tell()
        self._shell.toast(f"{works.pruned_remark(report)}.", kind="good")

    def repair(self, to: BackupDestination) -> None:
        """Make a damaged index anew, from the packs."""
        self._start(
            _("Making the index anew"),
            partial(works.repair, self._service, to.id),
            self._on_repaired,
            works.repaired_remark,
        )

    def _on_repaired(self, lacked: int) -> None:
        self._tell()
        self._shell.toast(f"{works.repaired_remark(lacked)}.", kind="good")

    def drop(self, to: BackupDestination, backup: Backup) -> None:
        """Ask whether one backup is to go, whatever the rules say."""
        made = words.at(backup.made_at_ms, words.now())
        self._ask(
            "drop-backup",
            _("Drop the backup of {time}?").format(time=made),
            _("It cannot be brought back. The others stay whole; the room is freed when the rules"
              " are kept the next time."),
            _("Drop it"),
            partial(self._drop, to, backup),
        )  # fmt: skip

    def _drop(self, to: BackupDestination, backup: Backup, _is_checked: bool = False) -> None:
        self._change(partial(works.drop, self._service, to.id, backup.id), self._tell)

    def refresh(self, to: BackupDestination) -> None:
        """Read anew what is there."""
        self._start(
            _("Reading the list of backups"),
            partial(works.refresh, self._service, to.id),
            self._on_refreshed,
            None,
        )

    def _on_refreshed(self, _none: object) -> None:
        self._tell()

    # The way back.

    def browse(self, to: BackupDestination, backup: Backup) -> None:
        """Look into a backup, and bring some of it back."""
        browsing = Browsing(self._session, self._service, to.id, backup.id, self)
        BrowseDialog(self._shell, browsing, backup, self._over).open()

    def restore(self, to: BackupDestination, backup: Backup, backups: Sequence[Backup]) -> None:
        """Restore everything of a backup to a new place."""
        self._open_restore(Of(self._service, to.id), backups, backup.id)

    def restore_elsewhere(self) -> None:
        """Restore from a place that the vault knows nothing of."""
        self._open_restore(None, (), None)

    def _open_restore(
        self, source: Source | None, backups: Sequence[Backup], chosen: str | None
    ) -> None:
        dialog = RestoreDialog(
            self._shell,
            self._session.tasks,
            self._over,
            source=source,
            backups=backups,
            chosen=chosen,
        )
        dialog.opened.connect(self._shell.vault_asked)
        dialog.open()

    def show_plan(self) -> None:
        """Show how the vault comes back, as it was measured."""
        self._session.tasks.run(
            partial(works.recovery_plan, self._service), owner=self, on_done=self._on_plan
        )

    def _on_plan(self, plan: RecoveryPlan) -> None:
        sheet = plan_sheet(plan, words.now())
        PlanDialog(self._shell, self._session.tasks, sheet, self._over).open()

    # How it is done.

    def _tell(self) -> None:
        self._session.tell_changed("backups")

    def _change(self, work: Callable[[Job], object], then: Callable[[], object]) -> None:
        self._session.tasks.run(work, lane=Lane.BACKUP, owner=self, on_done=partial(_call, then))

    def _start(
        self,
        title: str,
        work: Callable[[Job], T],
        on_done: Callable[[T], object],
        remark: Callable[[T], str] | None,
    ) -> None:
        self._shell.jobs.start(
            self._session.tasks,
            title,
            work,
            lane=Lane.BACKUP,
            on_done=on_done,
            on_error=self._on_failed,
            remark=remark,
        )
        self._shell.toast(_("It goes on in the background; the list of jobs shows how far it is."))

    def _on_failed(self, error: BaseException) -> None:
        self._tell()
        self._shell.tell_error(error)


def _call(act: Callable[[], object], _result: object) -> None:
    act()


def _on_tested(dialog: DestinationDialog, free: int | None) -> None:
    told = _("The place answers.")
    if free is not None:
        told = _("The place answers; {size} are free there.").format(size=size(free))
    dialog.say(told, "good")
