"""What can be read of a repository before anything of it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from privatus.backup import layout
from privatus.backup.destinations.port import Destination, Entry, NotThereError
from privatus.core.errors import TamperedError, UserError


def config_of(destination: Destination) -> bytes:
    """Return the config of the repository at *destination*, as it lies there.

    Raises:
        UserError: there is no repository.
    """
    try:
        return destination.get(layout.CONFIG)
    except NotThereError:
        raise UserError(
            f"there are no backups at {destination.location}; check the address"
        ) from None


def objects(destination: Destination, folder: str) -> Iterator[Entry]:
    """Yield the objects below a folder; what others have left there is none."""
    return (entry for entry in destination.list(folder) if layout.is_object(entry.name))


def key_objects(destination: Destination) -> Iterator[tuple[str, bytes]]:
    """Yield the key objects by name, as they lie there, but not those of members."""
    for entry in objects(destination, layout.KEYS):
        if not layout.is_members(entry.name):
            # Another computer may just have put a newer one in its place.
            with suppress(NotThereError):
                yield entry.name, destination.get(entry.name)


def require_free(destination: Destination) -> None:
    """Refuse a folder with backups but no config: they are of a repository that lost it.

    Raises:
        TamperedError: it is such a folder.
    """
    for folder in (layout.SNAPSHOTS, layout.KEYS):
        if any(objects(destination, folder)):
            raise TamperedError(
                f"the backups at {destination.location} have lost their config;"
                " copy it back from another copy, or choose another folder"
            )
