"""Opens the destinations that archives lie at: backup destinations by name, and other places."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from privatus.backup.destinations.opening import open_destination
from privatus.backup.destinations.port import Destination
from privatus.services.archiving.returning import Open
from privatus.services.backups import places
from privatus.services.backups.host_keys import with_fingerprint
from privatus.storage.store import Store, Tables


@contextlib.contextmanager
def opened_places(store: Store, options: Mapping[str, str] | None) -> Iterator[Open]:
    """Yield what opens a destination, each once; all are closed in the end.

    A backup destination is known by its name, and by its address, with what opens it.
    """
    with contextlib.ExitStack() as closing:
        opened: dict[str, Destination] = {}

        def open_place(where: str) -> Destination | None:
            if not where:
                return None
            if where not in opened:
                opened[where] = _open(store, where, options, folder=None)
                closing.callback(opened[where].close)
            return opened[where]

        yield open_place


@contextlib.contextmanager
def place_for_new(
    store: Store, where: str, options: Mapping[str, str] | None, folder: Path
) -> Iterator[Destination | None]:
    """Yield the destination that conversations of the vault in *folder* are to go to.

    Its last folder is made if it is missing and nothing of the vault's was ever put there.

    Raises:
        UserError: it is no place for archives.
        UnreachableError, RefusedError: it is not there, or does not let us in.
    """
    if not where:
        yield None
        return
    with contextlib.closing(_open(store, where, options, folder=folder)) as opened:
        yield opened


def _open(
    store: Store, where: str, options: Mapping[str, str] | None, folder: Path | None
) -> Destination:
    """Open a destination; *folder*: the vault's, if something new is to go there."""
    with store.snapshot() as tables:
        known = [stored.details for stored in tables.backups.destinations.all()]
        said = next((one for one in known if where in (one.name, one.location)), None)
        location = where if said is None else said.location
        make = False
        if folder is not None:
            places.require_whole(location)
            places.require_outside(location, folder)
            make = places.same_place(location) not in _used(tables)
    given = with_fingerprint(options)
    return open_destination(location, given or (said.options if said else None), make=make)


def _used(tables: Tables) -> set[str]:
    """Return the places where something of the vault's lies: a disk that has it is unplugged."""
    known = tables.backups
    used = {
        one.details.location for one in known.destinations.all() if known.metadata.has_any(one.id)
    }
    used |= {record.where for record in tables.archived.all() if record.where}
    return set(map(places.same_place, used))
