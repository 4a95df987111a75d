"""A person's own notes to a contact: a conversation that stays on this machine.

It is a chat like all others: searched, tagged, annotated, exported. Nothing sends it anywhere.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from privatus.core import clock
from privatus.core.contact import Contact
from privatus.core.conversation import Conversation, Kind, Message, Role
from privatus.core.errors import AccessError, UserError
from privatus.search.document import DocumentMaker
from privatus.search.index import Index
from privatus.services import indexing
from privatus.services.conversations import ConversationService
from privatus.services.preparing import Prepared, conversation_digest, external_tag
from privatus.storage import index_queue
from privatus.storage.conversations import StoredConversation, conversation_row
from privatus.storage.key_store import container_row
from privatus.storage.participants import StoredParticipant
from privatus.storage.store import READING_ONLY, Store, Tables

# What the vault itself is called where others name a provider.
SOURCE = "privatus"


class DirectNotes:
    """Makes the conversations that hold notes to contacts, and writes in them."""

    def __init__(
        self, store: Store, index: Index | None, conversations: ConversationService
    ) -> None:
        self._store = store
        self._index = index
        self._conversations = conversations
        self._documents = DocumentMaker()

    def of(self, contact: Contact) -> UUID:
        """Return the conversation with the notes to *contact*, which is made if there is none.

        Raises:
            AccessError: the vault is open for reading only.
        """
        if self._index is None:
            raise AccessError(READING_ONLY)
        with self._store.exclusive() as writer:
            indexing.catch_up(self._store, self._index)
            head = _head(contact)
            found = writer.conversations.find_by_tag(external_tag(self._store.scope, head))
            if found is not None and found.deleted_at_ms is None:
                return found.public_id
            if found is not None:
                raise UserError("the notes to this contact are in the trash; take them out first")
            stored, queue_id = self._make(head, contact)
            document = self._documents.title(
                stored.id, 1, SOURCE, stored.title, stored.created_at_ms
            )
            self._index.apply([document], queue_id=queue_id)
        return stored.public_id

    def write(self, conversation_id: UUID | str, text: str) -> Message:
        """Add a note to such a conversation, in the person's own name.

        Raises:
            UserError: no such conversation, none of notes, or an empty text.
            AccessError: the vault is open for reading only.
        """
        with self._store.snapshot() as tables:
            own = tables.identities.current()
        if self._conversations.get(conversation_id).kind is not Kind.DIRECT:
            raise UserError("notes are written in a conversation with a contact")
        author = own.name if own and own.name else None
        return self._conversations.append(conversation_id, Role.USER, text, author=author)

    def _make(self, head: Conversation, contact: Contact) -> tuple[StoredConversation, int]:
        scope, now_ms = self._store.scope, clock.now_ms()
        prepared = Prepared(head, (), bytes(32))
        with self._store.transaction() as tables:
            key_id = self._store.last_key_id() + 1
            container, wrapped = scope.new_container(key_id)
            stored = StoredConversation(
                id=self._store.last_conversation_id() + 1,
                public_id=uuid4(),
                container=container,
                kind=head.kind,
                source=head.source,
                account_id=None,
                external_tag=external_tag(scope, head),
                digest=conversation_digest(scope, prepared),
                model_id=None,
                created_at_ms=now_ms,
                updated_at_ms=now_ms,
                sort_at_ms=now_ms,
                imported_at_ms=now_ms,
                is_archived=False,
                is_starred=False,
                is_missing=False,
                message_count=0,
                active_number=None,
                title=head.title,
                external_id=head.external_id,
            )
            tables.keys.insert_many([container_row(key_id, scope.key_id, wrapped, now_ms)])
            return stored, _insert(tables, stored, contact, now_ms)


def _insert(tables: Tables, stored: StoredConversation, contact: Contact, now_ms: int) -> int:
    tables.conversations.insert_many([conversation_row(stored)])
    tables.participants.insert([StoredParticipant(stored.id, contact.id, now_ms)])
    return tables.index_queue.append(index_queue.CONVERSATIONS, stored.id, stored.id)


def _head(contact: Contact) -> Conversation:
    # By the public id: a merge or a new name leaves the notes with the contact that they were to.
    return Conversation(
        kind=Kind.DIRECT,
        source=SOURCE,
        external_id=f"contact:{contact.public_id}",
        title=contact.name,
    )
