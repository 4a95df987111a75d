"""How far long work is, on one line of the terminal, and stopping it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from privatus.core.jobs import Job, Progress

_CLEAR = "\r\x1b[K"
_MINUTE_S = 60
_USUAL_COLUMNS = 80
_LEAST_BYTES = 1_000
# What was done in less time says little of the speed.
_LEAST_S = 0.5
_STOPPING = b"\nstopping at the next safe point; press Ctrl-C again to stop at once\n"


class ProgressLine:
    """A line on standard error that is written over; nothing where nobody looks."""

    def __init__(self, verb: str = "", *, in_bytes: bool = False) -> None:
        self._verb = verb
        self._in_bytes = in_bytes
        self._is_shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._is_dirty = False

    def __call__(self, progress: Progress) -> None:
        """Show how far the work is."""
        if not self._is_shown:
            return
        from privatus.cli.output import cut
        from privatus.services.rendering import one_line

        text = one_line(f"{self._verb} {progress.stage}")
        # All read is not all done: what is in memory is still to be written.
        if progress.total and progress.done < progress.total:
            text += f"  {progress.done * 100 // progress.total} %"
            text += speed(progress) if self._in_bytes else ""
        remaining_s = progress.remaining_s
        if remaining_s is not None and remaining_s >= 1:
            text += f", about {_duration(remaining_s)} left"
        # A terminal that does not know its width says 0.
        width = os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL_COLUMNS
        self._write(_CLEAR + cut(text, width - 1))
        self._is_dirty = True

    def clear(self) -> None:
        """Take the line away."""
        if self._is_dirty:
            self._write(_CLEAR)
        self._is_dirty = False

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def speed(progress: Progress) -> str:
    """Return how fast work that counts bytes is, as the next part of a line; "" if too early."""
    from privatus.cli.output import size

    # A smaller total is a number of steps.
    if (progress.total or 0) < _LEAST_BYTES or progress.elapsed_s < _LEAST_S:
        return ""
    return f", {size(round(progress.done / progress.elapsed_s))} a second"


@contextmanager
def long_work(verb: str = "", *, in_bytes: bool = False) -> Iterator[Job]:
    """Give a job that shows its progress, and that the first Ctrl-C cancels.

    With *in_bytes* the work is reported in bytes, and its speed is shown.
    The second one raises KeyboardInterrupt, as the first does elsewhere.
    """
    line = ProgressLine(verb, in_bytes=in_bytes)
    job = Job(line)
    is_asked = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal is_asked
        if is_asked:
            raise KeyboardInterrupt
        is_asked = True
        job.cancel()
        # Not through the stream: the signal may have come while that was being written.
        os.write(2, _STOPPING)

    former = signal.signal(signal.SIGINT, stop)
    try:
        yield job
    finally:
        signal.signal(signal.SIGINT, former)
        line.clear()


def _duration(seconds: float) -> str:
    if seconds < _MINUTE_S:
        return f"{seconds:.0f} s"
    return f"{seconds / _MINUTE_S:.0f} min"
