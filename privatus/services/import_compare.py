"""What differs between a conversation in the vault and the same one in a new export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from privatus.core import flags
from privatus.core.conversation import Attachment, Conversation, Json
from privatus.services.preparing import OWN_PREFIX, Encoded
from privatus.storage.attachments import StoredAttachment
from privatus.storage.conversations import StoredConversation
from privatus.storage.message_codec import decode_details
from privatus.storage.messages import StoredMessage

# What an import may say of a message; the rest of its bits belongs to the vault.
_IMPORTED_FLAGS = ~flags.MISSING

ModelId = Callable[[str | None], int | None]
Files = Mapping[int, list[StoredAttachment]]
_File = TypeVar("_File", Attachment, StoredAttachment)


@dataclass(slots=True)
class Changes:
    """What of one conversation's messages is written."""

    added: list[Encoded] = field(default_factory=list)
    changed: list[tuple[StoredMessage, Encoded]] = field(default_factory=list)
    # Files whose bytes an export holds for the first time; the message stays as it is.
    filled: list[tuple[StoredMessage, tuple[Attachment, ...]]] = field(default_factory=list)
    missing: list[StoredMessage] = field(default_factory=list)
    returned: list[StoredMessage] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)  # the export's number -> the vault's

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.filled or self.missing or self.returned)


def compare(
    rows: Sequence[StoredMessage],
    files: Files,
    messages: Sequence[Encoded],
    model_id: ModelId,
    *,
    is_older: bool,
) -> Changes:
    """Return what the export changes; an older one adds what the vault lacks, and nothing else."""
    by_external_id = {decode_details(row.content)[0]: row for row in rows}
    next_number = max((row.number for row in rows), default=0) + 1
    changes = Changes()
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
        if not is_older and _differs(row, e, stored_files, model_id):
            # A message keeps its place in the tree: it may have been answered from there.
            kept = e._replace(number=row.number, parent=row.parent_number)
            changes.changed.append((row, kept))
            continue
        if not is_older:
            _note_presence(changes, row, is_missing=bool(e.flags & flags.MISSING))
        if attachments := _with_bytes(stored_files, e):
            changes.filled.append((row, attachments))
    if not is_older:
        for external_id, row in by_external_id.items():
            if not external_id.startswith(OWN_PREFIX):
                _note_presence(changes, row, is_missing=True)
    return changes


def _note_presence(changes: Changes, row: StoredMessage, *, is_missing: bool) -> None:
    was_missing = bool(row.flags & flags.MISSING)
    if is_missing and not was_missing:
        changes.missing.append(row)
    elif was_missing and not is_missing:
        changes.returned.append(row)


def former_head(stored: StoredConversation, wanted: StoredConversation) -> dict[str, Json]:
    """Return what a person sees of *stored* that is not so in *wanted*, by name."""
    former: dict[str, Json] = {}
    for name, was, becomes in (
        ("title", stored.title, wanted.title),
        ("project", stored.project, wanted.project),
        ("metadata", stored.metadata, wanted.metadata),
        ("is_archived", stored.is_archived, wanted.is_archived),
        ("is_starred", stored.is_starred, wanted.is_starred),
        ("active", stored.active_number, wanted.active_number),
    ):
        if was != becomes:
            former[name] = was
    return former


def wanted_head(
    stored: StoredConversation,
    conversation: Conversation,
    changes: Changes,
    model_id: ModelId,
    *,
    account_id: int | None,
    is_older: bool,
) -> StoredConversation:
    """Return the row of the conversation as the export would have it."""
    if is_older:
        return replace(
            stored,
            account_id=stored.account_id or account_id,
            created_at_ms=_first(stored.created_at_ms, conversation.created_at_ms),
        )
    return replace(
        stored,
        account_id=account_id or stored.account_id,
        model_id=model_id(conversation.model),
        created_at_ms=_first(conversation.created_at_ms, stored.created_at_ms),
        updated_at_ms=_first(conversation.updated_at_ms, stored.updated_at_ms),
        is_archived=conversation.is_archived,
        is_starred=conversation.is_starred,
        active_number=None if conversation.active is None else changes.numbers[conversation.active],
        title=conversation.title,
        project=conversation.project or None,
        metadata=dict(conversation.metadata),
    )


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _differs(
    row: StoredMessage, e: Encoded, files: list[StoredAttachment], model_id: ModelId
) -> bool:
    if row.content != e.content:
        return True
    if (row.role, row.created_at_ms, row.model_id) != (e.role, e.created_at_ms, model_id(e.model)):
        return True
    if (row.flags ^ e.flags) & _IMPORTED_FLAGS:
        return True
    return [(f.name, f.external_id, f.media_type, f.metadata) for f in files] != [
        (a.name, a.external_id, a.media_type or None, dict(a.metadata)) for a in e.attachments
    ]


def _with_bytes(files: list[StoredAttachment], e: Encoded) -> tuple[Attachment, ...] | None:
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
