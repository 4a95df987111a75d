"""From which message of which chat each message of a merged or split chat came.

Numbers alone, none of them secret beside the database; the seal, under the key of the chat that
was made, binds them, so that nobody can say that a message came from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from privatus.storage.database import Database, Row
from privatus.storage.row_ids import next_id
from privatus.storage.rows import CHAT_LINKS, plain_context
from privatus.vault.keys import Container, Scope

_COLUMNS = """
    l.id, l.conversation_id, l.message_number, l.source_id, l.source_number, l.source_revision,
    l.seal
"""
_SELECT_OF = f"SELECT {_COLUMNS} FROM chat_links AS l WHERE l.conversation_id = ? ORDER BY l.id"
_SELECT_ALL = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM chat_links AS l
      JOIN conversations AS c ON c.id = l.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
     ORDER BY l.id
"""
# Of what several sources had alike the first one's name: the last that a dictionary takes.
_SELECT_NAMES = """
    SELECT l.message_number, c.source
      FROM chat_links AS l JOIN conversations AS c ON c.id = l.source_id
     WHERE l.conversation_id = ?
     ORDER BY l.id DESC
"""
_SELECT_NAMES_BETWEEN = """
    SELECT m.id, c.source
      FROM messages AS m
      JOIN chat_links AS l ON l.conversation_id = m.conversation_id AND l.message_number = m.number
      JOIN conversations AS c ON c.id = l.source_id
     WHERE m.id BETWEEN ? AND ?
     ORDER BY l.id DESC
"""
_HAS_SOME = "SELECT EXISTS (SELECT 1 FROM chat_links)"
_INSERT = """
    INSERT INTO chat_links (id, conversation_id, message_number, source_id, source_number,
                            source_revision, seal)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_UPDATE = "UPDATE chat_links SET source_revision = ?, seal = ? WHERE id = ?"
_DELETE = "DELETE FROM chat_links WHERE id = ?"
_NEXT_ID = next_id("chat_links")


class StoredLink(NamedTuple):
    """A row of chat_links, opened."""

    id: int
    conversation_id: int
    number: int
    source_id: int
    source_number: int
    source_revision: int

    @property
    def origin(self) -> tuple[int, int]:
        """Return chat and number of the message that it came from."""
        return self.source_id, self.source_number


class ChatLinks:
    """The table of where messages came from."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def insert(self, container: Container, links: Iterable[StoredLink]) -> None:
        """Add rows under the key of the chat that was made; ids are given here."""
        first_id = int(self._db.value(_NEXT_ID))
        rows = []
        for row_id, link in enumerate(links, start=first_id):
            whole = link._replace(id=row_id)
            rows.append((*whole, _seal(container, whole)))
        self._db.execute_many(_INSERT, rows)

    def set_revisions(self, container: Container, links: Iterable[StoredLink]) -> None:
        """Note which revision of its source each of these messages has now."""
        rows = [(link.source_revision, _seal(container, link), link.id) for link in links]
        self._db.execute_many(_UPDATE, rows)

    def delete(self, links: Iterable[StoredLink]) -> None:
        self._db.execute_many(_DELETE, [(link.id,) for link in links])

    def of(self, conversation_id: int, container: Container) -> list[StoredLink]:
        """Return where the messages of a chat came from.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [_open(container, row) for row in self._db.rows(_SELECT_OF, (conversation_id,))]

    def source_names(self, conversation_id: int) -> dict[int, str]:
        """Return by number from which provider a hybrid's messages came; without opening a row."""
        return dict(self._db.rows(_SELECT_NAMES, (conversation_id,)))

    def sources_between(self, first_id: int, last_id: int) -> dict[int, str]:
        """Return what `source_names` does by row id, for those of a range of messages."""
        if not self._db.value(_HAS_SOME):
            return {}
        return dict(self._db.rows(_SELECT_NAMES_BETWEEN, (first_id, last_id)))

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ALL)

    def open_row(self, row: Row) -> StoredLink:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        *columns, key_id, wrapped = row
        return _open(self._scope.container(key_id, wrapped), tuple(columns))


def _seal(container: Container, link: StoredLink) -> bytes:
    seal, _ = container.cipher(CHAT_LINKS.number).seal(link.id, plain_context(*link[1:]), [])
    return seal


def _open(container: Container, row: Row) -> StoredLink:
    *columns, seal = row
    link = StoredLink._make(columns)
    container.cipher(CHAT_LINKS.number).open(seal, link.id, plain_context(*link[1:]), [])
    return link
