"""Places on the page of backups."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupsTarget:
    """A destination, and a backup in it; neither: all destinations."""

    destination_id: int | None = None
    backup_id: str | None = None
