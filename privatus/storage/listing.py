"""What a list of conversations needs of the database: their order, and some rows at a time.

The order comes from clear columns alone, so that it is there at once for a hundred thousand
conversations; titles and the last words are opened for the rows that somebody looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from privatus.core.marks import SetMark
from privatus.storage.conversations import Conversations, StoredConversation
from privatus.storage.database import Database
from privatus.storage.marks import Marks
from privatus.storage.messages import Messages, StoredMessage
from privatus.storage.states import HAS_A_TAG, IN_STATES, IS_OF_SOURCE, States

_SELECT_PLACES = f"""
    SELECT c.id, c.sort_at_ms, c.source, c.version, c.message_count,
           c.created_at_ms IS NULL AND c.updated_at_ms IS NULL AND c.sort_at_ms = c.imported_at_ms
      FROM conversations AS c
     WHERE {{which}} AND {IS_OF_SOURCE} AND {IN_STATES} AND {HAS_A_TAG}
     ORDER BY c.sort_at_ms DESC, c.id DESC
     LIMIT :limit
"""
# Begun with the marks: few of a hundred thousand conversations are pinned.
_PINNED = """
    c.id IN (SELECT conversation_id FROM conversation_marks WHERE mark = 'pinned' AND value = 1)
"""
_SELECT_ALL_PLACES = _SELECT_PLACES.format(which="TRUE")
_SELECT_PINNED_PLACES = _SELECT_PLACES.format(which=_PINNED)
# Answered by indexes, but for messages that have attachments: of these it is read whether it has
# them still.
_SELECT_WITH_ATTACHMENTS = """
    SELECT c.id FROM conversations AS c
     WHERE c.id IN ({ids})
       AND EXISTS (SELECT 1 FROM messages AS m
                    WHERE m.conversation_id = c.id
                      AND EXISTS (SELECT 1 FROM attachments AS a
                                   WHERE a.message_id = m.id
                                     AND a.revision = (SELECT revision FROM messages
                                                        WHERE id = a.message_id)))
"""
_SELECT_ID = "SELECT id FROM conversations WHERE public_id = ?"


class Place(NamedTuple):
    """What orders a conversation in a list."""

    id: int
    sort_at_ms: int
    source: str
    version: int
    message_count: int
    is_undated: int  # 1: nothing says when it was, and `sort_at_ms` is when it was imported


class Listing:
    """Reads conversations as lists show them."""

    def __init__(
        self, db: Database, conversations: Conversations, marks: Marks, messages: Messages
    ) -> None:
        self._db = db
        self._conversations = conversations
        self._marks = marks
        self._messages = messages

    def places(
        self,
        states: States,
        *,
        source: str | None = None,
        tag_ids: Sequence[int] | None = None,
        limit: int | None = None,
    ) -> list[Place]:
        """Return where the conversations in these states stand, the last changed first.

        With *tag_ids* those that have one of these tags, or a message that has it.
        With a *limit* only so many rows are read, by an index.
        """
        asked = _asked(states, source, tag_ids, -1 if limit is None else limit)
        return self._places(_SELECT_ALL_PLACES, asked)

    def pinned(
        self,
        states: States,
        *,
        source: str | None = None,
        tag_ids: Sequence[int] | None = None,
    ) -> list[Place]:
        """Return those of `places` that are pinned; the others are not looked at."""
        return self._places(_SELECT_PINNED_PLACES, _asked(states, source, tag_ids, -1))

    def _places(self, sql: str, asked: dict[str, Any]) -> list[Place]:
        return list(map(Place._make, self._db.rows(sql, asked)))

    def conversations(self, ids: Sequence[int]) -> dict[int, StoredConversation]:
        """Return the conversations with these ids that there are, by id; without their details."""
        return {stored.id: stored for stored in self._conversations.some(ids)}

    def marks(self, conversations: dict[int, StoredConversation]) -> dict[int, tuple[SetMark, ...]]:
        """Return the marks of each conversation that has some, by its id."""
        return self._marks.of({row_id: c.container for row_id, c in conversations.items()})

    def last_messages(
        self, conversations: dict[int, StoredConversation]
    ) -> dict[int, StoredMessage]:
        """Return the message that the shown branch of each conversation ends in, by its id."""
        containers = {row_id: stored.container for row_id, stored in conversations.items()}
        return {m.conversation_id: m for m in self._messages.last_of(containers)}

    def with_attachments(self, ids: Sequence[int]) -> set[int]:
        """Return those of *ids* in which a message has an attachment."""
        sql = _SELECT_WITH_ATTACHMENTS.format(ids=", ".join("?" * len(ids)))
        return {row[0] for row in self._db.rows(sql, ids)}

    def id_of(self, public_id: bytes) -> int | None:
        """Return the row id of a conversation."""
        row_id: int | None = self._db.value(_SELECT_ID, (public_id,))
        return row_id


def _asked(
    states: States, source: str | None, tag_ids: Sequence[int] | None, limit: int
) -> dict[str, Any]:
    tags = None if tag_ids is None else msgspec.json.encode(tag_ids).decode()
    return {**states._asdict(), "source": source, "tags": tags, "limit": limit}
