"""Reading what failed and how long what took."""

from __future__ import annotations

from collections.abc import Sequence

from privatus.core.journal import Measured, NotedError
from privatus.storage.store import Store


class JournalService:
    """Lists errors and measurements; works note them themselves (`noting`)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def errors(self, since_ms: int = 0) -> Sequence[NotedError]:
        """Return what a person was told that failed then or later, the newest first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            return list(tables.error_log.since(since_ms))

    def metrics(self, since_ms: int = 0) -> Sequence[Measured]:
        """Return how long each work took that came to its end then or later, the newest first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            return list(tables.metrics.since(since_ms))
