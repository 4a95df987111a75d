"""The recovery plan: measured from the backups and drills that there were."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from privatus.core import clock
from privatus.core.backup import DrillReport
from privatus.core.recovery import RecoveryPlace, RecoveryPlan
from privatus.services.backups import mirror
from privatus.services.backups.proving import DRILL
from privatus.storage.backups import StoredBackup
from privatus.storage.store import Store

_WEEKS_MS = 28 * 86_400_000


def recovery_plan(store: Store, folder: Path) -> RecoveryPlan:
    """Return what protects the vault in *folder*, by what it knows of its backups."""
    now_ms = clock.now_ms()
    places = []
    with store.snapshot() as tables:
        known = tables.backups
        for stored in known.destinations.all():
            backups = known.metadata.of(stored.id)
            there = [one for one in backups if one.dropped_at_ms is None]
            newest = max(there, key=lambda one: one.made_at_ms, default=None)
            drills = known.checks.of(stored.id, DRILL, DrillReport, limit=1)
            places.append(
                RecoveryPlace(
                    status=mirror.status(stored, backups, now_ms),
                    newest=None
                    if newest is None
                    else mirror.shown(newest, known.metadata.contents(newest.id)),
                    drill=drills[0] if drills else None,
                    longest_gap_ms=_longest_gap_ms(backups, now_ms),
                )
            )
    return RecoveryPlan(vault=str(folder), made_at_ms=now_ms, places=tuple(places))


def _longest_gap_ms(backups: Sequence[StoredBackup], now_ms: int) -> int | None:
    """Return the longest time without a new backup, of those that reach into the last weeks."""
    times = sorted(one.made_at_ms for one in backups if one.made_at_ms <= now_ms)
    if not times:
        return None
    return max(
        after - before
        for before, after in pairwise([*times, now_ms])
        if after >= now_ms - _WEEKS_MS
    )
