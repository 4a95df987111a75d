"""What the driver's errors are called here, so that nobody else has to know them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlcipher3.dbapi2 as driver

from privatus.core.errors import (
    AccessError,
    BugError,
    BusyError,
    DeviceError,
    PrivatusError,
    TamperedError,
)

BUSY = "the vault is busy in another window or command; try again when it is done"
LOCKED = "the vault is locked; open it again"
# The oldest SQLCipher whose page format and key handling we have tested.
_OLDEST_CIPHER = (4, 7)


def require_new_enough(cipher_version: str) -> None:
    """Refuse a SQLCipher that we do not know.

    Raises:
        DeviceError: it is too old.
    """
    version = cipher_version.split()[0]
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST_CIPHER:
        raise DeviceError(f"SQLCipher {version} is too old; install sqlcipher3 0.6.4 or newer")


@contextmanager
def translated(name: str, remedy: str, failed: Callable[[], None] | None) -> Iterator[None]:
    """Raise the driver's errors as ours, once *failed* has heard of it."""
    try:
        yield
    except driver.Error as error:
        if failed is not None:
            failed()
        raise translate(error, name, remedy) from None


def translate(error: Exception, name: str, remedy: str) -> PrivatusError:
    """Return our error for one of the driver's, without its cause: that could carry data."""
    if isinstance(error, driver.ProgrammingError) and "closed" in str(error):
        return AccessError(LOCKED)
    code = getattr(error, "sqlite_errorcode", 0) or 0
    primary = code & 0xFF
    if primary in (driver.SQLITE_BUSY, driver.SQLITE_LOCKED):
        return BusyError(BUSY)
    if primary in (driver.SQLITE_CORRUPT, driver.SQLITE_NOTADB):
        return TamperedError(f"{name} of the vault is damaged or was replaced; {remedy}")
    if primary == driver.SQLITE_FULL:
        return DeviceError("the disk is full; make room and try again, nothing is lost")
    if primary == driver.SQLITE_IOERR:
        return DeviceError("the disk does not read or write; check it, then try again")
    if primary in (driver.SQLITE_READONLY, driver.SQLITE_CANTOPEN, driver.SQLITE_PERM):
        return DeviceError(
            "the vault's folder, or a file in it, cannot be written; check their permissions"
        )
    if primary == driver.SQLITE_INTERRUPT:
        return DeviceError("the query was stopped")
    if primary == driver.SQLITE_NOMEM:
        return DeviceError("there is not enough memory; close other programs and try again")
    # FTS5 repeats words of a query in what it says; these come from our constants alone.
    said = str(error)
    is_ours = primary == driver.SQLITE_CONSTRAINT or said.startswith(("near ", "no such table"))
    detail = f": {said}" if is_ours else ""
    return BugError(f"the database refused a statement (SQLite error {code}){detail}")
