"""Gets what the page shows: the counts first, then what takes longer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from privatus.core.jobs import Job, Progress
from privatus.services.analytics_result import Analytics, AttachmentCounts, MonthTopics
from privatus.services.prices import Cost
from ui.session import Session
from ui.tasks import Lane, Task

_DELAY_MS = 150


@dataclass(frozen=True, slots=True)
class Counted:
    """What is there at once."""

    found: Analytics
    cost: Cost


@dataclass(frozen=True, slots=True)
class Rest:
    """What comes after: titles are opened for it, and rows of attachments read."""

    query: str
    topics: tuple[MonthTopics, ...]
    attachments: AttachmentCounts


class Loader(QObject):
    """Asks for one query at a time; a newer one takes the place of an older."""

    counted = Signal(object)  # Counted
    completed = Signal(object)  # Rest
    failed = Signal(object)  # the error
    progressed = Signal(object)  # Progress

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._query = ""
        self._tasks: list[Task[object]] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self._begin)

    def ask(self, query: str, *, at_once: bool = False) -> None:
        """Count what *query* finds, in a moment unless *at_once*."""
        self.stop()
        self._query = query
        if at_once:
            self._begin()
        else:
            self._timer.start()

    def stop(self) -> None:
        """Ask for nothing any more."""
        self._timer.stop()
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    def _begin(self) -> None:
        query, analytics = self._query, self._session.vault.analytics

        def count(job: Job) -> Counted:
            found = analytics.of(query, job=job)
            return Counted(found, analytics.cost(found))

        self._run(count, self._on_counted, self.progressed.emit)

    def _on_counted(self, counted: object) -> None:
        self.counted.emit(counted)
        query, analytics = self._query, self._session.vault.analytics

        def rest(job: Job) -> Rest:
            files = analytics.attachments(query, job=job)
            return Rest(query, analytics.topics(query, job=job), files)

        self._run(rest, self.completed.emit)

    def _run(
        self,
        work: Callable[[Job], object],
        on_done: Callable[[object], object],
        on_progress: Callable[[Progress], object] | None = None,
    ) -> None:
        self._tasks.append(
            self._session.tasks.run(
                work,
                lane=Lane.READ,
                owner=self,
                on_done=on_done,
                on_error=self.failed.emit,
                on_progress=on_progress,
            )
        )
