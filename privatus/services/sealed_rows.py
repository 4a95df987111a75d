"""Encodes conversations for sealing, and says by keyed hashes which are the same."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

from privatus.core.conversation import Attachment, Conversation, Message
from privatus.core.flags import flags_of
from privatus.storage.message_codec import encode_message
from privatus.storage.rows import ROLE_NUMBERS
from privatus.vault.keys import Scope

_pack_header = struct.Struct("<qqBqI").pack
# No time and no number is this small.
_NULL = -(1 << 63)
# Ids of messages that were written here, which no export can hold.
OWN_PREFIX = "privatus:"


class Encoded(NamedTuple):
    """A message with the bytes of it that will be sealed."""

    message: Message
    content: bytes
    flags: int


def encode(messages: Sequence[Message]) -> list[Encoded]:
    """Encode the messages of a conversation."""
    return [Encoded(message, encode_message(message), flags_of(message)) for message in messages]


def conversation_digest(scope: Scope, conversation: Conversation, messages: list[Encoded]) -> bytes:
    """Return a keyed hash of all that an export says of a conversation.

    Equal digests mean that an import has nothing to change.
    """
    c = conversation
    head = (c.kind.value, c.title, c.created_at_ms, c.updated_at_ms, c.model, c.project,
            c.is_archived, c.is_starred, c.is_missing_at_source, c.active,
            sorted(c.metadata.items(), key=lambda item: item[0]))  # fmt: skip
    state = hashlib.blake2b(repr(head).encode("utf-8", "replace"), digest_size=32)
    update = state.update
    for encoded in messages:
        m = encoded.message
        update(
            _pack_header(
                m.number,
                _NULL if m.parent is None else m.parent,
                ROLE_NUMBERS[m.role],
                _NULL if m.created_at_ms is None else m.created_at_ms,
                len(encoded.content),
            )
        )
        update(encoded.content)
        if m.model or m.attachments or encoded.flags:
            update(
                repr((m.model, encoded.flags, attachments_key(m.attachments))).encode(
                    "utf-8", "replace"
                )
            )
    return scope.tag(b"digest", state.digest())


def attachments_key(attachments: Sequence[Attachment]) -> list[Any]:
    """Return what tells whether a message's attachments have changed."""
    return [
        (a.name, a.media_type, a.external_id, a.open is not None, dict(a.metadata))
        for a in attachments
    ]


def external_tag(scope: Scope, conversation: Conversation) -> bytes:
    """Return the keyed hash that matches a conversation at the next import.

    The account is part of it only where the provider's ids are short: a bare conversations.json
    does not say whose it is, and must match the whole export of next month.
    """
    account = "" if _is_unique(conversation.external_id) else conversation.account or ""
    key = f"{conversation.source}\0{account}\0{conversation.external_id}"
    return scope.tag(b"external id", key.encode("utf-8", "replace"))


def _is_unique(external_id: str) -> bool:
    """Say whether an id is random or a hash, so that no two accounts have the same."""
    digits = external_id.removeprefix("sha256:").replace("-", "")
    return len(digits) >= 24 and all(c in "0123456789abcdefABCDEF" for c in digits)
