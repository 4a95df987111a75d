"""Writes objects to a destination that may not keep what it says it has."""

from __future__ import annotations

from privatus.backup.destinations.port import (
    BrokenTransferError,
    Destination,
    DestinationError,
    DestinationFullError,
    RefusedError,
)

_END_BYTES = 64


def put_kept(destination: Destination, name: str, data: bytes) -> None:
    """Write an object, and ask its end back: nobody writes it again once a backup needs it.

    Raises:
        BrokenTransferError: the destination has not kept it, or not all of it.
        UnreachableError, DestinationError: as `Destination.put`.
    """
    destination.put(name, data)
    end = data[-_END_BYTES:]
    try:
        is_kept = destination.get_range(name, len(data) - len(end), len(end)) == end
    except RefusedError:
        raise
    except DestinationError:
        is_kept = False
    if not is_kept:
        raise BrokenTransferError(
            f"{destination.location} has lost what was written there; try again, or choose"
            " another place"
        )


def require_room(destination: Destination, n_bytes: int) -> None:
    """Refuse to write where fewer than *n_bytes* are left; fine where nobody says.

    Raises:
        DestinationFullError: there is less room.
        UnreachableError, DestinationError: the destination does not answer.
    """
    free = destination.free_bytes()
    if free is not None and free < n_bytes:
        raise DestinationFullError(
            f"{destination.location} is full; drop old backups and prune, make room there, or"
            " choose another place"
        )
