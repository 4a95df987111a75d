"""The newest hundredth of a large index once more, in a small table, for beginnings of words.

FTS5 gathers all occurrences of all words that begin so before it gives the first match: tens of
milliseconds for `the*` in a million messages.  What begins many words is found among the newest
messages already, in one millisecond; and what is not found often there, FTS5 gathers quickly.

The table holds every document from `newest_from` on.  Without that it holds nothing: an import
would write half of its messages twice, so it empties the table, and fills it at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from privatus.core.errors import TamperedError
from privatus.search.document import Document
from privatus.search.fts_table import RAISED_BATCHES, FtsTable
from privatus.storage.database import Database, Parameters, Row

# With fewer documents there is no search that it would make faster by much.
WORTH_FROM = 200_000
SHARE = 100
# With more than this at a time it is emptied.
_MOST_ADDED = 500

_FROM = "SELECT value FROM meta WHERE name = 'newest_from'"
_SET_FROM = """
    INSERT INTO meta (name, value) VALUES ('newest_from', ?)
        ON CONFLICT DO UPDATE SET value = excluded.value
"""
_UNSET_FROM = "DELETE FROM meta WHERE name = 'newest_from'"
_TOTAL = "SELECT count(*) FROM docs"
_HELD = "SELECT count(*) FROM newest_fts_docsize"
_NEWEST = "SELECT doc_id, message_id, conversation_id FROM docs ORDER BY doc_id DESC LIMIT ?"
_MISSING = """
    SELECT count(*) FROM
        (SELECT doc_id FROM docs WHERE doc_id >= ? EXCEPT SELECT id FROM newest_fts_docsize)
"""


def newest_from(db: Database) -> int | None:
    """Return the first document id from which on the small table has all, None: it has none."""
    found = db.value(_FROM)
    return None if found is None else int(found)


class Newest:
    """The small table, for the index that writes it. All within the transactions of the index."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._texts = FtsTable(db, "newest_fts")

    def create(self) -> None:
        self._texts.create()

    def add(self, documents: Sequence[tuple[int, Document]]) -> None:
        """Take in those of *documents* that are new enough; the ids ascend."""
        first = newest_from(self._db)
        if first is None:
            return
        newer = [item for item in documents if item[0] >= first]
        if len(newer) > _MOST_ADDED:
            self._clear()
        else:
            self._texts.insert(newer)

    def forget(self, doc_ids: str, parameters: Parameters) -> None:
        """Take out the documents that the query *doc_ids* names."""
        if newest_from(self._db) is not None:
            self._texts.forget(doc_ids, parameters)

    def is_empty(self) -> bool:
        """Say whether the table holds nothing, because it was emptied or never filled."""
        return newest_from(self._db) is None

    def due(self) -> list[Row]:
        """Return what to fill the table with, ids ascending: (document, message, conversation).

        Nothing, if it is about as large as it should be.
        """
        total = int(self._db.value(_TOTAL))
        wanted = total // SHARE
        held = int(self._db.value(_HELD))
        if total < WORTH_FROM or wanted // 2 <= held <= 2 * wanted:
            return []
        return self._db.rows(_NEWEST, (wanted,))[::-1]

    def fill(self, first: int, chunks: Iterable[Sequence[tuple[int, Document]]]) -> None:
        """Hold these documents and no others: all that have the id *first* or a larger one."""
        with self._db.transaction():
            self._clear()
            for number, chunk in enumerate(chunks):
                self._texts.insert(chunk)
                if number < RAISED_BATCHES:
                    self._texts.raise_level()
            # Else the messages that are appended next would merge it, at 3 ms each.
            self._texts.optimize()
            self._db.execute(_SET_FROM, (first,))
        self._db.give_back()

    def merge(self, pages: int) -> None:
        """Merge what single messages have left, about so many pages of it."""
        self._texts.merge(pages)

    def optimize(self) -> None:
        """Drop deleted words for good."""
        self._texts.optimize()

    def verify(self) -> None:
        """Compare the table with itself and with the list of documents.

        Raises:
            PrivatusError: they do not agree.
        """
        self._texts.verify()
        first = newest_from(self._db)
        if first is not None and self._db.value(_MISSING, (first,)):
            raise TamperedError("the search index lacks some of the newest messages")

    def _clear(self) -> None:
        self._texts.clear()
        self._db.execute(_UNSET_FROM)
