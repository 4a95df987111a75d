"""What is sealed in which table, and what each seal binds: the registry.

Numbers are for ever: a table or column that goes away leaves its number unused, and a renamed
one keeps it, so that no row has to be sealed again.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

from privatus.core import flags
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
MODELS = SealedTable(8, ("name",))
TAGS = SealedTable(9, ("details",))
# Nothing in it is secret beside what its seal binds: which tag, on what, by whom and when.
CHAT_TAGS = SealedTable(10, ())
CONVERSATION_MARKS = SealedTable(11, ())
TAG_RULES = SealedTable(12, ("details",))
ANNOTATIONS = SealedTable(13, ("details",))
CHAT_LINKS = SealedTable(14, ())
CHAT_SOURCES = SealedTable(15, ())
CHAT_SIGNATURES = SealedTable(28, ("signature",))
NOT_DUPLICATES = SealedTable(29, ())
SUMMARIES = SealedTable(19, ("details",))
# Nothing of it is left but what its seal binds.
DELETED_CONVERSATIONS = SealedTable(18, ())
# What wraps the private keys is the vault's own affair (vault/identity.py).
IDENTITY = SealedTable(22, ("details", "picture"))
CONTACTS = SealedTable(23, ("details", "picture"))
# Nothing in it is secret beside what its seal binds: who, where, since when.
PARTICIPANTS = SealedTable(24, ())
# Which folder a chat is in is clear, so that lists need open nothing.
FOLDERS = SealedTable(16, ("details",))
FOLDER_CHATS = SealedTable(17, ())
PREFERENCES = SealedTable(27, ("details",))
FORMER_KEYS = SealedTable(26, ("key",))
BACKUP_DESTINATIONS = SealedTable(20, ("details", "state"))
BACKUP_METADATA = SealedTable(25, ("details",))
BACKUP_CHECKS = SealedTable(30, ("details",))
CHAT_USAGE = SealedTable(21, ("details",))
USAGE_DETAILS = SealedTable(31, ("details",))
ARCHIVED_CONVERSATIONS = SealedTable(32, ("title", "details"))
ARCHIVED_TIES = SealedTable(33, ("row",))
AUDIT_CUTS = SealedTable(34, ("details",))
RETENTION_POLICIES = SealedTable(35, ("details",))
# Nothing in it is secret beside what its seal binds: what goes when.
RETENTION_MARKS = SealedTable(36, ())
RETENTION_RUNS = SealedTable(37, ("details",))
ERROR_LOG = SealedTable(38, ("details",))
METRICS = SealedTable(39, ("details",))

SEALED: dict[str, SealedTable] = {
    "accounts": ACCOUNTS,
    "conversations": CONVERSATIONS,
    "messages": MESSAGES,
    "messages_history": MESSAGES,  # opens in the context of the row that it came from
    "attachments": ATTACHMENTS,
    "chat_versions": CHAT_VERSIONS,
    "audit_log": AUDIT_LOG,
    "saved_searches": SAVED_SEARCHES,
    "models": MODELS,
    "tags": TAGS,
    "chat_tags": CHAT_TAGS,
    "conversation_marks": CONVERSATION_MARKS,
    "tag_rules": TAG_RULES,
    "annotations": ANNOTATIONS,
    "summaries": SUMMARIES,
    "folders": FOLDERS,
    "folder_chats": FOLDER_CHATS,
    "preferences": PREFERENCES,
    "former_keys": FORMER_KEYS,
    "backup_destinations": BACKUP_DESTINATIONS,
    "backup_metadata": BACKUP_METADATA,
    "backup_checks": BACKUP_CHECKS,
    "chat_links": CHAT_LINKS,
    "chat_sources": CHAT_SOURCES,
    "chat_signatures": CHAT_SIGNATURES,
    "not_duplicates": NOT_DUPLICATES,
    "deleted_conversations": DELETED_CONVERSATIONS,
    "identity": IDENTITY,
    "contacts": CONTACTS,
    "participants": PARTICIPANTS,
    "chat_usage": CHAT_USAGE,
    "usage_details": USAGE_DETAILS,
    "archived_conversations": ARCHIVED_CONVERSATIONS,
    "archived_ties": ARCHIVED_TIES,
    "audit_cuts": AUDIT_CUTS,
    "retention_policies": RETENTION_POLICIES,
    "retention_marks": RETENTION_MARKS,
    "retention_runs": RETENTION_RUNS,
    "error_log": ERROR_LOG,
    "metrics": METRICS,
}

ROLE_NUMBERS = {Role.USER: 1, Role.ASSISTANT: 2, Role.SYSTEM: 3, Role.TOOL: 4}
ROLES = {number: role for role, number in ROLE_NUMBERS.items()}

# Stands for NULL in a context; no time and no number is this small.
_NULL = -(1 << 63)
_pack_message = struct.Struct("<8q").pack
_pack_conversation = struct.Struct("<13q").pack
# That a message is gone at its source is noted for hundreds at a time, without sealing them anew.
_BOUND_FLAGS = ~flags.MISSING


def message_context(
    conversation_id: int,
    number: int,
    parent_number: int | None,
    role: int,
    created_at_ms: int | None,
    revision: int,
    model_id: int | None,
    bits: int,
) -> bytes:
    """Return the clear columns that a message's seal binds."""
    return _pack_message(
        conversation_id,
        number,
        _NULL if parent_number is None else parent_number,
        role,
        _NULL if created_at_ms is None else created_at_ms,
        revision,
        _NULL if model_id is None else model_id,
        bits & _BOUND_FLAGS,
    )


class ConversationColumns(NamedTuple):
    """The clear columns of a conversation, all of which its seal binds."""

    public_id: bytes
    external_tag: bytes
    digest: bytes
    account_id: int | None
    version: int
    model_id: int | None
    created_at_ms: int | None
    updated_at_ms: int | None
    sort_at_ms: int
    imported_at_ms: int
    deleted_at_ms: int | None
    is_archived: bool
    is_starred: bool
    is_missing: bool
    message_count: int
    active_number: int | None
    kind: str
    source: str

    def context(self) -> bytes:
        tags = self.public_id + self.external_tag + self.digest
        texts = b"\0".join((self.kind.encode(), self.source.encode("utf-8", "replace")))
        numbers = [_NULL if n is None else n for n in self[3:16]]
        return tags + _pack_conversation(*numbers) + texts


def plain_context(*numbers: int | None) -> bytes:
    """Return clear whole numbers that a seal binds."""
    return struct.pack(f"<{len(numbers)}q", *(_NULL if n is None else n for n in numbers))
