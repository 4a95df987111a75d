"""Everything about the conversations as one JSON document, to be read back without a loss.

DEST/privatus-export.json    docs/json-format.md describes it field by field
DEST/files/<sha256>          the bytes of the attachments, each content once

The same conversations give the same bytes: the order of keys is fixed, each conversation has a
line of its own, and nothing says when or where the export was made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from privatus.core.annotation import Annotation
from privatus.core.conversation import Attachment, Conversation, Json, Message, Part
from privatus.core.jobs import Job
from privatus.core.marks import SETTABLE, SetMark
from privatus.core.summary import Summary
from privatus.core.tag import Tagging
from privatus.exporters.base import ExportResult, each
from privatus.exporters.characters import encodable
from privatus.exporters.files import AttachmentFolder, ExportFolder
from privatus.exporters.times import iso

# The importer of the same name reads no document with a higher number.
VERSION = 1
DOCUMENT = "privatus-export.json"

# Gives the SHA-256 of an attachment's bytes; None: there are none.
Sha256 = Callable[[Attachment], str | None]


class PrivatusJsonExporter:
    """Writes a document that `privatus import` reads back."""

    format = "json"
    label = "JSON"

    def write(
        self, conversations: Iterable[Conversation], destination: Path, job: Job
    ) -> ExportResult:
        folder = ExportFolder(destination, self.format)
        files = AttachmentFolder(folder, "files", lambda _, sha256: sha256)

        def sha256(attachment: Attachment) -> str | None:
            stored = files.add(attachment)
            return stored and stored[0]

        count = 0
        with folder.create(DOCUMENT) as output:
            # The importer looks for these two before anything else.
            output.write_text(f'{{"format":"privatus-export","version":{VERSION},"conversations":[')
            for conversation in each(conversations, job):
                output.write_text(",\n" if count else "\n")
                output.write(encoded(conversation_record(conversation, sha256)))
                count += 1
            output.write_text("\n]}\n")
        return folder.result(count)


def encoded(value: Json) -> bytes:
    """Return *value* as compact JSON; a lone surrogate becomes a question mark."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_encodable(value))


def conversation_record(conversation: Conversation, sha256: Sha256) -> dict[str, Json]:
    """Return the conversation as the document holds it."""
    return {
        "id": conversation.id and str(conversation.id),
        "kind": conversation.kind.value,
        "source": conversation.source,
        "external_id": conversation.external_id,
        "account": conversation.account,
        "title": conversation.title,
        "created_at": iso(conversation.created_at_ms),
        "updated_at": iso(conversation.updated_at_ms),
        "model": conversation.model,
        "project": conversation.project,
        "is_archived": conversation.is_archived,
        "is_starred": conversation.is_starred,
        "is_missing_at_source": conversation.is_missing_at_source,
        "folder": conversation.folder,
        "marks": conversation.marks
        # Whether it is in a hybrid is for the vault to say that has it.
        and [mark_record(said) for said in conversation.marks if said.mark in SETTABLE],
        "tags": [tag_record(conversation, tagging) for tagging in conversation.tags],
        "annotations": [
            annotation_record(conversation, annotation) for annotation in conversation.annotations
        ],
        "summary": conversation.summary and summary_record(conversation.summary),
        "active_id": message_id(conversation, conversation.active),
        "metadata": conversation.metadata,
        "messages": [message_record(conversation, m, sha256) for m in conversation.messages],
    }


def mark_record(said: SetMark) -> dict[str, Json]:
    """Return the mark as the document holds it."""
    return {"mark": said.mark.value, "is_set": said.is_set, "set_at": iso(said.set_at_ms)}


def tag_record(conversation: Conversation, tagging: Tagging) -> dict[str, Json]:
    """Return the tag, as the conversation or its message has it, as the document holds it."""
    return {
        "name": tagging.name,
        "colour": tagging.colour,
        "message_id": message_id(conversation, tagging.number),
        "added_by": tagging.actor.value,
        "added_at": iso(tagging.added_at_ms),
    }


def annotation_record(conversation: Conversation, said: Annotation) -> dict[str, Json]:
    """Return the annotation as the document holds it, with the passage as it was when made."""
    passage = said.passage and {
        "start": said.passage.start,
        "quote": said.passage.quote,
        "prefix": said.passage.prefix,
        "suffix": said.passage.suffix,
    }
    return {
        "message_id": message_id(conversation, said.number),
        "passage": passage,
        "colour": said.colour,
        "text": said.text,
        "created_at": iso(said.created_at_ms),
    }


def summary_record(said: Summary) -> dict[str, Json] | None:
    """Return a person's summary as the document holds it; one of sentences can be made anew."""
    return {"text": said.text, "written_at": iso(said.made_at_ms)} if said.is_own else None


def message_id(conversation: Conversation, number: int | None) -> str | None:
    """Return "<id of the conversation>.<number>"; without the id if it has none."""
    if number is None:
        return None
    return f"{conversation.id}.{number}" if conversation.id else str(number)


def message_record(conversation: Conversation, message: Message, sha256: Sha256) -> dict[str, Json]:
    """Return the message as the document holds it."""
    record: dict[str, Json] = {
        "id": message_id(conversation, message.number),
        "parent_id": message_id(conversation, message.parent),
        "role": message.role.value,
        "external_id": message.external_id,
        "created_at": iso(message.created_at_ms),
        "author": message.author,
        "model": message.model,
        "is_hidden": message.is_hidden,
        "is_missing_at_source": message.is_missing_at_source,
        "parts": [part_record(part) for part in message.parts],
        "attachments": [
            {
                "name": attachment.name,
                "media_type": attachment.media_type,
                "size_bytes": attachment.size_bytes,
                "external_id": attachment.external_id,
                "sha256": sha256(attachment),
                "metadata": attachment.metadata,
            }
            for attachment in message.attachments
        ],
        "metadata": message.metadata,
    }
    if message.is_edited:
        record["is_edited"] = True
    return record


def part_record(part: Part) -> dict[str, Json]:
    """Return the part as the document holds it: most have nothing but a kind and a text."""
    record: dict[str, Json] = {"kind": part.kind.value, "text": part.text}
    optional = {"name": part.name, "url": part.url, "attachment": part.attachment}
    record.update((key, value) for key, value in optional.items() if value is not None)
    if part.data:
        record["data"] = part.data
    return record


def _encodable(value: Json) -> Json:
    match value:
        case str():
            return encodable(value)
        case list() | tuple():
            return [_encodable(item) for item in value]
        case dict():
            return {_encodable(key): _encodable(item) for key, item in value.items()}
        case _:
            return value


EXPORTER = PrivatusJsonExporter()
