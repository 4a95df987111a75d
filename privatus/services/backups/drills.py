"""A restore drill: a backup made a vault again in a scratch place, with the secret alone.

What comes out is compared with what the manifest says went in: the database file byte for byte,
every table row by row, the log, and each file. Only what was restored proves that it can be.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from privatus.backup.manifest import Manifest, Table
from privatus.backup.repository import Snapshot
from privatus.backup.restoring import DATABASE
from privatus.core import clock
from privatus.core.backup import DrillReport, TableContents
from privatus.core.errors import PrivatusError
from privatus.core.jobs import Job
from privatus.services.backups.restoring import OpenedRepository, write_vault
from privatus.services.integrity import CheckReport
from privatus.storage import table_sums
from privatus.storage.audit import AuditLog
from privatus.storage.database import Database
from privatus.storage.integrity import Integrity
from privatus.storage.key_store import KeyStore
from privatus.vault.keys import Keys
from privatus.vault.restored_header import opened_by

CHECKING = "checking what was restored"

# Opens the vault in a folder with the secret of the drill, and checks all of it.
CheckVault = Callable[[Path, Job], AbstractContextManager[Callable[[], CheckReport]]]


def drill(
    opened: OpenedRepository, snapshot: Snapshot, folder: Path, check: CheckVault, job: Job
) -> DrillReport:
    """Restore a backup into the empty *folder* and compare it with its manifest.

    Raises:
        UnreachableError, DestinationError: the repository does not answer.
        DeviceError: there is no room for it.
        JobCancelled: the person stopped it.
    """
    said, begun_at_ms, begun_s = snapshot.manifest, clock.now_ms(), time.monotonic()
    problems: list[str] = []
    tables: Sequence[TableContents] = ()
    restored_s = 0.0
    try:
        write_vault(opened, snapshot, folder, job)
        written_s = time.monotonic() - begun_s
        job.report(CHECKING, 0, 3)
        tables = _compare(opened, snapshot, folder, problems)
        job.report(CHECKING, 1, 3)
        opening_s = time.monotonic()
        with check(folder, job) as run_check:
            # From the secret to a vault that is open: what a person waits for.
            restored_s = written_s + time.monotonic() - opening_s
            job.report(CHECKING, 2, 3)
            problems += [f"{one.name}: {one.detail}" for one in run_check().checks if not one.ok]
    except PrivatusError as error:
        if not _is_of_the_backup(error):
            raise
        problems.append(str(error))
    return DrillReport(
        backup_id=said.id,
        made_at_ms=said.made_at_ms,
        at_ms=begun_at_ms,
        duration_ms=round(restored_s * 1000),
        restored_bytes=said.total_bytes,
        tables=len(tables),
        rows=sum(table.rows for table in tables),
        problems=tuple(problems),
    )


def _compare(
    opened: OpenedRepository, snapshot: Snapshot, folder: Path, problems: list[str]
) -> Sequence[TableContents]:
    """Look at the restored database as it came, before anybody opens it as a vault."""
    said = snapshot.manifest
    with _database(opened, snapshot, folder) as (db, keys):
        integrity = Integrity(db)
        problems += integrity.page_problems()
        problems += integrity.structure_problems()
        problems += integrity.reference_problems()
        tables = table_sums.recount(db)
        problems += differing_tables(said.tables, tables)
        problems += _log_problems(db, keys, said)
    return tables


def differing_tables(said: Sequence[Table], found: Sequence[TableContents]) -> Iterator[str]:
    """Yield what is not in the tables as the manifest says."""
    counted = {table.name: table for table in found}
    for table in said:
        there = counted.pop(table.name, None)
        if there is None:
            yield f"the table {table.name} is gone"
        elif (there.rows, there.data_bytes) != (table.rows, table.size):
            yield f"the table {table.name} has {there.rows} rows, and had {table.rows}"
        elif there.checksum.hex() != table.checksum:
            yield f"the rows of the table {table.name} are not those that were backed up"
    yield from (f"the table {name} was not backed up" for name in counted)


def _log_problems(db: Database, keys: Keys, said: Manifest) -> Iterator[str]:
    log = AuditLog(db, KeyStore(db).scope(keys))
    try:
        for _ in log.entries():
            pass
    except PrivatusError as error:
        yield str(error)
    number, chain = log.head()
    if (number, chain.hex()) != (said.audit.entries, said.audit.root):
        yield "the log does not end where it did when the backup was made"


@contextmanager
def _database(
    opened: OpenedRepository, snapshot: Snapshot, folder: Path
) -> Iterator[tuple[Database, Keys]]:
    vault_key = opened.side.vault_keys[snapshot.manifest.epoch - 1]
    keys = Keys(opened_by(opened.header_for(snapshot), vault_key))
    try:
        db = Database.open(folder / DATABASE, keys.database_keyspec(), read_only=True)
        try:
            yield db, keys
        finally:
            db.close()
    finally:
        keys.wipe()


def _is_of_the_backup(error: PrivatusError) -> bool:
    """Say whether an error tells of the backup, and not of the machine or the way to it."""
    return error.code in {"tampered", "newer-vault", "access"}
