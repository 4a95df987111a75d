"""What differs between a conversation in the vault and the same one in a new export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from privatus.core import flags
from privatus.core.conversation import Attachment, Conversation, Json
from privatus.core.tree import Tree, leaf_instead
from privatus.services.preparing import OWN_PREFIX, Encoded
from privatus.services.said import Said
from privatus.storage.attachments import StoredAttachment
from privatus.storage.conversations import StoredConversation
from privatus.storage.message_codec import decode_details, with_said
from privatus.storage.messages import StoredMessage

ModelId = Callable[[str | None], int | None]
Files = Mapping[int, list[StoredAttachment]]
_File = TypeVar("_File", Attachment, StoredAttachment)


@dataclass(slots=True)
class Changes:
    """What of one conversation's messages is written."""

    last: int  # the highest number that there was
    added: list[Encoded] = field(default_factory=list)
    changed: list[tuple[StoredMessage, Encoded]] = field(default_factory=list)
    # What a person edited or removed, and the source says otherwise now; with the hash of that.
    conflicts: list[tuple[StoredMessage, Encoded, bytes]] = field(default_factory=list)
    # Files whose bytes an export holds for the first time; the message stays as it is.
    filled: list[tuple[StoredMessage, tuple[Attachment, ...]]] = field(default_factory=list)
    missing: list[StoredMessage] = field(default_factory=list)
    returned: list[StoredMessage] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)  # the export's number -> the vault's

    @property
    def rewritten(self) -> list[StoredMessage]:
        """Return the messages that get a new revision."""
        return [*(row for row, _ in self.changed), *(row for row, _, _ in self.conflicts)]

    def rewritten_where(self, was: int, becomes: int) -> list[StoredMessage]:
        """Return those of `rewritten` whose flag of what is missing *was* so and *becomes* so."""
        pairs = [*self.changed, *((row, e) for row, e, _ in self.conflicts)]
        wanted = was, becomes
        return [
            row
            for row, e in pairs
            if (row.flags & flags.MISSING, e.flags & flags.MISSING) == wanted
        ]

    @property
    def any(self) -> bool:
        lists = self.added, self.changed, self.conflicts, self.filled, self.missing, self.returned
        return any(lists)


def compare(
    rows: Sequence[StoredMessage],
    files: Files,
    messages: Sequence[Encoded],
    model_id: ModelId,
    said: Said,
    *,
    is_older: bool,
) -> Changes:
    """Return what the export changes; an older one adds what the vault lacks, and nothing else."""
    by_external_id = {decode_details(row.content)[0]: row for row in rows}
    changes = Changes(last=max((row.number for row in rows), default=0))
    next_number = changes.last + 1
    for e in messages:
        row = by_external_id.pop(decode_details(e.content)[0], None)
        if row is None:
            parent = None if e.parent is None else changes.numbers[e.parent]
            changes.numbers[e.number] = next_number
            changes.added.append(e._replace(number=next_number, parent=parent))
            next_number += 1
            continue
        changes.numbers[e.number] = row.number
        stored_files = files.get(row.id, [])
        # A message keeps its place in the tree: it may have been answered from there.
        kept = e._replace(number=row.number, parent=row.parent_number)
        if not is_older and take_over(changes, row, kept, stored_files, model_id, said):
            continue
        if row.is_removed:
            continue
        if not is_older:
            note_presence(changes, row, is_missing=bool(e.flags & flags.MISSING))
        if attachments := with_bytes(stored_files, e):
            changes.filled.append((row, attachments))
    if not is_older:
        for external_id, row in by_external_id.items():
            if not (row.is_removed or external_id.startswith(OWN_PREFIX)):
                note_presence(changes, row, is_missing=True)
    return changes


def take_over(
    changes: Changes,
    row: StoredMessage,
    e: Encoded,
    files: list[StoredAttachment],
    model_id: ModelId,
    said: Said,
) -> bool:
    """Note what a newer export changes of a message; return whether it does."""
    if not row.flags & flags.OF_PERSON:
        if not _differs(row, e, files, model_id):
            return False
        if e.flags & flags.EDITED:
            # Another vault's edit: what the source said last is what stood here.
            e = e._replace(content=with_said(e.content, said.known(row, files)))
        changes.changed.append((row, e))
        return True
    says, known = said.of_export(e, model_id(e.model)), said.known(row, files)
    # What a person had taken out for good must not come back by history.
    if says == known or row.id in said.purged:
        return False
    is_shown = not row.is_removed and says == said.shown(row, files)
    if not e.flags & flags.EDITED and is_shown:
        # The source says now what the person made of it.
        changes.changed.append((row, e))
    elif not is_shown:
        # What another vault made of it is not what its source says.
        changes.conflicts.append((row, e, known if e.flags & flags.EDITED else says))
    return not is_shown or not e.flags & flags.EDITED


def note_presence(changes: Changes, row: StoredMessage, *, is_missing: bool) -> None:
    """Note that a message is gone at its source, or there again, if that is news."""
    was_missing = bool(row.flags & flags.MISSING)
    if is_missing and not was_missing:
        changes.missing.append(row)
    elif was_missing and not is_missing:
        changes.returned.append(row)


def former_head(
    stored: StoredConversation, wanted: StoredConversation, model: Callable[[int | None], Json]
) -> dict[str, Json]:
    """Return what a person sees of *stored* that is not so in *wanted*, by name."""
    former: dict[str, Json] = {}
    for name, was, becomes in (
        ("title", stored.title, wanted.title),
        ("project", stored.project, wanted.project),
        ("metadata", stored.metadata, wanted.metadata),
        ("is_archived", stored.is_archived, wanted.is_archived),
        ("is_starred", stored.is_starred, wanted.is_starred),
        ("active", stored.active_number, wanted.active_number),
        ("model", model(stored.model_id), model(wanted.model_id)),
        ("source_title", stored.source_title, wanted.source_title),
    ):
        if was != becomes:
            former[name] = was
    return former


def wanted_head(
    stored: StoredConversation,
    conversation: Conversation,
    model_id: ModelId,
    *,
    account_id: int | None,
    active: int | None,
    is_older: bool,
) -> StoredConversation:
    """Return the row of the conversation as the export would have it, *active* its last number.

    The title that a person gave it stays.
    """
    if is_older:
        return replace(
            stored,
            account_id=stored.account_id or account_id,
            created_at_ms=_first(stored.created_at_ms, conversation.created_at_ms),
        )
    title, source_title = conversation.title, None
    if stored.source_title is not None:
        title, source_title = stored.title, stored.source_title
        # An export of this vault has the person's title, which is not news of its source.
        # And one that was purged is not to come back.
        if source_title and conversation.title != title:
            source_title = conversation.title
    return replace(
        stored,
        account_id=account_id or stored.account_id,
        model_id=model_id(conversation.model),
        created_at_ms=_first(conversation.created_at_ms, stored.created_at_ms),
        updated_at_ms=_first(conversation.updated_at_ms, stored.updated_at_ms),
        is_archived=conversation.is_archived,
        is_starred=conversation.is_starred,
        active_number=active,
        title=title,
        source_title=source_title,
        project=conversation.project or None,
        metadata=dict(conversation.metadata),
    )


def active_leaf(
    rows: Sequence[StoredMessage], conversation: Conversation, changes: Changes
) -> int | None:
    """Return where the branch ends that the export shows, or what is left of it."""
    if conversation.active is None:
        return None
    leaf = changes.numbers[conversation.active]
    removed = {row.number: row.parent_number for row in rows if row.is_removed}
    if leaf not in removed:
        return leaf
    parents = {row.number: row.parent_number for row in rows}
    parents.update((e.number, e.parent) for e in changes.added)
    return leaf_instead(Tree.of_parents(parents, removed), leaf, removed)


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _differs(
    row: StoredMessage, e: Encoded, files: list[StoredAttachment], model_id: ModelId
) -> bool:
    if row.content != e.content:
        return True
    if (row.role, row.created_at_ms, row.model_id) != (e.role, e.created_at_ms, model_id(e.model)):
        return True
    if (row.flags ^ e.flags) & ~flags.OF_VAULT:
        return True
    return [(f.name, f.external_id, f.media_type, f.metadata) for f in files] != [
        (a.name, a.external_id, a.media_type or None, dict(a.metadata)) for a in e.attachments
    ]


def with_bytes(files: list[StoredAttachment], e: Encoded) -> tuple[Attachment, ...] | None:
    """Return a message's files with the bytes that the vault lacks, None if there are none.

    Bytes that come later are news; bytes that a later export leaves out are not.
    """
    given = told_apart(e.attachments)
    openers = {key: a.open for key, a in given.items() if a.open is not None}
    stored = told_apart(files)
    if not any(f.digest is None and key in openers for key, f in stored.items()):
        return None
    return tuple(
        Attachment(
            name=f.name,
            media_type=f.media_type,
            size_bytes=f.size_bytes,
            external_id=f.external_id,
            metadata=f.metadata,
            open=openers.get(key) if f.digest is None else None,
        )
        for key, f in stored.items()
    )


def told_apart(files: Iterable[_File]) -> dict[tuple[str, str | None, int], _File]:
    """Return a message's files, in order, by what they are called and their place among namesakes.

    What was pasted has no name of its own: each picture of a message may be `image.png`.
    """
    found: dict[tuple[str, str | None, int], _File] = {}
    namesakes: Counter[tuple[str, str | None]] = Counter()
    for file in files:
        called = file.name, file.external_id
        found[called[0], called[1], namesakes[called]] = file
        namesakes[called] += 1
    return found
