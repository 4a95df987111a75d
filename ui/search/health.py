"""How the index is, said where one searches: it catches up, is made anew, or is read in part."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget

from privatus.core.jobs import Job
from privatus.services.integrity import IntegrityService
from ui.i18n import _, mark, ngettext
from ui.jobs import JobRow, JobState
from ui.layouts import column, label
from ui.session import Session
from ui.shell.shell import Shell
from ui.style_sheet import set_kind

JOB = mark("Make the search index anew")
_LOOK_AGAIN_MS = 1500


class HealthBar(QWidget):
    """One or two sentences between the field and the results; nothing while all is well."""

    level = Signal()  # it is time to count again
    mended = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._session: Session | None = None
        self._job: JobRow | None = None
        self._note = self._waiting = ""
        self.text = label("")
        frame = QFrame()
        set_kind(frame, "notice")
        frame.setLayout(column(self.text, margins=(14, 7, 14, 7)))
        self.setLayout(column(frame, margins=(20, 8, 16, 4)))
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_LOOK_AGAIN_MS)
        self._again.timeout.connect(self.level)
        self.hide()

    def open(self, session: Session) -> None:
        """Watch the index of the vault of *session*."""
        self._session = session

    def say(self, note: str) -> None:
        """Say how the search was read."""
        self._note = note
        self._show()

    def show_waiting(self, waiting: int) -> None:
        """Say how much is not indexed yet; look again as long as that is something."""
        self._waiting = (
            ngettext("The index catches up: {n} message or title cannot be found yet.",
                     "The index catches up: {n} messages and titles cannot be found yet.", waiting)
            if waiting else ""
        )  # fmt: skip
        if waiting and self.window().isVisible():
            self._again.start()
        self._show()

    def mend(self) -> None:
        """Make the index anew, in the drawer of jobs; then search again."""
        if self._session is None or self._is_mending:
            return
        work = partial(_rebuild, self._session.vault.integrity)
        self._job = self._shell.jobs.start(
            self._session.tasks, _(JOB), work, on_done=self._on_mended, remark=_remark,
            on_error=self._shell.tell_error,
        )  # fmt: skip
        self._job.changed.connect(self._show)
        self._show()

    @property
    def _is_mending(self) -> bool:
        return self._job is not None and self._job.state is JobState.RUNNING

    def _on_mended(self, _count: int) -> None:
        self._job = None
        self._show()
        self.mended.emit()

    def _show(self) -> None:
        said = [self._note, self._waiting]
        if self._is_mending:
            fraction = self._job.fraction if self._job is not None else None
            share = "" if fraction is None else f" {round(fraction * 100)} %"
            said.insert(0, _("The index is made anew; what it lacks is not found yet.") + share)
        text = " ".join(part for part in said if part)
        self.text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


def _rebuild(integrity: IntegrityService, job: Job) -> int:
    return integrity.rebuild_index(job=job)


def _remark(count: int) -> str:
    return ngettext("{n} entry", "{n} entries", count)
