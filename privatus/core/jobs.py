"""Long work that reports how far it is, and can be paused and stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from privatus.core.errors import JobCancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is; `done` and `total` are in the unit of the stage (bytes, messages)."""

    stage: str
    done: int
    total: int | None
    elapsed_s: float

    @property
    def fraction(self) -> float | None:
        """How much is done, from 0 to 1; None while nobody knows."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def remaining_s(self) -> float | None:
        """Seconds left at the speed so far; None while nothing can be said."""
        if not self.total or not self.done or self.elapsed_s < 0.5:
            return None
        return self.elapsed_s * max(0, self.total - self.done) / self.done


class Job:
    """Given to long work: it reports here, and learns here that it should stop."""

    # The ear does not hear, nor the eye read, more than ten reports a second.
    _MIN_INTERVAL_S = 0.1

    def __init__(self, on_progress: Callable[[Progress], object] | None = None) -> None:
        self._on_progress = on_progress
        self._cancelled = threading.Event()
        self._going = threading.Event()
        self._going.set()
        self._started_at_s = time.monotonic()
        self._reported_at_s = 0.0
        self._stage = ""
        self._is_end_told = False

    def cancel(self) -> None:
        """Ask the work to stop at its next safe point; may be called from any thread."""
        self._cancelled.set()
        self._going.set()

    def pause(self) -> None:
        """Ask the work to wait at its next safe point; may be called from any thread."""
        if not self._cancelled.is_set():
            self._going.clear()

    def resume(self) -> None:
        """Let the work go on."""
        self._going.set()

    @property
    def is_paused(self) -> bool:
        """Say whether `pause` was called last."""
        return not self._going.is_set()

    def unstoppable(self) -> Job:
        """Return a job that reports to the same listener and is neither paused nor stopped."""
        return Job(self._on_progress)

    def check(self) -> None:
        """Wait here while the person wants a pause, and stop here if they asked for that.

        Raises:
            JobCancelled: `cancel` was called.
        """
        if not self._going.is_set():
            paused_at_s = time.monotonic()
            self._going.wait()
            # A pause says nothing of how fast the work is.
            self._started_at_s += time.monotonic() - paused_at_s
        if self._cancelled.is_set():
            raise JobCancelled

    def sleep(self, seconds: float) -> None:
        """Wait so long, and stop here if the person asked for that.

        Raises:
            JobCancelled: `cancel` was called.
        """
        self._cancelled.wait(seconds)
        self.check()

    def report(self, stage: str, done: int, total: int | None) -> None:
        """Tell how far the work is, and wait or stop here if the person asked for it.

        Raises:
            JobCancelled: `cancel` was called.
        """
        self.check()
        now_s = time.monotonic()
        if stage != self._stage:
            self._stage, self._started_at_s, self._reported_at_s = stage, now_s, 0.0
            self._is_end_told = False
        # The end is told at once, but not again for all that is still done after it.
        is_end = done == total and not self._is_end_told
        if self._on_progress is None or (
            now_s - self._reported_at_s < self._MIN_INTERVAL_S and not is_end
        ):
            return
        self._reported_at_s, self._is_end_told = now_s, done == total
        self._on_progress(
            Progress(stage=stage, done=done, total=total, elapsed_s=now_s - self._started_at_s)
        )
