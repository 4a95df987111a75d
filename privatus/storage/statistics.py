"""Counts of what is in the vault, by what is clear in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from privatus.storage.database import Database
from privatus.storage.lists import listed
from privatus.storage.states import IS_COUNTED

_TOTALS = f"""
    SELECT (SELECT count(*) FROM conversations AS c WHERE {IS_COUNTED}),
           (SELECT coalesce(sum(message_count), 0) FROM conversations AS c WHERE {IS_COUNTED}),
           (SELECT count(*) FROM attachments AS a
              JOIN messages AS m ON m.id = a.message_id AND m.revision = a.revision
             WHERE m.conversation_id IN (SELECT c.id FROM conversations AS c WHERE {IS_COUNTED})),
           (SELECT count(DISTINCT blob_name) FROM attachments),
           (SELECT coalesce(sum(size_bytes), 0) FROM
               (SELECT max(size_bytes) AS size_bytes FROM attachments
                 WHERE blob_name IS NOT NULL GROUP BY blob_name))
"""
_ALL_MESSAGES = "SELECT count(*) FROM messages"
_BY_SOURCE = f"""
    SELECT c.source, count(*), sum(c.message_count), sum(c.is_missing) FROM conversations AS c
     WHERE {IS_COUNTED} GROUP BY c.source ORDER BY 2 DESC
"""
_ATTACHMENTS = """
    SELECT c.source, a.blob_name, coalesce(a.size_bytes, 0)
      FROM attachments AS a
      JOIN messages AS m ON m.id = a.message_id AND m.revision = a.revision
      JOIN conversations AS c ON c.id = m.conversation_id
      JOIN chat_usage AS u ON u.conversation_id = c.id AND u.is_counted = 1
     WHERE (:wanted IS NULL OR m.id IN (SELECT value FROM json_each(:wanted)))
"""
_SOURCES_OF = """
    SELECT id, source FROM conversations WHERE id IN (SELECT value FROM json_each(?))
"""
_TRAITS_OF = "SELECT role, model_id FROM messages WHERE id IN (SELECT value FROM json_each(?))"


class Statistics:
    """Reads the counts."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def totals(self) -> tuple[int, int, int, int, int]:
        """Return conversations, messages, attachments, files, and the files' plain bytes.

        Conversations in the trash and those merged into another one do not count, nor does what
        is in them; files are all that are kept.
        """
        conversations, messages, attachments, files, size = self._db.rows(_TOTALS)[0]
        return conversations, messages, attachments, files, size

    def message_count(self) -> int:
        """Return how many messages there are, those in the trash counted."""
        return int(self._db.value(_ALL_MESSAGES))

    def by_source(self) -> list[tuple[str, int, int, int]]:
        """Return source, conversations, messages, and those gone at the source, as `totals`."""
        return [(s, c, m, g) for s, c, m, g in self._db.rows(_BY_SOURCE)]

    def attachments(
        self, messages: Collection[int] | None
    ) -> tuple[int, int, int, list[tuple[str, int, int]]]:
        """Return attachments, files, their bytes, and by source attachments and bytes.

        Of these *messages*; None: of all that are counted. A file counts once, and once a source.
        """
        wanted = None if messages is None else listed(messages)
        counts: Counter[str] = Counter()
        sizes: dict[tuple[str, bytes], int] = {}
        for source, blob_name, size in self._db.each(_ATTACHMENTS, {"wanted": wanted}):
            counts[source] += 1
            if blob_name is not None:
                sizes[source, blob_name] = size
        by_source = [
            (source, count, sum(size for (of, _), size in sizes.items() if of == source))
            for source, count in counts.most_common()
        ]
        files = {blob_name: size for (_, blob_name), size in sizes.items()}
        return counts.total(), len(files), sum(files.values()), by_source

    def sources_of(self, conversations: Collection[int]) -> dict[int, str]:
        """Return the source of each of these conversations."""
        return dict(self._db.rows(_SOURCES_OF, (listed(conversations),)))

    def traits_of(self, messages: Collection[int]) -> list[tuple[int, int | None]]:
        """Return (role number, model id) of each of these messages, in no order."""
        rows = self._db.rows(_TRAITS_OF, (listed(messages),))
        return [(role, model) for role, model in rows]
