"""How many chats stand where, from indexes alone: nothing is opened and no list is read."""

from __future__ import annotations

from privatus.core.marks import Mark
from privatus.storage.database import Database

_COUNT = "SELECT count(*) FROM conversations"
_TRASH = "SELECT id FROM conversations WHERE deleted_at_ms IS NOT NULL"
_MARKED = "SELECT conversation_id FROM conversation_marks WHERE mark = ? AND value = 1"
_NOT_STARRED = "SELECT conversation_id FROM conversation_marks WHERE mark = 'starred' AND value = 0"
_STARRED_AT_SOURCE = "SELECT id FROM conversations WHERE is_starred = 1"


class Shelves:
    """Reads where chats stand."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def count(self) -> int:
        """Return how many chats there are, wherever they stand."""
        return int(self._db.value(_COUNT))

    def trash(self) -> set[int]:
        return self._ids(_TRASH)

    def marked(self, mark: Mark) -> set[int]:
        """Return what has *mark* by the person."""
        return self._ids(_MARKED, mark.value)

    def starred(self) -> set[int]:
        """Return what has a star, by the person, or at its provider if they did not say."""
        by_provider = self._ids(_STARRED_AT_SOURCE) - self._ids(_NOT_STARRED)
        return by_provider | self.marked(Mark.STARRED)

    def hidden(self) -> set[int]:
        """Return what stands elsewhere than among the chats."""
        return self.trash() | self.marked(Mark.ARCHIVED) | self.marked(Mark.MERGED)

    def _ids(self, sql: str, *parameters: object) -> set[int]:
        return {row[0] for row in self._db.rows(sql, parameters)}
