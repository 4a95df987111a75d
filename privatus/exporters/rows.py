"""A message as one row of a table, the same in every format that has rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from privatus.core.conversation import Conversation, Message
from privatus.exporters.characters import encodable
from privatus.exporters.privatus_json import message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a table says about one message, in the order of its columns.

    `text` is what a person reads; thinking, tools and sources are in the JSON formats only.
    """

    conversation_id: str  # the provider's, if no vault has given it one
    title: str
    source: str
    kind: str
    message_id: str
    parent_id: str | None
    role: str
    author: str | None
    model: str | None
    created_at_ms: int | None = field(metadata={"column": "created_at"})
    is_active: bool  # on the branch that is shown first
    is_hidden: bool
    is_edited: bool  # a person wrote what it says; its source said something else
    text: str
    attachments: tuple[str, ...]
    tags: tuple[str, ...]  # its conversation's, and its own
    folder: str | None  # its conversation's
    notes: tuple[str, ...]  # its conversation's, and its own
    highlights: tuple[str, ...]  # passages of it that are highlighted or noted on


def rows(conversation: Conversation) -> Iterator[tuple[Message, Row]]:
    """Yield every message of *conversation*, all branches, in the order of their numbers."""
    active = {message.number for message in conversation.active_path()}
    of_all, notes_of_all = conversation.tags_of(), _notes(conversation)
    for message in conversation.messages:
        yield (
            message,
            Row(
                conversation_id=str(conversation.id or encodable(conversation.external_id)),
                title=encodable(conversation.title),
                source=encodable(conversation.source),
                kind=conversation.kind.value,
                message_id=str(message_id(conversation, message.number)),
                parent_id=message_id(conversation, message.parent),
                role=message.role.value,
                author=_encodable(message.author),
                model=_encodable(message.model),
                created_at_ms=message.created_at_ms,
                is_active=message.number in active,
                is_hidden=message.is_hidden,
                is_edited=message.is_edited,
                text=encodable(message.text),
                attachments=tuple(encodable(file.name) for file in message.attachments),
                tags=tuple(map(encodable, (*of_all, *conversation.tags_of(message.number)))),
                folder=_encodable(conversation.folder),
                notes=(*notes_of_all, *_notes(conversation, message.number)),
                highlights=_highlights(conversation, message.number),
            ),
        )


def _notes(conversation: Conversation, number: int | None = None) -> tuple[str, ...]:
    texts = (said.text for said in conversation.annotations_of(number))
    return tuple(encodable(text) for text in texts if text)


def _highlights(conversation: Conversation, number: int) -> tuple[str, ...]:
    passages = (said.passage for said in conversation.annotations_of(number))
    return tuple(encodable(passage.quote) for passage in passages if passage is not None)


def _encodable(text: str | None) -> str | None:
    return None if text is None else encodable(text)
