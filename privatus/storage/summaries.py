"""Summaries of conversations, sealed under the key of their conversation.

Of which version of the conversation a row is, by whom and by which method is clear, and bound by
the seal: so what has no summary of its present version is found without opening anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import msgspec

from privatus.core.conversation import Json
from privatus.core.summary import SummaryAuthor
from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.rows import SUMMARIES, plain_context
from privatus.vault.keys import Container, Scope

# AUTOINCREMENT: the sequence remembers rows that are gone.
_NEXT_ID = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'summaries'), 0) + 1"
_INSERT = """
    INSERT INTO summaries (id, conversation_id, version, message_count, author, method, made_at_ms,
                           details_sealed, seal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_DELETE = "DELETE FROM summaries WHERE id = ?"
_DELETE_FORMER = """
    DELETE FROM summaries
     WHERE conversation_id = :id
       AND (author = 'machine'
            OR id < (SELECT max(id) FROM summaries
                      WHERE conversation_id = :id AND author = 'person'))
"""
_DELETE_MADE = """
    DELETE FROM summaries WHERE conversation_id = ? AND version = ? AND author = 'machine'
"""
_COLUMNS = """
    s.id, s.conversation_id, s.version, s.message_count, s.author, s.method, s.made_at_ms,
    s.details_sealed, s.seal
"""
_SELECT = f"SELECT {_COLUMNS} FROM summaries AS s WHERE s.conversation_id = ? ORDER BY s.id"
_SELECT_ALL = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM summaries AS s
      JOIN conversations AS c ON c.id = s.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
     ORDER BY s.id
"""
_SELECT_NEWEST_MADE = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM json_each(:ids) AS wanted
      JOIN conversations AS c ON c.id = wanted.value
      JOIN key_store AS k ON k.id = c.key_id
      JOIN summaries AS s
        ON s.id = (SELECT max(id) FROM summaries
                    WHERE conversation_id = c.id AND author = 'machine')
"""
# A step looks at so many conversations at most, whatever it finds among them. The newest come
# first: they are what a person looks at.
_SELECT_WAITING = """
    SELECT c.id, c.sort_at_ms,
           c.message_count > 0
           AND NOT EXISTS (SELECT 1 FROM summaries AS s
                            WHERE s.conversation_id = c.id AND s.version = c.version
                              AND s.message_count = c.message_count AND s.method = :method
                              AND s.author = 'machine')
      FROM (SELECT id, version, sort_at_ms, message_count FROM conversations
             WHERE deleted_at_ms IS NULL AND (sort_at_ms, id) < (:at_ms, :id)
             ORDER BY sort_at_ms DESC, id DESC LIMIT :limit) AS c
     ORDER BY c.sort_at_ms DESC, c.id DESC
"""
_COUNT = "SELECT count(*) FROM conversations"
_MOST = (1 << 63) - 1


class WaitingPlace(NamedTuple):
    """How far one has looked for what waits."""

    at_ms: int = _MOST
    id: int = _MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSummary:
    """A row of summaries, opened."""

    id: int
    conversation_id: int
    version: int
    message_count: int
    author: SummaryAuthor
    method: int
    made_at_ms: int
    details: Mapping[str, Json] = field(default_factory=dict)


class Summaries:
    """The table of summaries."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def next_id(self) -> int:
        """Return an id that no summary ever had."""
        return int(self._db.value(_NEXT_ID))

    def insert(self, container: Container, stored: StoredSummary) -> None:
        """Add a summary; one that the machine made of the same version before goes."""
        if stored.author is SummaryAuthor.MACHINE:
            self._db.execute(_DELETE_MADE, (stored.conversation_id, stored.version))
        self._db.execute(_INSERT, _sealed(container, stored))

    def delete(self, ids: Iterable[int]) -> None:
        self._db.execute_many(_DELETE, [(row_id,) for row_id in ids])

    def delete_former(self, conversation_id: int) -> None:
        """Remove all but the person's last word: the machine's holds sentences of the chat.

        It is made anew from what the chat says now.
        """
        self._db.execute(_DELETE_FORMER, {"id": conversation_id})

    def of_conversation(self, conversation_id: int, container: Container) -> list[StoredSummary]:
        """Return all summaries of a conversation, the first made first.

        Raises:
            TamperedError: one of them is not what was sealed.
        """
        rows = self._db.rows(_SELECT, (conversation_id,))
        return [_open(container, row) for row in rows]

    def newest_made(self, conversation_ids: Iterable[int]) -> dict[int, StoredSummary]:
        """Return the machine's last summary of each of these conversations that has one."""
        ids = listed(conversation_ids)
        found = map(self.open_row, self._db.rows(_SELECT_NEWEST_MADE, {"ids": ids}))
        return {stored.conversation_id: stored for stored in found}

    def waiting(
        self, method: int, place: WaitingPlace, limit: int
    ) -> tuple[list[int], int, WaitingPlace | None]:
        """Look at *limit* conversations after *place*, the newest first.

        Returns the ids of those without a summary of their present version, how many were looked
        at, and where to go on; None: these were the last.
        """
        parameters = {"method": method, "limit": limit, **place._asdict()}
        rows = self._db.rows(_SELECT_WAITING, parameters)
        on = WaitingPlace(rows[-1][1], rows[-1][0]) if len(rows) == limit else None
        return [row_id for row_id, _, waits in rows if waits], len(rows), on

    def conversation_count(self) -> int:
        """Return how many conversations there are, those in the trash counted."""
        return int(self._db.value(_COUNT))

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ALL)

    def open_row(self, row: Row) -> StoredSummary:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        *columns, key_id, wrapped = row
        return _open(self._scope.container(key_id, wrapped), tuple(columns))


def _context(stored: StoredSummary) -> bytes:
    numbers = (
        stored.conversation_id,
        stored.version,
        stored.message_count,
        stored.method,
        stored.made_at_ms,
    )
    return plain_context(*numbers) + stored.author.encode()


def _sealed(container: Container, stored: StoredSummary) -> tuple[Any, ...]:
    details = msgspec.json.encode(stored.details)
    cipher = container.cipher(SUMMARIES.number)
    seal, (sealed,) = cipher.seal(stored.id, _context(stored), [details])
    return (
        stored.id,
        stored.conversation_id,
        stored.version,
        stored.message_count,
        stored.author.value,
        stored.method,
        stored.made_at_ms,
        sealed,
        seal,
    )


def _open(container: Container, row: Row) -> StoredSummary:
    row_id, conversation_id, version, count, author, method, made_at_ms, sealed, seal = row
    said = StoredSummary(
        id=row_id,
        conversation_id=conversation_id,
        version=version,
        message_count=count,
        author=SummaryAuthor(author),
        method=method,
        made_at_ms=made_at_ms,
    )
    cipher = container.cipher(SUMMARIES.number)
    (details,) = cipher.open(seal, row_id, _context(said), [sealed])
    return replace(said, details=msgspec.json.decode(details or b"{}"))
