"""Where backups go, as a person has said: added, changed, tried, forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from privatus.backup.destinations.opening import open_destination
from privatus.core import clock
from privatus.core.backup import BackupDestination, KeepRules, Schedule
from privatus.services.backups import mirror, places
from privatus.services.backups.host_keys import with_fingerprint
from privatus.services.backups.repositories import Repositories
from privatus.storage.backups import DestinationDetails, StoredDestination
from privatus.storage.store import Store


class Destinations:
    """The places that backups of the open vault go to."""

    def __init__(self, store: Store, repositories: Repositories, folder: Path) -> None:
        self._store = store
        self._repositories = repositories
        self._folder = folder

    def all(self) -> list[BackupDestination]:
        """Return all destinations, the oldest first."""
        with self._store.snapshot() as tables:
            return [_shown(stored) for stored in tables.backups.destinations.all()]

    def add(
        self,
        name: str,
        location: str,
        *,
        options: Mapping[str, str] | None = None,
        schedule: Schedule | None = None,
        keep: KeepRules | None = None,
    ) -> BackupDestination:
        """Let backups go to *location*, a folder or an address; nothing is written there yet.

        *options* are what opens a store, named as in `backup.destinations.schemes`; they are kept
        sealed. Backups of this vault that lie there are known from then on.

        Raises:
            UserError: the name is taken, backups go there already, or the location is nothing
                that we know, lies in a vault's folder or has the backups of another vault.
            UnreachableError, RefusedError: it is not there, or does not let us in.
        """
        details = DestinationDetails(
            name=name.strip() or location,
            location=location,
            options=with_fingerprint(options),
            schedule=schedule or Schedule(),
            keep=keep or KeepRules(),
        )
        places.require_outside(location, self._folder)
        with self._store.snapshot() as tables:
            places.require_new(tables.backups.destinations.all(), details)
        is_known = places.holds_backups(location, details.options, self._repositories.side())
        with self._store.transaction() as tables:
            places.require_new(tables.backups.destinations.all(), details)
            stored = tables.backups.destinations.insert(details, clock.now_ms())
        if is_known:
            with self._repositories.opened(stored) as repository:
                mirror.read(self._store, stored.id, repository)
        return _shown(stored)

    def change(
        self,
        destination_id: int,
        *,
        name: str | None = None,
        options: Mapping[str, str] | None = None,
        schedule: Schedule | None = None,
        keep: KeepRules | None = None,
    ) -> BackupDestination:
        """Change what is said of a destination; what is None stays, and so do other options.

        Raises:
            UserError: there is no such destination, it has no such options, or the name is taken.
        """
        with self._store.transaction() as tables:
            stored = tables.backups.destinations.get(destination_id)
            said = stored.details
            changed = msgspec.structs.replace(
                said,
                name=(name or said.name).strip(),
                options={**said.options, **with_fingerprint(options)},
                schedule=schedule or said.schedule,
                keep=keep or said.keep,
            )
            if options:
                places.require_options(said.location, changed.options)
            others = [one for one in tables.backups.destinations.all() if one.id != stored.id]
            places.require_free_name(others, changed.name)
            row = msgspec.structs.replace(stored, details=changed)
            tables.backups.destinations.update(row)
        return _shown(row)

    def test(
        self,
        location: str,
        *,
        options: Mapping[str, str] | None = None,
        destination_id: int | None = None,
    ) -> int | None:
        """Ask whether a place answers and lets us in; return its free bytes, if it says so.

        With *destination_id* it is that one, with *options* instead of those that it has.

        Raises:
            UserError: it is nothing that we know, or lies in the vault's own folder.
            UnreachableError, RefusedError: it is not there, or does not let us in.
        """
        places.require_outside(location, self._folder)
        said = with_fingerprint(options)
        if destination_id is not None:
            said = {**self._repositories.destination(destination_id).details.options, **said}
        destination = open_destination(location, said, make=True)
        try:
            return destination.free_bytes()
        finally:
            destination.close()

    def remove(self, destination_id: int) -> None:
        """Forget a destination; the backups that lie there stay as they are."""
        with self._store.transaction() as tables:
            tables.backups.destinations.delete(destination_id)

    def find(self, name_or_location: str) -> BackupDestination | None:
        """Return the destination that a person means by its name or its location.

        Raises:
            UserError: it is empty, or an address of nothing that we know.
        """
        known = self.all()
        for one in known:
            if name_or_location in (one.name, one.location, str(one.id)):
                return one
        place = places.same_place(name_or_location)
        return next((one for one in known if places.same_place(one.location) == place), None)


def _shown(stored: StoredDestination) -> BackupDestination:
    return mirror.shown_destination(stored)
