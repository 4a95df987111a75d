"""The summaries in a person's words that conversations bring along which are new to the vault."""

from __future__ import annotations

from collections.abc import Callable

from privatus.core import clock
from privatus.core.summary import SummaryAuthor
from privatus.services.preparing import Prepared
from privatus.services.summary_rows import MAX_TEXT_CHARS
from privatus.storage.store import Tables
from privatus.storage.summaries import StoredSummary
from privatus.vault.keys import Container


class ImportSummaries:
    """Gathers summaries until their conversations are written."""

    def __init__(self) -> None:
        self._found: list[tuple[Container, Prepared, int]] = []

    def add(
        self,
        row_id: int,
        container: Container,
        prepared: Prepared,
        warn: Callable[[str, str], None],
    ) -> None:
        """Take in that of the conversation *row_id*, if a person wrote it one."""
        said = prepared.head.summary
        if said is None or not said.is_own or not said.text.strip():
            return
        if len(said.text) > MAX_TEXT_CHARS:
            warn("its summary", "it is longer than the vault takes, and was left out")
            return
        self._found.append((container, prepared, row_id))

    def write(self, tables: Tables) -> None:
        """Write them, in the transaction that writes their conversations."""
        for container, prepared, row_id in self._found:
            said = prepared.head.summary
            if said is None:
                continue
            stored = StoredSummary(
                id=tables.summaries.next_id(),
                conversation_id=row_id,
                version=1,
                message_count=len(prepared.messages),
                author=SummaryAuthor.PERSON,
                method=0,
                made_at_ms=clock.now_ms() if said.made_at_ms is None else said.made_at_ms,
                details={"text": said.text},
            )
            tables.summaries.insert(container, stored)
