"""Measures the messages of a stored conversation; what is known of them already is taken over.

A chat of ten thousand messages is written on, and one of them is new: only that is opened, and the
first few, which say what language the chat is in.
"""

from __future__ import annotations

from collections.abc import Sequence

from privatus.core import flags
from privatus.core.errors import TamperedError
from privatus.core.usage import Fact
from privatus.services.measuring import SAMPLE_CHARS, Measured, facts_of, measure
from privatus.storage.message_codec import decode_words
from privatus.storage.messages import StoredMessage
from privatus.storage.store import Tables
from privatus.storage.usage import CountedChat

# The sample of a chat's language is mostly full by then.
_FIRST = 12
# Below so many messages it is as fast to open all.
_MANY = 100


def measured(
    tables: Tables, chat: CountedChat, models: dict[int, str], kept: Sequence[Fact] = ()
) -> list[Fact]:
    """Return what the messages of a conversation count for; *kept*: what they did before.

    If one does not open, the conversation counts for nothing: a check names it.
    """
    try:
        if len(kept) >= _MANY:
            found = _renewed(tables, chat, models, kept)
            if found is not None:
                return found
        messages = tables.messages.of_conversation(chat.id, chat.container)
    except TamperedError:
        return []
    return facts_of(_opened(message, models) for message in messages)


def _renewed(
    tables: Tables, chat: CountedChat, models: dict[int, str], kept: Sequence[Fact]
) -> list[Fact] | None:
    """Return the same by opening only what is new; None: that cannot be told."""
    known = {(fact.message_id, fact.revision): fact for fact in kept}
    rows = tables.usage.outline(chat.id)
    wanted = [row[2] for row in rows[:_FIRST]]
    wanted += [row[2] for row in rows[_FIRST:] if row[:2] not in known and _is_there(row[7])]
    opened = {
        message.number: _opened(message, models)
        for message in tables.messages.some(chat.id, chat.container, wanted)
    }
    sample = (measure(opened[number].parts)[3] for number in wanted[:_FIRST])
    if sum(len(text[:SAMPLE_CHARS]) for text in sample) < SAMPLE_CHARS:
        return None
    return facts_of(
        opened.get(number)
        or Measured(
            number, parent, role, models.get(model_id), created_at_ms, (), row_id, revision,
            is_there=_is_there(bits), known=known.get((row_id, revision)),
        )
        for row_id, revision, number, parent, role, model_id, created_at_ms, bits in rows
    )  # fmt: skip


def _opened(message: StoredMessage, models: dict[int, str]) -> Measured:
    return Measured(
        message.number,
        message.parent_number,
        message.role,
        None if message.model_id is None else models.get(message.model_id),
        message.created_at_ms,
        decode_words(message.content),
        message.id,
        message.revision,
        is_there=_is_there(message.flags),
    )


def _is_there(bits: int) -> bool:
    return not bits & flags.REMOVED
