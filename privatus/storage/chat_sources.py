"""Which chats were made of which: hybrids of their sources, and what was split of its whole.

All of a row is clear, so that a list can ask what a hundred rows were made of; the seal, under
the key of the chat that was made, binds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from privatus.core.merge import Origin
from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.row_ids import next_id
from privatus.storage.rows import CHAT_SOURCES, plain_context
from privatus.vault.keys import Container, Scope

_COLUMNS = """
    s.id, s.conversation_id, s.source_id, s.position, s.kind, s.source_version, s.created_at_ms,
    s.seal
"""
_WITH_KEYS = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM chat_sources AS s
      JOIN conversations AS c ON c.id = s.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
"""
_SELECT_ALL = f"{_WITH_KEYS} ORDER BY s.id"
_SELECT_OF = f"{_WITH_KEYS} WHERE s.conversation_id = ? ORDER BY s.position"
_SELECT_MADE_OF = f"{_WITH_KEYS} WHERE s.source_id = ? ORDER BY s.conversation_id"
_INSERT = """
    INSERT INTO chat_sources (id, conversation_id, source_id, position, kind, source_version,
                              created_at_ms, seal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_UPDATE = "UPDATE chat_sources SET source_version = ?, seal = ? WHERE id = ?"
_NEXT_ID = next_id("chat_sources")
# Only where something is to be done: an import ends with it.
_SELECT_STALE = """
    SELECT DISTINCT s.conversation_id
      FROM chat_sources AS s
      JOIN conversations AS c ON c.id = s.source_id
      JOIN conversations AS h ON h.id = s.conversation_id
     WHERE s.kind = 'merge' AND c.version > s.source_version AND h.deleted_at_ms IS NULL
     ORDER BY s.conversation_id
"""
_SELECT_NAMES = """
    SELECT s.conversation_id, c.source
      FROM chat_sources AS s JOIN conversations AS c ON c.id = s.source_id
     WHERE s.kind = 'merge' AND s.conversation_id IN (SELECT value FROM json_each(?))
     ORDER BY s.conversation_id, s.position
"""
_SELECT_MERGED = """
    SELECT DISTINCT s.source_id
      FROM chat_sources AS s JOIN conversations AS h ON h.id = s.conversation_id
     WHERE s.kind = 'merge' AND h.deleted_at_ms IS NULL
       AND s.source_id IN (SELECT value FROM json_each(?))
"""
_SELECT_MERGED_INTO = """
    SELECT DISTINCT source_id FROM chat_sources
     WHERE kind = 'merge' AND conversation_id IN (SELECT value FROM json_each(?))
"""


class StoredSource(NamedTuple):
    """A row of chat_sources, opened."""

    id: int
    conversation_id: int
    source_id: int
    position: int
    origin: Origin
    source_version: int
    created_at_ms: int


class ChatSources:
    """The table of what was made of what."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def insert(self, container: Container, sources: Iterable[StoredSource]) -> None:
        """Add rows under the key of the chat that was made; ids are given here."""
        first_id = int(self._db.value(_NEXT_ID))
        for row_id, source in enumerate(sources, start=first_id):
            whole = source._replace(id=row_id)
            self._db.execute(_INSERT, (*whole[:4], whole.origin.value, *whole[5:],
                                       _seal(container, whole)))  # fmt: skip

    def set_version(self, container: Container, source: StoredSource, version: int) -> None:
        """Note up to which version of its source a chat has taken over what is new."""
        whole = source._replace(source_version=version)
        self._db.execute(_UPDATE, (version, _seal(container, whole), source.id))

    def of(self, conversation_id: int) -> list[StoredSource]:
        """Return what a chat was made of, in order.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [self.open_row(row) for row in self._db.rows(_SELECT_OF, (conversation_id,))]

    def made_of(self, source_id: int) -> list[StoredSource]:
        """Return the rows of the chats that were made of this one.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [self.open_row(row) for row in self._db.rows(_SELECT_MADE_OF, (source_id,))]

    def stale(self) -> list[int]:
        """Return the hybrids of which a source has a version that they have not taken over."""
        return [row[0] for row in self._db.rows(_SELECT_STALE)]

    def source_names(self, conversation_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """Return by hybrid the providers that it is of, each once; without opening a row."""
        found: dict[int, tuple[str, ...]] = {}
        for row_id, name in self._db.rows(_SELECT_NAMES, (listed(conversation_ids),)):
            found[row_id] = tuple(dict.fromkeys((*found.get(row_id, ()), name)))
        return found

    def merged(self, conversation_ids: Iterable[int]) -> set[int]:
        """Return those of *conversation_ids* that are in a hybrid which is not in the trash."""
        return {row[0] for row in self._db.rows(_SELECT_MERGED, (listed(conversation_ids),))}

    def merged_into(self, conversation_ids: Iterable[int]) -> list[int]:
        """Return the sources of those of *conversation_ids* that are hybrids."""
        return [row[0] for row in self._db.rows(_SELECT_MERGED_INTO, (listed(conversation_ids),))]

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ALL)

    def open_row(self, row: Row) -> StoredSource:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        *columns, seal, key_id, wrapped = row
        columns[4] = Origin(columns[4])
        source = StoredSource._make(columns)
        container = self._scope.container(key_id, wrapped)
        container.cipher(CHAT_SOURCES.number).open(seal, source.id, _context(source), [])
        return source


def _seal(container: Container, source: StoredSource) -> bytes:
    seal, _ = container.cipher(CHAT_SOURCES.number).seal(source.id, _context(source), [])
    return seal


def _context(source: StoredSource) -> bytes:
    return plain_context(*source[1:4], *source[5:]) + source.origin.value.encode()
