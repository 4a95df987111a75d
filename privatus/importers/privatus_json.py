"""Privatus' own JSON, from any vault: docs/json-format.md describes it.

A document alone will do; in a folder, or a ZIP of it, its attachments lie beside it in `files/`,
named by their SHA-256. A conversation keeps the source it first came from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import BinaryIO, TypeVar
from uuid import UUID

from privatus.core.annotation import Annotation, Passage
from privatus.core.conversation import (
    Attachment,
    Conversation,
    Json,
    Kind,
    Message,
    Part,
    PartKind,
    Role,
)
from privatus.core.errors import UnreadableInputError
from privatus.core.marks import SETTABLE, Mark, SetMark
from privatus.core.summary import Summary, SummaryAuthor
from privatus.core.tag import COLOURS, TagActor, Tagging
from privatus.importers import json_stream, records, values
from privatus.importers.base import Notes
from privatus.importers.checked import CheckedMember
from privatus.importers.export import Export, Member

# The highest version of the document that is understood.
VERSION = 1
_START = re.compile(rb'\s*\{\s*"format"\s*:\s*"privatus-export"\s*,\s*"version"\s*:\s*(\d{1,9})')
_TAG_ACTORS = {actor.value: actor for actor in TagActor}
_MARKS = {mark.value: mark for mark in SETTABLE}
_PART_KINDS = {kind.value: kind for kind in PartKind}
_Word = TypeVar("_Word", Kind, Role)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONVERSATION_FIELDS = (
    *("id", "kind", "source", "external_id", "account", "title", "created_at", "updated_at"),
    *("model", "project", "is_archived", "is_starred", "is_missing_at_source", "marks"),
    *("folder", "tags", "annotations", "summary", "active_id", "metadata", "messages"),
)
_MESSAGE_FIELDS = (
    *("id", "parent_id", "role", "external_id", "created_at", "author", "model", "is_hidden"),
    *("is_missing_at_source", "is_edited", "parts", "attachments", "metadata"),
)
_ATTACHMENT_FIELDS = (*("name", "media_type", "size_bytes", "external_id", "sha256", "metadata"),)


class _Unfit(Exception):
    """A record breaks a rule of the format; the text says which."""


class PrivatusJsonImporter:
    """Reads what `privatus export --format json` wrote."""

    source = "privatus"
    label = "Privatus"

    def recognises(self, export: Export) -> bool:
        """Say whether a file begins as our document does."""
        return bool(_documents(export))

    def account(self, export: Export) -> str | None:
        """Return None: each conversation names the account that it came from."""
        return None

    def is_whole_account(self, export: Export) -> bool:
        """Say no: it may be the result of a query."""
        return False

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        """Yield the conversations in the order of the document.

        Raises:
            UnreadableInputError: a newer Privatus wrote it.
        """
        documents = _documents(export)
        if any(version > VERSION for _, version in documents):
            raise UnreadableInputError(
                f"{export.name} was written by a newer Privatus; update the program first"
            )
        for member, _ in documents:
            folder = member.path[: len(member.path) - len(member.name)] + "files/"
            files = _Files(export, folder)
            yield from records.conversations(
                json_stream.items(member, notes, "conversations"),
                partial(_read, files=files, notes=notes),
                notes,
            )


def _documents(export: Export) -> list[tuple[Member, int]]:
    """Return the documents of the export with their versions."""
    found = []
    for member in records.json_members(export)[: records.MAX_HEADS]:
        if start := _START.match(member.head(4096)):
            found.append((member, int(start[1])))
    return found


def _read(
    record: dict[str, Json], where: str, *, files: _Files, notes: Notes
) -> Conversation | None:
    files.missing = 0
    try:
        conversation = _conversation(record, files, notes)
    except _Unfit as error:
        notes.skip(where, str(error))
        return None
    if files.missing:
        notes.warn(where, f"{files.missing} of its files are not beside it; give the whole folder")
    return conversation


def _conversation(record: dict[str, Json], files: _Files, notes: Notes) -> Conversation:
    messages = _messages(record, files, notes)
    active = _number(record.get("active_id"))
    if active is not None and active not in messages:
        raise _Unfit("its active_id is none of its messages")
    return Conversation(
        id=_uuid(record.get("id")),
        kind=_member_of(Kind, record.get("kind"), "kind"),
        source=_required(record, "source"),
        external_id=_required(record, "external_id"),
        account=_optional(record, "account"),
        title=values.text(record.get("title")),
        created_at_ms=_time_ms(record.get("created_at")),
        updated_at_ms=_time_ms(record.get("updated_at")),
        model=_optional(record, "model"),
        project=_optional(record, "project"),
        is_archived=record.get("is_archived") is True,
        is_starred=record.get("is_starred") is True,
        is_missing_at_source=record.get("is_missing_at_source") is True,
        active=active,
        folder=_optional(record, "folder"),
        marks=None if record.get("marks") is None else _marks(record, notes),
        tags=_tags(record, messages, notes),
        annotations=tuple(_annotation(raw, messages) for raw in _records(record, "annotations")),
        summary=_summary(record.get("summary")),
        messages=tuple(messages.values()),
        metadata=_metadata(record, *_CONVERSATION_FIELDS),
    )


def _messages(record: dict[str, Json], files: _Files, notes: Notes) -> dict[int, Message]:
    messages: dict[int, Message] = {}
    external_ids: set[str] = set()
    last = 0
    for raw in _records(record, "messages"):
        message = _message(raw, files, notes)
        if message.number <= last:
            raise _Unfit("its messages are not in the order of their numbers")
        if message.parent is not None and message.parent not in messages:
            raise _Unfit("a message answers one that does not stand before it")
        if message.external_id in external_ids:
            raise _Unfit("two of its messages have the same external_id")
        messages[message.number] = message
        last = message.number
        external_ids.add(message.external_id)
    return messages


def _marks(record: dict[str, Json], notes: Notes) -> tuple[SetMark, ...]:
    found: dict[Mark, SetMark] = {}
    for raw in _records(record, "marks"):
        name, at_ms = values.text(raw.get("mark")), _time_ms(raw.get("set_at"))
        if name not in _MARKS:
            notes.unknown[f"mark {name}"] += 1
            continue
        if at_ms is None:
            raise _Unfit("a mark does not say when it was set")
        mark = _MARKS[name]
        found[mark] = SetMark(mark=mark, is_set=raw.get("is_set") is True, set_at_ms=at_ms)
    return tuple(sorted(found.values(), key=lambda said: said.mark))


def _tags(
    record: dict[str, Json], messages: Mapping[int, Message], notes: Notes
) -> tuple[Tagging, ...]:
    """Return the tags of the conversation and its messages; a bare text is a tag's name."""
    found = []
    for raw in values.sequence(record.get("tags")):
        said = {"name": raw} if isinstance(raw, str) else values.mapping(raw)
        name, colour = _required(said, "name"), said.get("colour")
        number = _number(said.get("message_id"))
        if number is not None and number not in messages:
            raise _Unfit("a tag is of a message that is not there")
        actor = values.text(said.get("added_by", TagActor.IMPORT.value))
        if actor not in _TAG_ACTORS:
            notes.unknown[f"tag by {actor}"] += 1
        found.append(
            Tagging(
                name=name,
                colour=colour if colour in COLOURS else None,
                number=number,
                actor=_TAG_ACTORS.get(actor, TagActor.IMPORT),
                added_at_ms=_time_ms(said.get("added_at")),
            )
        )
    return tuple(found)


def _annotation(record: dict[str, Json], messages: Mapping[int, Message]) -> Annotation:
    number, colour = _number(record.get("message_id")), record.get("colour")
    if number is not None and number not in messages:
        raise _Unfit("an annotation is of a message that is not there")
    passage = None if record.get("passage") is None else _passage(record["passage"], number)
    text = values.text(record.get("text"))
    if passage is None and not text:
        raise _Unfit("an annotation has neither a text nor a passage")
    return Annotation(
        number=number,
        passage=passage,
        colour=colour if colour in COLOURS else None,
        text=text,
        created_at_ms=_time_ms(record.get("created_at")),
    )


def _summary(value: Json) -> Summary | None:
    if value is None:
        return None
    said = values.mapping(value)
    return Summary(
        author=SummaryAuthor.PERSON,
        text=_required(said, "text"),
        made_at_ms=_time_ms(said.get("written_at")),
    )


def _passage(value: Json, number: int | None) -> Passage:
    said = values.mapping(value)
    start, quote = said.get("start"), values.text(said.get("quote"))
    if number is None or not quote:
        raise _Unfit("an annotation has a passage that is of no message, or empty")
    if type(start) is not int or start < 0 or values.whole(start) is None:
        raise _Unfit("an annotation does not say where its passage begins")
    return Passage(
        start=start,
        quote=quote,
        prefix=values.text(said.get("prefix")),
        suffix=values.text(said.get("suffix")),
    )


def _message(record: dict[str, Json], files: _Files, notes: Notes) -> Message:
    number = _number(record.get("id"))
    if number is None or number < 1:
        raise _Unfit("a message has no id that ends in a number")
    attachments = tuple(_attachment(raw, files) for raw in _records(record, "attachments"))
    return Message(
        number=number,
        parent=_number(record.get("parent_id")),
        role=_member_of(Role, record.get("role"), "role"),
        external_id=_required(record, "external_id"),
        parts=tuple(_part(raw, len(attachments), notes) for raw in _records(record, "parts")),
        created_at_ms=_time_ms(record.get("created_at")),
        author=_optional(record, "author"),
        model=_optional(record, "model"),
        attachments=attachments,
        is_hidden=record.get("is_hidden") is True,
        is_missing_at_source=record.get("is_missing_at_source") is True,
        is_edited=record.get("is_edited") is True,
        metadata=_metadata(record, *_MESSAGE_FIELDS),
    )


def _part(record: dict[str, Json], attachments: int, notes: Notes) -> Part:
    text = values.text(record.get("text"))
    kind = _PART_KINDS.get(values.text(record.get("kind")))
    if kind is None:
        notes.unknown[f"part {values.text(record.get('kind'))}"] += 1
        return Part(kind=PartKind.UNKNOWN, text=text, data=record)
    index = record.get("attachment")
    if index is not None and not (type(index) is int and 0 <= index < attachments):
        raise _Unfit("a part names an attachment that its message does not have")
    return Part(
        kind=kind,
        text=text,
        name=_optional(record, "name"),
        url=_optional(record, "url"),
        attachment=index,
        data=values.mapping(record.get("data")),
    )


def _attachment(record: dict[str, Json], files: _Files) -> Attachment:
    return Attachment(
        name=values.text(record.get("name")),
        media_type=_optional(record, "media_type"),
        size_bytes=values.size_bytes(record.get("size_bytes")),
        external_id=_optional(record, "external_id"),
        metadata=_metadata(record, *_ATTACHMENT_FIELDS),
        open=files.opener(record.get("sha256")),
    )


class _Files:
    """The files beside a document, by their SHA-256."""

    def __init__(self, export: Export, folder: str) -> None:
        self._export = export
        self._folder = folder
        self.missing = 0

    def opener(self, sha256: Json) -> Callable[[], BinaryIO] | None:
        """Return what opens the file of that name; None: there is none."""
        if not isinstance(sha256, str):
            return None
        member = self._export.get(self._folder + sha256)
        if member is None:
            self.missing += 1
            return None
        return CheckedMember(member, sha256).open


def _records(record: Mapping[str, Json], key: str) -> list[dict[str, Json]]:
    found = record.get(key, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise _Unfit(f"its {key} are not a list of objects")
    return found


def _required(record: Mapping[str, Json], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise _Unfit(f"a {key} is missing")
    return value


def _optional(record: Mapping[str, Json], key: str) -> str | None:
    # Unlike `values.optional_text`: here an empty text is not the same as none.
    value = record.get(key)
    return value if isinstance(value, str) else None


def _metadata(record: Mapping[str, Json], *known: str) -> Mapping[str, Json]:
    more = values.rest(record, *known)
    metadata = values.mapping(record.get("metadata"))
    return {**metadata, **more} if more else metadata


def _member_of(values_of: type[_Word], value: Json, field: str) -> _Word:
    try:
        return values_of(value)
    except ValueError:
        raise _Unfit(f"its {field} is not one that we know") from None


def _uuid(value: Json) -> UUID | None:
    if value is None:
        return None
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError):
        raise _Unfit("its id is not a UUID") from None


def _number(value: Json) -> int | None:
    """Return the number of the message that an id names: "<conversation>.<number>"."""
    return None if value is None else values.whole(values.text(value).rpartition(".")[2])


def _time_ms(value: Json) -> int | None:
    """Return a time of the document exactly: ISO 8601, or milliseconds for far years."""
    if type(value) is int:
        if values.whole(value) is None:
            raise _Unfit("a time is out of all bounds")
        return value
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise _Unfit("a time is not in ISO 8601") from None
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return (time - _EPOCH) // timedelta(milliseconds=1)


IMPORTER = PrivatusJsonImporter()
