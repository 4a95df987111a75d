"""What a reader of long conversations asks for: the shape first, then a page where one looks.

A conversation of 100,000 messages opens as fast as one of ten: nothing here reads all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from uuid import UUID

from privatus.core.conversation import ConversationSummary, Message, Role
from privatus.core.errors import UserError
from privatus.core.tree import Tree
from privatus.services.messages import messages_of
from privatus.services.tag_names import names_on
from privatus.storage.conversations import StoredConversation
from privatus.storage.rows import ROLES
from privatus.storage.store import Store, Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A conversation without its words."""

    summary: ConversationSummary
    project: str | None
    tree: Tree
    active: int | None  # the leaf of the branch that the provider showed last
    version: int  # another one: an import changed something in it
    # Of a hybrid: the provider of each message, by number.
    origins: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a message is, about; its words stay sealed."""

    number: int
    role: Role
    flags: int  # privatus.core.flags
    created_at_ms: int | None
    sealed_bytes: int


class PageService:
    """Reads parts of conversations."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def shape(self, conversation_id: UUID) -> Shape:
        """Return what a conversation looks like from afar.

        Raises:
            UserError: there is no such conversation.
        """
        with self._store.snapshot() as tables:
            stored = _find(tables, conversation_id)
            marks = tables.marks.of({stored.id: stored.container})
            tree = tables.branches.tree(stored.id, stored.message_count)
            last = tree.runs[-1].last if tree.runs else None
            return Shape(
                summary=replace(
                    stored.summary(tables.models.names(), marks.get(stored.id, ())),
                    sources=tables.chat_sources.source_names([stored.id]).get(stored.id, ()),
                    tags=names_on(tables, [stored.id]).get(stored.id, ()),
                ),
                project=stored.project,
                tree=tree,
                active=last if stored.active_number is None else stored.active_number,
                version=stored.version,
                origins=tables.chat_links.source_names(stored.id),
            )

    def measures(self, conversation_id: UUID, numbers: range) -> Sequence[Measure]:
        """Return how long the messages with these numbers are.

        Raises:
            UserError: there is no such conversation.
        """
        with self._store.snapshot() as tables:
            stored = _find(tables, conversation_id)
            rows = tables.messages.measures(stored.id, numbers.start, numbers.stop - 1)
            return [Measure(n, ROLES[role], bits, at, size) for n, role, bits, at, size in rows]

    def messages(self, conversation_id: UUID, numbers: Sequence[range]) -> list[Message]:
        """Return the messages with these numbers, with their attachments.

        Raises:
            UserError: there is no such conversation.
        """
        with self._store.snapshot() as tables:
            stored = _find(tables, conversation_id)
            read = partial(tables.messages.between_numbers, stored.id, stored.container)
            rows = chain.from_iterable(read(span.start, span.stop - 1) for span in numbers)
            return messages_of(tables, stored, rows, self._store.blobs)


def _find(tables: Tables, conversation_id: UUID) -> StoredConversation:
    stored = tables.conversations.find_by_public_id(conversation_id)
    if stored is None:
        raise UserError("the conversation is no longer in the vault; go back to the list")
    return stored
