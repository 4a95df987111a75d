"""An FTS5 table without content: how it is made, and how documents come in and go."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from privatus.search.document import Document
from privatus.storage.database import Database, Parameters

# 7950 of the 8,192 bytes of a page: SQLCipher keeps 80, and FTS5's default of 4,050 then
# wastes half of each page (measured: 582 against 307 bytes a message).
_PAGE_BYTES = 7950
_HASH_BYTES = 64 * 1024 * 1024
# FTS5 would merge of itself at 16 segments a level, and a keystroke would wait a second for it.
_NEVER_MERGE = 1999
# 'merge' takes up levels with so many segments: the small ones of single messages, before they
# come to the large one of an import.
_MERGED_FROM = 16
# The first batches of a table are raised by two of FTS5's levels each. Sixteen segments of a level
# make one of the next, so the large one of an import is not written anew before 16 ** 4 messages
# have come singly. On the level where FTS5 leaves it, it would be after 240, for 3,000 long.
RAISED_BATCHES = 4

_CREATE = """
CREATE VIRTUAL TABLE {} USING fts5 (
    title, body, aside, files, facets,
    content = '', contentless_delete = 1, tokenize = 'ascii'
)
"""
_COMMAND = "INSERT INTO {0} ({0}) VALUES (?)"
_CONFIGURE = "INSERT INTO {0} ({0}, rank) VALUES (?, ?)"
# One statement for many: the driver lets other threads run until it is done, where executemany
# would ask for the interpreter at each row.
# Most messages have a body only. As members of one object they are read without unpacking an
# array each; their facets stand behind their words, as facets meet no word.
_INSERT_BODIES = "INSERT INTO {} (rowid, body) SELECT key, value FROM json_each(?)"
_INSERT_TEXTS = """
    INSERT INTO {} (rowid, title, body, aside, files, facets)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
      FROM json_each(?)
"""
_FORGET = "DELETE FROM {} WHERE rowid IN ({})"

_encode = msgspec.json.Encoder().encode


class FtsTable:
    """One of the tables of texts of an index, by its name."""

    def __init__(self, db: Database, name: str) -> None:
        self._db = db
        self._name = name

    def create(self) -> None:
        self._execute(_CREATE)
        self._configure("pgsz", _PAGE_BYTES)
        self._configure("hashsize", _HASH_BYTES)
        self._configure("automerge", 0)
        self._configure("crisismerge", _NEVER_MERGE)
        self._configure("usermerge", _MERGED_FROM)

    def insert(self, documents: Iterable[tuple[int, Document]]) -> None:
        """Take in documents, each with its id; the ids ascend."""
        texts, bodies = [], {}
        for doc_id, d in documents:
            if d.title or d.aside or d.files:
                texts.append((doc_id, d.title, d.body, d.aside, d.files, d.facets))
            else:
                bodies[str(doc_id)] = f"{d.body} {d.facets}"
        if bodies:
            self._execute(_INSERT_BODIES, (_encode(bodies).decode(),))
        if texts:
            self._execute(_INSERT_TEXTS, (_encode(texts).decode(),))

    def forget(self, doc_ids: str, parameters: Parameters) -> None:
        """Take out the documents that the query *doc_ids* names."""
        self._db.execute(_FORGET.format(self._name, doc_ids), parameters)

    def clear(self) -> None:
        """Take out everything, for good."""
        self._execute(_COMMAND, ("delete-all",))

    def merge(self, pages: int) -> bool:
        """Merge about so many pages; return whether there was something to merge."""
        before = self._db.total_changes
        self._configure("merge", pages)
        # As FTS5 documents it: one change is the statement itself.
        return self._db.total_changes - before >= 2

    def raise_level(self) -> None:
        """Let FTS5 make a new level for all that is there, by beginning a merge of it."""
        self.merge(-1)

    def optimize(self) -> None:
        """Merge everything into one segment, in one go."""
        self._execute(_COMMAND, ("optimize",))

    def verify(self) -> None:
        """Let FTS5 compare its structures.

        Raises:
            PrivatusError: they do not agree.
        """
        self._execute(_COMMAND, ("integrity-check",))

    def _configure(self, name: str, value: int) -> None:
        self._execute(_CONFIGURE, (name, value))

    def _execute(self, sql: str, parameters: Parameters = ()) -> None:
        self._db.execute(sql.format(self._name), parameters)
