"""How prepared conversations pass from the process that reads them to the one that seals them.

Plain tuples by `marshal`, which costs a message a microsecond; both ends are the same Python.

conversation: (head, messages, digest, the fields of Usage)      unfit: (head, count, reason)
head:         fields of Conversation without id, kind and messages | id:16 or None | kind
message:      the fields of Encoded, attachments as below
attachment:   the fields of Attachment without `open` | bytes' address
address:      None | bytes | path of a member | (path of a member, its SHA-256)
"""

from __future__ import annotations

import io
from functools import partial
from typing import Any
from uuid import UUID

from privatus.core.annotation import Annotation, Passage
from privatus.core.conversation import Attachment, Conversation, Kind
from privatus.core.errors import UnreadableInputError
from privatus.core.marks import Mark, SetMark
from privatus.core.summary import Summary, SummaryAuthor
from privatus.core.tag import TagActor, Tagging
from privatus.importers.base import Note, Notes
from privatus.importers.checked import CheckedMember
from privatus.importers.export import Export, Member
from privatus.services.chat_usage import Usage
from privatus.services.preparing import Encoded, Prepared, Unfit

Wire = tuple[Any, ...]

_HEAD = (
    *("source", "external_id", "account", "title", "created_at_ms", "updated_at_ms", "model"),
    *(
        "project",
        "is_archived",
        "is_starred",
        "is_missing_at_source",
        "active",
        "folder",
        "metadata",
    ),
)
_PASSAGE = ("start", "quote", "prefix", "suffix")
_COUNTS = ("skipped_count", "warnings_count", "conversations_seen", "messages_seen")
_ATTACHMENT = ("name", "media_type", "size_bytes", "external_id", "metadata")


def to_wire(found: Prepared | Unfit) -> Wire:
    """Return what `from_wire` makes the same conversation of."""
    head = _head_to_wire(found.head)
    if isinstance(found, Unfit):
        return head, found.message_count, found.reason
    messages = [
        (*e[:-1], tuple(map(_attachment_to_wire, e.attachments))) if e.attachments else tuple(e)
        for e in found.messages
    ]
    return head, messages, found.digest, found.usage and tuple(found.usage)


def from_wire(wire: Wire, export: Export) -> Prepared | Unfit:
    """Return a conversation whose attachments are read from *export*."""
    head = _head_from_wire(wire[0])
    if isinstance(wire[1], int):
        return Unfit(head, wire[1], wire[2])
    messages = [Encoded._make(e) for e in wire[1]]
    for place, (*_, attachments) in enumerate(wire[1]):
        if attachments:
            opened = tuple(_attachment_from_wire(a, export) for a in attachments)
            messages[place] = messages[place]._replace(attachments=opened)
    return Prepared(head, messages, wire[2], wire[3] and Usage._make(wire[3]))


class NotesSender:
    """Passes on what was noted since the last time; the notes themselves stay with the importer."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._sent_counts = [0] * len(_COUNTS)
        self._sent = Notes()

    def to_wire(self) -> Wire:
        """Return what `notes_from_wire` makes notes of."""
        notes, sent = self._notes, self._sent
        counts = [getattr(notes, name) for name in _COUNTS]
        news = (
            [(note.where, note.reason) for note in notes.skipped[len(sent.skipped) :]],
            [(note.where, note.reason) for note in notes.warnings[len(sent.warnings) :]],
            {name: n - sent.unknown[name] for name, n in notes.unknown.items()},
            {name: n - sent.ignored[name] for name, n in notes.ignored.items()},
            [now - before for now, before in zip(counts, self._sent_counts, strict=True)],
        )
        self._sent_counts = counts
        sent.take(notes_from_wire(news))
        return news


def notes_from_wire(wire: Wire) -> Notes:
    """Return notes that are to be added to the earlier ones."""
    skipped, warnings, unknown, ignored, counts = wire
    notes = Notes(
        skipped=[Note(*note) for note in skipped],
        warnings=[Note(*note) for note in warnings],
        **dict(zip(_COUNTS, counts, strict=True)),
    )
    notes.unknown.update(unknown)
    notes.ignored.update(ignored)
    return notes


def _head_to_wire(head: Conversation) -> Wire:
    values = [getattr(head, name) for name in _HEAD]
    marks = (
        None if head.marks is None else [(m.mark.value, m.is_set, m.set_at_ms) for m in head.marks]
    )
    tags = [(t.name, t.colour, t.number, t.actor.value, t.added_at_ms) for t in head.tags]
    notes = [_annotation_to_wire(annotation) for annotation in head.annotations]
    id_bytes = None if head.id is None else head.id.bytes
    said = head.summary and (head.summary.text, head.summary.made_at_ms)
    return (*values, said, notes, tags, marks, id_bytes, head.kind.value)


def _head_from_wire(wire: Wire) -> Conversation:
    *values, said, notes, tags, marks, id_bytes, kind = wire
    return Conversation(
        annotations=tuple(_annotation_from_wire(*note) for note in notes),
        tags=tuple(_tagging_from_wire(*tag) for tag in tags),
        marks=None if marks is None else tuple(_mark_from_wire(*mark) for mark in marks),
        id=None if id_bytes is None else UUID(bytes=id_bytes),
        kind=Kind(kind),
        summary=said and _summary_from_wire(*said),
        **dict(zip(_HEAD, values, strict=True)),
    )


def _summary_from_wire(text: str, made_at_ms: int | None) -> Summary:
    return Summary(author=SummaryAuthor.PERSON, text=text, made_at_ms=made_at_ms)


def _mark_from_wire(mark: str, is_set: bool, set_at_ms: int) -> SetMark:
    return SetMark(mark=Mark(mark), is_set=is_set, set_at_ms=set_at_ms)


def _tagging_from_wire(
    name: str, colour: str | None, number: int | None, actor: str, added_at_ms: int | None
) -> Tagging:
    return Tagging(
        name=name, colour=colour, number=number, actor=TagActor(actor), added_at_ms=added_at_ms
    )


def _annotation_to_wire(said: Annotation) -> Wire:
    passage = said.passage and tuple(getattr(said.passage, name) for name in _PASSAGE)
    return said.number, passage, said.colour, said.text, said.created_at_ms


def _annotation_from_wire(
    number: int | None,
    passage: Wire | None,
    colour: str | None,
    text: str,
    created_at_ms: int | None,
) -> Annotation:
    return Annotation(
        number=number,
        passage=None if passage is None else Passage(**dict(zip(_PASSAGE, passage, strict=True))),
        colour=colour,
        text=text,
        created_at_ms=created_at_ms,
    )


def _attachment_to_wire(attachment: Attachment) -> Wire:
    return (*(getattr(attachment, name) for name in _ATTACHMENT), _address(attachment))


def _attachment_from_wire(wire: Wire, export: Export) -> Attachment:
    *values, address = wire
    fields = dict(zip(_ATTACHMENT, values, strict=True))
    if address is None:
        return Attachment(**fields)
    if isinstance(address, bytes):
        return Attachment(**fields, open=partial(io.BytesIO, address))
    path, sha256 = (address, None) if isinstance(address, str) else address
    member = export.get(path)
    if member is None:
        raise UnreadableInputError(f"{export.name} was changed while it was read; import it again")
    return Attachment(
        **fields, open=member.open if sha256 is None else CheckedMember(member, sha256).open
    )


def _address(attachment: Attachment) -> bytes | str | tuple[str, str] | None:
    """Return where the bytes are; bytes that are in memory already go along."""
    if attachment.open is None:
        return None
    owner = getattr(attachment.open, "__self__", None)
    if isinstance(owner, Member):
        return owner.path
    if isinstance(owner, CheckedMember):
        return owner.member.path, owner.sha256
    with attachment.open() as stream:
        return stream.read()
