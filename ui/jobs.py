"""Long work that a person started and may watch: imports, exports, checks."""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from privatus.core.errors import JobCancelled, PrivatusError
from privatus.core.jobs import Job, Progress
from ui.i18n import _, match
from ui.tasks import Lane, Task, Tasks

T = TypeVar("T")
_KEPT = 20


class JobState(enum.Enum):
    """Where a job stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobRow(QObject):
    """One job; `changed` tells that any of it changed. Its title says nothing of the vault."""

    changed = Signal()

    def __init__(self, title: str, parent: QObject) -> None:
        super().__init__(parent)
        self.title = title
        self.state = JobState.RUNNING
        self.progress: Progress | None = None
        # What came of it, or what went wrong.
        self.remark = ""
        # Its end was told to the desktop.
        self.is_told = False
        # Nobody started it: a lock for want of anybody waits for its end, and for no more.
        self.is_quiet = False
        self.task: Task[object] | None = None

    @property
    def fraction(self) -> float | None:
        """Return how much is done, from 0 to 1; None while nobody knows."""
        return None if self.progress is None else self.progress.fraction

    def cancel(self) -> None:
        """Ask the work to stop at its next safe point."""
        if self.state is JobState.RUNNING and self.task is not None:
            # Not Task.cancel: what it reports when it has stopped is still wanted.
            self.task.job.cancel()

    @property
    def is_paused(self) -> bool:
        return self.task is not None and self.task.job.is_paused

    def set_paused(self, is_paused: bool) -> None:
        """Let the work wait at its next safe point, or go on."""
        if self.state is JobState.RUNNING and self.task is not None:
            (self.task.job.pause if is_paused else self.task.job.resume)()
            self.changed.emit()

    def finish(self, state: JobState, remark: str = "") -> None:
        """Say how it ended."""
        self.state, self.remark = state, remark
        self.changed.emit()

    def set_progress(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit()


class Jobs(QObject):
    """All jobs of the session, the newest first."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[JobRow] = []

    def start(
        self,
        tasks: Tasks,
        title: str,
        work: Callable[[Job], T],
        *,
        lane: Lane = Lane.WRITE,
        owner: QObject | None = None,
        on_done: Callable[[T], object] | None = None,
        on_error: Callable[[BaseException], object] | None = None,
        remark: Callable[[T], str] | None = None,
        is_quiet: bool = False,
    ) -> JobRow:
        """Run *work* and show it in the drawer under *title*.

        *remark* makes one line of the result, for the row. What *is_quiet* was started by nobody,
        and its end is told to nobody who does not look. Once *owner* has gone, only the row says
        how it ended. After `row.cancel()` the work ends with JobCancelled, which goes to nobody, or
        with a result that says how far it came.
        """
        row = JobRow(title, self)
        row.is_quiet = row.is_told = is_quiet
        self._add(row)

        def done(result: T) -> None:
            row.finish(JobState.DONE, remark(result) if remark else "")
            if on_done is not None and _is_there(owner):
                on_done(result)

        row.task = tasks.run(
            partial(_catching, work),
            lane=lane,
            owner=row,
            on_done=partial(_ended, row, done, on_error, owner),
            on_progress=row.set_progress,
        )
        self.changed.emit()
        return row

    def _add(self, row: JobRow) -> None:
        self.rows.insert(0, row)
        while len(self.rows) > _KEPT and self.rows[-1].state is not JobState.RUNNING:
            self.rows.pop().deleteLater()
        row.changed.connect(self.changed)

    @property
    def running(self) -> list[JobRow]:
        return [row for row in self.rows if row.state is JobState.RUNNING]

    @property
    def is_working(self) -> bool:
        """Say whether a job goes on; one that was paused waits for somebody who has gone."""
        return any(not row.is_paused for row in self.running)

    @property
    def is_used(self) -> bool:
        """Say whether a job goes on that a person started: it counts as somebody who is there."""
        return any(not (row.is_paused or row.is_quiet) for row in self.running)

    def drop(self, row: JobRow) -> None:
        """Forget *row*, which has ended."""
        if row in self.rows and row.state is not JobState.RUNNING:
            self.rows.remove(row)
            row.deleteLater()
            self.changed.emit()

    def clear(self) -> None:
        """Forget all of them: the vault is locked."""
        for row in self.rows:
            row.deleteLater()
        self.rows = []
        self.changed.emit()


def _catching(work: Callable[[Job], T], job: Job) -> T | BaseException:
    # Stopping on request is an end like any other here: the row must say so.
    try:
        return work(job)
    except (JobCancelled, Exception) as error:  # noqa: BLE001 - shown by `_ended`
        return error


def _ended(
    row: JobRow,
    on_done: Callable[[T], object],
    on_error: Callable[[BaseException], object] | None,
    owner: QObject | None,
    result: T | BaseException,
) -> None:
    if isinstance(result, JobCancelled):
        row.finish(JobState.CANCELLED, _("Stopped"))
    elif isinstance(result, BaseException):
        row.finish(JobState.FAILED, error_text(result))
        if on_error is not None and _is_there(owner):
            on_error(result)
        elif not isinstance(result, PrivatusError):
            raise result
    else:
        on_done(result)


def _is_there(owner: QObject | None) -> bool:
    return owner is None or shiboken6.isValid(owner)


def problem_text(said: str) -> str:
    """Return as a sentence what a service has said that is wrong; "" for nothing."""
    text = match("error", said)
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith(".") else ".")


def error_text(error: BaseException) -> str:
    """Return one sentence for a person; it holds no content of the vault."""
    if isinstance(error, PrivatusError):
        return problem_text(str(error))
    return _("Something went wrong that should not ({name}).").format(name=type(error).__name__)
