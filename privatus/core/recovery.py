"""What would come back if the computer were lost now, and how long that takes: as measured."""

from __future__ import annotations

from dataclasses import dataclass

from privatus.core.backup import Backup, DestinationStatus, DrillReport


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPlace:
    """One destination, and what it could give back."""

    status: DestinationStatus
    newest: Backup | None
    # The last restore that was tried, whatever it found; it tells how long a restore takes.
    drill: DrillReport | None
    # The longest time between two backups of the last weeks: so much work may be lost.
    longest_gap_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPlan:
    """What protects a vault."""

    vault: str  # its folder
    made_at_ms: int
    places: tuple[RecoveryPlace, ...]

    @property
    def point_ms(self) -> int | None:
        """How old the newest backup is: what came since is lost. None: there is no backup."""
        made = [one.newest.made_at_ms for one in self.places if one.newest is not None]
        return self.made_at_ms - max(made) if made else None

    @property
    def time_ms(self) -> int | None:
        """How long the last drill without a fault took to restore; None: none was made."""
        drills = [one.drill for one in self.places if one.drill and not one.drill.problems]
        return max(drills, key=lambda one: one.at_ms).duration_ms if drills else None
