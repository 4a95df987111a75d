"""Places that a person names for backups: which are none, and which are one and the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from privatus.backup import layout
from privatus.backup.destinations.opening import folder_of, open_destination
from privatus.backup.destinations.port import Destination, NotThereError
from privatus.backup.destinations.schemes import read_address
from privatus.backup.repository import Repository, VaultSide
from privatus.core.errors import UserError
from privatus.storage.backups import DestinationDetails, StoredDestination
from privatus.vault import header_files


def same_place(location: str) -> str:
    """Return what is equal for two ways of writing one place, as far as that can be told.

    Raises:
        UserError: it is nothing that we know.
    """
    folder = folder_of(location)
    return read_address(location, {}).location if folder is None else str(folder.resolve())


def require_whole(location: str) -> None:
    """Raise UserError for a folder that depends on where the program was started."""
    folder = folder_of(location)
    if folder is not None and not folder.is_absolute():
        raise UserError(
            "no backup destination has this name; name one, or a folder by its whole path"
        )


def require_outside(location: str, vault_folder: Path) -> None:
    """Raise UserError if what goes to *location* would lie in a vault's folder."""
    folder = folder_of(location)
    if folder is None:
        return
    place, own = folder.resolve(), vault_folder.resolve()
    above = (place, *place.parents)
    if own in above:
        raise UserError(
            "this is in the vault's own folder, and would be lost with it; choose another disk or"
            " folder"
        )
    if any(header_files.exists(one) for one in above):
        raise UserError("this is in the folder of another vault; choose another folder")


def require_free_name(others: Sequence[StoredDestination], name: str) -> None:
    """Raise UserError if one of *others* has the name."""
    if any(one.details.name == name for one in others):
        raise UserError(f"there is a backup destination “{name}” already; choose another name")


def require_new(others: Sequence[StoredDestination], details: DestinationDetails) -> None:
    """Raise UserError if one of *others* has the name, or is the same place."""
    require_free_name(others, details.name)
    place = same_place(details.location)
    for one in others:
        if same_place(one.details.location) == place:
            raise UserError(
                f"backups go there already, to the destination “{one.details.name}”;"
                " change that one, or choose another place"
            )


def require_options(location: str, options: Mapping[str, str]) -> None:
    """Raise UserError if a place at *location* has none of these options."""
    if folder_of(location) is None:
        read_address(location, {name: value for name, value in options.items() if value})
    elif any(options.values()):
        raise UserError("a folder has no options; leave them out")


def holds_backups(location: str, options: Mapping[str, str], side: VaultSide) -> bool:
    """Say whether backups of this vault lie at *location*, which is made if it is not there.

    Raises:
        UserError: those of another vault do.
        UnreachableError, RefusedError: it is not there, or does not let us in.
        TamperedError: its config was changed.
    """
    destination = open_destination(location, options, make=True)
    try:
        return _holds_backups(destination, side)
    finally:
        destination.close()


def _holds_backups(destination: Destination, side: VaultSide) -> bool:
    try:
        destination.get(layout.CONFIG)
    except NotThereError:
        return False
    Repository.open_own(destination, side).keys.wipe()
    return True
