"""The page of backups: how well the vault is protected, where, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QStackedWidget, QWidget

from privatus.bootstrap import Vault
from privatus.core.backup import Backup, DestinationStatus, VerifyDepth
from privatus.core.jobs import Job
from ui.backups.acting import Actions
from ui.backups.detail import Detail
from ui.backups.overview import Overview
from ui.backups.target import BackupsTarget
from ui.backups.watch import Watch
from ui.commands import Command
from ui.i18n import _, mark
from ui.jobs import error_text
from ui.layouts import button, centred, column, page_margin
from ui.notices import Notice
from ui.session import Session
from ui.shell.pages import Page, PageWidget
from ui.shell.shell import Shell
from ui.tasks import Task

_WIDTH = 1000


def _verify(depth: VerifyDepth, detail: Detail) -> None:
    detail.verify(depth)


# What can be done with the place that is shown, or with the backup that is chosen in it.
_OF_PLACE: tuple[tuple[str, str, str, Callable[[Detail], object]], ...] = (
    ("backup-full", mark("Full backup to this place"), "layers", Detail.back_up_fully),
    *(
        (f"backup-verify-{depth.value}", title, "shield-check", partial(_verify, depth))
        for depth, title in (
            (VerifyDepth.LIST, mark("Verify this place: the list")),
            (VerifyDepth.STRUCTURE, mark("Verify this place: the structure")),
            (VerifyDepth.PART, mark("Verify this place: read a part")),
            (VerifyDepth.DATA, mark("Verify this place: read everything")),
        )
    ),
    ("backup-drill", mark("Restore drill…"), "life-buoy", Detail.drill),
    ("backup-keep", mark("What stays, what goes…"), "trash-2", Detail.prune),
    ("backup-refresh", mark("Read the list of backups anew"), "refresh-cw", Detail.refresh),
    ("backup-repair", mark("Make the index of this place anew"), "wrench", Detail.repair),
    ("backup-change", mark("Change this place…"), "pencil", Detail.change),
    ("backup-remove", mark("Remove this place…"), "trash-2", Detail.remove),
    ("backup-pin", mark("Pin this backup, or unpin it"), "pin", Detail.pin),
    ("backup-drop", mark("Drop this backup…"), "trash-2", Detail.drop),
    ("backup-browse", mark("Look inside this backup…"), "folder-open", Detail.browse),
    ("backup-restore", mark("Restore everything of this backup…"), "history", Detail.restore),
)


class BackupsPage(PageWidget):
    """Takes a BackupsTarget."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.watch = Watch.of(shell)
        self.actions_: Actions | None = None
        self.overview: Overview | None = None
        self.detail: Detail | None = None
        self._target = BackupsTarget()
        self._session: Session | None = None
        self._reading: Task[Sequence[Backup]] | None = None
        # What is to be done once the backups are there.
        self._wanted: Callable[[Detail], object] | None = None
        self._area: QScrollArea | None = None
        self.waiting = Notice("hard-drive", _("Reading…"))
        self.broken = Notice("circle-alert", _("The backups cannot be shown"), colour="danger")
        self.empty = self._make_empty()
        self.back = button(_("All places"), "link", "arrow-left")
        self.back.clicked.connect(self._on_back)
        self.back.hide()
        self.stack = QStackedWidget()
        for each in (self.waiting, self.empty, self.broken):
            self.stack.addWidget(each)
        whole = column(self.back, gap=0)
        whole.addWidget(self.stack, 1)
        self.setLayout(whole)

    def _make_empty(self) -> Notice:
        self.add_button = button(_("Add a place…"), "primary", "plus")
        self.add_button.clicked.connect(self._on_add)
        restore = button(_("Restore from elsewhere…"), "link")
        restore.clicked.connect(self._on_restore)
        return Notice(
            "hard-drive", _("Nothing is backed up yet"),
            _("If this disk fails, your chats are gone. Choose a place for backups: a USB disk, a"
              " folder, a server. They are sealed before they leave, and only your password or"
              " your recovery code opens them."),
            self.add_button,
            restore,
        )  # fmt: skip

    # What the window says.

    def on_open(self, session: Session) -> None:
        self._session = session
        self.actions_ = Actions(self.shell, session, self)
        self.watch.changed.connect(self._on_watched)
        session.changed.connect(self._on_changed)
        self._add_commands()
        self._show()

    def on_lock(self) -> None:
        self.watch.changed.disconnect(self._on_watched)
        self._session = self.actions_ = None
        self._clear()

    def on_shown(self) -> None:
        shown = self.stack.currentWidget()
        if self.detail is not None and self.detail.model.backups:
            self.detail.table.setFocus()
        elif self.overview is not None and shown is self._area:
            self.overview.run_button.setFocus()
        elif shown is self.empty:
            self.add_button.setFocus()

    def on_target(self, target: object) -> None:
        if isinstance(target, BackupsTarget) and target != self._target:
            self._target = target
            self._show()

    def where(self) -> BackupsTarget:
        return self._target

    def _add_commands(self) -> None:
        of_page: tuple[tuple[str, str, str, Callable[[], object]], ...] = (
            ("backup-now", mark("Back up now"), "play", self.watch.back_up_all),
            ("backup-add", mark("Add a place for backups…"), "plus", self._on_add),
            ("backup-elsewhere", mark("Restore from elsewhere…"), "history", self._on_restore),
            ("recovery-plan", mark("Recovery plan"), "life-buoy", self._on_plan),
        )
        of_place = tuple(
            (name, title, drawing, partial(self._do, act))
            for name, title, drawing, act in _OF_PLACE
        )
        for name, title, drawing, run in of_page + of_place:
            command = Command(name=name, title=title, run=run, icon=drawing)
            self.shell.commands.add(command, owner=self)

    # What is shown.

    def _on_watched(self) -> None:
        if self._session is None:
            return
        status = self._status
        if self.detail is not None and status is not None:
            self.detail.show_status(status)
        else:
            self._show_again()

    def _on_changed(self, what: str) -> None:
        if what == "backups" and self.detail is not None:
            self._read(self.detail)

    def _show_again(self) -> None:
        """Show what there is now, and leave the keys where they are, as far as that goes."""
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        name = _name(focus) if focus is not None and had_focus else ""
        self._show()
        if had_focus and self._area is not None:
            buttons = self._area.findChildren(QPushButton)
            same = (b for b in buttons if _name(b) == name and b.isEnabled())
            (next(same, None) or next(b for b in buttons if b.isEnabled())).setFocus()
        elif had_focus:
            self.on_shown()

    @property
    def _status(self) -> DestinationStatus | None:
        wanted = self._target.destination_id
        return None if wanted is None else self.watch.status(wanted)

    def _show(self) -> None:
        """Show what is wanted, as far as it is known."""
        watch = self.watch
        self._clear()
        if watch.error is not None and watch.statuses is None:
            self.broken.say(_("The backups cannot be shown"), error_text(watch.error))
            self.stack.setCurrentWidget(self.broken)
        elif watch.statuses is None or watch.truth is None:
            self.stack.setCurrentWidget(self.waiting)
        elif not watch.statuses:
            self.stack.setCurrentWidget(self.empty)
        elif (status := self._status) is not None and self.actions_ is not None:
            self.detail = Detail(watch, self.actions_, status)
            self._put(self.detail, has_back=True)
            self._read(self.detail)
        else:
            self._target = BackupsTarget()
            self.overview = Overview(watch, watch.truth)
            self.overview.opened.connect(self.open_destination)
            self.overview.add_wanted.connect(self._on_add)
            self.overview.plan_wanted.connect(self._on_plan)
            self.overview.restore_wanted.connect(self._on_restore)
            self.overview.page_wanted.connect(self.shell.go)
            self._put(self.overview)

    def open_destination(self, destination_id: int) -> None:
        """Show one destination."""
        self.shell.go("backups", BackupsTarget(destination_id=destination_id))

    def _put(self, shown: QWidget, *, has_back: bool = False) -> None:
        self._area = centred(shown, _WIDTH, margin=page_margin())
        self.stack.addWidget(self._area)
        self.stack.setCurrentWidget(self._area)
        self.back.setVisible(has_back)

    def _clear(self) -> None:
        area, self._area = self._area, None
        self.overview = self.detail = self._wanted = None
        self.back.hide()
        self._stop_reading()
        if area is not None:
            self.stack.removeWidget(area)
            area.hide()
            area.deleteLater()

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _read(self, detail: Detail) -> None:
        session = self._session
        self._stop_reading()
        if session is not None:
            destination_id = detail.status.destination.id
            self._reading = session.tasks.run(
                partial(_backups, session.vault, destination_id),
                owner=detail,
                on_done=partial(self._on_read, detail),
                on_error=self._on_not_read,
            )

    def _on_not_read(self, error: BaseException) -> None:
        self._reading = self._wanted = None
        self.shell.tell_error(error)

    def _on_read(self, detail: Detail, backups: Sequence[Backup]) -> None:
        self._reading = None
        is_first = not detail.waiting.isHidden()
        detail.fill(backups, self._target.backup_id)
        focus = QApplication.focusWidget()
        if is_first and self.isVisible() and (focus is None or not self.isAncestorOf(focus)):
            # What had the keys has gone with the page before.
            self.on_shown()
        act, self._wanted = self._wanted, None
        if act is not None:
            act(detail)

    # What a person does.

    def _on_back(self) -> None:
        self._target = BackupsTarget()
        self._show()
        self.on_shown()

    def _on_add(self) -> None:
        if self.actions_ is not None:
            self.actions_.add()

    def _on_restore(self) -> None:
        if self.actions_ is not None:
            self.actions_.restore_elsewhere()

    def _on_plan(self) -> None:
        if self.actions_ is not None:
            self.actions_.show_plan()

    def _do(self, act: Callable[[Detail], object]) -> None:
        """Do something with the place that is shown; with one place only, there is no doubt."""
        statuses = self.watch.statuses or ()
        if self.detail is None and statuses:
            if len(statuses) > 1:
                self.shell.toast(_("Choose a place first."))
                return
            self.open_destination(statuses[0].destination.id)
        if self._reading is not None:
            self._wanted = act
        elif self.detail is not None:
            act(self.detail)


def _name(shown: QWidget) -> str:
    text = shown.text() if isinstance(shown, QPushButton) else ""
    return shown.accessibleName() or text


def _backups(vault: Vault, destination_id: int, _job: Job) -> Sequence[Backup]:
    return vault.backups.backups(destination_id)


PAGE = Page(name="backups", title=mark("Backups"), icon="hard-drive", make=BackupsPage)
