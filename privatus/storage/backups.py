"""Where backups go, what their repositories are known to hold, and what checks of them found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from privatus.core.backup import BackupKind, KeepRules, Schedule, TableContents
from privatus.core.errors import UserError
from privatus.storage.database import Database, Row
from privatus.storage.rows import (
    BACKUP_CHECKS,
    BACKUP_DESTINATIONS,
    BACKUP_METADATA,
    plain_context,
)
from privatus.vault.keys import Scope

_Report = TypeVar("_Report")

_NEXT_ID = "SELECT coalesce(max(id), 0) + 1 FROM {0}"
_UPDATE_DESTINATION = """
    UPDATE backup_destinations SET details_sealed = ?, state_sealed = ?, seal = ? WHERE id = ?
"""
_DELETE_DESTINATION = "DELETE FROM backup_destinations WHERE id = ?"
_DESTINATION = "id, added_at_ms, details_sealed, state_sealed, seal"
_SELECT_DESTINATIONS = f"SELECT {_DESTINATION} FROM backup_destinations ORDER BY id"
_INSERT_DESTINATION = f"INSERT INTO backup_destinations ({_DESTINATION}) VALUES (?, ?, ?, ?, ?)"
_SELECT_DESTINATION = f"SELECT {_DESTINATION} FROM backup_destinations WHERE id = ?"
_METADATA = """id, destination_id, backup_id, sequence, made_at_ms, is_pinned, verified_at_ms,
    proven_at_ms, dropped_at_ms, details_sealed, seal"""
_INSERT_METADATA = f"""
    INSERT INTO backup_metadata ({_METADATA}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET is_pinned = excluded.is_pinned,
        verified_at_ms = excluded.verified_at_ms, proven_at_ms = excluded.proven_at_ms,
        dropped_at_ms = excluded.dropped_at_ms, details_sealed = excluded.details_sealed,
        seal = excluded.seal
"""
_SELECT_METADATA = f"SELECT {_METADATA} FROM backup_metadata ORDER BY id"
_SELECT_METADATA_OF = f"""
    SELECT {_METADATA} FROM backup_metadata WHERE destination_id = ?
     ORDER BY sequence DESC, made_at_ms DESC
"""
_SELECT_METADATA_THERE = f"""
    SELECT {_METADATA} FROM backup_metadata WHERE destination_id = ? AND dropped_at_ms IS NULL
     ORDER BY sequence DESC, made_at_ms DESC
"""
_SELECT_METADATA_TOLD = f"""
    SELECT {_METADATA} FROM backup_metadata
     WHERE destination_id = ? AND (dropped_at_ms IS NULL OR proven_at_ms IS NOT NULL)
     ORDER BY sequence DESC, made_at_ms DESC
"""
_HAS_METADATA = "SELECT EXISTS (SELECT 1 FROM backup_metadata WHERE destination_id = ?)"
_DELETE_CONTENTS = "DELETE FROM backup_contents WHERE metadata_id = ?"
_INSERT_CONTENTS = "INSERT INTO backup_contents VALUES (?, ?, ?, ?, ?)"
_SELECT_CONTENTS = """
    SELECT table_name, rows, bytes, checksum FROM backup_contents WHERE metadata_id = ?
     ORDER BY table_name
"""
_INSERT_CHECK = """
    INSERT INTO backup_checks (id, destination_id, at_ms, kind, details_sealed, seal)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_CHECK = "id, destination_id, at_ms, kind, details_sealed, seal"
_SELECT_CHECKS = f"SELECT {_CHECK} FROM backup_checks ORDER BY id"
_SELECT_CHECKS_OF = f"""
    SELECT {_CHECK} FROM backup_checks WHERE destination_id = ? AND kind = ?
     ORDER BY at_ms DESC, id DESC LIMIT ?
"""
# The newest row stays in any case: the next id comes after it.
_DELETE_OLD_CHECKS = """
    DELETE FROM backup_checks WHERE id IN (
        SELECT id FROM backup_checks WHERE destination_id = ? AND kind = ?
         ORDER BY id DESC LIMIT -1 OFFSET ?
    )
"""
# More of a kind, and of one destination, nobody asks for.
MOST_CHECKS = 100


class DestinationDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said of a destination."""

    name: str
    location: str
    options: dict[str, str] = {}  # what opens the store; never shown
    schedule: Schedule = Schedule()
    keep: KeepRules = KeepRules()


class DestinationState(msgspec.Struct, frozen=True, kw_only=True):
    """How the attempts at a destination went."""

    last_attempt_at_ms: int | None = None
    problem: str = ""  # of the last attempt; "" if it went well
    is_away: bool = False  # nothing answered there
    failing_since_ms: int | None = None
    repository: str = ""  # the id of the one that is there; "" before the first backup
    part: int = 0  # of the packs that were read back last
    harmed: tuple[str, ...] = ()  # ids of the backups that a check found damaged
    harmed_at_ms: int | None = None
    harmed_depth: str = ""  # how deep a check has to read to find them whole again


class StoredDestination(msgspec.Struct, frozen=True, kw_only=True):
    """One row."""

    id: int
    added_at_ms: int
    details: DestinationDetails
    state: DestinationState


class MetadataDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What of a manifest is kept sealed."""

    kind: BackupKind
    total_bytes: int
    new_bytes: int
    files: int
    duration_ms: int
    host: str
    app: str
    schema: int
    sha256: str  # of the sealed manifest
    signer: str


class StoredBackup(msgspec.Struct, frozen=True, kw_only=True):
    """One row, without what the backup holds table by table."""

    id: int
    destination_id: int
    backup_id: str
    sequence: int
    made_at_ms: int
    is_pinned: bool = False
    verified_at_ms: int | None = None
    proven_at_ms: int | None = None
    dropped_at_ms: int | None = None
    details: MetadataDetails


class BackupTables:
    """The tables of destinations, backups and checks."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self.destinations = BackupDestinations(db, scope)
        self.metadata = BackupMetadata(db, scope)
        self.checks = BackupChecks(db, scope)


class BackupDestinations:
    """The table of destinations."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def insert(self, details: DestinationDetails, added_at_ms: int) -> StoredDestination:
        row_id = int(self._db.value(_NEXT_ID.format("backup_destinations")))
        made = StoredDestination(
            id=row_id, added_at_ms=added_at_ms, details=details, state=DestinationState()
        )
        self._db.execute(_INSERT_DESTINATION, (row_id, added_at_ms, *self._seal(made)))
        return made

    def update(self, changed: StoredDestination) -> bool:
        """Write *changed* in place of the row with its id; say whether it was there."""
        return self._db.execute(_UPDATE_DESTINATION, (*self._seal(changed), changed.id)) > 0

    def delete(self, destination_id: int) -> None:
        """Forget a destination and all that is known of its backups."""
        self._db.execute(_DELETE_DESTINATION, (destination_id,))

    def get(self, destination_id: int) -> StoredDestination:
        """Return one of them.

        Raises:
            UserError: there is none with this id.
            TamperedError: its row is not what was sealed.
        """
        row = self._db.row(_SELECT_DESTINATION, (destination_id,))
        if row is None:
            raise UserError("there is no such backup destination; list them, then choose one")
        return self.open_row(row)

    def all(self) -> list[StoredDestination]:
        """Return all of them.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [self.open_row(row) for row in self.raw()]

    def raw(self) -> list[Row]:
        """Return all rows for `open_row`."""
        return self._db.rows(_SELECT_DESTINATIONS)

    def open_row(self, row: Row) -> StoredDestination:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, added_at_ms, details, state, seal = row
        cipher = self._scope.opening_cipher(BACKUP_DESTINATIONS.number, seal)
        opened = cipher.open(seal, row_id, plain_context(added_at_ms), [details, state])
        return StoredDestination(
            id=row_id,
            added_at_ms=added_at_ms,
            details=msgspec.json.decode(opened[0] or b"", type=DestinationDetails),
            state=msgspec.json.decode(opened[1] or b"", type=DestinationState),
        )

    def _seal(self, row: StoredDestination) -> tuple[Any, Any, bytes]:
        seal, (details, state) = self._scope.table_cipher(BACKUP_DESTINATIONS.number).seal(
            row.id,
            plain_context(row.added_at_ms),
            [msgspec.json.encode(row.details), msgspec.json.encode(row.state)],
        )
        return details, state, seal


class BackupMetadata:
    """The table of backups, and what each holds."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def put(self, backup: StoredBackup, tables: Sequence[TableContents] | None = None) -> None:
        """Write a row anew, or for the first time if its id is 0, and what the backup holds."""
        is_new = not backup.id
        if is_new:
            row_id = int(self._db.value(_NEXT_ID.format("backup_metadata")))
            backup = msgspec.structs.replace(backup, id=row_id)
        seal, (details,) = self._scope.table_cipher(BACKUP_METADATA.number).seal(
            backup.id, _context(backup), [msgspec.json.encode(backup.details)]
        )
        self._db.execute(
            _INSERT_METADATA,
            (
                *(backup.id, backup.destination_id, bytes.fromhex(backup.backup_id)),
                *(backup.sequence, backup.made_at_ms, backup.is_pinned, backup.verified_at_ms),
                *(backup.proven_at_ms, backup.dropped_at_ms, details, seal),
            ),
        )
        if tables is not None or backup.dropped_at_ms is not None:
            self._db.execute(_DELETE_CONTENTS, (backup.id,))
            self._db.execute_many(_INSERT_CONTENTS, _contents(backup.id, tables or ()))

    def of(self, destination_id: int) -> list[StoredBackup]:
        """Return what is known of a destination's backups, the newest first, dropped ones too.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [self.open_row(row) for row in self._db.rows(_SELECT_METADATA_OF, (destination_id,))]

    def there(self, destination_id: int) -> list[StoredBackup]:
        """Return what is known of the backups that were not dropped, as `of`.

        The others come to be ever more, and are not read.
        """
        rows = self._db.rows(_SELECT_METADATA_THERE, (destination_id,))
        return [self.open_row(row) for row in rows]

    def told(self, destination_id: int) -> list[StoredBackup]:
        """Return the backups that were not dropped, or that a restore has proven, as `of`."""
        rows = self._db.rows(_SELECT_METADATA_TOLD, (destination_id,))
        return [self.open_row(row) for row in rows]

    def has_any(self, destination_id: int) -> bool:
        """Say whether there ever was a backup at a destination."""
        return bool(self._db.value(_HAS_METADATA, (destination_id,)))

    def contents(self, metadata_id: int) -> tuple[TableContents, ...]:
        """Return what a backup holds, table by table."""
        return tuple(
            TableContents(name=name, rows=rows, data_bytes=data_bytes, checksum=checksum)
            for name, rows, data_bytes, checksum in self._db.rows(_SELECT_CONTENTS, (metadata_id,))
        )

    def raw(self) -> list[Row]:
        """Return all rows for `open_row`."""
        return self._db.rows(_SELECT_METADATA)

    def open_row(self, row: Row) -> StoredBackup:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, destination_id, backup_id, sequence, made_at_ms, is_pinned, *rest = row
        verified_at_ms, proven_at_ms, dropped_at_ms, sealed, seal = rest
        cipher = self._scope.opening_cipher(BACKUP_METADATA.number, seal)
        numbers = (destination_id, sequence, made_at_ms, is_pinned)
        context = backup_id + plain_context(*numbers, verified_at_ms, proven_at_ms, dropped_at_ms)
        (details,) = cipher.open(seal, row_id, context, [sealed])
        return StoredBackup(
            id=row_id,
            destination_id=destination_id,
            backup_id=backup_id.hex(),
            sequence=sequence,
            made_at_ms=made_at_ms,
            is_pinned=bool(is_pinned),
            verified_at_ms=verified_at_ms,
            proven_at_ms=proven_at_ms,
            dropped_at_ms=dropped_at_ms,
            details=msgspec.json.decode(details or b"", type=MetadataDetails),
        )


class BackupChecks:
    """The table of reports."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def append(self, destination_id: int, kind: str, at_ms: int, report: object) -> None:
        """Keep a report, which is a dataclass or another value that becomes JSON.

        Of each kind and destination the last hundred stay, or backups every hour would fill the
        vault with what is said of them.
        """
        row_id = int(self._db.value(_NEXT_ID.format("backup_checks")))
        seal, (sealed,) = self._scope.table_cipher(BACKUP_CHECKS.number).seal(
            row_id,
            plain_context(destination_id, at_ms) + kind.encode(),
            [msgspec.json.encode(report)],
        )
        self._db.execute(_INSERT_CHECK, (row_id, destination_id, at_ms, kind, sealed, seal))
        self._db.execute(_DELETE_OLD_CHECKS, (destination_id, kind, MOST_CHECKS))

    def of(
        self, destination_id: int, kind: str, report: type[_Report], limit: int = MOST_CHECKS
    ) -> list[_Report]:
        """Return reports of one kind, the newest first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        rows = self._db.rows(_SELECT_CHECKS_OF, (destination_id, kind, limit))
        return [msgspec.json.decode(self.open_row(row), type=report) for row in rows]

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`."""
        return self._db.each(_SELECT_CHECKS)

    def open_row(self, row: Row) -> bytes:
        """Return the JSON of one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, destination_id, at_ms, kind, sealed, seal = row
        cipher = self._scope.opening_cipher(BACKUP_CHECKS.number, seal)
        context = plain_context(destination_id, at_ms) + kind.encode()
        (report,) = cipher.open(seal, row_id, context, [sealed])
        return report or b""


def _context(backup: StoredBackup) -> bytes:
    numbers = (backup.destination_id, backup.sequence, backup.made_at_ms, backup.is_pinned)
    times = (backup.verified_at_ms, backup.proven_at_ms, backup.dropped_at_ms)
    return bytes.fromhex(backup.backup_id) + plain_context(*numbers, *times)


def _contents(metadata_id: int, tables: Iterable[TableContents]) -> Iterator[tuple[Any, ...]]:
    for table in tables:
        yield metadata_id, table.name, table.rows, table.data_bytes, table.checksum
