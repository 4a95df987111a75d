"""Brings a vault's schema up to date, one transaction a step, recorded with a checksum."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from privatus.core import clock
from privatus.core.errors import DeviceError, NewerVaultError, TamperedError
from privatus.storage.database import IN_MEMORY, Database
from privatus.storage.database_files import LOGS, remove
from privatus.storage.schema_files import Migration, migrations
from privatus.vault.sync import sync_folder

_LEDGER = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        version       INTEGER PRIMARY KEY,
        name          TEXT    NOT NULL,
        sha256        BLOB    NOT NULL CHECK (length(sha256) = 32),
        applied_at_ms INTEGER NOT NULL,
        app_version   TEXT    NOT NULL
    ) STRICT
"""
_HAS_LEDGER = "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'"
_SELECT_LAST = "SELECT coalesce(max(version), 0) FROM schema_migrations"
_SELECT = "SELECT version, name, sha256 FROM schema_migrations ORDER BY version"
_INSERT = """
    INSERT INTO schema_migrations (version, name, sha256, applied_at_ms, app_version)
    VALUES (:version, :name, :sha256, :applied_at_ms, :app_version)
"""
_SCHEMA = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
_STANDING = """
    SELECT version, app_version, applied_at_ms FROM schema_migrations ORDER BY version DESC LIMIT 1
"""
COPY_SUFFIX = ".before-migration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a vault's schema is, and which release brought it there, when."""

    step: int
    release: str
    applied_at_ms: int


def standing(db: Database) -> Standing:
    """Return the last step that was applied.

    Raises:
        TamperedError: none was: this is no vault's database.
    """
    row = db.row(_STANDING) if db.value(_HAS_LEDGER) else None
    if row is None:
        raise TamperedError(f"{db.path.name} has no schema of a vault; restore a backup")
    step, release, applied_at_ms = row
    return Standing(step=step, release=release, applied_at_ms=applied_at_ms)


def step_of_program() -> int:
    """Return the last step that this program knows."""
    return migrations()[-1].version


def check(db: Database, steps: Sequence[Migration] | None = None) -> list[Migration]:
    """Return the steps that *db* still needs; changes nothing.

    Raises:
        NewerVaultError: a newer program wrote this vault.
        TamperedError: a step that was applied is not the one we have.
    """
    steps = migrations() if steps is None else steps
    applied = db.rows(_SELECT) if db.value(_HAS_LEDGER) else []
    if len(applied) > len(steps):
        raise NewerVaultError(
            "this vault was written by a newer Privatus; update the program, then open it again"
        )
    for row, step in zip(applied, steps, strict=False):
        if row != (step.version, step.name, step.sha256):
            raise TamperedError(
                f"schema step {step.version} of the vault is not the one of this program;"
                " install the release that made the vault, or restore a backup"
            )
    return list(steps[len(applied) :])


def migrate(db: Database, steps: Sequence[Migration] | None = None) -> list[Migration]:
    """Apply what is missing; return it. A step that fails leaves no trace.

    A vault with data is copied first, and the copy verified: it is the way back.

    Raises:
        NewerVaultError, TamperedError: as `check`.
        DeviceError: no room for the copy.
    """
    pending = check(db, steps)
    if pending and db.value(_HAS_LEDGER):
        _keep_copy(db)
    for step in pending:
        with db.transaction():
            db.execute(_LEDGER)
            db.run_script(step.sql)
            if db.row("PRAGMA foreign_key_check") is not None:
                raise TamperedError(f"schema step {step.version} would break a reference")
            db.execute(
                _INSERT,
                {
                    "version": step.version,
                    "name": step.name,
                    "sha256": step.sha256,
                    "applied_at_ms": clock.now_ms(),
                    "app_version": _app_version(),
                },
            )
    return pending


def last_step(db: Database) -> int:
    """Return the number of the last step that was applied to a vault's database."""
    return int(db.value(_SELECT_LAST))


@cache
def expected_schema() -> frozenset[tuple[str, str, str]]:
    """Return (type, name, SQL) of all that a vault's database has when it is up to date."""
    db = Database.open(IN_MEMORY, bytearray(b"x'" + b"00" * 48 + b"'"))
    try:
        migrate(db)
        return frozenset((kind, name, sql) for kind, name, sql in db.rows(_SCHEMA))
    finally:
        db.close()


def _keep_copy(db: Database) -> None:
    """Copy the vault's database beside itself, under the same key, and read the copy back."""
    copy = db.path.with_name(db.path.name + COPY_SUFFIX)
    unfinished = copy.with_name(copy.name + ".tmp")
    db.copy_to(unfinished)
    try:
        problems = db.problems_of_copy(unfinished)
    except TamperedError:
        problems = ["it does not open"]
    if problems:
        raise TamperedError("the copy made before the schema change is damaged; nothing changed")
    try:
        for path in (unfinished, copy):
            # A log of an earlier copy would be taken for that of the new one.
            remove(path, LOGS)
        unfinished.replace(copy)
        sync_folder(copy.parent)
    except OSError as error:
        raise DeviceError(
            f"the copy of the vault cannot be kept ({os.strerror(error.errno or 0)});"
            " check the vault's folder"
        ) from None


def _app_version() -> str:
    try:
        return version("privatus")
    except PackageNotFoundError:
        return "unknown"
