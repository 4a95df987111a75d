"""What is known to be damaged at a destination: noted by checks, and taken back by deeper ones."""

from __future__ import annotations

import msgspec

from privatus.backup import layout
from privatus.core import clock
from privatus.core.backup import DrillReport, VerifyDepth, VerifyReport
from privatus.storage.backups import DestinationState

# What is wrong elsewhere, with a pin or a key, says nothing of what a backup holds.
HELD_IN = (f"{layout.DATA}/", f"{layout.SNAPSHOTS}/")
_DEPTHS = tuple(VerifyDepth)


def after_verify(state: DestinationState, report: VerifyReport) -> DestinationState:
    """Return how the destination is after a verification."""
    found = {
        backup_id
        for problem in report.problems
        if problem.name.startswith(HELD_IN)
        for backup_id in problem.backups
    }
    # Another part does not know of the one that was damaged.
    depth: VerifyDepth = VerifyDepth.DATA if report.depth is VerifyDepth.PART else report.depth
    before = VerifyDepth(state.harmed_depth or depth)
    if _DEPTHS.index(report.depth) < _DEPTHS.index(before):
        found, depth = found | {*state.harmed}, before
    return _with(state, found, depth)


def after_drill(state: DestinationState, report: DrillReport) -> DestinationState:
    """Return how the destination is after a restore drill."""
    others = {*state.harmed} - {report.backup_id}
    if not report.problems:
        return _with(state, others, VerifyDepth(state.harmed_depth or VerifyDepth.DATA))
    return _with(state, others | {report.backup_id}, VerifyDepth.DATA)


def sentence(count: int) -> str:
    """Return what is wrong with so many backups, and what to do."""
    return (
        f"damage was found that harms {count} of the backups there;"
        " make a full backup, then verify all data again"
    )


def _with(state: DestinationState, found: set[str], depth: VerifyDepth) -> DestinationState:
    at_ms = clock.now_ms() if found - {*state.harmed} else state.harmed_at_ms
    return msgspec.structs.replace(
        state,
        harmed=tuple(sorted(found)),
        harmed_at_ms=at_ms if found else None,
        harmed_depth=depth.value if found else "",
    )
