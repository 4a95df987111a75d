"""What is sealed in which table, and what each seal binds: the registry.

Numbers are for ever: a table or column that goes away leaves its number unused, and a renamed
one keeps it, so that no row has to be sealed again.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from privatus.core.conversation import Role


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed columns; a column `name` is stored as `name_sealed`, in this order."""

    number: int
    columns: tuple[str, ...]


ACCOUNTS = SealedTable(1, ("name",))
CONVERSATIONS = SealedTable(2, ("title", "details"))
MESSAGES = SealedTable(3, ("content",))
ATTACHMENTS = SealedTable(4, ("details",))
CHAT_VERSIONS = SealedTable(5, ("details",))
AUDIT_LOG = SealedTable(6, ("details",))
SAVED_SEARCHES = SealedTable(7, ("details",))

SEALED: dict[str, SealedTable] = {
    "accounts": ACCOUNTS,
    "conversations": CONVERSATIONS,
    "messages": MESSAGES,
    "messages_history": MESSAGES,  # opens in the context of the row that it came from
    "attachments": ATTACHMENTS,
    "chat_versions": CHAT_VERSIONS,
    "audit_log": AUDIT_LOG,
    "saved_searches": SAVED_SEARCHES,
}

ROLE_NUMBERS = {Role.USER: 1, Role.ASSISTANT: 2, Role.SYSTEM: 3, Role.TOOL: 4}
ROLES = {number: role for role, number in ROLE_NUMBERS.items()}

# Stands for NULL in a context; no time and no number is this small.
_NULL = -(1 << 63)
_pack_message = struct.Struct("<qqqqq").pack


def message_context(
    conversation_id: int,
    number: int,
    parent_number: int | None,
    role: int,
    created_at_ms: int | None,
) -> bytes:
    """Return the clear columns that a message's seal binds."""
    return _pack_message(
        conversation_id,
        number,
        _NULL if parent_number is None else parent_number,
        role,
        _NULL if created_at_ms is None else created_at_ms,
    )


def conversation_context(
    public_id: bytes,
    kind: str,
    source: str,
    account_id: int | None,
    created_at_ms: int | None,
    updated_at_ms: int | None,
) -> bytes:
    """Return the clear columns that a conversation's seal binds."""
    numbers = [_NULL if n is None else n for n in (account_id, created_at_ms, updated_at_ms)]
    texts = b"\0".join((kind.encode(), source.encode("utf-8", "replace")))
    return struct.pack("<16sqqq", public_id, *numbers) + texts


def plain_context(*numbers: int | None) -> bytes:
    """Return clear whole numbers that a seal binds."""
    return struct.pack(f"<{len(numbers)}q", *(_NULL if n is None else n for n in numbers))
