"""The annotations that conversations bring along which are new to the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from privatus.core import clock
from privatus.core.annotation import Annotation, Passage
from privatus.services.annotation_places import CONTEXT_CHARS
from privatus.services.annotations import MAX_QUOTE_CHARS, MAX_TEXT_CHARS
from privatus.storage.annotations import StoredAnnotation
from privatus.storage.store import Tables
from privatus.vault.keys import Container


class ImportAnnotations:
    """Gathers annotations until their conversations are written."""

    def __init__(self) -> None:
        self._found: list[tuple[Container, StoredAnnotation]] = []

    def add(
        self,
        row_id: int,
        container: Container,
        found: Iterable[Annotation],
        warn: Callable[[str, str], None],
    ) -> None:
        """Take in those of the conversation *row_id* and of its messages."""
        for said in found:
            quote = said.passage.quote if said.passage else ""
            if len(quote) > MAX_QUOTE_CHARS or len(said.text) > MAX_TEXT_CHARS:
                warn("an annotation", "it is longer than the vault takes, and was left out")
                continue
            fitting = replace(
                said,
                # Each of its messages is in its first revision here.
                revision=None if said.number is None else 1,
                passage=said.passage and _fitting(said.passage),
            )
            self._found.append((container, StoredAnnotation(row_id, fitting)))

    def write(self, tables: Tables) -> None:
        """Write them, in the transaction that writes their conversations."""
        now_ms = clock.now_ms()
        for container, stored in self._found:
            said, at_ms = stored.annotation, stored.annotation.created_at_ms
            whole = replace(
                said,
                id=tables.annotations.next_id(),
                created_at_ms=now_ms if at_ms is None else at_ms,
            )
            tables.annotations.insert(container, StoredAnnotation(stored.conversation_id, whole))


def _fitting(passage: Passage) -> Passage:
    """Return the passage with no more of its surroundings than is looked at."""
    return replace(
        passage,
        prefix=passage.prefix[-CONTEXT_CHARS:],
        suffix=passage.suffix[:CONTEXT_CHARS],
    )
