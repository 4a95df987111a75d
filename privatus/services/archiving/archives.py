"""Archives: conversations in sealed files of their own, out of the way and not out of reach.

They take no room in the database and no time in a search, are listed and found by title and date,
and come back whole: with branches, history, tags, marks, notes and files, under the same ids.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from privatus.core.archives import (
    FORMATS,
    Archived,
    ArchivedChat,
    ArchivePreview,
    ArchiveProblem,
    ArchiveWish,
    BroughtBack,
)
from privatus.core.errors import (
    AccessError,
    BusyError,
    DeviceError,
    JobCancelled,
    PrivatusError,
    UnreachableError,
    UsageError,
    UserError,
)
from privatus.core.jobs import Job
from privatus.search.folding import lowered
from privatus.search.index import Index
from privatus.services import indexing, purge_finish
from privatus.services.archiving import away, contents
from privatus.services.archiving.choosing import Chosen, choose
from privatus.services.archiving.moving import Mover
from privatus.services.archiving.opening import opened_places, place_for_new
from privatus.services.archiving.returning import Open, bring_back
from privatus.services.conversation_ids import MIN_PREFIX_DIGITS, Target
from privatus.services.journal.noting import noted
from privatus.services.search import SearchService
from privatus.storage.archived import StoredArchived
from privatus.storage.store import READING_ONLY, Store, Tables

# Moved by one transaction; a stop in between leaves those before it archived.
_AT_ONCE = 100
DESTROYED = "archived conversations destroyed"


class ArchiveService:
    """Moves conversations to archive files, lists and finds them there, and brings them back."""

    def __init__(
        self, store: Store, index: Index | None, folder: Path, search: SearchService
    ) -> None:
        self._store = store
        self._index = index
        self._folder = folder
        self._search = search

    def preview(self, wish: ArchiveWish) -> ArchivePreview:
        """Return what `create` would archive.

        Raises:
            QueryError: the query does not parse.
            UsageError: nothing says what to archive.
        """
        return self._choose(wish).preview

    @noted("archive")
    def create(
        self,
        wish: ArchiveWish,
        *,
        format: str = FORMATS[0],
        where: str = "",
        options: Mapping[str, str] | None = None,
        job: Job | None = None,
    ) -> Archived:
        """Archive conversations, at *where*: a destination; empty: the vault's own folder.

        Attachment files stay in the vault. A stop leaves those archived that were done.

        Raises:
            QueryError, UsageError: as `preview`, or no such format.
            UserError: *where* is no place for archives.
            AccessError: the vault is open for reading only.
            DeviceError: a disk or destination refused; what was done until then is archived.
            TamperedError: a row does not open, or a file did not hold what was written.
        """
        job, index = job or Job(), self._require_writable()
        if format not in FORMATS:
            raise UsageError(f"an archive file holds one of {', '.join(FORMATS)}")
        done: list[StoredArchived] = []
        with place_for_new(self._store, where, options, self._folder) as place:
            away.settle(self._store, place)
            groups = self._choose(wish).groups
            location = "" if place is None else place.location
            mover = Mover(store=self._store, format=format, destination=place, where=location)
            try:
                with contextlib.suppress(JobCancelled):
                    for batch in _batches(groups):
                        job.report("archiving", len(done), sum(map(len, groups)))
                        done += mover.move(batch, job)
            finally:
                self._finish(index, job)
        return _archived(done)

    def list(self) -> Sequence[ArchivedChat]:
        """Return all that is archived, the last changed first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return self.find()

    def find(
        self, title: str = "", *, since_ms: int | None = None, until_ms: int | None = None
    ) -> Sequence[ArchivedChat]:
        """Return what is archived whose title has these words, of a time; the last changed first.

        Of a time is what was made before its end, and last changed at its beginning or later.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        words = lowered(title).split()
        with self._store.snapshot() as tables:
            found = tables.archived.all()
        return [
            _shown(record)
            for record in found
            if all(word in lowered(record.title) for word in words)
            and (since_ms is None or record.sort_at_ms >= since_ms)
            and (until_ms is None or _made_at_ms(record) < until_ms)
        ]

    @noted("bring back")
    def bring_back(
        self,
        wanted: Iterable[Target | int],
        *,
        options: Mapping[str, str] | None = None,
        job: Job | None = None,
    ) -> BroughtBack:
        """Bring conversations back as they were, by their ids or the beginnings of these.

        What was merged comes back together. A tag, folder or contact that was deleted meanwhile
        is not made again. All of them come back, or none.

        Raises:
            UserError: one is not archived, several begin so, or a destination is not known.
            AccessError: the vault is open for reading only.
            TamperedError: a file is missing or damaged; nothing was changed.
            DeviceError: a disk or destination refused; nothing was changed.
        """
        index, job = self._require_writable(), job or Job()
        with opened_places(self._store, options) as open_place:
            with self._store.exclusive() as tables:
                ids = {i for each in wanted for i in tables.archived.rows.waiting_with(
                    archived_id(tables, each))}  # fmt: skip
                records = list(tables.archived.some(sorted(ids)).values())
                job.report("bringing back", 0, len(records))
                done = bring_back(self._store, records, open_place)
                # They are back; what the index cannot take now it takes at the next opening.
                with contextlib.suppress(DeviceError):
                    indexing.catch_up(self._store, index, job.unstoppable())
            # A file that cannot be removed now is removed by the next opening.
            with contextlib.suppress(PrivatusError):
                for where in {record.where for record in records}:
                    away.settle(self._store, open_place(where))
        return done

    def verify(
        self,
        wanted: Iterable[Target | int] | None = None,
        *,
        options: Mapping[str, str] | None = None,
        job: Job | None = None,
    ) -> tuple[int, Sequence[ArchiveProblem]]:
        """Read archive files to their ends; return how many, and what is wrong with which.

        Raises:
            UserError: one is not archived.
            JobCancelled: the person stopped it.
        """
        job = job or Job()
        with self._store.snapshot() as tables:
            ids = None if wanted is None else {archived_id(tables, each) for each in wanted}
            records = [r for r in tables.archived.all() if ids is None or r.id in ids]
        problems = []
        with opened_places(self._store, options) as open_place:
            for number, record in enumerate(records):
                job.report("reading archives", number, len(records))
                job.check()
                if error := _error_of(self._store, record, open_place):
                    problems.append(
                        ArchiveProblem(
                            id=record.public_id,
                            title=record.title,
                            reason=str(error),
                            is_away=isinstance(error, UnreachableError),
                        )
                    )
        return len(records), problems

    @noted("purge")
    def destroy(
        self, wanted: Iterable[Target | int], options: Mapping[str, str] | None = None
    ) -> int:
        """Destroy archived conversations for good, keys and files; return how many.

        A later import leaves them out, as it does what was deleted for good elsewhere.

        Raises:
            UserError: one is not archived.
            AccessError: the vault is open for reading only.
            DeviceError: a file cannot be removed; without its key nobody can read it.
        """
        index = self._require_writable()
        with self._store.exclusive() as tables, opened_places(self._store, options) as open_place:
            ids = {archived_id(tables, each) for each in wanted}
            records = list(tables.archived.some(sorted(ids)).values())
            with self._store.transaction() as changed, changed.purging.permit():
                for record in records:
                    changed.archived.destroy(record)
                    changed.archived.rows.forget_ties(record.id)
                    changed.deleted.note(record.id, record.external_tag)
                if records:
                    changed.audit.append(DESTROYED, {"conversations": len(records)})
                    changed.purging.begin(with_copy=False)
            self._store.archive_files.remove([record.file_name for record in records])
            for record in records:
                if record.where and (place := open_place(record.where)):
                    away.remove(record, place)
        self._finish(index, Job())
        return len(records)

    def _choose(self, wish: ArchiveWish) -> Chosen:
        if wish.query is None and wish.row_ids is None and wish.changed_before_ms is None:
            raise UsageError("say which conversations to archive: by a search, an age or their ids")
        found = None if wish.query is None else self._search.conversation_ids(wish.query)
        if wish.row_ids is not None:
            found = set(wish.row_ids) if found is None else found.intersection(wish.row_ids)
        with self._store.snapshot() as tables:
            return choose(
                tables,
                found=found,
                changed_before_ms=wish.changed_before_ms,
                with_marked=wish.with_marked,
            )

    def _require_writable(self) -> Index:
        self._store.require_writable()
        if self._index is None:
            raise AccessError(READING_ONLY)
        return self._index

    def _finish(self, index: Index, job: Job) -> None:
        # What another program that reads keeps from being done, the next opening does.
        with contextlib.suppress(BusyError):
            purge_finish.finish(self._store, index, self._folder, job.unstoppable())


def archived_id(tables: Tables, wanted: Target | int) -> int:
    """Return the row id of what is archived, by its id or the beginning of it.

    Raises:
        UserError: it is not archived, or several begin so.
    """
    if isinstance(wanted, int):
        found = [wanted] if wanted in tables.archived.away([wanted]) else []
    else:
        found = _begin_so(tables, str(wanted))
    if len(found) > 1:
        raise UserError("several archived conversations begin with this id; give more of it")
    if not found:
        raise UserError("no archived conversation has this id; `privatus archives list` shows them")
    return found[0]


def problem_of(store: Store, record: StoredArchived, open_place: Open) -> str:
    """Return what is wrong with an archive file, or nothing: all of it is read.

    Its attachment files, which lie in the vault, are read, too.
    """
    return str(_error_of(store, record, open_place) or "")


def _error_of(store: Store, record: StoredArchived, open_place: Open) -> PrivatusError | None:
    try:
        opened = contents.unpack(away.read(store, record, open_place(record.where)))
        for digest in opened.files:
            store.blobs.verify(digest)
    except PrivatusError as error:
        return error
    return None


def _begin_so(tables: Tables, text: str) -> list[int]:
    digits = text.split(".")[0].replace("-", "").lower()
    if not MIN_PREFIX_DIGITS <= len(digits) <= 32 or set(digits) - set("0123456789abcdef"):
        raise UserError("an id is 32 hexadecimal digits, or at least the first four of them")
    low, high = (bytes.fromhex(digits.ljust(32, fill)) for fill in "0f")
    return tables.archived.find_by_prefix(low, high)


def _batches(groups: Sequence[tuple[int, ...]]) -> Iterator[list[int]]:
    """Yield row ids to be moved at once; what belongs together is never parted."""
    batch: list[int] = []
    for group in groups:
        batch += group
        if len(batch) >= _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _archived(done: Sequence[StoredArchived]) -> Archived:
    return Archived(
        ids=tuple(record.public_id for record in done),
        conversations=len(done),
        messages=sum(record.message_count for record in done),
        size_bytes=sum(record.size_bytes for record in done),
    )


def _made_at_ms(record: StoredArchived) -> int:
    return record.sort_at_ms if record.created_at_ms is None else record.created_at_ms


def _shown(record: StoredArchived) -> ArchivedChat:
    return ArchivedChat(
        row_id=record.id,
        id=record.public_id,
        kind=record.kind,
        title=record.title,
        source=record.source,
        created_at_ms=record.created_at_ms,
        changed_at_ms=record.sort_at_ms,
        archived_at_ms=record.archived_at_ms,
        messages=record.message_count,
        format=record.format,
        size_bytes=record.size_bytes,
        where=record.where,
    )
