"""What the database can say of its own wholeness."""

from __future__ import annotations

from collections.abc import Iterator

from privatus.storage.database import Database, Row

_BLOBS = """
    SELECT blob_name, min(id) FROM attachments WHERE blob_name IS NOT NULL GROUP BY blob_name
"""
_MESSAGE_IDS = "SELECT id, revision FROM messages ORDER BY id"
_CONVERSATION_IDS = "SELECT id, version FROM conversations ORDER BY id"
_WRONG_COUNTS = """
    SELECT c.id, c.message_count, count(m.id)
      FROM conversations AS c LEFT JOIN messages AS m ON m.conversation_id = c.id
     GROUP BY c.id
    HAVING c.message_count <> count(m.id)
"""
_NAMES = "SELECT name FROM sqlite_schema WHERE type = ? ORDER BY name"


class Integrity:
    """Checks that need no key but the database's."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def page_problems(self) -> list[str]:
        """Return what SQLCipher says of pages that fail their MAC.

        The write-ahead log must have been moved in before, or it may cry wolf.
        """
        return [str(row[0]) for row in self._db.rows("PRAGMA cipher_integrity_check")]

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

    def wrong_counts(self) -> list[str]:
        """Return the conversations that hold more or fewer messages than they say."""
        return [
            f"conversation {row_id} says {said} messages and holds {found}"
            for row_id, said, found in self._db.rows(_WRONG_COUNTS)
        ]

    def message_revisions(self) -> Iterator[Row]:
        """Yield (id, revision) of all messages, by id."""
        return self._db.each(_MESSAGE_IDS)

    def conversation_versions(self) -> Iterator[Row]:
        """Yield (id, version) of all conversations, by id."""
        return self._db.each(_CONVERSATION_IDS)

    def blob_names(self) -> set[bytes]:
        """Return the names of all files that attachments refer to."""
        return {row[0] for row in self._db.rows(_BLOBS)}

    def names(self, kind: str) -> list[str]:
        """Return the names of all tables, indexes or triggers."""
        return [row[0] for row in self._db.rows(_NAMES, (kind,))]
