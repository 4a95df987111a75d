"""The index file: a contentless FTS5 table in a SQLCipher file of its own.

Its key comes from the scope key, not from the database key: whoever holds that one learns the
size of this file.  It is derived data, and rebuilt from the messages when it is lost.

A document id is  day:52 | place within the day:12  where the day counts from 1970 in UTC.  So
ids ascend with time, whatever order messages come in, and FTS5 finds the newest first and the
days of a filter without reading the rest.  Days with more than 4,096 documents run over into
the next; `max_spill_days` says how far that went.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import msgspec

from privatus.core.errors import TamperedError
from privatus.core.jobs import Job
from privatus.search import folding
from privatus.search.document import Document
from privatus.search.fts_table import RAISED_BATCHES, FtsTable
from privatus.search.newest import Newest
from privatus.storage.database import LOG_PAGES, Database, Row

_DAY_MS = 86_400_000
PLACE_BITS = 12
# More bits would make the gaps between documents, and so the index, larger; fewer would let
# more of a busy day run over.
_PLACES = 1 << PLACE_BITS
_LAST_DAY = 1 << 16  # the year 2149; what claims to be later is filed there
# A message adds a third of a page over all levels, so this is enough, and takes half a millisecond.
_STEP_PAGES = 4
# 64 MB: some tenths of a second, in which nobody can stop it.
_TIDY_PAGES = 8_000
# So many batches of an import make it worth it, and so many documents make a batch.
_UNTIDY_FROM = 4
_BATCH_DOCUMENTS = 500
# A message fills twenty, and one in fifty waits until they are moved: 4 ms of the processor and the
# disk. With 4,000 pages it were one in 200, for four times as long.
_SMALL_LOG_PAGES = 1000

_SCHEMA = """
CREATE TABLE docs (
    doc_id          INTEGER PRIMARY KEY,
    message_id      INTEGER,
    conversation_id INTEGER NOT NULL,
    revision        INTEGER NOT NULL,
    created_at_ms   INTEGER
) STRICT;
CREATE UNIQUE INDEX docs_by_message ON docs (message_id) WHERE message_id IS NOT NULL;
CREATE UNIQUE INDEX docs_by_title ON docs (conversation_id) WHERE message_id IS NULL;
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE terms USING fts5vocab (messages_fts, row);
"""
# What a person is told to do when the file is damaged.
REMEDY = "run `privatus check --rebuild-index`"
_LAYOUT = 3
_GET = "SELECT value FROM meta WHERE name = ?"
_SET = (
    "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
)
_LAST_IN_DAY = "SELECT max(doc_id) FROM docs WHERE doc_id >= ? AND doc_id < ?"
# One statement for a batch: the driver lets other threads run until it is done, where
# executemany would ask for the interpreter at each row.
_INSERT_DOCS = """
    INSERT INTO docs (doc_id, message_id, conversation_id, revision, created_at_ms)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)
"""
_THE_DOCS = "SELECT doc_id FROM docs WHERE {}"
_FORGET_DOCS = "DELETE FROM docs WHERE {}"
_THESE_MESSAGES = "message_id IN (SELECT value FROM json_each(?))"
_THESE_TITLES = "message_id IS NULL AND conversation_id IN (SELECT value FROM json_each(?))"
_SELECT_ENTRIES = """
    SELECT message_id, revision FROM docs WHERE message_id IS NOT NULL ORDER BY message_id
"""
_SELECT_TITLES = """
    SELECT conversation_id, revision FROM docs WHERE message_id IS NULL ORDER BY conversation_id
"""

_encode = msgspec.json.Encoder().encode


class Index:
    """One scope's index, opened for writing.

    *keyspec* gives SQLCipher's key anew each time that the file is opened.
    """

    def __init__(self, db: Database, keyspec: Callable[[], bytearray]) -> None:
        self.db = db
        self._keyspec = keyspec
        self._texts = FtsTable(db, "messages_fts")
        self.newest = Newest(db)
        self._next_place: dict[int, int] = {}
        # Since it was opened: it was missing, damaged, or of another layout or folding.
        self.was_made = False
        # Entered while the file is replaced: who reads it must let go of it.
        self.while_replaced: Callable[[], AbstractContextManager[object]] = nullcontext

    @classmethod
    def open(cls, path: Path, keyspec: Callable[[], bytearray]) -> Index:
        """Open the index, made if it is missing; one that cannot be read is made anew.

        It holds nothing that the vault does not, so a damaged one is no loss.
        """
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            # A log that its file has left behind must not flow into the new one.
            remove(path)
        try:
            index = cls(_open(path, keyspec), keyspec)
        except TamperedError:
            remove(path)
            index = cls(_open(path, keyspec), keyspec)
        if index._format() not in (0, _format_number()):
            index.remake()
        index._create()
        return index

    def remake(self) -> None:
        """Make the file anew and empty, however damaged it is."""
        with self.while_replaced():
            self.db.close()
            remove(self.db.path)
            self.db.reopen(self._keyspec())
            self._next_place.clear()
            self._create()

    def _format(self) -> int:
        return int(self.db.value("PRAGMA user_version"))

    def _create(self) -> None:
        if self._format():
            return
        self.was_made = True
        with self.db.transaction():
            self._texts.create()
            self.newest.create()
            self.db.run_script(_SCHEMA)
            self.db.execute(f"PRAGMA user_version = {_format_number()}")

    def anchor(self) -> tuple[int, int]:
        """Return number and mark of a row of the vault's log that was the last; 0: none yet."""
        names = ("log_number", "log_mark")
        number, mark = (int(self.db.value(_GET, (name,)) or 0) for name in names)
        return number, mark

    def set_anchor(self, number: int, mark: int) -> None:
        with self.db.transaction():
            self.db.execute(_SET, ("log_number", number))
            self.db.execute(_SET, ("log_mark", mark))

    def applied(self) -> int:
        """Return the last queue id that the index took over."""
        return applied(self.db)

    def apply(
        self,
        documents: Sequence[Document],
        *,
        queue_id: int | None,
        messages: Iterable[int] = (),
        titles: Iterable[int] = (),
    ) -> None:
        """Take over documents, in one transaction; they replace what the ids name."""
        is_batch = len(documents) >= _BATCH_DOCUMENTS
        self.db.checkpoint_from(LOG_PAGES if is_batch else _SMALL_LOG_PAGES)
        with self.db.transaction():
            self._forget(_THESE_MESSAGES, messages)
            self._forget(_THESE_TITLES, titles)
            self._insert(documents)
            if queue_id is not None:
                self.db.execute(_SET, ("applied", queue_id))
            if is_batch:
                self.db.execute(_SET, ("unmerged", self._unmerged() + 1))
        if is_batch:
            self._raise()

    def _raise(self) -> None:
        """Let the first batches begin a merge of everything: FTS5 makes a new level for it."""
        raised = int(self.db.value(_GET, ("raised",)) or 0)
        if raised < RAISED_BATCHES:
            with self.db.transaction():
                self.db.execute(_SET, ("raised", raised + 1))
                self._texts.raise_level()

    def _forget(self, condition: str, ids: Iterable[int]) -> None:
        wanted = _encode(list(ids)).decode()
        if wanted != "[]":
            for table in (self._texts, self.newest):
                table.forget(_THE_DOCS.format(condition), (wanted,))
            self.db.execute(_FORGET_DOCS.format(condition), (wanted,))

    def _insert(self, documents: Iterable[Document]) -> None:
        # FTS5 flushes what it has gathered whenever a row id goes backwards.
        ordered = sorted(documents, key=lambda d: _day(d.created_at_ms))
        numbered = [(self._take_id(_day(d.created_at_ms)), d) for d in ordered]
        docs = [
            (doc_id, d.message_id, d.conversation_id, d.revision, d.created_at_ms)
            for doc_id, d in numbered
        ]
        if docs:
            self.db.execute(_INSERT_DOCS, (_encode(docs).decode(),))
            self._texts.insert(numbered)
            self.newest.add(numbered)

    def _take_id(self, day: int) -> int:
        first = day
        while True:
            place = self._next_place.get(day)
            if place is None:
                low = day << PLACE_BITS
                last = self.db.value(_LAST_IN_DAY, (low, low + _PLACES))
                place = 0 if last is None else last - low + 1
            if place < _PLACES:
                break
            self._next_place[day] = place
            day += 1
        self._next_place[day] = place + 1
        # What has no time is filed under 1970, and no filter of times finds it.
        if first and day > first and day - first > self.max_spill_days():
            self.db.execute(_SET, ("max_spill_days", day - first))
        return (day << PLACE_BITS) + place

    def max_spill_days(self) -> int:
        return max_spill_days(self.db)

    def merge_recent(self) -> None:
        """Merge what single messages have left, once it is 16 segments; takes a millisecond."""
        self._texts.merge(_STEP_PAGES)
        self.newest.merge(_STEP_PAGES)

    def tidy(self, job: Job, *, always: bool = False) -> None:
        """Merge everything into one segment if an import has left several; seconds at a million.

        Searches look into one place then, and deleted words are gone for good. In steps, so that
        it can be stopped; what is left is done the next time.

        Raises:
            JobCancelled: the person stopped it.
        """
        if not always and self._unmerged() < _UNTIDY_FROM:
            return
        total = self.db.value("PRAGMA page_count")
        step, done = -_TIDY_PAGES, 0
        while self._texts.merge(step):
            # A negative step begins with all segments; the next ones go on with that.
            step, done = _TIDY_PAGES, done + _TIDY_PAGES
            job.report("tidying the index", min(done, total), total)
        self.newest.optimize()
        self.db.execute(_SET, ("unmerged", 0))
        self.db.give_back()

    def forget_for_good(self, job: Job) -> None:
        """Leave no word in the file that is in no document.

        FTS5 keeps the words of what was taken out until it merges, and SQLite can keep copies in
        space that no row uses.

        Raises:
            JobCancelled: the person stopped it.
        """
        self.tidy(job, always=True)
        self.db.compact()

    def _unmerged(self) -> int:
        return int(self.db.value(_GET, ("unmerged",)) or 0)

    def page_problems(self) -> list[str]:
        """Return what SQLCipher says of pages that fail their MAC."""
        self.db.checkpoint()
        return [str(row[0]) for row in self.db.rows("PRAGMA cipher_integrity_check")]

    def verify(self) -> None:
        """Compare the tables of texts with themselves, and the small one with the large one.

        Raises:
            PrivatusError: they do not agree.
        """
        self._texts.verify()
        self.newest.verify()

    def entries(self) -> Iterator[Row]:
        """Yield (message id, revision) of all message documents, by id."""
        return self.db.each(_SELECT_ENTRIES)

    def title_entries(self) -> Iterator[Row]:
        """Yield (conversation id, revision) of all title documents, by id."""
        return self.db.each(_SELECT_TITLES)


def _open(path: Path, keyspec: Callable[[], bytearray]) -> Database:
    # NORMAL: a power cut can cost its last entries, never its wholeness, and what the queue has
    # not been told of is taken over again.
    return Database.open(path, keyspec(), synchronous="NORMAL", gives_back=True, remedy=REMEDY)


def _format_number() -> int:
    """Return what the file says of its layout and folding: if it differs, it is made anew."""
    said = f"{_LAYOUT} {folding.VERSION}".encode()
    # 31 bits, as SQLite keeps it signed; never 0, which is a new file's.
    return int.from_bytes(hashlib.sha256(said).digest()[:4], "little") >> 1 | 1


def applied(db: Database) -> int:
    """Return the last queue id that the index in *db* took over."""
    return int(db.value(_GET, ("applied",)) or 0)


def max_spill_days(db: Database) -> int:
    """Return by how many days a document may be filed too late."""
    return int(db.value(_GET, ("max_spill_days",)) or 0)


def _day(created_at_ms: int | None) -> int:
    if created_at_ms is None:
        return 0
    return min(max(created_at_ms // _DAY_MS, 0), _LAST_DAY)


def day_range(since_ms: int | None, until_ms: int | None, spill_days: int) -> tuple[int, int]:
    """Return the smallest and largest document id that can be of this time; both ends count."""
    low = 0 if since_ms is None else _day(since_ms)
    high = _LAST_DAY + spill_days + 1 if until_ms is None else _day(until_ms) + spill_days
    return low << PLACE_BITS, ((high + 1) << PLACE_BITS) - 1


def remove(path: Path) -> None:
    """Delete an index file with its log."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
