"""Backups as their manifests tell of them, made up."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from privatus.core.backup import Backup, BackupKind

HOUR_MS = 60 * 60 * 1000
DAY_MS = 24 * HOUR_MS


def at(text: str, timezone: tzinfo = UTC) -> int:
    """Return a time, `2026-11-22 18:25`, in milliseconds."""
    moment = datetime.fromisoformat(text).replace(tzinfo=timezone)
    return int(moment.timestamp()) * 1000


def backup(
    sequence: int,
    made_at_ms: int,
    *,
    name: str = "",
    is_pinned: bool = False,
    verified_at_ms: int | None = None,
    proven_at_ms: int | None = None,
) -> Backup:
    return Backup(
        id=name or f"{sequence:032x}",
        sequence=sequence,
        made_at_ms=made_at_ms,
        kind=BackupKind.INCREMENTAL,
        total_bytes=1000,
        new_bytes=10,
        files=0,
        duration_ms=5,
        host="here",
        app="0.1.0",
        schema=9,
        is_pinned=is_pinned,
        verified_at_ms=verified_at_ms,
        proven_at_ms=proven_at_ms,
    )
