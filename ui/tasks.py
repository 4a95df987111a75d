"""Runs work off the GUI thread and brings the result back to it.

Services are plain synchronous Python and know nothing of Qt. Results travel in a deque; one signal
without a payload, of one object that lives long, wakes the GUI thread. (A QObject for each job is
destroyed in the worker's thread, and its result with it.)
"""

from __future__ import annotations

import contextlib
import enum
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from privatus.core.errors import JobCancelled
from privatus.core.jobs import Job, Progress

T = TypeVar("T")
Work = Callable[[Job], T]


class Lane(enum.Enum):
    """Where work queues; the number is how many of it run at once."""

    READ = ("read", 2)
    WRITE = ("write", 1)
    # Long work in pure Python; it still shares the interpreter with the window.
    CPU = ("cpu", 1)
    # What nobody waits for, in small steps with pauses.
    BACKGROUND = ("background", 1)
    # Backups and what proves them: minutes of disk and network, for which no edit waits.
    BACKUP = ("backup", 1)
    # Opening and closing vaults, one after the other.
    VAULT = ("vault", 1)


@dataclass(eq=False, slots=True)
class Task(Generic[T]):
    """Work that was handed in; `cancel` stops it and drops what it would have brought."""

    job: Job
    owner: QObject | None
    on_done: Callable[[T], object] | None
    on_error: Callable[[BaseException], object] | None
    on_progress: Callable[[Progress], object] | None
    is_owed: bool = False
    is_cancelled: bool = False
    is_over: bool = False
    _future: Future[T] | None = field(default=None, repr=False)

    def cancel(self) -> None:
        """Stop at the next safe point; nothing of it is delivered any more."""
        self.is_cancelled = True
        self.job.cancel()
        if self._future is not None:
            self._future.cancel()

    @property
    def is_wanted(self) -> bool:
        """Say whether somebody still waits for it."""
        return not self.is_cancelled and (self.owner is None or shiboken6.isValid(self.owner))


class Tasks(QObject):
    """The lanes, and the way back to the GUI thread. Lives as long as its vault is open."""

    busy_changed = Signal(int)
    _woken = Signal()

    def __init__(self, on_error: Callable[[BaseException], object]) -> None:
        super().__init__()
        self._on_error = on_error
        self._lanes = {
            lane: ThreadPoolExecutor(lane.value[1], thread_name_prefix=lane.value[0])
            for lane in Lane
        }
        self._arrived: deque[Callable[[], None]] = deque()
        self._live: set[Task[Any]] = set()
        self._is_awake = False
        self._guard = threading.Lock()
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Work[T],
        *,
        lane: Lane = Lane.READ,
        owner: QObject | None = None,
        on_done: Callable[[T], object] | None = None,
        on_error: Callable[[BaseException], object] | None = None,
        on_progress: Callable[[Progress], object] | None = None,
        is_owed: bool = False,
    ) -> Task[T]:
        """Run *work* in *lane*; call back on the GUI thread while *owner* lives.

        What *is_owed* was shown as done, or takes no time: it is done before the vault closes.

        *work* is given a Job to report to and to learn from that it should stop.
        An error without *on_error* goes to the application, which shows it.
        """
        task = Task[T](
            job=Job(),
            owner=owner,
            on_done=on_done,
            on_error=on_error,
            on_progress=on_progress,
            is_owed=is_owed,
        )
        if on_progress is not None:
            task.job = Job(partial(self._post_progress, task))
        self._live.add(task)
        self.busy_changed.emit(len(self._live))
        task._future = self._lanes[lane].submit(_work, work, task.job)  # noqa: SLF001 - one unit
        task._future.add_done_callback(partial(self._post_end, task))  # noqa: SLF001
        return task

    @property
    def live(self) -> int:
        """Return how much work is under way or waits."""
        return len(self._live)

    def finish(self) -> None:
        """Take no more work, and wait for all that was taken."""
        for lane in self._lanes.values():
            lane.shutdown(wait=True)

    def close(self) -> None:
        """Take no more work, and stop what runs and what waits, but what is owed; at once."""
        for task in list(self._live):
            if not task.is_owed:
                task.cancel()
        for lane in self._lanes.values():
            lane.shutdown(wait=False)

    def join(self) -> None:
        """Wait until nothing runs any more; after `close`, and on any thread but the lanes'."""
        self.finish()

    def _post_progress(self, task: Task[Any], progress: Progress) -> None:
        self._post(partial(self._deliver_progress, task, progress))

    def _post_end(self, task: Task[T], future: Future[T]) -> None:
        try:
            error = future.exception()
        except CancelledError:
            error = JobCancelled()
        if error is None:
            self._post(partial(self._deliver, task, task.on_done, future.result()))
        elif isinstance(error, JobCancelled):
            self._post(partial(self._deliver, task, None, None))
        else:
            self._post(partial(self._deliver, task, task.on_error or self._on_error, error))

    def _post(self, delivery: Callable[[], None]) -> None:
        with self._guard:
            self._arrived.append(delivery)
            wake, self._is_awake = not self._is_awake, True
        if wake:
            # The program is ending, and this object has gone before the worker.
            with contextlib.suppress(RuntimeError):
                self._woken.emit()

    def _on_woken(self) -> None:
        with self._guard:
            arrived, self._arrived, self._is_awake = self._arrived, deque(), False
        for delivery in arrived:
            try:
                delivery()
            except Exception as error:  # noqa: BLE001 - a callback's error is shown like any other
                self._on_error(error)

    def _deliver_progress(self, task: Task[Any], progress: Progress) -> None:
        if task.is_wanted and not task.is_over and task.on_progress is not None:
            task.on_progress(progress)

    def _deliver(
        self, task: Task[Any], callback: Callable[[Any], object] | None, value: object
    ) -> None:
        task.is_over = True
        task._future = None  # noqa: SLF001 - it holds the result
        self._live.discard(task)
        self.busy_changed.emit(len(self._live))
        if task.is_wanted and callback is not None:
            callback(value)


class Latest:
    """Runs only the newest of many requests, once they pause: search while one types."""

    def __init__(self, tasks: Tasks, owner: QObject, *, delay_ms: int = 120) -> None:
        self._tasks, self._owner = tasks, owner
        self._task: Task[Any] | None = None
        self._start: Callable[[], Task[Any]] | None = None
        self._timer = QTimer(owner)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay_ms)
        self._timer.timeout.connect(self._on_paused)

    def request(
        self,
        work: Work[T],
        on_done: Callable[[T], object],
        on_error: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Ask for *work*; an older request brings nothing from now on."""
        self.cancel()
        self._start = partial(
            self._tasks.run, work, owner=self._owner, on_done=on_done, on_error=on_error
        )
        self._timer.start()

    def cancel(self) -> None:
        """Ask for nothing any more."""
        self._timer.stop()
        self._start = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _on_paused(self) -> None:
        if self._start is not None:
            self._task, self._start = self._start(), None


def _work(work: Work[T], job: Job) -> T:
    job.check()
    return work(job)
