"""What a conversation of the vault lacks, out of a backup of it: messages and files.

What is here stays. A message that comes back is a new revision in a new version, so that the
history says it and it can be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from privatus.core.browsing import MessageState
from privatus.core.errors import AccessError, TamperedError, UserError
from privatus.core.jobs import Job
from privatus.search.index import Index
from privatus.services import indexing
from privatus.services.backups.bringing import Bringing, Models, Restored
from privatus.services.backups.origin import Origin
from privatus.services.revising import Next, Plan, Reviser, VersionChange
from privatus.services.whole import present
from privatus.storage import index_queue
from privatus.storage.attachments import StoredAttachment, copied_attachment
from privatus.storage.conversations import StoredConversation
from privatus.storage.message_codec import decode_details, with_said
from privatus.storage.messages import StoredMessage
from privatus.storage.store import READING_ONLY, Store, Tables

RESTORED = "restored from a backup"
NOT_HERE = "the conversation is not in the vault any more; bring it back as a whole"


class Match(NamedTuple):
    """A message of the backup, and what of it is here."""

    there: StoredMessage
    here: StoredMessage | None

    @property
    def state(self) -> MessageState:
        if self.here is None:
            return MessageState.GONE
        if self.here.is_removed:
            return MessageState.REMOVED
        said, was = (with_said(row.content, None) for row in (self.here, self.there))
        return MessageState.HERE if said == was else MessageState.CHANGED


def matched(there: Sequence[StoredMessage], here: Sequence[StoredMessage]) -> list[Match]:
    """Return which message here each of *there* is: by its number, or by its source's id.

    A vault that was itself restored may have given a number to something else since.
    """
    by_number = {row.number: row for row in here}
    by_id = {said: row for row in here if (said := _external_id(row))}
    found = []
    for row in there:
        same = by_number.get(row.number)
        if same is None or not _is_same(row, same):
            same = by_id.get(_external_id(row))
        found.append(Match(row, same))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """Brings messages and files of one backup back into conversations that are here."""

    store: Store
    index: Index | None
    origin: Origin
    bringing: Bringing

    def messages(
        self,
        there: Tables,
        chat: StoredConversation,
        here: StoredConversation,
        numbers: Sequence[int] | None,
        job: Job,
    ) -> Restored:
        """Bring messages back: those of *numbers* of the backup, or all that are not here.

        A message that says something else now is left alone, unless its number was given.

        Raises:
            UserError: the backup has no such message, or the vault has lost the conversation.
            AccessError: the vault is open for reading only.
            TamperedError, UnreachableError, DestinationError, DeviceError: as `Bringing.bring`.
            JobCancelled: the person stopped it; nothing was changed.
        """
        index = self._require_writable()
        rows = present(there.messages.of_conversation(chat.id, chat.container))
        if numbers is not None:
            _require_numbers(rows, numbers)
        files = there.attachments.of_conversation(chat.id, chat.container)
        with self.store.snapshot() as tables:
            wanted = _wanted(_matches(tables, here, rows), numbers)
        self.bringing.fetch(_held(wanted, files), job)
        job.check()
        with self.store.exclusive() as tables:
            now = tables.conversations.get(here.id)
            if now is None:
                raise UserError(NOT_HERE)
            matches = _matches(tables, now, rows)
            done = self._mend(there, now, matches, _wanted(matches, numbers), files)
            if done.written:
                indexing.catch_up(self.store, index, job.unstoppable())
        return done

    def _mend(
        self,
        there: Tables,
        here: StoredConversation,
        matches: Sequence[Match],
        wanted: Sequence[Match],
        files: dict[int, list[StoredAttachment]],
    ) -> Restored:
        held = _held(wanted, files)
        names, n_files = self.bringing.contents(held)
        own = {one.there.id: _named(files.get(one.there.id, []), names) for one in wanted}
        added = self._add(there, here, matches, wanted, own)
        return Restored(
            messages=len(wanted),
            files=n_files,
            files_lost=sum(f.blob_name is not None and f.digest not in names for f in held),
            written=((here.public_id, added),) if added else (),
            changes=self._revise(there, here, wanted, own),
        )

    def file(
        self,
        there: Tables,
        chat: StoredConversation,
        here: StoredConversation,
        file: StoredAttachment,
    ) -> Restored:
        """Bring one file back: its content, and the message's reference to it if that is gone.

        Raises:
            UserError: the message is not here.
            AccessError: the vault is open for reading only.
            TamperedError, UnreachableError, DestinationError, DeviceError: as `Bringing.bring`.
        """
        self._require_writable()
        rows = there.messages.of_conversation(chat.id, chat.container)
        [row] = [row for row in rows if row.id == file.message_id]
        with self.store.exclusive() as tables:
            [match] = _matches(tables, here, [row])
            message = match.here
            if message is None or message.is_removed:
                raise UserError("the message is not in the vault; bring it back, with its files")
            self._drop_if_damaged(file)
            names, count = self.bringing.contents([file])
            if file.digest is None or file.digest not in names:
                raise UserError("the backup does not hold what this file contains")
            own = tables.attachments.of_message(message.id, here.container)
            if any(each.digest == file.digest and each.blob_name is not None for each in own):
                return Restored(files=count)
            whole = _with_file(own, replace(file, blob_name=names[file.digest]))
            after = Next(message, message, whole)
            plan = Plan(kind="restore", messages=[after], description=RESTORED)
            change = Reviser(self.store, self.index).revise(here.public_id, lambda *_: plan)
        return Restored(messages=1, files=count, changes=(change,))

    def _drop_if_damaged(self, file: StoredAttachment) -> None:
        """Remove a content that does not open here, if the scratch folder has it whole."""
        if file.digest is None or (name := self.store.blobs.find(file.digest)) is None:
            return
        try:
            self.store.blobs.verify(file.digest)
        except TamperedError:
            self.origin.store.blobs.verify(file.digest)
            self.store.blobs.remove([name])

    def _revise(
        self,
        there: Tables,
        here: StoredConversation,
        wanted: Sequence[Match],
        files: dict[int, list[StoredAttachment]],
    ) -> tuple[VersionChange, ...]:
        """Make a version in which messages that have a row here say what they did."""
        known = [(one.there, one.here) for one in wanted if one.here is not None]
        if not known:
            return ()
        with self.store.transaction() as tables:
            models = Models(tables, there)
            becomes = [_as(old, row, models.here(old.model_id)) for old, row in known]
        plan = Plan(
            kind="restore",
            messages=[
                Next(row, new, files[old.id])
                for (old, row), new in zip(known, becomes, strict=True)
            ],
            description=RESTORED,
        )
        return (Reviser(self.store, self.index).revise(here.public_id, lambda *_: plan),)

    def _require_writable(self) -> Index:
        if self.index is None:
            raise AccessError(READING_ONLY)
        self.store.require_writable()
        return self.index

    def _add(
        self,
        there: Tables,
        here: StoredConversation,
        matches: Sequence[Match],
        wanted: Sequence[Match],
        files: dict[int, list[StoredAttachment]],
    ) -> tuple[int, ...]:
        """Add messages that have no row here after those that are here; return their numbers."""
        missing = [one.there for one in wanted if one.here is None]
        if not missing:
            return ()
        known = {one.there.number: one.here.number for one in matches if one.here is not None}
        with self.store.transaction() as tables:
            rows = _renumbered(tables, here, missing, known, Models(tables, there))
            tables.archived.messages.insert(here.container, rows)
            tables.attachments.insert_many(
                copied_attachment(here.container, row_id, (row.id, 1, file.position), file)
                for row_id, (row, file) in enumerate(
                    (
                        (row, file)
                        for old, row in zip(missing, rows, strict=True)
                        for file in files[old.id]
                    ),
                    start=tables.attachments.next_id(),
                )
            )
            _count(tables, here, rows)
            tables.index_queue.append_each(index_queue.MESSAGES, [row.id for row in rows])
            tables.index_queue.append(index_queue.CONVERSATIONS, here.id, here.id)
        return tuple(row.number for row in rows)


def _matches(
    tables: Tables, here: StoredConversation, rows: Sequence[StoredMessage]
) -> list[Match]:
    return matched(rows, tables.messages.of_conversation(here.id, here.container))


def _held(
    wanted: Sequence[Match], files: dict[int, list[StoredAttachment]]
) -> list[StoredAttachment]:
    return [file for one in wanted for file in files.get(one.there.id, [])]


def _renumbered(
    tables: Tables,
    here: StoredConversation,
    missing: Sequence[StoredMessage],
    known: dict[int, int],
    models: Models,
) -> list[StoredMessage]:
    """Return messages with the next ids and numbers, answering what they answer *known* here."""
    row_id, last = tables.messages.next_id(), tables.messages.last_number(here.id)
    numbers = {**known, **{old.number: last + n for n, old in enumerate(missing, start=1)}}
    return [
        replace(
            old,
            id=row_id + place,
            conversation_id=here.id,
            number=numbers[old.number],
            parent_number=numbers.get(old.parent_number or 0),
            model_id=models.here(old.model_id),
            revision=1,
        )
        for place, old in enumerate(missing)
    ]


def _named(files: Sequence[StoredAttachment], names: dict[bytes, bytes]) -> list[StoredAttachment]:
    """Return files by the names that their contents have here; without one if it is lost."""
    return [replace(f, blob_name=names.get(f.digest) if f.digest else None) for f in files]


def _external_id(row: StoredMessage) -> str:
    return decode_details(row.content)[0]


def _is_same(there: StoredMessage, here: StoredMessage) -> bool:
    ids = _external_id(there), _external_id(here)
    if any(ids):
        return ids[0] == ids[1]
    return (there.role, there.created_at_ms) == (here.role, here.created_at_ms)


def _wanted(matches: Sequence[Match], numbers: Sequence[int] | None) -> list[Match]:
    if numbers is None:
        return [one for one in matches if one.state in (MessageState.REMOVED, MessageState.GONE)]
    named = (one for one in matches if one.there.number in numbers)
    return [one for one in named if one.state is not MessageState.HERE]


def _require_numbers(rows: Sequence[StoredMessage], numbers: Sequence[int]) -> None:
    if set(numbers) - {row.number for row in rows}:
        raise UserError("the backup has no message of this number in the conversation")


def _as(there: StoredMessage, here: StoredMessage, model_id: int | None) -> StoredMessage:
    """Return what a message of the backup says, as the next revision of the one that is here."""
    return replace(
        there,
        id=here.id,
        conversation_id=here.conversation_id,
        number=here.number,
        parent_number=here.parent_number,
        revision=here.revision,
        model_id=model_id,
    )


def _with_file(own: Sequence[StoredAttachment], file: StoredAttachment) -> list[StoredAttachment]:
    """Return the files of a message with *file*; where only its name is known, in that place."""
    for place, each in enumerate(own):
        if each.blob_name is None and each.name == file.name:
            return [*own[:place], file, *own[place + 1 :]]
    return [*own, file]


def _count(tables: Tables, here: StoredConversation, rows: Sequence[StoredMessage]) -> None:
    times = [row.created_at_ms for row in rows if row.created_at_ms is not None]
    tables.conversations.update(
        replace(
            here,
            message_count=here.message_count + len(rows),
            sort_at_ms=max([here.sort_at_ms, *times]),
        )
    )
