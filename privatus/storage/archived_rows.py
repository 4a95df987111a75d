"""All rows of a conversation as they are, to be moved out of the database and back.

Nothing is opened or sealed: a row comes back with the bytes and the id that it had. What belongs
to one conversation alone is `OWN`, what belongs to two is `TIES`; a test holds both against the
schema, so that no table is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from privatus.core.errors import TamperedError
from privatus.storage import row_ids
from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.rows import ARCHIVED_TIES, plain_context
from privatus.vault.keys import Scope

_OF_THE_CHAT = "conversation_id = :id"
_OF_ITS_MESSAGES = "message_id IN (SELECT id FROM messages WHERE conversation_id = :id)"
# In the order in which they can come back: what is referred to first.
OWN = {
    "conversations": "id = :id",
    "messages": _OF_THE_CHAT,
    "message_content": f"""
        {_OF_ITS_MESSAGES}
        OR message_id IN (SELECT message_id FROM messages_history WHERE {_OF_THE_CHAT})
    """,
    "messages_history": _OF_THE_CHAT,
    "attachments": _OF_ITS_MESSAGES,
    "chat_versions": _OF_THE_CHAT,
    "conversation_marks": _OF_THE_CHAT,
    "chat_tags": _OF_THE_CHAT,
    "annotations": _OF_THE_CHAT,
    "summaries": _OF_THE_CHAT,
    "participants": _OF_THE_CHAT,
    "folder_chats": _OF_THE_CHAT,
    "chat_signatures": _OF_THE_CHAT,
    "chat_usage": _OF_THE_CHAT,
}
_ORDER = {
    "messages": "number",
    "message_content": "message_id, revision",
    "conversation_marks": "mark",
    "folder_chats": "conversation_id",
    "chat_signatures": "conversation_id",
    "chat_usage": "conversation_id",
}
# The two conversations of a row that belongs to both.
TIES = {
    "chat_sources": ("conversation_id", "source_id"),
    "chat_links": ("conversation_id", "source_id"),
    "not_duplicates": ("first_id", "second_id"),
}
# What a row says that it belongs to, and that a person may have deleted meanwhile.
_OTHERS = {
    "chat_tags": ("tags", "tag_id"),
    "participants": ("contacts", "contact_id"),
    "folder_chats": ("folders", "folder_id"),
}
# The order of its rows is all that their ids say, and the schema gives others out by itself.
_WITHOUT_IDS = frozenset({"messages_history"})

_INSERT_TIE = """
    INSERT INTO archived_ties (id, table_name, first_id, second_id, row_sealed, seal)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_TIE_COLUMNS = "id, table_name, first_id, second_id, row_sealed, seal"
_SELECT_TIES = f"SELECT {_TIE_COLUMNS} FROM archived_ties ORDER BY id"
_SELECT_TIES_OF = f"""
    SELECT {_TIE_COLUMNS} FROM archived_ties
     WHERE first_id = :id UNION SELECT {_TIE_COLUMNS} FROM archived_ties WHERE second_id = :id
     ORDER BY id
"""
_DELETE_TIE = "DELETE FROM archived_ties WHERE id = ?"
_NEXT_TIE = "SELECT coalesce(max(id), 0) + 1 FROM archived_ties"
_IS_THERE = "SELECT EXISTS (SELECT 1 FROM conversations WHERE id = ?)"
_IS_AWAY = "SELECT EXISTS (SELECT 1 FROM archived_conversations WHERE id = ? AND state = 'away')"
_DELETE = "DELETE FROM conversations WHERE id = ?"
# A chat, what it was merged of, and what else was merged of that: none is read without the others.
_MERGED_WITH = """
    WITH RECURSIVE together (id) AS (
        SELECT :id
         UNION
        SELECT iif(s.conversation_id = t.id, s.source_id, s.conversation_id)
          FROM together AS t
          JOIN chat_sources AS s
            ON s.kind = 'merge' AND (s.conversation_id = t.id OR s.source_id = t.id)
    )
    SELECT id FROM together ORDER BY id
"""
_ARE_IN_TRASH = """
    SELECT EXISTS (SELECT 1 FROM conversations
                    WHERE deleted_at_ms IS NOT NULL AND id IN (SELECT value FROM json_each(?)))
"""
_CHANGED_BEFORE = "SELECT id FROM conversations WHERE sort_at_ms < ?"
_MESSAGE_COUNTS = """
    SELECT id, message_count FROM conversations WHERE id IN (SELECT value FROM json_each(?))
"""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class RawRow(NamedTuple):
    """A row of a table, by column, as SQLite has it."""

    table: str
    columns: dict[str, Any]

    def encode(self) -> bytes:
        """Return the row as a line of JSON; bytes become {"base64": …}, by msgspec."""
        columns = {
            name: {"base64": value} if isinstance(value, bytes) else value
            for name, value in self.columns.items()
        }
        return _encode([self.table, columns])

    @classmethod
    def decode(cls, line: bytes) -> RawRow:
        """Return the row that `encode` gave.

        Raises:
            TamperedError: it is none.
        """
        try:
            table, columns = _decode(line)
            whole = {
                name: msgspec.convert(value["base64"], bytes) if isinstance(value, dict) else value
                for name, value in columns.items()
            }
        except (ValueError, KeyError, AttributeError, TypeError):
            raise TamperedError("a line of an archive file is no row") from None
        return cls(table, whole)


class ArchivedRows:
    """Takes the rows of conversations out of all tables, and puts them back."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope
        self._names: dict[str, list[str]] = {}

    def of(self, conversation_id: int) -> Iterator[RawRow]:
        """Yield all rows that are a conversation's own, in the order to put them back."""
        for table, condition in OWN.items():
            columns, order = self._columns(table), _ORDER.get(table, "id")
            sql = f"SELECT {', '.join(columns)} FROM {table} WHERE {condition} ORDER BY {order}"
            for row in self._db.each(sql, {"id": conversation_id}):
                yield RawRow(table, dict(zip(columns, row, strict=True)))

    def merged_with(self, conversation_id: int) -> list[int]:
        """Return a conversation and all that can only be moved together with it."""
        return [row[0] for row in self._db.rows(_MERGED_WITH, {"id": conversation_id})]

    def waiting_with(self, conversation_id: int) -> set[int]:
        """Return what is away and all that was merged with it and is away, too."""
        found, waiting = {conversation_id}, [conversation_id]
        while waiting:
            for values in self._db.rows(_SELECT_TIES_OF, {"id": waiting.pop()}):
                if values[1] != "chat_sources" or self.open_tie(values).columns["kind"] != "merge":
                    continue
                new = {i for i in values[2:4] if self._db.value(_IS_AWAY, (i,))} - found
                found |= new
                waiting += new
        return found

    def are_in_trash(self, conversation_ids: Iterable[int]) -> bool:
        """Say whether one of these is in the trash."""
        return bool(self._db.value(_ARE_IN_TRASH, (listed(conversation_ids),)))

    def changed_before(self, at_ms: int) -> set[int]:
        """Return the conversations that were last changed before *at_ms*."""
        return {row[0] for row in self._db.rows(_CHANGED_BEFORE, (at_ms,))}

    def message_counts(self, conversation_ids: Iterable[int]) -> dict[int, int]:
        """Return by conversation how many messages it has."""
        return dict(self._db.rows(_MESSAGE_COUNTS, (listed(conversation_ids),)))

    def keep_ids(self) -> None:
        """Let no other row get the ids that are about to go."""
        row_ids.keep(self._db)

    def keep_ties(self, conversation_id: int) -> int:
        """Set aside what it has in common with others, which goes with it; return how many rows."""
        cipher = self._scope.table_cipher(ARCHIVED_TIES.number)
        count, row_id = 0, int(self._db.value(_NEXT_TIE))
        for table, (first, second) in TIES.items():
            columns = self._columns(table)
            sql = f"SELECT {', '.join(columns)} FROM {table} WHERE :id IN ({first}, {second})"
            for values in self._db.rows(sql, {"id": conversation_id}):
                row = RawRow(table, dict(zip(columns, values, strict=True)))
                place = table, row.columns[first], row.columns[second]
                seal, (sealed,) = cipher.seal(row_id, _context(*place), [row.encode()])
                self._db.execute(_INSERT_TIE, (row_id, *place, sealed, seal))
                row_id, count = row_id + 1, count + 1
        return count

    def remove(self, conversation_id: int) -> None:
        """Delete a conversation's rows; needs a permit, and `row_ids.keep` before it."""
        self._db.execute(_DELETE, (conversation_id,))

    def put_back(self, rows: Iterable[RawRow]) -> dict[str, int]:
        """Add rows of `of`; return of which tables some were left out, and how many.

        Left out is what belongs to a tag, folder or contact that was deleted meanwhile.
        """
        left_out: dict[str, int] = {}
        for row in rows:
            if row.table not in OWN:
                raise TamperedError("an archive file names a table that it cannot have")
            if self._is_orphan(row):
                left_out[row.table] = left_out.get(row.table, 0) + 1
            else:
                self._insert(row)
        return left_out

    def put_ties_back(self, conversation_id: int) -> None:
        """Add what it has in common with those that are there; what waits for others stays."""
        for values in self._db.rows(_SELECT_TIES_OF, {"id": conversation_id}):
            row_id, _, first, second, *_ = values
            both = [bool(self._db.value(_IS_THERE, (each,))) for each in (first, second)]
            other = second if first == conversation_id else first
            if all(both):
                self._insert(self.open_tie(values))
            elif self._db.value(_IS_AWAY, (other,)):
                continue
            self._db.execute(_DELETE_TIE, (row_id,))

    def tied_to(self, conversation_id: int) -> set[int]:
        """Return the conversations with which it had something in common before they went."""
        rows = self._db.rows(_SELECT_TIES_OF, {"id": conversation_id})
        return {each for row in rows for each in row[2:4]} - {conversation_id}

    def forget_ties(self, conversation_id: int) -> None:
        """Drop what waits for a conversation that never comes back."""
        for row in self._db.rows(_SELECT_TIES_OF, {"id": conversation_id}):
            self._db.execute(_DELETE_TIE, (row[0],))

    def raw_ties(self) -> Iterator[Row]:
        """Yield all ties for `open_tie`, so that one which does not open can be named."""
        return self._db.each(_SELECT_TIES)

    def open_tie(self, row: Row) -> RawRow:
        """Open one of `raw_ties`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, table, first, second, sealed, seal = row
        cipher = self._scope.opening_cipher(ARCHIVED_TIES.number, seal)
        (value,) = cipher.open(seal, row_id, _context(table, first, second), [sealed])
        found = RawRow.decode(value or b"")
        if found.table != table:
            raise TamperedError("a row that two conversations have in common is of another table")
        return found

    def _columns(self, table: str) -> list[str]:
        if table not in self._names:
            self._names[table] = [row[1] for row in self._db.rows(f"PRAGMA table_info({table})")]
        return self._names[table]

    def _is_orphan(self, row: RawRow) -> bool:
        other = _OTHERS.get(row.table)
        if other is None:
            return False
        table, column = other
        there = self._db.value(f"SELECT 1 FROM {table} WHERE id = ?", (row.columns.get(column),))
        return there is None

    def _insert(self, row: RawRow) -> None:
        known = self._columns(row.table)
        columns = {
            name: value
            for name, value in row.columns.items()
            if not (name == "id" and row.table in _WITHOUT_IDS)
        }
        if set(columns) - set(known):
            # Names from a file never get into SQL.
            raise TamperedError("an archive file names a column that this vault does not have")
        names = list(columns)
        places = ", ".join(f":{name}" for name in names)
        self._db.execute(f"INSERT INTO {row.table} ({', '.join(names)}) VALUES ({places})", columns)


def _context(table: str, first_id: int, second_id: int) -> bytes:
    return plain_context(first_id, second_id) + table.encode()
