"""Which chat or message has which tag, by whom and since when.

All of a row is clear, so that a million of them can be filtered and counted by an index, and all
of it is bound by the row's seal: who has the database key cannot move a tag to another chat, nor
say that another has given it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from privatus.core.errors import BugError
from privatus.core.jobs import Job
from privatus.core.tag import TagActor
from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.row_ids import next_id
from privatus.storage.rows import CHAT_TAGS, plain_context
from privatus.storage.states import IS_COUNTED, IS_SHOWN
from privatus.vault.keys import Container, Scope

_INSERT = """
    INSERT INTO chat_tags (id, tag_id, conversation_id, message_number, actor, rule_id,
                           added_at_ms, seal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_NEXT_ID = next_id("chat_tags")
_DELETE = """
    DELETE FROM chat_tags
     WHERE tag_id = ? AND conversation_id = ? AND coalesce(message_number, 0) = ?
"""
_COLUMNS = """
    t.id, t.tag_id, t.conversation_id, t.message_number, t.actor, t.rule_id, t.added_at_ms, t.seal
"""
_SELECT_OF_CONVERSATION = f"""
    SELECT {_COLUMNS} FROM chat_tags AS t
     WHERE t.conversation_id = ? ORDER BY t.id
"""
_SELECT_WITH_KEYS = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM chat_tags AS t
      JOIN conversations AS c ON c.id = t.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
"""
_SELECT_ALL = f"{_SELECT_WITH_KEYS} ORDER BY t.id"
_SELECT_OF_TAGS = f"""
    {_SELECT_WITH_KEYS}
     WHERE t.tag_id IN (SELECT value FROM json_each(:tags))
       AND (:conversations IS NULL
            OR t.conversation_id IN (SELECT value FROM json_each(:conversations)))
     ORDER BY t.id
"""
_SELECT_KEYS = """
    SELECT c.id, k.id, k.wrapped_key
      FROM conversations AS c JOIN key_store AS k ON k.id = c.key_id
     WHERE c.id IN (SELECT value FROM json_each(?))
"""
_SELECT_PLACES = """
    SELECT conversation_id, message_number FROM chat_tags WHERE tag_id = ?
"""
_SELECT_MARKED = """
    SELECT t.conversation_id, m.id
      FROM chat_tags AS t
      LEFT JOIN messages AS m
        ON m.conversation_id = t.conversation_id AND m.number = t.message_number
     WHERE t.tag_id IN (SELECT value FROM json_each(?))
"""
_SELECT_NUMBERS = """
    SELECT conversation_id, number FROM messages
     WHERE id IN (SELECT value FROM json_each(?))
"""
_SELECT_COUNTS = f"""
    SELECT t.tag_id, count(DISTINCT t.conversation_id), count(t.message_number)
      FROM chat_tags AS t JOIN conversations AS c ON c.id = t.conversation_id
     WHERE {IS_COUNTED} AND {IS_SHOWN}
     GROUP BY t.tag_id
"""
_SELECT_COUNT_OF_SEVERAL = f"""
    SELECT count(DISTINCT t.conversation_id)
      FROM chat_tags AS t JOIN conversations AS c ON c.id = t.conversation_id
     WHERE {IS_COUNTED} AND {IS_SHOWN} AND t.tag_id IN (SELECT value FROM json_each(?))
"""
_SELECT_OF_RULE = f"{_SELECT_WITH_KEYS} WHERE t.rule_id = ? ORDER BY t.id"
_SELECT_COUNTS_BY_RULE = f"""
    SELECT t.rule_id, count(*)
      FROM chat_tags AS t JOIN conversations AS c ON c.id = t.conversation_id
     WHERE t.rule_id IS NOT NULL AND {IS_COUNTED} AND {IS_SHOWN}
     GROUP BY t.rule_id
"""
_SELECT_ON_CONVERSATIONS = """
    SELECT conversation_id, tag_id FROM chat_tags
     WHERE conversation_id IN (SELECT value FROM json_each(?)) AND message_number IS NULL
"""

_REPORTED_EVERY = 1_000


class StoredTagging(NamedTuple):
    """A row of chat_tags; message_number None: the conversation as a whole."""

    tag_id: int
    conversation_id: int
    message_number: int | None
    actor: TagActor
    rule_id: int | None
    added_at_ms: int

    @property
    def place(self) -> tuple[int, int, int]:
        """Return what no two rows have in common: tag, conversation, message or 0."""
        return self.tag_id, self.conversation_id, self.message_number or 0


class ChatTags:
    """The table of what has which tag."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def insert(self, taggings: Collection[StoredTagging], job: Job) -> None:
        """Add rows; their conversations and messages are there.

        Raises:
            JobCancelled: the person stopped it.
        """
        job.check()
        containers = self._containers({tagging.conversation_id for tagging in taggings})
        row_id = int(self._db.value(_NEXT_ID))
        rows = []
        for number, tagging in enumerate(taggings, start=row_id):
            if not number % _REPORTED_EVERY:
                job.report("tagging", number - row_id, len(taggings))
            if tagging.conversation_id not in containers:
                raise BugError("a tag was given to a conversation that is not there")
            cipher = containers[tagging.conversation_id].cipher(CHAT_TAGS.number)
            seal, _ = cipher.seal(number, _context(tagging), [])
            rows.append((number, *tagging[:3], tagging.actor.value, *tagging[4:], seal))
        self._db.execute_many(_INSERT, rows)

    def delete(self, taggings: Iterable[StoredTagging]) -> None:
        """Remove the rows in these places."""
        self._db.execute_many(_DELETE, [tagging.place for tagging in taggings])

    def of_conversation(self, conversation_id: int, container: Container) -> list[StoredTagging]:
        """Return the tags of a conversation and of its messages.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        rows = self._db.rows(_SELECT_OF_CONVERSATION, (conversation_id,))
        return [_open(container, row) for row in rows]

    def of_tags(
        self, tag_ids: Iterable[int], within: Iterable[int] | None = None
    ) -> list[StoredTagging]:
        """Return all that has one of these tags, or what does *within* these conversations.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        conversations = None if within is None else listed(within)
        asked = {"tags": listed(tag_ids), "conversations": conversations}
        rows = self._db.rows(_SELECT_OF_TAGS, asked)
        return [self.open_row(row) for row in rows]

    def of_rule(self, rule_id: int) -> list[StoredTagging]:
        """Return all that has its tag by this rule.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [self.open_row(row) for row in self._db.rows(_SELECT_OF_RULE, (rule_id,))]

    def counts_by_rule(self) -> dict[int, int]:
        """Return by rule how many conversations have its tag by it."""
        return dict(self._db.rows(_SELECT_COUNTS_BY_RULE))

    def places(self, tag_id: int) -> set[tuple[int, int | None]]:
        """Return (conversation, message number or None) of all that has this tag, unopened."""
        return set(self._db.rows(_SELECT_PLACES, (tag_id,)))

    def marked(self, tag_ids: Iterable[int]) -> list[tuple[int, int | None]]:
        """Return (conversation, row id of the message or None) of all that has these tags."""
        return [
            (conversation_id, message_id)
            for conversation_id, message_id in self._db.rows(_SELECT_MARKED, (listed(tag_ids),))
        ]

    def message_places(self, message_ids: Iterable[int]) -> list[tuple[int, int]]:
        """Return (conversation, number) of the messages with these row ids that there are."""
        rows = self._db.rows(_SELECT_NUMBERS, (listed(message_ids),))
        return [(conversation_id, number) for conversation_id, number in rows]

    def existing(self, conversation_ids: Iterable[int]) -> set[int]:
        """Return those of *conversation_ids* that there are."""
        return {row[0] for row in self._db.rows(_SELECT_KEYS, (listed(conversation_ids),))}

    def counts(self) -> dict[int, tuple[int, int]]:
        """Return by tag how many conversations and messages have it; without opening any.

        What is removed, in the trash or merged into another one does not count.
        """
        return {tag_id: (c, m) for tag_id, c, m in self._db.rows(_SELECT_COUNTS)}

    def conversation_count(self, tag_ids: Iterable[int]) -> int:
        """Return how many conversations have at least one of these tags."""
        return int(self._db.value(_SELECT_COUNT_OF_SEVERAL, (listed(tag_ids),)))

    def on_conversations(self, conversation_ids: Iterable[int]) -> dict[int, list[int]]:
        """Return by conversation the tags that it has as a whole, as a list shows them."""
        found: dict[int, list[int]] = {}
        for conversation_id, tag_id in self._db.rows(
            _SELECT_ON_CONVERSATIONS, (listed(conversation_ids),)
        ):
            found.setdefault(conversation_id, []).append(tag_id)
        return found

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ALL)

    def open_row(self, row: Row) -> StoredTagging:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        *columns, key_id, wrapped = row
        return _open(self._scope.container(key_id, wrapped), tuple(columns))

    def _containers(self, conversation_ids: set[int]) -> dict[int, Container]:
        rows = self._db.rows(_SELECT_KEYS, (listed(conversation_ids),))
        return {i: self._scope.container(key_id, wrapped) for i, key_id, wrapped in rows}


def _context(tagging: StoredTagging) -> bytes:
    numbers = plain_context(*tagging[:3], *tagging[4:])
    return numbers + tagging.actor.value.encode()


def _open(container: Container, row: Row) -> StoredTagging:
    row_id, *columns, seal = row
    tagging = StoredTagging._make(columns)._replace(actor=TagActor(columns[3]))
    container.cipher(CHAT_TAGS.number).open(seal, row_id, _context(tagging), [])
    return tagging
