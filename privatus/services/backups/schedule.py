"""When a backup is due, and how a destination is: worked out from what the vault knows.

A time that is yet to come was told by a clock that was wrong. It counts for nothing: else one day
with a wrong clock would keep backups from being made for years, and all would be called good.
"""

from __future__ import annotations

from collections.abc import Sequence

from privatus.core.backup import BackupKind, Frequency, Health
from privatus.storage.backups import StoredBackup, StoredDestination

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
# Clocks of two machines differ by minutes.
_CLOCK_SKEW_MS = _HOUR_MS
_INTERVAL_MS = {
    Frequency.HOURLY: _HOUR_MS,
    Frequency.DAILY: _DAY_MS,
    Frequency.WEEKLY: 7 * _DAY_MS,
}
# After an attempt that did not work, the next one waits: a disk is not asked for every minute.
_RETRY_MS = _HOUR_MS // 4
# How late a backup may be before it is called overdue. A computer is off at night and on holiday.
_LATE_MS = {
    Frequency.HOURLY: _DAY_MS,
    Frequency.DAILY: 2 * _DAY_MS,
    Frequency.WEEKLY: 7 * _DAY_MS,
}


def is_past(at_ms: int, now_ms: int) -> bool:
    """Say whether a time can be true."""
    return at_ms <= now_ms + _CLOCK_SKEW_MS


def next_at_ms(stored: StoredDestination, last_at_ms: int | None, now_ms: int) -> int | None:
    """Return when the next backup is wanted; None: never by itself.

    Times that were slept through are not made up one by one: one backup is due, at once.
    """
    interval_ms = _INTERVAL_MS.get(stored.details.schedule.frequency)
    if interval_ms is None:
        return None
    if last_at_ms is None or not is_past(last_at_ms, now_ms):
        wanted = min(stored.added_at_ms, now_ms)
    else:
        wanted = last_at_ms + interval_ms
    state = stored.state
    tried_at_ms = state.last_attempt_at_ms
    if state.problem and tried_at_ms is not None and is_past(tried_at_ms, now_ms):
        return max(wanted, tried_at_ms + _RETRY_MS)
    return wanted


def health(stored: StoredDestination, last_at_ms: int | None, now_ms: int) -> Health:
    """Return how a destination is."""
    state = stored.state
    interval_ms = _INTERVAL_MS.get(stored.details.schedule.frequency)
    since_ms = stored.added_at_ms
    if last_at_ms is not None and is_past(last_at_ms, now_ms):
        since_ms = last_at_ms
    is_late = (
        interval_ms is not None
        and now_ms > since_ms + interval_ms + _LATE_MS[stored.details.schedule.frequency]
    )
    if (state.problem and not state.is_away) or state.harmed:
        return Health.FAILING
    if is_late:
        return Health.OVERDUE
    if state.is_away:
        return Health.AWAY
    if last_at_ms is None:
        return Health.NEW
    return Health.MANUAL if interval_ms is None else Health.GOOD


def kind_due(stored: StoredDestination, backups: Sequence[StoredBackup], now_ms: int) -> BackupKind:
    """Return which kind the next backup is, as the schedule says.

    After damage was found all is written anew once: an incremental one would need what is damaged.
    """
    full = [
        one.made_at_ms
        for one in backups
        if one.details.kind is BackupKind.FULL and is_past(one.made_at_ms, now_ms)
    ]
    if not full:
        return BackupKind.FULL
    harmed_at_ms = stored.state.harmed_at_ms
    if harmed_at_ms is not None and harmed_at_ms >= max(full):
        return BackupKind.FULL
    full_days = stored.details.schedule.full_days
    if full_days is not None and now_ms - max(full) >= full_days * _DAY_MS:
        return BackupKind.FULL
    return BackupKind.INCREMENTAL
