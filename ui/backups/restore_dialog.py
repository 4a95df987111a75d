"""Restores a whole vault to a new place: from where, which backup, to where, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from privatus.core.backup import Backup, RestoreReport
from privatus.core.jobs import Job
from ui.backups import words
from ui.backups.choose_backup import ChooseBackup
from ui.backups.key_form import KeyForm
from ui.backups.place_form import PlaceForm
from ui.backups.running import Running
from ui.backups.sources import Elsewhere, Key, Source
from ui.i18n import _, size
from ui.jobs import JobRow, JobState, error_text
from ui.layouts import breakable, button, centred, column, fit, label, row
from ui.shell.shell import Shell
from ui.style_sheet import set_kind
from ui.tasks import Lane, Tasks

T = TypeVar("T")


class RestoreDialog(QDialog):
    """Leads from a place to a vault; `opened` comes when the person wants to open it."""

    opened = Signal(object)  # Path

    def __init__(
        self,
        shell: Shell,
        tasks: Tasks,
        parent: QWidget,
        *,
        source: Source | None = None,
        backups: Sequence[Backup] = (),
        chosen: str | None = None,
    ) -> None:
        """Ask for a place, unless *source* is one whose *backups* are known."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Restore from a backup"))
        self._shell, self._tasks = shell, tasks
        self._is_elsewhere, self._source = source is None, source
        self._job: JobRow | None = None
        self._folder: Path | None = None
        self.place, self.key, self.choose = PlaceForm(is_new=False), KeyForm(), ChooseBackup()
        self.remark = label("", "error")
        self.running = QVBoxLayout()
        self.next = button("", "primary")
        self.next.setDefault(True)
        self.cancel = button(_("Cancel"))
        self._build()
        self._choosing = source is not None
        if source is not None:
            self.choose.fill(backups, chosen)
        for signal in (self.place.changed, self.key.changed, self.choose.changed):
            signal.connect(self._update)
        self.key.entered.connect(self._on_next)
        self.next.clicked.connect(self._on_next)
        self.cancel.clicked.connect(self.reject)
        self._update()

    def _build(self) -> None:
        told = _(
            "A backup becomes a vault of its own in a new folder. Nothing that is there is"
            " overwritten, and the backup stays as it is."
        )
        inner = QWidget()
        inner.setLayout(
            column(
                label(told, "muted"),
                *(self.place, self.choose, label(_("What opens the backup"), "caption"), self.key),
                *(self.remark, self.running, None),
                gap=10,
                margins=(4, 0, 10, 0),
            )
        )
        self.setLayout(
            column(
                *(label(_("Restore from a backup"), "heading"), centred(inner, 680)),
                row(None, self.cancel, self.next),
                gap=10,
                margins=(24, 22, 18, 20),
            )
        )
        fit(self, 720, 600)

    def _update(self) -> None:
        """Show what is asked now, and whether it was said."""
        is_running = self._job is not None and self._job.state is JobState.RUNNING
        is_over = self._folder is not None
        self.place.setVisible(self._is_elsewhere and not self._choosing)
        self.choose.setVisible(self._choosing and not is_running and not is_over)
        self.key.setEnabled(not is_running)
        if is_over:
            self.next.setText(_("Open the restored vault"))
        else:
            self.next.setText(_("Restore") if self._choosing else _("Read the list"))
        has_place = self.choose.is_complete if self._choosing else bool(self.place.location)
        self.next.setEnabled(is_over or (has_place and self.key.is_complete and not is_running))

    def _on_next(self) -> None:
        if not self.next.isEnabled():
            return
        self._say("", "error")
        if self._folder is not None:
            self.opened.emit(self._folder)
            self.accept()
        elif self._choosing:
            self._restore()
        else:
            self._read()

    def _say(self, text: str, kind: str) -> None:
        self.remark.setText(breakable(text))
        set_kind(self.remark, kind)

    # What it asks for.

    def _read(self) -> None:
        source = self._source = Elsewhere(self.place.location, self.place.options)
        self._start(
            _("Reading the list of backups"),
            partial(_list, source, Key(*self.key.typed)),
            self._on_listed,
        )

    def _on_listed(self, backups: Sequence[Backup]) -> None:
        self._choosing = True
        self.choose.fill(backups)
        self._update()
        self.choose.table.setFocus()

    def _restore(self) -> None:
        source, backup, folder = self._source, self.choose.backup, self.choose.folder.folder
        if source is not None and backup is not None and folder is not None:
            self._start(
                _("Restoring a vault"),
                partial(_restore, source, Key(*self.key.typed), backup.id, folder,
                        self.choose.keeps_aside),
                partial(self._on_restored, folder),
            )  # fmt: skip

    def _on_restored(self, folder: Path, report: RestoreReport) -> None:
        self._folder = folder
        self.key.forget()
        self.place.forget()
        self.key.hide()
        told = [
            _("The vault as it was at {time} is in {folder}: {size} in {duration}.").format(
                time=words.at(report.made_at_ms, words.now()),
                folder=folder,
                size=size(report.restored_bytes),
                duration=words.lasted(report.duration_ms),
            )
        ]
        if report.kept_aside is not None:
            told.append(
                _("The vault that was there is in {folder} now.").format(folder=report.kept_aside)
            )
        self._say("\n".join(told), "good")
        self.cancel.setText(_("Close"))
        self._update()
        self.next.setFocus()

    def _start(self, title: str, work: Callable[[Job], T], on_done: Callable[[T], object]) -> None:
        job = self._job = self._shell.jobs.start(
            self._tasks,
            title,
            work,
            lane=Lane.BACKUP,
            owner=self,
            on_done=on_done,
            on_error=self._on_failed,
        )
        self._shown = Running(job)
        self.running.addWidget(self._shown)
        # A method of ours, so that it is told no more once this has gone.
        job.changed.connect(self._on_job_changed)
        self._update()

    def _on_job_changed(self) -> None:
        if self._job is not None and self._job.state is not JobState.RUNNING:
            self._shown.hide()
            self._update()

    def _on_failed(self, error: BaseException) -> None:
        self._say(error_text(error), "error")
        self._update()
        self.key.setFocus()

    def done(self, result: int) -> None:
        """Overwrite what was typed, and stop what goes on."""
        self.key.forget()
        self.place.forget()
        if self._job is not None:
            self._job.cancel()
        super().done(result)


def _list(source: Source, key: Key, job: Job) -> Sequence[Backup]:
    return source.backups(key, job)


def _restore(
    source: Source, key: Key, backup_id: str, folder: Path, keeps_aside: bool, job: Job
) -> RestoreReport:
    return source.restore(key, backup_id, folder, keeps_aside=keeps_aside, job=job)
