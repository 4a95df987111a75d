"""Which backups hold what somebody is about to take out of the vault for good."""

from __future__ import annotations

from collections.abc import Collection

from privatus.core.purging import HoldingBackups
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import Tables


def holding_backups(
    tables: Tables, conversations: Collection[StoredConversation]
) -> tuple[HoldingBackups, ...]:
    """Return the backups that were made since the first of *conversations* came.

    By what the vault knows of its backups. That one of them does not hold it after all, because
    it was edited in only later, is not looked into: that would be to open them all.
    """
    if not conversations:
        return ()
    since_ms = min(stored.imported_at_ms for stored in conversations)
    found = []
    for destination in tables.backups.destinations.all():
        times = [
            known.made_at_ms
            for known in tables.backups.metadata.there(destination.id)
            if known.made_at_ms >= since_ms
        ]
        if times:
            found.append(
                HoldingBackups(
                    destination=destination.details.name,
                    backups=len(times),
                    first_at_ms=min(times),
                    last_at_ms=max(times),
                )
            )
    return tuple(found)
