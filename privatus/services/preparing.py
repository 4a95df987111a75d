"""Prepares conversations for the vault as far as that goes without a key.

What an import reads is encoded, folded for the index and hashed here, in the import's own
process or in one beside it (`reading`).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from privatus.core.conversation import Attachment, Conversation, Message
from privatus.core.flags import flags_of
from privatus.search.document import Traits, Words, words_of
from privatus.services.chat_usage import Usage, usage_of
from privatus.services.import_objections import objection
from privatus.storage.message_codec import encode_message
from privatus.storage.rows import ROLE_NUMBERS, ROLES

if TYPE_CHECKING:
    # The process that reads loads no cryptography: it starts sooner.
    from privatus.vault.keys import Scope

_pack_header = struct.Struct("<qqBqI").pack
# No time and no number is this small.
_NULL = -(1 << 63)
# Ids of messages that were written here, which no export can hold.
OWN_PREFIX = "privatus:"


class Encoded(NamedTuple):
    """A message as its row and its document in the index take it."""

    number: int
    parent: int | None
    role: int
    model: str | None
    created_at_ms: int | None
    flags: int
    content: bytes  # as message_codec has it
    words: Words
    attachments: tuple[Attachment, ...]

    @property
    def clear(self) -> tuple[int, int | None, int, int | None]:
        """Return the columns that the seal binds."""
        return self.number, self.parent, self.role, self.created_at_ms

    def traits(self, source: str) -> Traits:
        """Return what the index shows of it beside its words."""
        return source, ROLES[self.role], self.model, self.flags


class Prepared(NamedTuple):
    """A conversation that is ready to be sealed; `head` is without its messages."""

    head: Conversation
    messages: Sequence[Encoded]
    digest: bytes  # 32 bytes: a hash of all that the export says of it, not keyed yet
    usage: Usage | None = None  # what its messages count for; None: it is measured later


class Unfit(NamedTuple):
    """A conversation that no vault can hold, and why."""

    head: Conversation
    message_count: int
    reason: str


def prepare(conversation: Conversation) -> Prepared | Unfit:
    """Prepare one conversation that an importer has read."""
    head = replace(conversation, messages=())
    if reason := objection(conversation):
        return Unfit(head, len(conversation.messages), reason)
    messages = [encode(message) for message in conversation.messages]
    return Prepared(head, messages, _digest(head, messages), usage_of(conversation))


def encode(message: Message) -> Encoded:
    """Encode a message."""
    bits = flags_of(message)
    return Encoded(
        message.number,
        message.parent,
        ROLE_NUMBERS[message.role],
        message.model,
        message.created_at_ms,
        bits,
        encode_message(message),
        words_of(message, bits),
        message.attachments,
    )


def _digest(c: Conversation, messages: Sequence[Encoded]) -> bytes:
    head = (c.kind.value, c.title, c.created_at_ms, c.updated_at_ms, c.model, c.project,
            c.is_archived, c.is_starred, c.is_missing_at_source, c.active,
            sorted(c.metadata.items(), key=lambda item: item[0]))  # fmt: skip
    state = hashlib.blake2b(repr(head).encode("utf-8", "replace"), digest_size=32)
    update = state.update
    for number, parent, role, model, created_at_ms, bits, content, _, attachments in messages:
        update(
            _pack_header(
                number,
                _NULL if parent is None else parent,
                role,
                _NULL if created_at_ms is None else created_at_ms,
                len(content),
            )
        )
        update(content)
        if model or attachments or bits:
            said = (model, bits, attachments_key(attachments))
            update(repr(said).encode("utf-8", "replace"))
    return state.digest()


def attachments_key(attachments: Sequence[Attachment]) -> list[Any]:
    """Return what tells whether a message's attachments have changed."""
    return [
        (a.name, a.media_type, a.external_id, a.open is not None, dict(a.metadata))
        for a in attachments
    ]


def conversation_digest(scope: Scope, prepared: Prepared) -> bytes:
    """Return a keyed hash of all that an export says of a conversation.

    Equal digests mean that an import has nothing to change.
    """
    return scope.tag(b"digest", prepared.digest)


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
