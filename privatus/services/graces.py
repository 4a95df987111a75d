"""What waits to be destroyed by itself, in a vault that has come out of a backup.

Its waiting began before the backup was made and went on while nobody looked: without this the
first opening would destroy again what somebody has restored the vault for.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from privatus.core import clock
from privatus.core.errors import TamperedError
from privatus.services import trash_days
from privatus.storage.store import Store, Tables


def begin_anew(store: Store, index_path: Path) -> None:
    """Let every grace begin now if the vault has no search index, which no backup holds.

    To be asked before the index is made: who kills the program in between is asked again. Marks
    that do not open are left to the next run, which then lets nothing go.
    """
    if index_path.exists():
        return
    now_ms = clock.now_ms()
    with store.exclusive() as tables, contextlib.suppress(TamperedError):
        marks = [
            replace(
                mark,
                marked_at_ms=now_ms,
                goes_at_ms=now_ms + max(0, mark.goes_at_ms - mark.marked_at_ms),
            )
            for mark in tables.retention.all_marks()
            if not mark.is_kept
        ]
        trashed = _trashed(tables)
        if marks or trashed:
            with store.transaction() as changed:
                changed.retention.put_marks(marks)
                changed.trash.set(dict.fromkeys(trashed, now_ms))


def _trashed(tables: Tables) -> list[int]:
    """Return what is in the trash, if the person said that it goes by itself."""
    return list(tables.trash.times_ms()) if trash_days.days(tables) else []
