"""Bringing exports in: detect, read, match, write, and say what came of it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from privatus.core.conversation import Conversation
from privatus.core.errors import (
    AccessError,
    BugError,
    JobCancelled,
    TamperedError,
    UnreadableInputError,
    UserError,
)
from privatus.core.import_report import Counts, FileReport, ImportReport, Trouble
from privatus.core.jobs import Job, Progress
from privatus.importers import registry
from privatus.importers.base import Importer, Notes
from privatus.importers.export import Export, open_export
from privatus.search.index import Index
from privatus.search.index_writer import IndexWriter
from privatus.services import indexing
from privatus.services.after_import import AfterImport
from privatus.services.import_batch import ImportBatch
from privatus.services.import_merge import ImportMerge
from privatus.services.import_missing import MissingConversations
from privatus.services.import_news import Before
from privatus.services.journal.noting import noted
from privatus.services.preparing import Prepared, Unfit, conversation_digest, external_tag
from privatus.services.reading import Reading
from privatus.storage.audit import IMPORTED
from privatus.storage.store import READING_ONLY, Store, Tables


class ImportService:
    """Imports exports of AI chats."""

    def __init__(self, store: Store, index: Index | None, after: AfterImport) -> None:
        self._store = store
        self._index = index
        self._after = after

    @noted("import")
    def run(
        self,
        *paths: str | Path,
        on_progress: Callable[[Progress], object] | None = None,
        on_done: Callable[[FileReport | Trouble], object] | None = None,
        job: Job | None = None,
        with_deleted: bool = False,
    ) -> ImportReport:
        """Import exports: ZIP, folder or file each.

        What was read before a stop or a failure is in the vault, whole conversations only; run
        it again and the rest comes in. A file of which nothing can be read is in `failed`; one
        with the exports of two providers is reported twice. *on_done* is told of each file as
        it is done, for when an error ends the import before it can return its report. What a
        person deleted for good is left out, unless *with_deleted*.

        Raises:
            UserError: no file was named.
            DeviceError: the disk is full or refuses.
        """
        if not paths:
            raise UserError("name at least one export to import: a ZIP, a folder or a file")
        if self._index is None:
            raise AccessError(READING_ONLY)
        job = job or Job(on_progress)
        started_s = time.monotonic()
        files, failed = list[FileReport](), list[Trouble]()
        for done in self._import_files(list(map(Path, paths)), job, with_deleted):
            if on_done is not None:
                on_done(done)
            if isinstance(done, Trouble):
                failed.append(done)
                continue
            files.append(done)
            if done.is_cancelled:
                break
        report = ImportReport(files=tuple(files), failed=tuple(failed), seconds=0)
        report = self._after.run(report, job)
        return replace(report, seconds=time.monotonic() - started_s)

    def _import_files(
        self, paths: Sequence[Path], job: Job, with_deleted: bool
    ) -> Iterator[FileReport | Trouble]:
        with self._store.snapshot() as tables:
            # Before all of the files: one import is often an export in several parts.
            before = Before.now(tables, with_deleted=with_deleted)
        for path in paths:
            yield from self._import_file(path, before, job)

    def _import_file(self, path: Path, before: Before, job: Job) -> Iterator[FileReport | Trouble]:
        """Yield what came of each provider's part of one file; mostly that is all of it."""
        try:
            with open_export(path) as export:
                for importer, part in registry.find_all(export):
                    try:
                        yield self._import_part(path, importer, part, before, job)
                    except UnreadableInputError as error:
                        yield Trouble(file=path.name, where=path.name, reason=str(error))
        except UnreadableInputError as error:
            yield Trouble(file=path.name, where=path.name, reason=str(error))

    def _import_part(
        self, path: Path, importer: Importer, part: Export, before: Before, job: Job
    ) -> FileReport:
        with self._store.exclusive() as tables:
            return _Run(self._store, tables, self._index, path, importer, part, before, job).run()


class _Run:
    """The import of one file."""

    def __init__(
        self,
        store: Store,
        tables: Tables,
        index: Index | None,
        path: Path,
        importer: Importer,
        export: Export,
        before: Before,
        job: Job,
    ) -> None:
        if index is None:
            raise BugError("an import without an index")
        self._store, self._tables, self._index = store, tables, index
        self._path, self._importer, self._export, self._job = path, importer, export, job
        self._before = before
        self._counts = Counts()
        self._notes = Notes()
        self._messages_added = 0

    def run(self) -> FileReport:
        try:
            # What an earlier failure left behind must not be passed over by what is queued now.
            indexing.catch_up(self._store, self._index, self._job)
        except JobCancelled:
            return self._report(is_cancelled=True)
        before = self._tables.statistics.message_count()
        self._missing = MissingConversations(self._tables, self._importer.source)
        is_cancelled = self._write_all()
        if not is_cancelled:
            self._require_something()
            self._mark_missing()
        report = self._report(is_cancelled=is_cancelled)
        # What was written is in the log, whatever is found wrong with it.
        self._log(report)
        if not is_cancelled:
            self._check_counts(before)
        # Everything is in the vault: a stop while tidying leaves it for the next time.
        with suppress(JobCancelled):
            self._index.tidy(self._job)
            indexing.keep_newest(self._tables, self._index, self._job)
        indexing.confirm(self._store, self._index)
        return report

    def _write_all(self) -> bool:
        """Read and write; return whether the person stopped it."""
        # A million messages are made and dropped without a cycle among them; looking for one
        # again and again takes a tenth of the time.
        thresholds = gc.get_threshold()
        gc.set_threshold(200_000, *thresholds[1:])
        writer = IndexWriter(self._index)
        self._batch = ImportBatch(
            self._store, self._tables, writer, self._counts, self._before.news
        )
        self._merge = ImportMerge(self._store, self._tables, self._batch, writer)
        is_cancelled = False
        try:
            try:
                is_cancelled = not self._read_all()
                self._batch.write()
            except BaseException:
                self._batch.discard()
                raise
        finally:
            gc.set_threshold(*thresholds)
            writer.close()
        return is_cancelled

    def _read_all(self) -> bool:
        """Take in all conversations, return True; or False if the person stopped it."""
        export, total = self._export, self._export.size_bytes
        reading = Reading(self._path, export, self._importer, self._notes)
        try:
            with closing(iter(reading)) as conversations:
                for prepared in conversations:
                    self._add(prepared)
                    if self._batch.is_full:
                        self._batch.write()
                    # By name: the time that is left is reckoned anew for each file.
                    done = min(reading.bytes_read, total)
                    self._job.report(f"importing {export.name}", done, total)
        except JobCancelled:
            return False
        except UnreadableInputError as error:
            # What was read until here stays; of what nothing was read, the file has failed.
            if not self._notes.conversations_seen:
                raise
            self._notes.skip(export.name, f"{error}; what stood before it was imported")
        return True

    def _add(self, prepared: Prepared | Unfit) -> None:
        conversation = prepared.head
        if isinstance(prepared, Unfit):
            self._notes.skip(_named(conversation), prepared.reason)
            self._messages_added += prepared.message_count
            return
        self._messages_added += len(prepared.messages)
        batch, scope = self._batch, self._store.scope
        tag, digest = external_tag(scope, conversation), conversation_digest(scope, prepared)
        if tag in batch.tags:
            batch.write()
        try:
            self._match(prepared, (tag, digest))
        except TamperedError as error:
            # Written to nowhere rather than into another chat; the others come in.
            self._notes.skip(_named(conversation), f"{error}; run `privatus check`")

    def _match(self, prepared: Prepared, match: tuple[bytes, bytes]) -> None:
        """Add a conversation, or bring the one that it is up to it.

        Raises:
            TamperedError: what the vault knows of it is not what was sealed.
        """
        conversation, batch = prepared.head, self._batch
        stored = batch.find(match[0])
        warn = self._warner(conversation)
        if stored is None and match[0] in self._before.left_out:
            self._counts.conversations_deleted += 1
            return
        if stored is None and match[0] in self._before.archived:
            self._pass_over(conversation, is_same=self._before.archived[match[0]] == match[1])
            return
        if stored is None:
            if conversation.id is not None and self._is_taken(conversation):
                prepared = prepared._replace(head=replace(conversation, id=None))
            row_id = batch.add(prepared, match, warn)
            self._missing.note(row_id, conversation, was_missing=conversation.is_missing_at_source)
            return
        is_repeated = self._missing.is_repeated(stored.id)
        self._missing.note(stored.id, conversation, was_missing=stored.is_missing)
        knows_account = conversation.account is None or stored.account_id is not None
        if stored.digest == match[1] and knows_account:
            self._counts.conversations_unchanged += 1
            return
        self._merge.merge(stored, prepared, match, warn, is_repeated=is_repeated)

    def _pass_over(self, conversation: Conversation, *, is_same: bool) -> None:
        """Leave out what was moved to an archive; say so if the export has more of it."""
        if is_same:
            self._counts.conversations_unchanged += 1
        else:
            self._notes.skip(
                _named(conversation),
                "it is archived and has changed at its source; bring it back"
                " (`privatus archives bring-back`), then import this again",
            )

    def _is_taken(self, conversation: Conversation) -> bool:
        public_id = conversation.id
        return public_id is not None and self._tables.conversations.has_public_id(public_id)

    def _warner(self, conversation: Conversation) -> Callable[[str, str], None]:
        def warn(name: str, reason: str) -> None:
            self._notes.warn(f"{_named(conversation)}: {name}", reason)

        return warn

    def _mark_missing(self) -> None:
        """Mark what a whole export of its account no longer holds, and what is there again."""
        importer, export, missing = self._importer, self._export, self._missing
        gone: set[int] = set()
        is_all_read = not self._notes.skipped_count and not export.is_incomplete
        if is_all_read and importer.is_whole_account(export):
            try:
                gone = missing.gone(importer.account(export))
            except TamperedError as error:
                self._notes.warn(self._export.name, f"{error}; run `privatus check`")
        returned, said = missing.returned(), missing.said_missing()
        if gone or returned or said:
            with self._store.transaction() as tables:
                for conversation_id in gone | said:
                    self._set_missing(tables, conversation_id, True)
                for conversation_id in returned:
                    self._set_missing(tables, conversation_id, False)
        self._counts.conversations_missing = len(gone)

    def _require_something(self) -> None:
        """Refuse a file that holds something and of which nothing came in.

        Raises:
            UnreadableInputError: so it is; nothing of the file is in the vault.
        """
        notes, c = self._notes, self._counts
        is_written = c.conversations_new or c.conversations_updated or c.conversations_unchanged
        is_written = is_written or c.conversations_deleted
        # An empty conversation is one, and is in the vault: it must be counted.
        if is_written or (notes.conversations_seen and notes.messages_seen):
            return
        reasons = "; ".join(note.reason for note in notes.skipped[:3])
        raise UnreadableInputError(
            f"no conversation in {self._export.name} could be read"
            + (f" ({reasons})" if reasons else "; it holds none that Privatus knows")
        )

    def _set_missing(self, tables: Tables, conversation_id: int, is_missing: bool) -> None:
        try:
            tables.conversations.set_missing(conversation_id, is_missing)
        except TamperedError as error:
            self._notes.warn(f"conversation {conversation_id}", f"{error}; run `privatus check`")

    def _check_counts(self, messages_before: int) -> None:
        """Hold what the vault has against what the importer saw.

        Raises:
            BugError: messages were lost on the way.
        """
        notes, counts = self._notes, self._counts
        if notes.messages_seen != self._messages_added:
            raise BugError(
                f"the importer saw {notes.messages_seen} messages and gave {self._messages_added};"
                " please report this"
            )
        found = self._tables.statistics.message_count() - messages_before
        if found != counts.messages_new:
            raise BugError(
                f"{counts.messages_new} messages were written and {found} are in the vault;"
                " run `privatus check` and report this"
            )

    def _report(self, *, is_cancelled: bool) -> FileReport:
        notes, name = self._notes, self._export.name
        problems = [Trouble(file=name, where=where, reason=r) for where, r in self._export.problems]
        return FileReport(
            name=name,
            source=self._importer.source,
            label=self._importer.label,
            counts=self._counts,
            skipped=tuple(
                Trouble(file=name, where=n.where, reason=n.reason) for n in notes.skipped
            ),
            warnings=(
                *problems,
                *(Trouble(file=name, where=n.where, reason=n.reason) for n in notes.warnings),
            ),
            skipped_count=notes.skipped_count,
            warnings_count=notes.warnings_count + len(problems),
            unknown=dict(notes.unknown),
            ignored=dict(notes.ignored),
            is_cancelled=is_cancelled,
        )

    def _log(self, report: FileReport) -> None:
        c = report.counts
        with self._store.transaction() as tables:
            tables.audit.append(
                IMPORTED,
                {
                    "file": report.name,
                    "source": report.source,
                    "conversations": [c.conversations_new, c.conversations_updated],
                    "messages": [c.messages_new, c.messages_updated],
                    "skipped": report.skipped_count,
                    "is_cancelled": report.is_cancelled,
                },
            )


def _named(conversation: Conversation) -> str:
    return f"«{conversation.title or conversation.external_id}»"


def provider_of(path: Path) -> str:
    """Return the label of the provider whose export *path* is; reads its beginning only.

    Raises:
        UnreadableInputError: it is not there, cannot be read, or is no export that we know.
    """
    with open_export(path) as export:
        return " and ".join(importer.label for importer, _ in registry.find_all(export))


def readable() -> str:
    """Return whose exports are read: the end of what is said of those of others."""
    return registry.readable()


def known_sources() -> Iterable[tuple[str, str]]:
    """Return (source, label) of every provider that can be imported."""
    return [(importer.source, importer.label) for importer in registry.BUILT_IN]
