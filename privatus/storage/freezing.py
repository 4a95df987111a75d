"""The database's file, held still while writing goes on: what a backup reads.

SQLite writes to the file only when it moves its log there. A transaction that begins to read while
the log is empty reads the file alone, and as long as it lasts nothing may be moved (it holds
WAL_READ_LOCK(0)): the file stays as it is to the byte, and the log grows.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import ExitStack
from typing import Self

from privatus.core.backup import TableContents
from privatus.core.errors import AccessError, BusyError, DeviceError, TamperedError
from privatus.storage import migrations, table_sums
from privatus.storage.audit import AuditLog
from privatus.storage.database import PAGE_BYTES, Database
from privatus.storage.driver_errors import LOCKED
from privatus.vault.keys import Scope

# SQLite itself waits five seconds for those who read in the log.
_PATIENCE_S = 10.0
_PAUSE_S = 0.05
_ALREADY = "another backup of the vault is being made; try again when it is done"
_READ = "the vault is being read for long by something else; try again when it is done"
_CUT_SHORT = "vault.db of the vault is damaged or was replaced; restore the vault from a backup"


class FrozenDatabase:
    """The file as it was at one moment, and what the database held then; for any thread."""

    def __init__(self, source: Database, reader: Database, scope: Scope) -> None:
        """Freeze the file of *source*, to which nobody in this process may write meanwhile.

        *reader* is another connection to it, and is closed at the end, or if this fails.

        Raises:
            BusyError: something reads in the log and does not come to an end.
        """
        self._source = source
        self._reader = reader
        self._audit = AuditLog(reader, scope)
        # The file is read while the connection counts: they do not wait for each other.
        self._file_lock = threading.Lock()
        self._reader_lock = threading.Lock()
        self._is_over = False
        self._end = ExitStack()
        try:
            self._end = _frozen(source, reader)
            self.page_bytes = PAGE_BYTES
            self.size_bytes = int(reader.value("PRAGMA page_count")) * PAGE_BYTES
            self._check_file()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, offset: int, length: int) -> bytes:
        """Return bytes of the file, fewer than *length* only at its end.

        Raises:
            AccessError: the vault was locked meanwhile.
            DeviceError: the disk refuses, or the file became shorter.
        """
        wanted = max(0, min(length, self.size_bytes - offset))
        with self._file_lock:
            self._require_frozen()
            try:
                found = self._source.read_at(offset, wanted)
            except OSError as error:
                raise DeviceError(
                    f"the vault's database cannot be read ({os.strerror(error.errno or 0)});"
                    " check the disk"
                ) from None
        if len(found) != wanted:
            raise DeviceError("the vault's database became shorter; run `privatus check`")
        return found

    def contents(self) -> list[TableContents]:
        """Return what each table held, by name.

        Raises:
            AccessError: the vault was locked meanwhile.
        """
        with self._reader_lock:
            self._require_frozen()
            return table_sums.contents(self._reader)

    def audit_head(self) -> tuple[int, bytes]:
        """Return number and chain of the last entry of the log.

        Raises:
            AccessError: the vault was locked meanwhile.
        """
        with self._reader_lock:
            self._require_frozen()
            return self._audit.head()

    def schema(self) -> int:
        """Return the number of the last schema step.

        Raises:
            AccessError: the vault was locked meanwhile.
        """
        with self._reader_lock:
            self._require_frozen()
            return migrations.last_step(self._reader)

    def close(self) -> None:
        """Let the file change again; what is called after that is refused."""
        with self._file_lock, self._reader_lock, ExitStack() as closing:
            self._is_over = True
            closing.callback(self._reader.close)
            closing.callback(self._end.pop_all().close)

    def _require_frozen(self) -> None:
        if self._is_over:
            raise AccessError(LOCKED)

    def _check_file(self) -> None:
        if len(self._source.read_at(self.size_bytes - 1, 1)) != 1:
            raise TamperedError(_CUT_SHORT)


def already_frozen() -> BusyError:
    """Return what is said to a second one."""
    return BusyError(_ALREADY)


def _frozen(source: Database, reader: Database) -> ExitStack:
    """Begin to read where nothing lies in the log; return what ends it."""
    until_s = time.monotonic() + _PATIENCE_S
    while True:
        begun = _begun(source, reader)
        if begun is not None:
            return begun
        if time.monotonic() >= until_s:
            raise BusyError(_READ)
        time.sleep(_PAUSE_S)


def _begun(source: Database, reader: Database) -> ExitStack | None:
    if not source.checkpoint():
        return None
    # Another program, which only reads, may note something in the log of what was done.
    with source.transaction(), ExitStack() as reading:
        reading.enter_context(reader.snapshot())
        # Only a query takes the lock.
        migrations.last_step(reader)
        return None if source.log_bytes else reading.pop_all()
