"""The process that reads an export for an import: it holds no key and writes nothing.

Started by `reading`, which sends a request and takes frames:

request: marshal of (path of the export, source of the importer)
frame:   length:8 (little endian) | marshal of (conversations, bytes read, notes, end)
end:     None: more comes | "" all was read | "error name: message"
"""

from __future__ import annotations

import gc
import marshal
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from privatus.core.errors import UnreadableInputError
from privatus.importers import registry
from privatus.importers.base import Notes
from privatus.importers.export import Export, open_export
from privatus.services.preparing import Prepared, Unfit, prepare
from privatus.services.reading_wire import NotesSender, to_wire
from privatus.vault.memory import forbid_core_dumps

_FRAME_BYTES = 1024 * 1024
_FRAME_S = 0.2
# Read ahead while the import commits a batch.
_WAITING_FRAMES = 6
# What a message takes beside its words, roughly.
_MESSAGE_BYTES = 200
# An import makes no cycles to speak of.
_GC_THRESHOLD = 200_000


class _Frames:
    """Gathers conversations and sends them on a thread of its own."""

    def __init__(self, out: BinaryIO) -> None:
        self.notes = Notes()
        self._news = NotesSender(self.notes)
        self._out = out
        self._queue: queue.Queue[bytes | None] = queue.Queue(_WAITING_FRAMES)
        self._thread = threading.Thread(target=self._send, name="frames", daemon=True)
        self._thread.start()
        self._clear()

    def _clear(self) -> None:
        self._found: list[Any] = []
        self._size_bytes = 0
        self._begun_s = time.monotonic()

    def add(self, found: Prepared | Unfit, bytes_read: int) -> None:
        self._found.append(to_wire(found))
        if isinstance(found, Prepared):
            self._size_bytes += sum(
                len(e.content) + len(e.words[0]) + _MESSAGE_BYTES for e in found.messages
            )
        if self._size_bytes > _FRAME_BYTES or time.monotonic() - self._begun_s > _FRAME_S:
            self.put(bytes_read, None)

    def put(self, bytes_read: int, end: str | None) -> None:
        """Send what was gathered, and what was noted since the last frame."""
        frame = marshal.dumps((self._found, bytes_read, self._news.to_wire(), end))
        self._queue.put(len(frame).to_bytes(8, "little") + frame)
        self._clear()

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _send(self) -> None:
        while (frame := self._queue.get()) is not None:
            try:
                self._out.write(frame)
                self._out.flush()
            except OSError:
                # Nobody listens any more: the import was stopped.
                os._exit(0)


def _read(export: Export, source: str, frames: _Frames) -> tuple[str, int]:
    """Send all conversations; return how it ended, and how many bytes were read."""
    part = export
    end = ""
    try:
        importer, part = next(f for f in registry.find_all(export) if f[0].source == source)
        for conversation in importer.read(part, frames.notes):
            frames.add(prepare(conversation), part.bytes_read)
    except UnreadableInputError as error:
        end = f"{UnreadableInputError.__name__}: {error}"
    except Exception as error:  # noqa: BLE001 - the other process says it
        end = f"{type(error).__name__}: "
    return end, part.bytes_read


def main() -> None:
    """Read one export as standard input asks, to standard output."""
    # Ctrl-C is the import's to hear; it closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    forbid_core_dumps()
    gc.set_threshold(_GC_THRESHOLD)
    path, source = marshal.load(sys.stdin.buffer)  # noqa: S302 - the import wrote it
    frames = _Frames(sys.stdout.buffer)
    bytes_read, end = 0, ""
    try:
        with open_export(Path(path)) as export:
            end, bytes_read = _read(export, source, frames)
    except UnreadableInputError as error:
        end = f"{UnreadableInputError.__name__}: {error}"
    frames.put(bytes_read, end)
    frames.close()
