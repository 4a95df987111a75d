"""Reading the log of what was done with the vault."""

from __future__ import annotations

from privatus.storage.audit import AuditEntry
from privatus.storage.store import Store


class AuditService:
    """Lists the log, checked against its chain."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self) -> list[AuditEntry]:
        """Return all entries, the oldest first.

        Raises:
            TamperedError: an entry was edited, added or removed.
        """
        with self._store.snapshot() as tables:
            return list(tables.audit.entries())
