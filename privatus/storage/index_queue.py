"""What the search index has still to take over.

The index lies in another file, and two files cannot commit together: a change is queued here in
its own transaction, and a row goes only when the index has it on disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from privatus.storage.database import Database

_INSERT = "INSERT INTO index_queue (subject, first_id, last_id) VALUES (?, ?, ?)"
_SELECT = "SELECT id, subject, first_id, last_id FROM index_queue WHERE id > ? ORDER BY id"
_DELETE = "DELETE FROM index_queue WHERE id <= ?"
# AUTOINCREMENT: the sequence remembers rows that are gone.
_LAST = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'index_queue'), 0)"
_FIRST = "SELECT min(id) FROM index_queue"

MESSAGES = "messages"
CONVERSATIONS = "conversations"


@dataclass(frozen=True, slots=True)
class QueuedRange:
    """Ids of changed messages or conversations; both ends are in it."""

    id: int
    subject: str
    first_id: int
    last_id: int


class IndexQueue:
    """The table of ranges that wait for the index."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def append(self, subject: str, first_id: int, last_id: int) -> int:
        return self._db.insert(_INSERT, (subject, first_id, last_id))

    def append_each(self, subject: str, ids: Iterable[int]) -> None:
        """Queue ids, those in a row as one range."""
        first = last = None
        for row_id in sorted(ids):
            if last is not None and first is not None and row_id != last + 1:
                self.append(subject, first, last)
                first = None
            first, last = first or row_id, row_id
        if first is not None and last is not None:
            self.append(subject, first, last)

    def after(self, queue_id: int) -> Iterator[QueuedRange]:
        """Yield what was queued after *queue_id*, in order."""
        for row in self._db.rows(_SELECT, (queue_id,)):
            yield QueuedRange(*row)

    def remove_through(self, queue_id: int) -> None:
        """Forget what the index has on disk."""
        self._db.execute(_DELETE, (queue_id,))

    def confirmed(self) -> int:
        """Return the last id that was removed: an index that is behind it is too old."""
        first = self._db.value(_FIRST)
        return int(first) - 1 if first is not None else self.last()

    def last(self) -> int:
        """Return the last id that was given: an index that is ahead of it is of another state."""
        return int(self._db.value(_LAST))
