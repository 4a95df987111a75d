"""What messages count for, chat by chat, and what that adds up to.

The facts of single messages are sealed under their conversation's key; sums are clear, but for
those that name a language.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from privatus.core.errors import TamperedError
from privatus.core.usage import (
    QUARTERS_A_DAY,
    Counts,
    DayKey,
    Fact,
    Sums,
    days_in,
)
from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.lookups import Models
from privatus.storage.rows import CHAT_USAGE, USAGE_DETAILS, plain_context
from privatus.storage.states import IS_COUNTED
from privatus.storage.usage_codec import decode_facts, encode_facts
from privatus.vault.keys import Container, Scope

# Stands for no day: a key has no NULL.
_NO_DAY = -(1 << 31)
_EPOCH = date(1970, 1, 1)
_FIRST_DAY, _LAST_DAY = (date.min - _EPOCH).days, (date.max - _EPOCH).days
# In the queue: all conversations.
_ALL = 0
_LANGUAGES, _PRICES = 1, 2

_SELECT_QUEUE = "SELECT conversation_id, is_content FROM usage_queue ORDER BY 1 LIMIT ?"
_COUNT_QUEUE = "SELECT count(*) FROM usage_queue"
_SETTLE = "DELETE FROM usage_queue WHERE conversation_id IN (SELECT value FROM json_each(?))"
_QUEUE_ALL = """
    INSERT INTO usage_queue (conversation_id, is_content) SELECT id, 1 FROM conversations WHERE 1
        ON CONFLICT DO UPDATE SET is_content = 1
"""
_SELECT_CHATS = f"""
    SELECT c.id, c.source, {IS_COUNTED}, k.id, k.wrapped_key
      FROM conversations AS c JOIN key_store AS k ON k.id = c.key_id
     WHERE c.id IN (SELECT value FROM json_each(?))
"""
_SELECT_IDS = "SELECT id FROM conversations WHERE id > ? ORDER BY id LIMIT ?"
_SELECT_OUTLINE = """
    SELECT id, revision, number, parent_number, role, model_id, created_at_ms, flags
      FROM messages WHERE conversation_id = ? ORDER BY number
"""
_COLUMNS = "u.conversation_id, u.is_counted, u.messages, u.days, u.details_sealed, u.seal"
_SELECT_ROWS = f"""
    SELECT {_COLUMNS}, c.source, k.id, k.wrapped_key
      FROM chat_usage AS u
      JOIN conversations AS c ON c.id = u.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
"""
_SELECT_SOME = f"{_SELECT_ROWS} WHERE u.conversation_id IN (SELECT value FROM json_each(?))"
_SELECT_COUNTED = f"{_SELECT_ROWS} WHERE u.is_counted = 1"
_PUT = """
    INSERT INTO chat_usage (conversation_id, is_counted, messages, days, details_sealed, seal)
    VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE
       SET is_counted = excluded.is_counted, messages = excluded.messages, days = excluded.days,
           details_sealed = excluded.details_sealed, seal = excluded.seal
"""
_ADD_DAY = """
    INSERT INTO usage_statistics (day, source, model_id, role, messages, words, tokens, context)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE
       SET messages = messages + excluded.messages, words = words + excluded.words,
           tokens = tokens + excluded.tokens, context = context + excluded.context
"""
_SELECT_DAY = """
    SELECT messages, words, tokens, context FROM usage_statistics
     WHERE day = ? AND source = ? AND model_id = ? AND role = ?
"""
_DELETE_DAY = """
    DELETE FROM usage_statistics WHERE day = ? AND source = ? AND model_id = ? AND role = ?
"""
_SELECT_DAYS = """
    SELECT day, source, model_id, role, messages, words, tokens, context FROM usage_statistics
"""
_SELECT_HOURS = "SELECT day, quarters FROM usage_hours"
_SELECT_HOURS_OF = "SELECT quarters FROM usage_hours WHERE day = ?"
_PUT_HOURS = """
    INSERT INTO usage_hours (day, quarters) VALUES (?, ?)
        ON CONFLICT DO UPDATE SET quarters = excluded.quarters
"""
_DELETE_HOURS = "DELETE FROM usage_hours WHERE day = ?"
_CLEAR = ("DELETE FROM usage_statistics", "DELETE FROM usage_hours",
          "DELETE FROM usage_details WHERE id = 1")  # fmt: skip
_FORGET = "DELETE FROM chat_usage"
_SELECT_DETAILS = "SELECT details_sealed, seal FROM usage_details WHERE id = ?"
_SELECT_ALL_DETAILS = "SELECT id, details_sealed, seal FROM usage_details ORDER BY id"
_DELETE_DETAILS = "DELETE FROM usage_details WHERE id = ?"
_PUT_DETAILS = """
    INSERT INTO usage_details (id, details_sealed, seal) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET details_sealed = excluded.details_sealed, seal = excluded.seal
"""
_COUNT_CHATS = "SELECT count(*) FROM chat_usage WHERE is_counted = 1 AND messages >= 0"
_LONGEST = """
    SELECT conversation_id, messages FROM chat_usage INDEXED BY chat_usage_longest
     WHERE is_counted = 1 ORDER BY messages DESC LIMIT ?
"""
_RETURNED = """
    SELECT conversation_id, days FROM chat_usage INDEXED BY chat_usage_returned
     WHERE is_counted = 1 AND days > 1 ORDER BY days DESC LIMIT ?
"""

# A row of chat_usage, sealed.
UsageRow = tuple[int, int, int, int, bytes | None, bytes]
_DISAGREE = "the counts of the analytics do not agree with the messages"
_encode, _decode = msgspec.json.encode, msgspec.json.decode


@dataclass(frozen=True, slots=True)
class CountedChat:
    """A conversation as the counts see it."""

    id: int
    source: str
    is_counted: bool  # it is not in the trash, and not a source of a merged one
    container: Container


@dataclass(frozen=True, slots=True)
class ChatFacts:
    """What the messages of a conversation count for, as it is kept."""

    conversation_id: int
    source: str
    is_counted: bool
    facts: list[Fact]


class UsageTables:
    """The tables of counts."""

    def __init__(self, db: Database, scope: Scope, models: Models) -> None:
        self._db = db
        self._scope = scope
        self._models = models

    # ------------------------------------------------------------ what is to be counted

    def queued(self, limit: int) -> list[tuple[int, bool]]:
        """Return conversations whose sums are out of date; whether their messages changed, too."""
        return [(row_id, bool(c)) for row_id, c in self._db.rows(_SELECT_QUEUE, (limit,))]

    def queue_length(self) -> int:
        return int(self._db.value(_COUNT_QUEUE))

    def settle(self, conversation_ids: Collection[int]) -> None:
        """Take conversations out of the queue."""
        self._db.execute(_SETTLE, (listed(conversation_ids),))

    def chats(self, conversation_ids: Collection[int]) -> dict[int, CountedChat]:
        """Return those of these conversations that there are."""
        return {
            row_id: CountedChat(row_id, source, bool(counts), self._scope.container(key, wrapped))
            for row_id, source, counts, key, wrapped in self._db.rows(
                _SELECT_CHATS, (listed(conversation_ids),)
            )
        }

    def ids_after(self, conversation_id: int, limit: int) -> list[int]:
        """Return the next conversations, by id."""
        return [row[0] for row in self._db.rows(_SELECT_IDS, (conversation_id, limit))]

    def outline(self, conversation_id: int) -> list[Row]:
        """Return of each message (id, revision, number, parent, role, model id, time, flags)."""
        return self._db.rows(_SELECT_OUTLINE, (conversation_id,))

    # ------------------------------------------------------------ chat by chat

    def facts_of(self, conversation_ids: Collection[int]) -> Iterator[ChatFacts]:
        """Yield the facts of those of these conversations that have any.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        for row in self._db.rows(_SELECT_SOME, (listed(conversation_ids),)):
            yield self.open_row(row)

    def counted_facts(self) -> Iterator[ChatFacts]:
        """Yield the facts of all conversations that are counted.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return map(self.open_row, self._db.each(_SELECT_COUNTED))

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ROWS)

    def open_row(self, row: Row) -> ChatFacts:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, is_counted, messages, days, sealed, seal, source, key_id, wrapped = row
        cipher = self._scope.container(key_id, wrapped).cipher(CHAT_USAGE.number)
        context = plain_context(is_counted, messages, days)
        (details,) = cipher.open(seal, row_id, context, [sealed])
        return ChatFacts(row_id, source, bool(is_counted), decode_facts(details or b""))

    def put_many(self, rows: Sequence[UsageRow]) -> None:
        """Write rows of `usage_row`; each takes the place of a former one."""
        self._db.execute_many(_PUT, rows)

    # ------------------------------------------------------------ sums

    def add(self, counts: Counts) -> None:
        """Add to the sums; what comes to nothing goes.

        Raises:
            TamperedError: more is taken away than there is.
        """
        ids = {name: row_id for row_id, name in self._models.names().items()}
        for (day, source, model, role), more in counts.days.items():
            model_id = 0 if model is None else ids[model]
            self._add_day((_NO_DAY if day is None else day, source, model_id, role), more)
        self._add_quarters(counts.quarters)
        self._add_languages(counts)

    def _add_day(self, key: tuple[int, str, int, int], more: Sums) -> None:
        if more[0] > 0 and min(more) >= 0:
            self._db.execute(_ADD_DAY, (*key, *more))
        elif any(more):
            had = self._db.row(_SELECT_DAY, key) or (0, 0, 0, 0)
            sums = [a + b for a, b in zip(had, more, strict=True)]
            if min(sums) < 0 or (not sums[0] and any(sums)):
                raise TamperedError(_DISAGREE)
            self._db.execute(_DELETE_DAY, key)
            if sums[0]:
                self._db.execute(_ADD_DAY, (*key, *sums))

    def _add_quarters(self, quarters: dict[int, int]) -> None:
        by_day: dict[int, list[tuple[int, int]]] = {}
        for quarter, messages in quarters.items():
            day, place = divmod(quarter, QUARTERS_A_DAY)
            by_day.setdefault(day, []).append((place, messages))
        for day, more in by_day.items():
            had = self._db.value(_SELECT_HOURS_OF, (day,))
            sums = array("i", had or bytes(4 * QUARTERS_A_DAY))
            for place, messages in more:
                sums[place] += messages
            if min(sums) < 0:
                raise TamperedError(_DISAGREE)
            if any(sums):
                self._db.execute(_PUT_HOURS, (day, sums.tobytes()))
            elif had is not None:
                self._db.execute(_DELETE_HOURS, (day,))

    def _add_languages(self, counts: Counts) -> None:
        if not (counts.languages or counts.codes):
            return
        kept = self._languages()
        kept.take(Counts(languages=counts.languages, codes=counts.codes))
        kept = kept.settled()
        self._put_details(_LANGUAGES, {"languages": kept.languages, "codes": kept.codes})

    def _languages(self) -> Counts:
        found = self._details(_LANGUAGES) or {}
        languages = {name: (m, w) for name, (m, w) in found.get("languages", {}).items()}
        return Counts(languages=languages, codes=found.get("codes", {}))

    def days(self) -> dict[DayKey, Sums]:
        """Return the sums by day, source, model and role number.

        Raises:
            TamperedError: one is of a day or model that there is not.
        """
        names: dict[int, str | None] = {**self._models.names(), 0: None}
        found: dict[DayKey, Sums] = {}
        for day, source, model, role, m, w, t, c in self._db.rows(_SELECT_DAYS):
            # They are clear, so who has the database's key can write what is no day or model.
            if model not in names or not (day == _NO_DAY or _FIRST_DAY <= day <= _LAST_DAY):
                raise TamperedError(_DISAGREE)
            found[None if day == _NO_DAY else day, source, names[model], role] = (m, w, t, c)
        return found

    def hours(self) -> list[tuple[int, array[int]]]:
        """Return of each day the messages of its 96 quarters of an hour, UTC."""
        return [(day, array("i", quarters)) for day, quarters in self._db.rows(_SELECT_HOURS)]

    def counts(self) -> Counts:
        """Return all sums."""
        kept = self._languages()
        quarters = {
            day * QUARTERS_A_DAY + place: messages
            for day, found in self.hours()
            for place, messages in enumerate(found)
            if messages
        }
        return Counts(self.days(), quarters, kept.languages, kept.codes)

    def languages(self) -> Counts:
        """Return the sums by language and code language only."""
        return self._languages()

    def clear_sums(self) -> None:
        """Begin all sums anew."""
        for sql in _CLEAR:
            self._db.execute(sql)

    def begin_anew(self) -> None:
        """Forget all counts, and let all conversations be counted."""
        self.clear_sums()
        self._db.execute(_FORGET)
        self._db.execute(_QUEUE_ALL)

    def chat_count(self) -> int:
        """Return how many conversations are counted."""
        return int(self._db.value(_COUNT_CHATS))

    def longest(self, limit: int) -> list[tuple[int, int]]:
        """Return (conversation, messages) of those with the most messages."""
        return [(row_id, n) for row_id, n in self._db.rows(_LONGEST, (limit,))]

    def returned_to(self, limit: int) -> list[tuple[int, int]]:
        """Return (conversation, days) of those that somebody wrote in on the most days."""
        return [(row_id, days) for row_id, days in self._db.rows(_RETURNED, (limit,))]

    # ------------------------------------------------------------ prices

    def prices(self) -> Any:
        """Return what the person said of prices, or None."""
        return self._details(_PRICES)

    def put_prices(self, prices: Any) -> None:
        """Keep what the person says of prices; None: nothing any more."""
        if prices is None:
            self._db.execute(_DELETE_DETAILS, (_PRICES,))
        else:
            self._put_details(_PRICES, prices)

    def raw_details(self) -> list[Row]:
        """Return the rows of languages and prices for `open_details`."""
        return self._db.rows(_SELECT_ALL_DETAILS)

    def open_details(self, row: Row) -> Any:
        """Open one of `raw_details`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, sealed, seal = row
        cipher = self._scope.opening_cipher(USAGE_DETAILS.number, seal)
        (details,) = cipher.open(seal, row_id, b"", [sealed])
        return _decode(details or b"null")

    def _details(self, row_id: int) -> Any:
        row = self._db.row(_SELECT_DETAILS, (row_id,))
        return None if row is None else self.open_details((row_id, *row))

    def _put_details(self, row_id: int, value: Any) -> None:
        cipher = self._scope.table_cipher(USAGE_DETAILS.number)
        seal, (sealed,) = cipher.seal(row_id, b"", [_encode(value)])
        self._db.execute(_PUT_DETAILS, (row_id, sealed, seal))


def usage_row(
    container: Container, conversation_id: int, clear: tuple[int, int, int], facts: bytes
) -> UsageRow:
    """Seal what a conversation's messages count for; *clear*: if it is counted, messages, days."""
    cipher = container.cipher(CHAT_USAGE.number)
    seal, (sealed,) = cipher.seal(conversation_id, plain_context(*clear), [facts])
    return (conversation_id, *clear, sealed, seal)


def row_of(chat: CountedChat, facts: Sequence[Fact]) -> UsageRow:
    """Seal what is known of *chat*."""
    clear = int(chat.is_counted), len(facts), days_in(facts)
    return usage_row(chat.container, chat.id, clear, encode_facts(facts))
