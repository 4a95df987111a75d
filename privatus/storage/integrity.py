"""What the database can say of its own wholeness."""

from __future__ import annotations

from collections.abc import Iterator

from privatus.core import flags
from privatus.storage import migrations, table_sums
from privatus.storage.database import Database, Row

_MESSAGE_IDS = f"SELECT id, revision FROM messages WHERE NOT flags & {flags.REMOVED} ORDER BY id"
_CONVERSATION_IDS = "SELECT id, version FROM conversations ORDER BY id"
_WRONG_COUNTS = f"""
    SELECT c.id, c.message_count, count(m.id)
      FROM conversations AS c
      LEFT JOIN messages AS m ON m.conversation_id = c.id AND NOT m.flags & {flags.REMOVED}
     GROUP BY c.id
    HAVING c.message_count <> count(m.id)
"""
# No two rows of a message's history have the same revision, so that this is all of 1, 2, 3 …
_WRONG_HISTORIES = """
    SELECT m.conversation_id, m.number, m.revision
      FROM messages AS m
     WHERE (m.revision - 1, m.revision - 1) IS NOT
           (SELECT count(*), coalesce(max(h.revision), 0)
              FROM messages_history AS h WHERE h.message_id = m.id)
"""
_LOST_HISTORIES = """
    SELECT h.conversation_id, h.number
      FROM messages_history AS h
     WHERE NOT EXISTS (SELECT 1 FROM messages AS m
                        WHERE m.id = h.message_id AND m.conversation_id = h.conversation_id)
"""
_EARLY_ATTACHMENTS = """
    SELECT a.id, a.revision
      FROM attachments AS a JOIN messages AS m ON m.id = a.message_id
     WHERE a.revision > m.revision
"""
_INACTIVE_KEYS = """
    SELECT k.id FROM key_store AS k
     WHERE k.kind = 2 AND k.state <> 'active'
       AND (k.state <> 'destroyed' OR EXISTS (SELECT 1 FROM conversations WHERE key_id = k.id))
"""
_WRONG_VERSIONS = """
    SELECT c.id, c.version
      FROM conversations AS c
     WHERE c.version <> 1 + (SELECT count(*) FROM chat_versions AS v
                              WHERE v.conversation_id = c.id AND v.number BETWEEN 2 AND c.version)
"""
_WRONG_LEAVES = f"""
    SELECT c.id, c.active_number
      FROM conversations AS c
     WHERE c.active_number IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM messages AS m
                        WHERE m.conversation_id = c.id AND m.number = c.active_number
                          AND NOT m.flags & {flags.REMOVED})
"""
_SCHEMA = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name"


class Integrity:
    """Checks that need no key but the database's."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def page_problems(self) -> list[str]:
        """Return what SQLCipher says of pages that fail their MAC.

        The write-ahead log must have been moved in before, or it may cry wolf.
        """
        return [str(row[0]) for row in self._db.rows("PRAGMA cipher_integrity_check")]

    def salt_problems(self, salt: bytes) -> list[str]:
        return self._db.salt_problems(salt)

    def structure_problems(self) -> list[str]:
        """Return what SQLite says of its trees, indexes and CHECK constraints."""
        problems = [str(row[0]) for row in self._db.rows("PRAGMA integrity_check")]
        return [] if problems == ["ok"] else problems

    def reference_problems(self) -> list[str]:
        """Return the rows that refer to what is not there."""
        rows = self._db.rows("PRAGMA foreign_key_check")
        return [
            f"{table} row {row_id} refers to a missing {parent}"
            for table, row_id, parent, _ in rows
        ]

    def schema_problems(self) -> list[str]:
        """Return the tables, indexes and triggers that are not as the migrations made them."""
        expected, found = migrations.expected_schema(), set(self._db.rows(_SCHEMA))
        gone = [f"{kind} {name} is gone or was changed" for kind, name, _ in expected - found]
        names = {(kind, name) for kind, name, _ in expected}
        added = [f"{kind} {name} was added" for kind, name, _ in found if (kind, name) not in names]
        return sorted(gone + added)

    def schema_standing(self) -> migrations.Standing:
        """Return how far the schema is."""
        return migrations.standing(self._db)

    def count_problems(self) -> list[str]:
        """Return the rows that do not hold what they say they hold."""
        return [
            *(
                f"conversation {row_id} says {said} messages and holds {found}"
                for row_id, said, found in self._db.rows(_WRONG_COUNTS)
            ),
            *(
                f"message {number} of conversation {row_id} is revision {revision}"
                " and has not all former ones"
                for row_id, number, revision in self._db.rows(_WRONG_HISTORIES)
            ),
            *(
                f"a former message {number} of conversation {row_id} has no present one"
                for row_id, number in self._db.rows(_LOST_HISTORIES)
            ),
            *(
                f"attachment {row_id} is of revision {revision}, which its message has not reached"
                for row_id, revision in self._db.rows(_EARLY_ATTACHMENTS)
            ),
            *(
                f"key {key_id} is not in use and has a conversation"
                for (key_id,) in self._db.rows(_INACTIVE_KEYS)
            ),
            *(
                f"conversation {row_id} is version {version} and has not all changes on record"
                for row_id, version in self._db.rows(_WRONG_VERSIONS)
            ),
            *(
                f"conversation {row_id} shows message {number} last and does not have it"
                for row_id, number in self._db.rows(_WRONG_LEAVES)
            ),
        ]

    def sum_problems(self) -> list[str]:
        """Return the tables that hold something else than what was counted as they changed."""
        return table_sums.problems(self._db)

    def message_revisions(self) -> Iterator[Row]:
        """Yield (id, revision) of all messages that are there, by id."""
        return self._db.each(_MESSAGE_IDS)

    def conversation_versions(self) -> Iterator[Row]:
        """Yield (id, version) of all conversations, by id."""
        return self._db.each(_CONVERSATION_IDS)
