"""Taking out for good: former wordings of messages, and whole conversations.

What was taken out is in no row, no file, no index and no unused space of the vault any more, once
a call returns. Nothing brings it back: there is no undo.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from privatus.core.annotation import Annotation
from privatus.core.conversation import ConversationVersion, Json
from privatus.core.errors import AccessError, BusyError, UserError
from privatus.core.jobs import Job
from privatus.core.purging import FormerWording, Purged, PurgePreview
from privatus.search.index import Index
from privatus.services import annotation_places, conversation_ids, merge_marks, purge_finish
from privatus.services.backups.holding import holding_backups
from privatus.services.conversation_ids import Target
from privatus.services.journal.noting import noted
from privatus.storage import going_back, index_queue
from privatus.storage.annotations import StoredAnnotation
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import READING_ONLY, Store, Tables

HISTORY_PURGED, CHATS_DESTROYED = "history purged", "conversations deleted for good"
# What a version says beside its words.
_KEPT_TEXTS = frozenset({"kind"})
_WORDS = frozenset({"title", "project", "metadata", "description"})
_BUSY = (
    "another window or command is reading the vault, so that nothing can be taken out of its log;"
    " close it and try again: nothing was changed"
)


class PurgeService:
    """Takes out for good what a person no longer wants to be there."""

    def __init__(self, store: Store, index: Index | None, folder: Path) -> None:
        self._store = store
        self._index = index
        self._folder = folder

    def preview(
        self, conversation_id: Target, numbers: Collection[int] | None = None
    ) -> PurgePreview:
        """Return what `purge_history` would take out, and which known copy holds it still.

        Raises:
            UserError: there is no such conversation.
        """
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, conversation_id)
            former = tables.purging.former(stored.id, numbers)
            return PurgePreview(
                messages=len({wording.number for wording in former}),
                wordings=tuple(
                    FormerWording(
                        number=f.number,
                        revision=f.revision,
                        replaced_at_ms=f.replaced_at_ms,
                        size_bytes=f.size_bytes,
                        attachments=f.attachments,
                    )
                    for f in former
                ),
                versions=len(_worded(tables, stored, numbers)),
                annotations=len(_quoting(tables, stored, numbers)),
                files=tables.purging.spare_files(stored.id, numbers),
                copy=going_back.kept_copy(self._folder),
                set_aside=tuple(going_back.set_aside(self._folder)),
                backups=holding_backups(tables, [stored]),
                archives=_archives_of(tables, [stored.id]),
            )

    def preview_destroy(self, row_ids: Sequence[int]) -> PurgePreview:
        """Return what `destroy` would take out of the vault."""
        with self._store.snapshot() as tables:
            found = [c for i in dict.fromkeys(row_ids) if (c := tables.conversations.get(i))]
            return PurgePreview(
                conversations=len(found),
                messages=sum(stored.message_count for stored in found),
                files=tables.deleted.spare_files([stored.id for stored in found]),
                copy=going_back.kept_copy(self._folder),
                set_aside=tuple(going_back.set_aside(self._folder)),
                backups=holding_backups(tables, found),
                archives=_archives_of(tables, [stored.id for stored in found]),
            )

    @noted("purge")
    def purge_history(
        self,
        conversation_id: Target,
        numbers: Collection[int] | None = None,
        *,
        with_copy: bool = False,
        job: Job | None = None,
    ) -> Purged:
        """Take out the former wordings of these messages, or all that a chat once said.

        The versions of the chat stay, and say that their words were taken out. The copy from
        before a change of the schema goes, which holds them, too; *with_copy*: and databases that
        were set aside when such a copy took their place.

        Raises:
            UserError: there is no such conversation.
            AccessError: the vault is open for reading only.
            BusyError: another program reads the vault; nothing was changed, or the error says so.
            JobCancelled: the person stopped it; nothing was changed.
        """

        def changed(tables: Tables) -> Purged:
            stored = conversation_ids.find(tables, conversation_id)
            return _take_words(tables, stored, numbers)

        return self._purge(changed, with_copy, job or Job())

    @noted("purge")
    def destroy(
        self,
        row_ids: Sequence[int],
        *,
        with_copy: bool = False,
        job: Job | None = None,
    ) -> Purged:
        """Take out whole conversations, their keys included, by row id, also from the trash.

        What is left of each is a keyed tag, so that an import leaves it out unless it is told to
        bring it again. Those that are not there are passed over.

        Raises:
            AccessError: the vault is open for reading only.
            BusyError: another program reads the vault; nothing was changed, or the error says so.
            JobCancelled: the person stopped it; nothing was changed.
        """
        wanted = list(dict.fromkeys(row_ids))

        def changed(tables: Tables) -> Purged:
            sources = tables.chat_sources.merged_into(wanted)
            for row_id in wanted:
                for first, last in _runs(tables.deleted.message_ids(row_id)):
                    tables.index_queue.append(index_queue.MESSAGES, first, last)
                tables.index_queue.append(index_queue.CONVERSATIONS, row_id, row_id)
            count = tables.deleted.destroy(wanted)
            merge_marks.follow(tables, sources)
            if count:
                tables.audit.append(CHATS_DESTROYED, {"conversations": count})
            return Purged(conversations=count)

        return self._purge(changed, with_copy, job or Job())

    def row_ids(self, targets: Iterable[Target]) -> list[int]:
        """Return the row ids of conversations for `destroy`, by what a person calls them.

        Raises:
            UserError: one is not there, or several begin so.
        """
        with self._store.snapshot() as tables:
            return list(dict.fromkeys(_row_id(tables, target) for target in targets))

    @property
    def is_pending(self) -> bool:
        """Say whether a purge was begun and the rest of it is left to the next opening."""
        with self._store.snapshot() as tables:
            return tables.purging.begun().count > 0

    def _purge(self, change: Callable[[Tables], Purged], with_copy: bool, job: Job) -> Purged:
        self._store.require_writable()
        if self._index is None:
            raise AccessError(READING_ONLY)
        with self._store.exclusive():
            job.report("preparing", 0, None)
            if not self._store.checkpoint():
                raise BusyError(_BUSY)
            job.check()
            with self._store.transaction() as tables, tables.purging.permit():
                done = change(tables)
                if done != Purged() or with_copy:
                    tables.purging.begin(with_copy=with_copy)
            # From here on nothing is stopped half way.
            files = purge_finish.finish(self._store, self._index, self._folder, job.unstoppable())
        return replace(done, files=files)


def _take_words(
    tables: Tables, stored: StoredConversation, numbers: Collection[int] | None
) -> Purged:
    """Take former words out of all rows that hold them; needs a permit."""
    former = tables.purging.former(stored.id, numbers)
    for wording in former:
        tables.purging.blank(wording, stored.container)
    tables.purging.forget_files(stored.id, numbers)
    worded = _worded(tables, stored, numbers)
    for version in worded:
        tables.versions.replace_details(stored.id, stored.container, version)
    quoting = _quoting(tables, stored, numbers)
    for annotation in quoting:
        tables.annotations.update(stored.container, StoredAnnotation(stored.id, annotation))
    if numbers is None and stored.source_title:
        # What the source calls it, which the person calls otherwise.
        tables.conversations.update(replace(stored, source_title=""))
    if former or worded:
        tables.summaries.delete_former(stored.id)
        # It was made of words, and tells which others are like them.
        tables.signatures.forget(stored.id)
        tables.audit.append(HISTORY_PURGED, {"revisions": len(former)})
    return Purged(wordings=len(former), versions=len(worded), annotations=len(quoting))


def _archives_of(tables: Tables, row_ids: Sequence[int]) -> tuple[str, ...]:
    """Return the titles of archived chats that may hold words of these, and of files of theirs.

    What was merged or split shares its words; of what was brought back, a file at a destination
    that does not answer waits to be removed.
    """
    tied = {i for row_id in row_ids for i in tables.archived.rows.tied_to(row_id)}
    return tuple(
        record.title or "Untitled" for record in tables.archived.some({*tied, *row_ids}).values()
    )


def _row_id(tables: Tables, target: Target) -> int:
    """Return the row id of a conversation, in the trash or not."""
    try:
        return conversation_ids.find(tables, target).id
    except UserError:
        thrown = tables.conversations.public_ids(list(tables.trash.times_ms()))
        digits = str(target).split(".")[0].replace("-", "").lower()
        found = [row_id for row_id, public_id in thrown.items() if public_id.hex.startswith(digits)]
        if len(found) != 1 or len(digits) < conversation_ids.MIN_PREFIX_DIGITS:
            raise
        return found[0]


def _worded(
    tables: Tables, stored: StoredConversation, numbers: Collection[int] | None
) -> list[ConversationVersion]:
    """Return the versions that hold words, without them; of some messages they hold none."""
    if numbers is not None:
        return []
    found = tables.versions.of_conversation(stored.id, stored.container)
    wordless = [replace(version, details=_wordless(version.details)) for version in found]
    return [after for after, before in zip(wordless, found, strict=True) if after != before]


def _wordless(details: Mapping[str, Json]) -> dict[str, Json]:
    """Return what a version says without what anybody wrote: numbers stay, texts go."""
    kept = {name: value for name, value in details.items() if not _is_words(name, value)}
    return kept if len(kept) == len(details) else {**kept, "purged": True}


def _is_words(name: str, value: Json) -> bool:
    if name in _WORDS:
        return value is not None
    if isinstance(value, dict):
        return any(_is_words(key, inner) for key, inner in value.items())
    if isinstance(value, list):
        return any(_is_words("", inner) for inner in value)
    return isinstance(value, str) and name not in _KEPT_TEXTS


def _quoting(
    tables: Tables, stored: StoredConversation, numbers: Collection[int] | None
) -> list[Annotation]:
    """Return the annotations that quote a former wording, as they quote the present one."""
    marked = [
        said
        for said in tables.annotations.of_conversation(stored.id, stored.container)
        if said.passage is not None and (numbers is None or said.number in numbers)
    ]
    if not marked:
        return []
    messages = _messages(tables, stored, {said.number for said in marked if said.number})
    quoted = [(said, _requoted(said, *messages[said.number or 0])) for said in marked]
    return [after for before, after in quoted if after != before]


def _messages(
    tables: Tables, stored: StoredConversation, numbers: set[int]
) -> dict[int, tuple[str, int]]:
    """Return text and revision of messages by number."""
    found = {}
    for number in numbers:
        [row] = tables.messages.some(stored.id, stored.container, [number])
        found[number] = row.decode({}).text, row.revision
    return found


def _requoted(said: Annotation, text: str, revision: int) -> Annotation:
    """Return an annotation that holds no word that its message does not say now."""
    if said.passage is None:
        return said
    found = annotation_places.place(said.passage, text)
    if found.span is None:
        # Its words are gone, so it is on the message as a whole.
        return replace(said, passage=None, revision=revision)
    passage = annotation_places.passage_at(text, *found.span)
    return said if passage == said.passage else replace(said, passage=passage, revision=revision)


def _runs(ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return ascending *ids* as ranges, both ends included."""
    runs: list[tuple[int, int]] = []
    for each in ids:
        if runs and each == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], each
        else:
            runs.append((each, each))
    return runs
