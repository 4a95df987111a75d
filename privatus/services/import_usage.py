"""What the messages of new conversations count for, on its way into the vault."""

from __future__ import annotations

from privatus.core.usage import Counts
from privatus.services.chat_usage import Usage
from privatus.storage.store import Tables
from privatus.storage.usage import UsageRow, usage_row
from privatus.storage.usage_codec import with_ids
from privatus.vault.keys import Container


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
