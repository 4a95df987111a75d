"""After how many days a conversation leaves the trash for good."""

from __future__ import annotations

from privatus.core.preference import Preference
from privatus.storage.store import Tables

DAY_MS = 86_400_000


def days(tables: Tables) -> int:
    """Return what the person said, 0 for never; who said nothing said never."""
    return tables.preferences.get(Preference.TRASH_DAYS) or 0


def goes_at_ms(deleted_at_ms: int | None, after_days: int) -> int | None:
    """Return when what was deleted then goes for good, None for never."""
    if deleted_at_ms is None or not after_days:
        return None
    return deleted_at_ms + after_days * DAY_MS
