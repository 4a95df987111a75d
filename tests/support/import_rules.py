"""What holds for whatever any importer yields."""

from __future__ import annotations

from collections.abc import Sequence

from privatus.core.conversation import Conversation, Message
from privatus.importers.base import Notes


def check_import(conversations: Sequence[Conversation], notes: Notes) -> None:
    """Assert that the conversations can be stored, and that the notes count them."""
    ids = [(conversation.source, conversation.external_id) for conversation in conversations]
    assert len(set(ids)) == len(ids)
    assert notes.conversations_seen == len(conversations)
    assert notes.messages_seen == sum(len(c.messages) for c in conversations)
    for conversation in conversations:
        assert conversation.external_id
        _check_messages(conversation)


def _check_messages(conversation: Conversation) -> None:
    messages = conversation.messages
    assert [message.number for message in messages] == list(range(1, len(messages) + 1))
    assert len({message.external_id for message in messages}) == len(messages)
    assert conversation.active in {None, *(message.number for message in messages)}
    for message in messages:
        assert message.parent is None or 0 < message.parent < message.number
        _check_parts(message)


def _check_parts(message: Message) -> None:
    for part in message.parts:
        part.text.encode("utf-8")
        assert part.attachment is None or 0 <= part.attachment < len(message.attachments)
    for attachment in message.attachments:
        assert attachment.name
