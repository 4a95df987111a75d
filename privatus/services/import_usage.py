"""What the messages of new conversations count for: measured where they are read."""

from __future__ import annotations

from typing import NamedTuple

from privatus.core.conversation import Conversation
from privatus.core.usage import Counts, DayKey, Sums, days_in
from privatus.services.measuring import Measured, facts_of
from privatus.storage.rows import ROLE_NUMBERS
from privatus.storage.store import Tables
from privatus.storage.usage import UsageRow, usage_row
from privatus.storage.usage_codec import encode_columns, with_ids
from privatus.vault.keys import Container


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


class ImportUsage:
    """Gathers what is new until its conversations are written."""

    def __init__(self) -> None:
        self._rows: list[UsageRow] = []
        self._counts = Counts()

    def add(self, row_id: int, container: Container, usage: Usage | None, first_id: int) -> None:
        """Take in a conversation whose messages get ids from *first_id* on."""
        if usage is None:
            return
        facts = with_ids(usage.columns, first_id, usage.messages)
        self._rows.append(
            usage_row(container, row_id, (1, usage.messages, usage.days_in_use), facts)
        )
        self._counts.take(
            Counts(
                dict(usage.days),
                dict(usage.quarters),
                dict(usage.languages),
                dict(usage.codes),
            )
        )

    def write(self, tables: Tables) -> None:
        """Write it, in the transaction that writes the conversations."""
        if self._rows:
            tables.usage.put_many(self._rows)
            tables.usage.add(self._counts)
            tables.usage.settle([row[0] for row in self._rows])
