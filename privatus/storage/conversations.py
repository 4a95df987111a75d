"""Conversations in the database, without their messages.

Title and details are sealed under the conversation's own key; kind, source, times, counts and
states are clear, because lists and filters need them. The seal binds every one of them, so that
each change of a row seals it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import msgspec

from privatus.core.conversation import ConversationSummary, Json, Kind
from privatus.core.marks import Mark, SetMark, has_mark
from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.rows import CONVERSATIONS, ConversationColumns
from privatus.storage.states import HAS_A_TAG, IN_STATES, IS_OF_SOURCE, States
from privatus.vault.keys import Container, Scope
from privatus.vault.sealing import PRESENT, Sealed

_COLUMNS = """
    c.id, c.key_id, k.wrapped_key, c.title_sealed, c.details_sealed, c.seal,
    c.public_id, c.external_tag, c.digest, c.account_id, c.version, c.model_id, c.created_at_ms,
    c.updated_at_ms, c.sort_at_ms, c.imported_at_ms, c.deleted_at_ms, c.is_archived, c.is_starred,
    c.is_missing, c.message_count, c.active_number, c.kind, c.source
"""
_FROM = "FROM conversations AS c JOIN key_store AS k ON k.id = c.key_id"
_SELECT_BY_ID = f"SELECT {_COLUMNS} {_FROM} WHERE c.id = ?"
_SELECT_BY_TAG = f"SELECT {_COLUMNS} {_FROM} WHERE c.external_tag = ?"
_SELECT_BY_PUBLIC_ID = f"SELECT {_COLUMNS} {_FROM} WHERE c.public_id = ?"
_HAS_PUBLIC_ID = """
    SELECT EXISTS (SELECT 1 FROM conversations WHERE public_id = :id)
        OR EXISTS (SELECT 1 FROM archived_conversations WHERE public_id = :id)
"""
_SELECT_PREFIX = """
    SELECT public_id FROM conversations
     WHERE public_id BETWEEN ? AND ?
     LIMIT 2
"""
_SELECT_NEWEST = f"""
    SELECT {_COLUMNS} {_FROM}
     WHERE {IS_OF_SOURCE} AND {IN_STATES} AND {HAS_A_TAG}
     ORDER BY c.sort_at_ms DESC, c.id DESC
     LIMIT :limit OFFSET :offset
"""
_SELECT_PUBLIC_IDS = """
    SELECT id, public_id FROM conversations WHERE id IN (SELECT value FROM json_each(?))
"""
_SELECT_IDS_IN_ORDER = """
    SELECT id FROM conversations WHERE deleted_at_ms IS NULL OR :with_trash
     ORDER BY coalesce(created_at_ms, 0), public_id
"""
_SELECT_DIGESTS = "SELECT external_tag, digest FROM conversations WHERE external_tag IN ({tags})"
_SELECT_SOME = f"SELECT {_COLUMNS} {_FROM} WHERE c.id IN (SELECT value FROM json_each(?))"
_SELECT_SEALED = f"SELECT {_COLUMNS} {_FROM} WHERE c.id BETWEEN ? AND ? ORDER BY c.id"
_SELECT_MATCHING = f"SELECT c.id FROM conversations AS c WHERE {IN_STATES}"
_LAST_ID = (1 << 63) - 1
_SELECT_SOURCES = "SELECT id, source FROM conversations"
_INSERT = """
    INSERT INTO conversations (id, public_id, key_id, kind, source, account_id, external_tag,
                               digest, version, model_id, created_at_ms, updated_at_ms,
                               sort_at_ms, imported_at_ms, deleted_at_ms, is_archived, is_starred,
                               is_missing, message_count, active_number, title_sealed,
                               details_sealed, seal)
    VALUES (:id, :public_id, :key_id, :kind, :source, :account_id, :external_tag, :digest,
            :version, :model_id, :created_at_ms, :updated_at_ms, :sort_at_ms, :imported_at_ms,
            :deleted_at_ms, :is_archived, :is_starred, :is_missing, :message_count,
            :active_number, :title_sealed, :details_sealed, :seal)
"""
_UPDATE = """
    UPDATE conversations
       SET digest = :digest, version = :version, account_id = :account_id, model_id = :model_id,
           created_at_ms = :created_at_ms, updated_at_ms = :updated_at_ms,
           sort_at_ms = :sort_at_ms, deleted_at_ms = :deleted_at_ms,
           is_archived = :is_archived, is_starred = :is_starred, is_missing = :is_missing,
           message_count = :message_count, active_number = :active_number,
           title_sealed = :title_sealed, details_sealed = :details_sealed, seal = :seal
     WHERE id = :id
"""
_SELECT_OF_ACCOUNT = """
    SELECT id FROM conversations
     WHERE source = ? AND account_id = ? AND is_missing = 0 AND coalesce(created_at_ms, 0) <= ?
"""
_SELECT_NEWEST_TIMES = """
    SELECT source, max(coalesce(updated_at_ms, created_at_ms, 0)) FROM conversations
     WHERE is_missing = 0 GROUP BY source
"""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredConversation:
    """A row of conversations, opened."""

    id: int
    public_id: UUID
    container: Container
    kind: Kind
    source: str
    account_id: int | None
    external_tag: bytes
    digest: bytes
    version: int = 1
    model_id: int | None
    created_at_ms: int | None
    updated_at_ms: int | None
    sort_at_ms: int
    imported_at_ms: int
    deleted_at_ms: int | None = None
    is_archived: bool
    is_starred: bool
    is_missing: bool
    message_count: int
    active_number: int | None
    title: str
    external_id: str = ""
    project: str | None = None
    metadata: dict[str, Json] = field(default_factory=dict)
    source_title: str | None = None  # what its source calls it; None: as it is called here

    def summary(self, models: dict[int, str], marks: Sequence[SetMark]) -> ConversationSummary:
        return ConversationSummary(
            id=self.public_id,
            kind=self.kind,
            source=self.source,
            title=self.title,
            created_at_ms=self.created_at_ms,
            updated_at_ms=self.updated_at_ms,
            model=models.get(self.model_id) if self.model_id is not None else None,
            messages=self.message_count,
            is_archived=has_mark(marks, Mark.ARCHIVED, otherwise=self.is_archived),
            is_starred=has_mark(marks, Mark.STARRED, otherwise=self.is_starred),
            is_pinned=has_mark(marks, Mark.PINNED),
            is_unread=has_mark(marks, Mark.UNREAD),
            is_missing_at_source=self.is_missing,
            is_put_away=has_mark(marks, Mark.ARCHIVED),
            is_merged=has_mark(marks, Mark.MERGED),
            deleted_at_ms=self.deleted_at_ms,
        )


@dataclass(frozen=True, slots=True)
class ConversationPlace:
    """What a row of `raw_between` says also if it does not open."""

    id: int
    version: int
    created_at_ms: int | None

    @classmethod
    def of(cls, row: Row) -> ConversationPlace:
        columns = _columns_of(row)
        return cls(row[0], columns.version, columns.created_at_ms)


class Conversations:
    """The table of conversations."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def get(self, conversation_id: int) -> StoredConversation | None:
        return self._one(_SELECT_BY_ID, conversation_id)

    def find_by_tag(self, tag: bytes) -> StoredConversation | None:
        """Return the conversation with the external tag *tag*, if there is one."""
        return self._one(_SELECT_BY_TAG, tag)

    def digests(self, tags: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return by external tag what the last import held, for those of *tags* that there are."""
        sql = _SELECT_DIGESTS.format(tags=", ".join("?" * len(tags)))
        return dict(self._db.rows(sql, tags))

    def find_by_public_id(self, public_id: UUID) -> StoredConversation | None:
        return self._one(_SELECT_BY_PUBLIC_ID, public_id.bytes)

    def has_public_id(self, public_id: UUID) -> bool:
        """Say whether *public_id* is taken, also by what is in the trash or archived."""
        return bool(self._db.value(_HAS_PUBLIC_ID, {"id": public_id.bytes}))

    def find_by_prefix(self, low: bytes, high: bytes) -> list[UUID]:
        """Return up to two public ids between *low* and *high*."""
        return [UUID(bytes=row[0]) for row in self._db.rows(_SELECT_PREFIX, (low, high))]

    def newest(
        self,
        states: States,
        *,
        source: str | None = None,
        tag_ids: Sequence[int] | None = None,
        limit: int = -1,
        offset: int = 0,
    ) -> list[StoredConversation]:
        """Return conversations, the last changed first; without their details.

        With *tag_ids* those that have one of these tags, or a message that has it.
        """
        tags = None if tag_ids is None else _encode(tag_ids).decode()
        rest = {"source": source, "tags": tags, "limit": limit, "offset": offset}
        parameters = {**states._asdict(), **rest}
        return [
            self._open(row, titles_only=True) for row in self._db.rows(_SELECT_NEWEST, parameters)
        ]

    def some(self, ids: Iterable[int]) -> list[StoredConversation]:
        """Return the conversations with these ids that there are; without their details."""
        rows = self._db.rows(_SELECT_SOME, (listed(ids),))
        return [self._open(row, titles_only=True) for row in rows]

    def public_ids(self, ids: Sequence[int]) -> dict[int, UUID]:
        """Return the public ids of the conversations with these ids that there are."""
        rows = self._db.rows(_SELECT_PUBLIC_IDS, (_encode(ids).decode(),))
        return {row_id: UUID(bytes=public_id) for row_id, public_id in rows}

    def ids_in_order(self, *, with_trash: bool = False) -> list[int]:
        """Return the ids of all conversations, the first made first."""
        asked = {"with_trash": with_trash}
        return [row[0] for row in self._db.rows(_SELECT_IDS_IN_ORDER, asked)]

    def sources(self) -> dict[int, str]:
        """Return the source of every conversation."""
        return dict(self._db.rows(_SELECT_SOURCES))

    def between(self, first_id: int, last_id: int) -> Iterator[StoredConversation]:
        """Yield the conversations of a range of ids."""
        for row in self._db.each(_SELECT_SEALED, (first_id, last_id)):
            yield self._open(row)

    def raw_between(self, first_id: int, last_id: int) -> Iterator[Row]:
        """Yield rows for `open_row`, so that one which does not open can be named."""
        yield from self._db.each(_SELECT_SEALED, (first_id, last_id))

    def open_row(self, row: Row) -> StoredConversation:
        """Open one of `raw_between`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        return self._open(row)

    def matching(
        self,
        states: States,
        *,
        projects: Sequence[str] = (),
        without_projects: Sequence[str] = (),
    ) -> set[int]:
        """Return the ids of the conversations in these states and projects."""
        found = {row[0] for row in self._db.rows(_SELECT_MATCHING, states._asdict())}
        if projects or without_projects:
            # A project's name is sealed: it can only be compared once it is opened.
            wanted = {name.casefold() for name in projects}
            unwanted = {name.casefold() for name in without_projects}
            for conversation in self.between(1, _LAST_ID):
                name = (conversation.project or "").casefold()
                if (wanted and name not in wanted) or name in unwanted:
                    found.discard(conversation.id)
        return found

    def insert_many(self, rows: list[dict[str, Any]]) -> None:
        """Add rows of `conversation_row`."""
        self._db.execute_many(_INSERT, rows)

    def update(self, conversation: StoredConversation) -> None:
        """Replace a row; what never changes of it is left as it is."""
        self._db.execute(_UPDATE, conversation_row(conversation))

    def set_missing(self, conversation_id: int, is_missing: bool) -> bool:
        """Mark whether it is gone at its source; return whether that is news.

        Raises:
            TamperedError: the row does not open.
        """
        stored = self.get(conversation_id)
        if stored is None or stored.is_missing == is_missing:
            return False
        self.update(replace(stored, is_missing=is_missing))
        return True

    def set_active(self, stored: StoredConversation, number: int, at_ms: int) -> None:
        """Count a message that was just added, and let the shown branch end in it."""
        self.update(
            replace(
                stored,
                active_number=number,
                message_count=stored.message_count + 1,
                sort_at_ms=max(stored.sort_at_ms, at_ms),
            )
        )

    def ids_of_account(self, source: str, account_id: int, made_until_ms: int) -> set[int]:
        """Return an account's conversations of up to a time that its last export held."""
        return {
            row[0] for row in self._db.rows(_SELECT_OF_ACCOUNT, (source, account_id, made_until_ms))
        }

    def newest_times_ms(self) -> dict[str, int]:
        """Return by source when the last of the conversations changed that are not missing."""
        return dict(self._db.rows(_SELECT_NEWEST_TIMES))

    def _one(self, sql: str, key: object) -> StoredConversation | None:
        row = self._db.row(sql, (key,))
        return None if row is None else self._open(row)

    def _open(self, row: Row, *, titles_only: bool = False) -> StoredConversation:
        row_id, key_id, wrapped, title_sealed, details_sealed, seal, *_ = row
        columns = _columns_of(row)
        container = self._scope.container(key_id, wrapped)
        details: Sealed = PRESENT if titles_only else details_sealed
        title, details_bytes = container.cipher(CONVERSATIONS.number).open(
            seal, row_id, columns.context(), [title_sealed, details]
        )
        rest = _decode(details_bytes) if details_bytes else {}
        return StoredConversation(
            id=row_id,
            public_id=UUID(bytes=columns.public_id),
            container=container,
            kind=Kind(columns.kind),
            source=columns.source,
            account_id=columns.account_id,
            external_tag=columns.external_tag,
            digest=columns.digest,
            version=columns.version,
            model_id=columns.model_id,
            created_at_ms=columns.created_at_ms,
            updated_at_ms=columns.updated_at_ms,
            sort_at_ms=columns.sort_at_ms,
            imported_at_ms=columns.imported_at_ms,
            deleted_at_ms=columns.deleted_at_ms,
            is_archived=bool(columns.is_archived),
            is_starred=bool(columns.is_starred),
            is_missing=bool(columns.is_missing),
            message_count=columns.message_count,
            active_number=columns.active_number,
            title=(title or b"").decode(),
            external_id=rest.get("x", ""),
            project=rest.get("p"),
            metadata=rest.get("m", {}),
            source_title=rest.get("t"),
        )


def _columns_of(row: Row) -> ConversationColumns:
    return ConversationColumns._make(row[6:])


def conversation_row(c: StoredConversation) -> dict[str, Any]:
    """Seal a conversation; return its row, by column."""
    details: dict[str, Json] = {"x": c.external_id}
    if c.project:
        details["p"] = c.project
    if c.metadata:
        details["m"] = c.metadata
    if c.source_title is not None:
        details["t"] = c.source_title
    columns = ConversationColumns(
        public_id=c.public_id.bytes,
        external_tag=c.external_tag,
        digest=c.digest,
        account_id=c.account_id,
        version=c.version,
        model_id=c.model_id,
        created_at_ms=c.created_at_ms,
        updated_at_ms=c.updated_at_ms,
        sort_at_ms=c.sort_at_ms,
        imported_at_ms=c.imported_at_ms,
        deleted_at_ms=c.deleted_at_ms,
        is_archived=c.is_archived,
        is_starred=c.is_starred,
        is_missing=c.is_missing,
        message_count=c.message_count,
        active_number=c.active_number,
        kind=c.kind.value,
        source=c.source,
    )
    values = [c.title.encode("utf-8", "replace"), _encode(details)]
    cipher = c.container.cipher(CONVERSATIONS.number)
    seal, (title, rest) = cipher.seal(c.id, columns.context(), values)
    return {
        "id": c.id,
        "key_id": c.container.key_id,
        "title_sealed": title,
        "details_sealed": rest,
        "seal": seal,
        **columns._asdict(),
    }
