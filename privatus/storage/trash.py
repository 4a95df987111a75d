"""Which conversations are in the trash, and since when.

The time stands in the conversation's own row and is bound by its seal, so that who has the
database key can neither hide a conversation nor bring one back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from privatus.storage.conversations import Conversations
from privatus.storage.database import Database

_SELECT = """
    SELECT id, deleted_at_ms FROM conversations
     WHERE deleted_at_ms IS NOT NULL ORDER BY deleted_at_ms DESC, id DESC
"""
_SELECT_HIDDEN = """
    SELECT id FROM conversations WHERE deleted_at_ms IS NOT NULL
     UNION
    SELECT conversation_id FROM conversation_marks WHERE mark = 'merged' AND value = 1
"""


class Trash:
    """The conversations that are in the trash."""

    def __init__(self, db: Database, conversations: Conversations) -> None:
        self._db = db
        self._conversations = conversations

    def times_ms(self) -> dict[int, int]:
        """Return since when each is in the trash, by its id; the last put there first."""
        return dict(self._db.rows(_SELECT))

    def hidden(self) -> set[int]:
        """Return what a search leaves out that does not ask for it: trash, and what was merged."""
        return {row[0] for row in self._db.rows(_SELECT_HIDDEN)}

    def set(self, wanted: Mapping[int, int | None]) -> dict[int, int | None]:
        """Put conversations into the trash at a time, or take them out (None), by their ids.

        Returns how those were before that are not so already; what has gone is passed over.

        Raises:
            TamperedError: one of them is not what was sealed.
        """
        former: dict[int, int | None] = {}
        for row_id, at_ms in wanted.items():
            stored = self._conversations.get(row_id)
            if stored is not None and stored.deleted_at_ms != at_ms:
                former[row_id] = stored.deleted_at_ms
                self._conversations.update(replace(stored, deleted_at_ms=at_ms))
        return former
