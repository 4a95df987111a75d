"""What the messages of a conversation that was just read count for.

The process that reads exports loads this, and so nothing of the vault.
"""

from __future__ import annotations

from typing import NamedTuple

from privatus.core.conversation import Conversation
from privatus.core.usage import Counts, DayKey, Sums, days_in
from privatus.services.measuring import Measured, facts_of
from privatus.storage.rows import ROLE_NUMBERS
from privatus.storage.usage_codec import encode_columns


class Usage(NamedTuple):
    """The facts of a conversation's messages without their ids, and their sums."""

    columns: bytes
    messages: int
    days_in_use: int
    days: list[tuple[DayKey, Sums]]
    quarters: list[tuple[int, int]]
    languages: list[tuple[str, tuple[int, int]]]
    codes: list[tuple[str, int]]


def usage_of(conversation: Conversation) -> Usage:
    """Measure all messages of a conversation."""
    facts = facts_of(
        Measured(m.number, m.parent, ROLE_NUMBERS[m.role], m.model, m.created_at_ms, m.parts)
        for m in conversation.messages
    )
    counts = Counts()
    counts.add(conversation.source, facts)
    return Usage(
        encode_columns(facts),
        len(facts),
        days_in(facts),
        list(counts.days.items()),
        list(counts.quarters.items()),
        list(counts.languages.items()),
        list(counts.codes.items()),
    )
