"""Conversations with nothing but what was said: without times, names, ids, tags and notes."""

from __future__ import annotations

from dataclasses import replace

from privatus.core.conversation import Attachment, Conversation, Message, Part, PartKind

_PREFIX = "chat-"
# What of a part's data a reader needs to show it.
_NEEDED = frozenset({"language", "type"})


def bare(conversation: Conversation, number: int) -> Conversation:
    """Return the *number*-th conversation of an export with its title and what was said."""
    return Conversation(
        kind=conversation.kind,
        source=conversation.source,
        external_id=f"{_PREFIX}{number}",
        title=conversation.title,
        active=conversation.active,
        messages=tuple(map(_bare_message, conversation.messages)),
    )


def is_bare(conversation: Conversation) -> bool:
    """Say whether `bare` made *conversation*, so that there is nothing to tell about it."""
    return conversation.id is None and conversation.external_id.startswith(_PREFIX)


def _bare_message(message: Message) -> Message:
    parts = (_bare_part(part) for part in message.parts)
    return Message(
        number=message.number,
        parent=message.parent,
        role=message.role,
        external_id=str(message.number),
        parts=tuple(part for part in parts if part.kind is not PartKind.UNKNOWN or part.text),
        attachments=tuple(map(_bare_attachment, message.attachments)),
        is_hidden=message.is_hidden,
    )


def _bare_part(part: Part) -> Part:
    data = {name: value for name, value in part.data.items() if name in _NEEDED}
    return replace(part, data=data if part.kind is PartKind.ARTIFACT else {})


def _bare_attachment(attachment: Attachment) -> Attachment:
    return Attachment(
        name=attachment.name,
        media_type=attachment.media_type,
        size_bytes=attachment.size_bytes,
        open=attachment.open,
    )
