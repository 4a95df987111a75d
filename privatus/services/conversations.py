"""Listing and reading conversations, and adding a message to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from privatus.core import clock
from privatus.core.conversation import (
    Conversation,
    ConversationSummary,
    Message,
    Part,
    PartKind,
    Role,
)
from privatus.core.errors import AccessError, UserError
from privatus.core.marks import Shelf
from privatus.search.document import DocumentMaker
from privatus.search.index import Index
from privatus.services import conversation_ids, folder_names, indexing, whole
from privatus.services.messages import messages_of
from privatus.services.preparing import OWN_PREFIX, Encoded, encode
from privatus.services.tag_names import names_on, tag_ids
from privatus.storage import index_queue
from privatus.storage.conversations import StoredConversation
from privatus.storage.messages import message_row
from privatus.storage.rows import MESSAGES
from privatus.storage.states import States
from privatus.storage.store import READING_ONLY, Store, Tables


class ConversationService:
    """Reads conversations, whole or in parts."""

    def __init__(self, store: Store, index: Index | None) -> None:
        self._store = store
        self._index = index
        self._documents = DocumentMaker()

    def list(
        self,
        *,
        source: str | None = None,
        tag: str | None = None,
        folder: str | None = None,
        shelf: Shelf = Shelf.CHATS,
        limit: int | None = None,
        offset: int = 0,
    ) -> Sequence[ConversationSummary]:
        """Return what stands on *shelf*, the last changed first; of a tag, a folder, or all.

        Raises:
            UserError: there is no such tag or folder.
        """
        with self._store.snapshot() as tables:
            models = tables.models.names()
            states = States().on(shelf)
            if folder is not None:
                states = states.within(folder_names.ids(tables, folder))
            rows = tables.conversations.newest(
                states,
                source=source,
                tag_ids=None if tag is None else tag_ids(tables, tag),
                limit=-1 if limit is None else limit,
                offset=offset,
            )
            marks = tables.marks.of({row.id: row.container for row in rows})
            ids = [row.id for row in rows]
            tags, folders = names_on(tables, ids), folder_names.of(tables, ids)
            merged_of = tables.chat_sources.source_names(ids)
            return [
                replace(
                    row.summary(models, marks.get(row.id, ())),
                    tags=tags.get(row.id, ()),
                    sources=merged_of.get(row.id, ()),
                    folder=folders.get(row.id),
                )
                for row in rows
            ]

    def get(self, conversation_id: UUID | str) -> Conversation:
        """Return a conversation with all its messages; its id, or the beginning of it.

        Raises:
            UserError: there is none, or several begin so.
        """
        with self._store.snapshot() as tables:
            return self._load(tables, conversation_ids.find(tables, conversation_id))

    def page(
        self, conversation_id: UUID | str, *, limit: int = 50, offset: int = 0
    ) -> Sequence[Message]:
        """Return part of the active branch, from the root: a long chat opens page by page."""
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, conversation_id)
            if stored.active_number is None:
                return list(self._load(tables, stored).active_path()[offset : offset + limit])
            rows = tables.messages.path(
                stored.id, stored.container, stored.active_number, limit=limit, offset=offset
            )
            return messages_of(tables, stored, rows, self._store.blobs)

    def each(self, ids: set[int] | None = None) -> Iterator[Conversation]:
        """Yield conversations in the order they were made, all or those with these row ids."""
        with self._store.snapshot() as tables:
            # What somebody chose is theirs to have, also out of the trash.
            found = tables.conversations.ids_in_order(with_trash=ids is not None)
            wanted = [i for i in found if ids is None or i in ids]
        for row_id in wanted:
            with self._store.snapshot() as tables:
                stored = tables.conversations.get(row_id)
                conversation = None if stored is None else self._load(tables, stored)
            if conversation is not None:
                yield conversation

    def append(
        self, conversation_id: UUID | str, role: Role, text: str, *, author: str | None = None
    ) -> Message:
        """Add a message of text after the last one; it is durable and found when this returns.

        *author* is a name beyond the role.

        Raises:
            UserError: no such conversation, or an empty text.
        """
        if not text.strip():
            raise UserError("a message needs a text")
        if self._index is None:
            raise AccessError(READING_ONLY)
        with self._store.exclusive() as writer:
            # What the index missed when the disk was full stands before what comes now.
            indexing.catch_up(self._store, self._index)
            stored = conversation_ids.find(writer, conversation_id)
            row_id, number = writer.messages.next_id(), writer.messages.last_number(stored.id) + 1
            message = Message(
                number=number,
                parent=stored.active_number or (number - 1 or None),
                role=role,
                external_id=f"{OWN_PREFIX}{uuid4()}",
                parts=(Part(kind=PartKind.TEXT, text=text),),
                author=author,
                created_at_ms=clock.now_ms(),
            )
            encoded = encode(message)
            queue_id = self._insert(stored, row_id, encoded)
            self._index_now(self._index, stored, row_id, encoded, queue_id)
        return message

    def _insert(self, stored: StoredConversation, row_id: int, e: Encoded) -> int:
        cipher = stored.container.cipher(MESSAGES.number)
        place = row_id, stored.id, 1
        row, large = message_row(cipher, place, e.clear, (None, e.flags), e.content)
        with self._store.transaction() as tables:
            tables.messages.insert_many([row], [large] if large is not None else [])
            tables.conversations.set_active(stored, e.number, e.created_at_ms or 0)
            return tables.index_queue.append(index_queue.MESSAGES, row_id, row_id)

    def _index_now(
        self, index: Index, stored: StoredConversation, row_id: int, e: Encoded, queue_id: int
    ) -> None:
        document = self._documents.message(
            (row_id, stored.id, 1), e.created_at_ms, e.traits(stored.source), e.words
        )
        index.apply([document], queue_id=queue_id)
        index.merge_recent()

    def _load(self, tables: Tables, stored: StoredConversation) -> Conversation:
        return whole.load(tables, stored, self._store.blobs)
