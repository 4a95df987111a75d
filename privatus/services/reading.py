"""Reads an export for an import: here, or in a process beside this one if it is large.

Reading takes Python as long as sealing and writing, and threads would only take turns. The other
process gets no key; it sends what `preparing` makes of each conversation.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from privatus.core.errors import BugError, UnreadableInputError
from privatus.importers.base import Importer, Notes
from privatus.importers.export import Export
from privatus.services.preparing import Prepared, Unfit, prepare
from privatus.services.reading_wire import from_wire, notes_from_wire

# Below this, a Python has not started before the export is read.
_LARGE_BYTES = 16 * 1024 * 1024
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:];"
    " from privatus.services.reading_process import main; main()"
)
_ROOT = str(Path(__file__).resolve().parents[2])
_packaged: list[str] = []


def read_by(command: Sequence[str]) -> None:
    """Start *command* to read large exports: a packaged program calls itself."""
    _packaged[:] = command


def _command() -> list[str]:
    """Return what to start, nothing if there is no other process to be had."""
    if _packaged:
        return [*_packaged]
    # Somebody's packaged program is no Python that could be given a program to run.
    if getattr(sys, "frozen", False):
        return []
    # The empty entry means the folder one is in, where anybody could have put a module.
    return [sys.executable, "-P", "-c", _PROGRAM, _ROOT, *filter(os.path.isabs, sys.path)]


class Reading:
    """The conversations of one export, prepared; `bytes_read` grows while they are taken."""

    def __init__(self, path: Path, export: Export, importer: Importer, notes: Notes) -> None:
        self._path, self._export, self._importer = path, export, importer
        self._notes = notes
        self._read_there = 0

    @property
    def bytes_read(self) -> int:
        return self._export.bytes_read + self._read_there

    def __iter__(self) -> Generator[Prepared | Unfit, None, None]:
        """Yield the conversations; closing the iterator stops the other process.

        Raises:
            UnreadableInputError: nothing more of it can be read.
            BugError: reading failed for a reason of ours.
        """
        command = _command() if self._export.size_bytes >= _LARGE_BYTES else []
        if command:
            yield from self._from_process(command)
        else:
            yield from map(prepare, self._importer.read(self._export, self._notes))

    def _from_process(self, command: list[str]) -> Iterator[Prepared | Unfit]:
        with subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A traceback could carry content into a log.
            stderr=subprocess.DEVNULL,
        ) as process:
            if process.stdin is None or process.stdout is None:
                raise BugError("a process without pipes")
            try:
                with process.stdin as request:
                    marshal.dump((os.fspath(self._path), self._importer.source), request)
                yield from self._take(process.stdout)
            finally:
                process.kill()

    def _take(self, frames: IO[bytes]) -> Iterator[Prepared | Unfit]:
        end = None
        while end is None:
            found, self._read_there, notes, end = _next_frame(frames)
            self._notes.take(notes_from_wire(notes))
            for wire in found:
                yield from_wire(wire, self._export)
        name, _, message = end.partition(": ")
        if name == UnreadableInputError.__name__:
            raise UnreadableInputError(message)
        if name:
            raise BugError(f"reading {self._export.name} failed ({name}); please report this")


def _next_frame(frames: IO[bytes]) -> tuple[Any, ...]:
    size = frames.read(8)
    frame = frames.read(int.from_bytes(size, "little"))
    if len(size) < 8 or len(frame) < int.from_bytes(size, "little"):
        raise UnreadableInputError(
            "reading it was stopped from outside, perhaps for lack of memory; import it again"
        )
    found: tuple[Any, ...] = marshal.loads(frame)  # noqa: S302 - our own process wrote it
    return found
