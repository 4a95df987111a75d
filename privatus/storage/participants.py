"""Which contact takes part in which conversation.

All of a row is clear, so that SQL can filter by it, and bound by a seal under the conversation's
own key: nobody can be put into a conversation, or out of one into another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.row_ids import next_id
from privatus.storage.rows import PARTICIPANTS, plain_context
from privatus.vault.keys import Container, Scope

_COLUMNS = "p.id, p.conversation_id, p.contact_id, p.added_at_ms, p.seal"
_NEXT_ID = next_id("participants")
_INSERT = """
    INSERT INTO participants (id, conversation_id, contact_id, added_at_ms, seal)
    VALUES (?, ?, ?, ?, ?)
"""
_DELETE = "DELETE FROM participants WHERE conversation_id = ? AND contact_id = ?"
_SELECT_WITH_KEYS = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM participants AS p
      JOIN conversations AS c ON c.id = p.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
"""
_SELECT_ALL = f"{_SELECT_WITH_KEYS} ORDER BY p.id"
_SELECT_OF_CONTACTS = f"""
    {_SELECT_WITH_KEYS}
     WHERE p.contact_id IN (SELECT value FROM json_each(?)) ORDER BY p.id
"""
_SELECT_OF_CONVERSATION = f"{_SELECT_WITH_KEYS} WHERE p.conversation_id = ? ORDER BY p.id"
_SELECT_KEY = """
    SELECT k.id, k.wrapped_key FROM conversations AS c JOIN key_store AS k ON k.id = c.key_id
     WHERE c.id = ?
"""
_SELECT_COUNTS = """
    SELECT p.contact_id, count(*)
      FROM participants AS p JOIN conversations AS c ON c.id = p.conversation_id
     WHERE c.deleted_at_ms IS NULL GROUP BY p.contact_id
"""
_SELECT_OF_ACCOUNTS = """
    SELECT id FROM conversations WHERE account_id IN (SELECT value FROM json_each(?))
"""
_SELECT_OF_MODELS = """
    SELECT id FROM conversations WHERE model_id IN (SELECT value FROM json_each(?))
"""
_SELECT_MODELS_IN = """
    SELECT DISTINCT model_id FROM messages WHERE conversation_id = ? AND model_id IS NOT NULL
"""


class StoredParticipant(NamedTuple):
    """A row of participants."""

    conversation_id: int
    contact_id: int
    added_at_ms: int


class Participants:
    """The table of who takes part."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def insert(self, rows: Iterable[StoredParticipant]) -> None:
        """Add rows; what is there already stays, and conversations that are gone are passed over.

        Raises:
            TamperedError: a conversation's key does not open.
        """
        for row in rows:
            key = self._db.row(_SELECT_KEY, (row.conversation_id,))
            if key is None or row.contact_id in self._in(row.conversation_id):
                continue
            row_id = int(self._db.value(_NEXT_ID))
            cipher = self._scope.container(*key).cipher(PARTICIPANTS.number)
            seal, _ = cipher.seal(row_id, plain_context(*row), [])
            self._db.execute(_INSERT, (row_id, *row, seal))

    def take_over(self, conversation_id: int, sources: Iterable[int], now_ms: int) -> None:
        """Let the contacts of *sources* take part in a conversation that was made of them.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        contacts = {row.contact_id for source in sources for row in self.of_conversation(source)}
        self.insert(StoredParticipant(conversation_id, each, now_ms) for each in sorted(contacts))

    def delete(self, rows: Iterable[StoredParticipant]) -> None:
        """Remove rows by conversation and contact."""
        self._db.execute_many(_DELETE, [row[:2] for row in rows])

    def of_contacts(self, contact_ids: Iterable[int]) -> list[StoredParticipant]:
        """Return where contacts take part.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        wanted = listed(contact_ids)
        return [self.open_row(row) for row in self._db.rows(_SELECT_OF_CONTACTS, (wanted,))]

    def of_conversation(self, conversation_id: int) -> list[StoredParticipant]:
        """Return which contacts take part in a conversation.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        rows = self._db.rows(_SELECT_OF_CONVERSATION, (conversation_id,))
        return [self.open_row(row) for row in rows]

    def counts(self) -> dict[int, int]:
        """Return by contact in how many conversations it takes part that are not in the trash."""
        return dict(self._db.rows(_SELECT_COUNTS))

    def of_accounts(self, account_ids: Iterable[int]) -> set[int]:
        """Return the conversations that came from these accounts."""
        wanted = listed(account_ids)
        return {row[0] for row in self._db.rows(_SELECT_OF_ACCOUNTS, (wanted,))}

    def of_models(self, model_ids: Iterable[int]) -> set[int]:
        """Return the conversations that are with these models."""
        wanted = listed(model_ids)
        return {row[0] for row in self._db.rows(_SELECT_OF_MODELS, (wanted,))}

    def models_in(self, conversation_id: int) -> set[int]:
        """Return the models that said something in a conversation."""
        return {row[0] for row in self._db.rows(_SELECT_MODELS_IN, (conversation_id,))}

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ALL)

    def open_row(self, row: Row) -> StoredParticipant:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, conversation_id, contact_id, added_at_ms, seal, key_id, wrapped = row
        container: Container = self._scope.container(key_id, wrapped)
        found = StoredParticipant(conversation_id, contact_id, added_at_ms)
        container.cipher(PARTICIPANTS.number).open(seal, row_id, plain_context(*found), [])
        return found

    def _in(self, conversation_id: int) -> set[int]:
        return {row.contact_id for row in self.of_conversation(conversation_id)}
