"""What a person set about conversations, each mark a row of its own.

They lie apart from the conversations, so that an import does not touch them and setting one is
no change of a conversation. Nothing in them is secret to who has the database, but each is bound
by a seal under its conversation's key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from privatus.core.marks import Mark, SetMark
from privatus.storage.database import Database, Row
from privatus.storage.rows import CONVERSATION_MARKS, plain_context
from privatus.vault.keys import Container, Scope

_COLUMNS = "m.conversation_id, m.mark, m.value, m.set_at_ms, m.seal"
_SELECT = f"""
    SELECT {_COLUMNS} FROM conversation_marks AS m
     WHERE m.conversation_id IN ({{ids}})
     ORDER BY m.conversation_id, m.mark
"""
_SELECT_ALL = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM conversation_marks AS m
      JOIN conversations AS c ON c.id = m.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
     ORDER BY m.conversation_id, m.mark
"""
_PUT = """
    INSERT INTO conversation_marks (conversation_id, mark, value, set_at_ms, seal)
    VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (conversation_id, mark)
        DO UPDATE SET value = excluded.value, set_at_ms = excluded.set_at_ms, seal = excluded.seal
"""
_DELETE = "DELETE FROM conversation_marks WHERE conversation_id = ? AND mark = ?"

# SQLite takes no more than 32,766 parameters.
_AT_ONCE = 10_000

# A row of conversation_marks, sealed.
MarkRow = tuple[int, str, int, int, bytes]


class Marks:
    """The table of marks."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def of(self, containers: Mapping[int, Container]) -> dict[int, tuple[SetMark, ...]]:
        """Return the marks of each conversation that has some; given is the key of each, by id.

        Raises:
            TamperedError: one of them is not what was sealed.
        """
        found: dict[int, tuple[SetMark, ...]] = {}
        ids = list(containers)
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            sql = _SELECT.format(ids=", ".join("?" * len(some)))
            for row in self._db.rows(sql, some):
                found[row[0]] = (*found.get(row[0], ()), _open(containers[row[0]], row))
        return found

    def put_many(self, rows: Sequence[MarkRow]) -> None:
        """Write rows of `mark_row`; each takes the place of a former one."""
        self._db.execute_many(_PUT, rows)

    def delete_many(self, mark: Mark, conversation_ids: Iterable[int]) -> None:
        self._db.execute_many(_DELETE, [(row_id, mark.value) for row_id in conversation_ids])

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ALL)

    def open_row(self, row: Row) -> SetMark:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        *columns, key_id, wrapped = row
        return _open(self._scope.container(key_id, wrapped), tuple(columns))


def mark_row(container: Container, conversation_id: int, said: SetMark) -> MarkRow:
    """Seal a mark; return its row."""
    mark, value = said.mark.value, int(said.is_set)
    cipher = container.cipher(CONVERSATION_MARKS.number)
    seal, _ = cipher.seal(conversation_id, _context(mark, value, said.set_at_ms), [])
    return conversation_id, mark, value, said.set_at_ms, seal


def _open(container: Container, row: Row) -> SetMark:
    conversation_id, mark, value, set_at_ms, seal = row
    cipher = container.cipher(CONVERSATION_MARKS.number)
    cipher.open(seal, conversation_id, _context(mark, value, set_at_ms), [])
    return SetMark(mark=Mark(mark), is_set=bool(value), set_at_ms=set_at_ms)


def _context(mark: str, value: int, set_at_ms: int) -> bytes:
    return plain_context(value, set_at_ms) + mark.encode()
