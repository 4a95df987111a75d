"""Looks into exports before they are imported: whose, how much, and what of it is already here.

Reads as an import does and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from privatus.core.errors import UnreadableInputError, UserError
from privatus.core.import_report import Trouble
from privatus.core.jobs import Job
from privatus.importers import registry
from privatus.importers.base import Importer, Notes
from privatus.importers.export import Export, open_export
from privatus.services.preparing import Prepared, Unfit, conversation_digest, external_tag
from privatus.services.reading import Reading
from privatus.storage.store import Store

# So many conversations are looked up together: others wait to read meanwhile.
_AT_ONCE = 200


@dataclass(slots=True, kw_only=True)
class FilePreview:
    """What one export holds, and how that stands to what is in the vault."""

    path: Path
    name: str
    source: str
    label: str
    size_bytes: int
    conversations: int = 0
    messages: int = 0
    # Of these, those of a conversation that came before, in this file or in one before it.
    messages_again: int = 0
    attachments: int = 0
    attachments_missing: int = 0  # named, but their bytes are not in the export
    oldest_ms: int | None = None
    newest_ms: int | None = None
    new: int = 0  # not in the vault
    changed: int = 0  # in the vault, and not as it stands here
    deleted: int = 0  # deleted here for good: the import leaves them out, unless it is told not to
    unchanged: int = 0  # in the vault as it stands here, or in what was looked into before
    skipped: tuple[Trouble, ...] = ()  # what the import will not take
    skipped_count: int = 0
    warnings_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What all files hold; `failed` are those of which nothing can be read."""

    files: tuple[FilePreview, ...] = ()
    failed: tuple[Trouble, ...] = ()
    failed_paths: tuple[Path, ...] = ()
    # By tag, how many messages each conversation in them has: in a further file, these are there
    # already.
    seen: Mapping[bytes, int] = field(default_factory=dict, repr=False)

    @property
    def readable_paths(self) -> tuple[Path, ...]:
        """Return the files that can be imported, each once."""
        return tuple(dict.fromkeys(file.path for file in self.files))

    @property
    def paths(self) -> frozenset[Path]:
        """Return the files that were looked into."""
        return frozenset((*self.readable_paths, *self.failed_paths))

    def without_failed(self, path: Path) -> ImportPreview:
        """Return it without *path*, of which nothing could be read."""
        failed = zip(self.failed, self.failed_paths, strict=True)
        kept = [(trouble, other) for trouble, other in failed if other != path]
        return replace(
            self,
            failed=tuple(trouble for trouble, _ in kept),
            failed_paths=tuple(other for _, other in kept),
        )


class ImportPreviewService:
    """Reads exports without importing them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def run(
        self, *paths: str | Path, after: ImportPreview | None = None, job: Job | None = None
    ) -> ImportPreview:
        """Read exports: ZIP, folder or file each.

        They come beside those of *after*, which are not read again.

        Raises:
            UserError: no file was named.
            JobCancelled: the person stopped it.
        """
        if not paths:
            raise UserError("name at least one export to look into: a ZIP, a folder or a file")
        job = job or Job()
        before = after or ImportPreview()
        look = _Look(self._store, job, dict(before.seen))
        files, failed = [*before.files], [*before.failed]
        failed_paths = [*before.failed_paths]
        for path in map(Path, paths):
            try:
                files.extend(look.into(path))
            except UnreadableInputError as error:
                failed.append(Trouble(file=path.name, where=path.name, reason=str(error)))
                failed_paths.append(path)
        return ImportPreview(
            files=tuple(files),
            failed=tuple(failed),
            failed_paths=tuple(failed_paths),
            seen=look.seen,
        )


@dataclass(slots=True)
class _Look:
    """One preview: what it has seen counts for the files after it."""

    store: Store
    job: Job
    seen: dict[bytes, int]

    def into(self, path: Path) -> Iterator[FilePreview]:
        with open_export(path) as export:
            for importer, part in registry.find_all(export):
                yield self._part(path, importer, part)

    def _part(self, path: Path, importer: Importer, export: Export) -> FilePreview:
        notes = Notes()
        found = FilePreview(
            path=path,
            name=export.name,
            source=importer.source,
            label=importer.label,
            size_bytes=export.size_bytes,
        )
        try:
            self._read(found, Reading(path, export, importer, notes), notes)
        except UnreadableInputError as error:
            # An import takes what stood before.
            if not found.conversations:
                raise
            notes.skip(export.name, str(error))
        found.skipped = tuple(
            Trouble(file=export.name, where=note.where, reason=note.reason)
            for note in notes.skipped
        )
        found.skipped_count = notes.skipped_count
        found.warnings_count = notes.warnings_count + len(export.problems)
        if not found.conversations:
            raise UnreadableInputError(f"no conversation in {export.name} can be read")
        return found

    def _read(self, found: FilePreview, reading: Reading, notes: Notes) -> None:
        waiting: list[tuple[bytes, bytes, int]] = []
        try:
            with closing(iter(reading)) as conversations:
                for prepared in conversations:
                    self._count(found, prepared, notes, waiting)
                    if len(waiting) >= _AT_ONCE:
                        self._compare(found, waiting)
                    done = min(reading.bytes_read, found.size_bytes)
                    self.job.report(f"looking into {found.name}", done, found.size_bytes)
        finally:
            self._compare(found, waiting)

    def _count(
        self,
        found: FilePreview,
        prepared: Prepared | Unfit,
        notes: Notes,
        waiting: list[tuple[bytes, bytes, int]],
    ) -> None:
        head = prepared.head
        if isinstance(prepared, Unfit):
            notes.skip(f"«{head.title or head.external_id}»", prepared.reason)
            return
        found.conversations += 1
        found.messages += len(prepared.messages)
        for message in prepared.messages:
            for attachment in message.attachments:
                found.attachments += 1
                found.attachments_missing += attachment.open is None
        times = [time for time in (head.created_at_ms, head.updated_at_ms) if time is not None]
        if times:
            found.oldest_ms = min(times if found.oldest_ms is None else [*times, found.oldest_ms])
            found.newest_ms = max(times if found.newest_ms is None else [*times, found.newest_ms])
        scope = self.store.scope
        tag, digest = external_tag(scope, head), conversation_digest(scope, prepared)
        waiting.append((tag, digest, len(prepared.messages)))

    def _compare(self, found: FilePreview, waiting: list[tuple[bytes, bytes, int]]) -> None:
        """Count what is new, changed and unchanged, and empty *waiting*."""
        with self.store.snapshot() as tables:
            here = {
                **tables.archived.digests(),
                **tables.conversations.digests([tag for tag, _, _ in waiting]),
            }
            deleted = tables.deleted.tags()
        for tag, digest, messages in waiting:
            if tag in self.seen:
                # It comes twice: the second time, all of it is there.
                found.unchanged += 1
                found.messages_again += min(messages, self.seen[tag])
            elif tag not in here and tag in deleted:
                found.deleted += 1
            elif tag not in here:
                found.new += 1
            elif here[tag] == digest:
                found.unchanged += 1
            else:
                found.changed += 1
            self.seen[tag] = max(messages, self.seen.get(tag, 0))
        waiting.clear()
