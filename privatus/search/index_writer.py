"""Writes the index on a thread of its own, while an import reads and seals.

FTS5 works outside the interpreter for the whole of a batch, so this thread and the import's use
two processors, where threads that insert row by row only take turns.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence

from privatus.search.document import Document
from privatus.search.index import Index

Batch = tuple[int, Sequence[Document], Sequence[int], Sequence[int]]


class IndexWriter:
    """Takes batches in order; an error of one shows at the next call."""

    # Two batches wait at most: enough to keep both sides busy, little to hold in memory.
    _WAITING = 1

    def __init__(self, index: Index) -> None:
        self._index = index
        self._queue: queue.Queue[Batch | None] = queue.Queue(self._WAITING)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="index-writer", daemon=True)
        self._thread.start()

    def put(
        self,
        queue_id: int,
        documents: Sequence[Document],
        messages: Sequence[int] = (),
        titles: Sequence[int] = (),
    ) -> None:
        """Hand over a batch; waits while earlier ones are being written.

        Raises:
            PrivatusError: an earlier batch failed.
        """
        self._raise_error()
        self._queue.put((queue_id, documents, messages, titles))

    def close(self) -> None:
        """Return when all is written.

        Raises:
            PrivatusError: a batch failed.
        """
        self._queue.put(None)
        self._thread.join()
        self._raise_error()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (batch := self._queue.get()) is not None:
            if self._error is None:
                queue_id, documents, messages, titles = batch
                try:
                    self._index.apply(
                        documents, queue_id=queue_id, messages=messages, titles=titles
                    )
                except BaseException as error:  # noqa: BLE001 - shown at the next call
                    self._error = error
