"""What a person highlighted and noted, sealed under the key of its conversation.

Which message it is on, of which revision, and when it was made is clear, and bound by the seal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from privatus.core.annotation import Annotation, Passage
from privatus.core.conversation import Json
from privatus.core.errors import BugError
from privatus.core.tag import COLOURS
from privatus.storage.database import Database, Row
from privatus.storage.rows import ANNOTATIONS, plain_context
from privatus.vault.keys import Container, Scope

# AUTOINCREMENT: the sequence remembers rows that are gone.
_NEXT_ID = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'annotations'), 0) + 1"
_INSERT = """
    INSERT INTO annotations (id, conversation_id, message_number, revision, created_at_ms,
                             details_sealed, seal)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_UPDATE = """
    UPDATE annotations
       SET conversation_id = ?, message_number = ?, revision = ?, created_at_ms = ?,
           details_sealed = ?, seal = ?
     WHERE id = ?
"""
_DELETE = "DELETE FROM annotations WHERE id = ?"
_COLUMNS = """
    a.id, a.conversation_id, a.message_number, a.revision, a.created_at_ms, a.details_sealed, a.seal
"""
_SELECT_OF_CONVERSATION = f"""
    SELECT {_COLUMNS} FROM annotations AS a WHERE a.conversation_id = ? ORDER BY a.id
"""
_SELECT_ALL = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM annotations AS a
      JOIN conversations AS c ON c.id = a.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
     ORDER BY a.id
"""
_SELECT_BY_ID = _SELECT_ALL.replace("ORDER BY a.id", "WHERE a.id = ?")
_SELECT_NOTED_MESSAGES = """
    SELECT DISTINCT m.id, m.conversation_id, m.number, c.source, m.role, m.model_id, m.flags,
           m.created_at_ms
      FROM annotations AS a
      JOIN messages AS m ON m.conversation_id = a.conversation_id AND m.number = a.message_number
      JOIN conversations AS c ON c.id = a.conversation_id
"""
_SELECT_SEALS = "SELECT id, conversation_id, seal FROM annotations ORDER BY id"
_SELECT_ANNOTATED = """
    SELECT DISTINCT a.conversation_id
      FROM annotations AS a JOIN conversations AS c ON c.id = a.conversation_id
     WHERE c.deleted_at_ms IS NULL
"""


@dataclass(frozen=True, slots=True)
class StoredAnnotation:
    """A row of annotations, opened."""

    conversation_id: int
    annotation: Annotation

    @property
    def id(self) -> int:
        if self.annotation.id is None:
            raise BugError("an annotation of no vault was taken for one of this vault")
        return self.annotation.id


class NotedMessage(NamedTuple):
    """A message that has annotations, without its words."""

    id: int
    conversation_id: int
    number: int
    source: str
    role: int
    model_id: int | None
    flags: int
    created_at_ms: int | None


class Annotations:
    """The table of annotations."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def next_id(self) -> int:
        """Return an id that no annotation ever had."""
        return int(self._db.value(_NEXT_ID))

    def insert(self, container: Container, stored: StoredAnnotation) -> None:
        """Add an annotation with the id that it has, or once had."""
        self._db.execute(_INSERT, (stored.id, *_sealed(container, stored)))

    def update(self, container: Container, stored: StoredAnnotation) -> None:
        """Replace the annotation with this id."""
        self._db.execute(_UPDATE, (*_sealed(container, stored), stored.id))

    def delete(self, ids: Iterable[int]) -> None:
        self._db.execute_many(_DELETE, [(row_id,) for row_id in ids])

    def get(self, row_id: int) -> StoredAnnotation | None:
        """Return one annotation, None if there is none with this id.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row = self._db.row(_SELECT_BY_ID, (row_id,))
        return None if row is None else self.open_row(row)

    def of_conversation(self, conversation_id: int, container: Container) -> list[Annotation]:
        """Return the annotations of a conversation and of its messages, the first made first.

        Raises:
            TamperedError: one of them is not what was sealed.
        """
        rows = self._db.rows(_SELECT_OF_CONVERSATION, (conversation_id,))
        return [_open(container, row).annotation for row in rows]

    def annotated(self) -> set[int]:
        """Return the ids of all conversations that have annotations."""
        return {row[0] for row in self._db.rows(_SELECT_ANNOTATED)}

    def messages(self) -> dict[tuple[int, int], NotedMessage]:
        """Return all messages that have annotations, by their conversations and numbers."""
        found = (NotedMessage(*row) for row in self._db.each(_SELECT_NOTED_MESSAGES))
        return {(message.conversation_id, message.number): message for message in found}

    def state(self) -> bytes:
        """Return what is another one after any change of an annotation; takes milliseconds."""
        digest = blake2b(digest_size=16)
        for row in self._db.each(_SELECT_SEALS):
            # Each seal is made anew, from random bytes.
            digest.update(b"%d %d " % row[:2] + row[2])
        return digest.digest()

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ALL)

    def open_row(self, row: Row) -> StoredAnnotation:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        *columns, key_id, wrapped = row
        return _open(self._scope.container(key_id, wrapped), tuple(columns))


def _sealed(container: Container, stored: StoredAnnotation) -> tuple[object, ...]:
    """Return the row but for its id."""
    said = stored.annotation
    if said.created_at_ms is None:
        raise BugError("an annotation was stored that does not say when it was made")
    clear = stored.conversation_id, said.number, said.revision, said.created_at_ms
    details = msgspec.json.encode(_details(said))
    cipher = container.cipher(ANNOTATIONS.number)
    seal, (sealed,) = cipher.seal(stored.id, plain_context(*clear), [details])
    return (*clear, sealed, seal)


def _open(container: Container, row: Row) -> StoredAnnotation:
    row_id, *clear, sealed, seal = row
    cipher = container.cipher(ANNOTATIONS.number)
    (details,) = cipher.open(seal, row_id, plain_context(*clear), [sealed])
    conversation_id, number, revision, created_at_ms = clear
    said = msgspec.json.decode(details or b"{}")
    passage = said.get("passage")
    return StoredAnnotation(
        conversation_id,
        Annotation(
            id=row_id,
            number=number,
            revision=revision,
            passage=None if passage is None else Passage(**passage),
            # A later version may have more of them.
            colour=said["colour"] if said.get("colour") in COLOURS else None,
            text=said.get("text", ""),
            created_at_ms=created_at_ms,
        ),
    )


def _details(said: Annotation) -> dict[str, Json]:
    details: dict[str, Json] = {"text": said.text} if said.text else {}
    if said.colour:
        details["colour"] = said.colour
    if said.passage is not None:
        passage = said.passage
        details["passage"] = {
            "start": passage.start,
            "quote": passage.quote,
            "prefix": passage.prefix,
            "suffix": passage.suffix,
        }
    return details
