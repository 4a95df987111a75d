"""One SQLCipher connection: the only door to the driver.

Used by one thread at a time; only `read_at` is for any. The driver's errors are translated
(driver_errors.py), so that nobody else has to know them.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

from privatus.core.errors import AccessError, BugError, BusyError, DeviceError
from privatus.storage.driver_errors import BUSY, LOCKED, require_new_enough, translated
from privatus.storage.watcher import Watcher
from privatus.vault.private_files import make_file, open_new

# Where a database has no file.
IN_MEMORY = Path(":memory:")

Parameters = Mapping[str, Any] | Sequence[Any]
Row = tuple[Any, ...]

# SQLCipher takes 80 bytes of each page for its nonce and tag; 8 KiB pages lose 1 % to it, and
# inserted 15 % faster than 4 KiB pages.
PAGE_BYTES = 8192
# A connection's cache of decrypted pages. Twice as much made no import and no search faster.
_CACHE_KIB = 32 * 1024
# A long import would otherwise move a hundred megabytes in one commit of many.
LOG_PAGES = 4000
_BUSY_TIMEOUT_S = 5.0


class Database:
    """A connection to one encrypted file."""

    def __init__(
        self, path: Path, *, synchronous: str, read_only: bool, gives_back: bool, remedy: str
    ) -> None:
        self.path = path
        self._gives_back = gives_back
        self._synchronous = synchronous
        self._is_read_only = read_only
        self._remedy = remedy
        self._connection: Any = None
        self._file: FileIO | None = None
        self._file_lock = threading.Lock()
        self._is_closed = True
        self._watcher: Watcher | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        keyspec: bytearray,
        *,
        synchronous: str = "FULL",
        read_only: bool = False,
        gives_back: bool = False,
        remedy: str = "restore the vault from a backup",
    ) -> Database:
        """Open *path*, made if it is missing, with a raw key; *keyspec* is wiped.

        A new file that *gives_back* can be made smaller by `give_back` when rows have gone.
        *remedy* is what a person is told to do when the file is damaged.

        Raises:
            TamperedError: the file is damaged, or is not of this key.
            DeviceError: the machine refused.
        """
        database = cls(
            path,
            synchronous=synchronous,
            read_only=read_only,
            gives_back=gives_back,
            remedy=remedy,
        )
        database.reopen(keyspec)
        return database

    def reopen(self, keyspec: bytearray) -> None:
        """Open the file that now lies at the path, after `close`; *keyspec* is wiped.

        Raises:
            TamperedError, DeviceError: as `open`.
        """
        with self._errors():
            try:
                if not self._is_read_only and self.path != IN_MEMORY:
                    # SQLite would make it for all to read; its logs take their mode from it.
                    make_file(self.path)
                self._connection = driver.connect(
                    str(self.path),
                    timeout=_BUSY_TIMEOUT_S,
                    isolation_level=None,
                    check_same_thread=False,
                    cached_statements=256,
                )
                # Without it SQLCipher tells standard error what failed.
                self._connection.execute("PRAGMA cipher_log_level = NONE")
                # Not PRAGMA key: that leaves copies of the key in memory.
                self._connection.set_key(keyspec)
            finally:
                keyspec[:] = bytes(len(keyspec))
            try:
                self._configure()
            except BaseException:
                self._connection.close()
                raise
            self._is_closed = False

    def _configure(self) -> None:
        execute = self._connection.execute
        require_new_enough(str(execute("PRAGMA cipher_version").fetchone()[0]))
        execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
        # For files that are attached: they do not take this from the main one.
        execute(f"PRAGMA cipher_default_page_size = {PAGE_BYTES}")
        execute("SELECT count(*) FROM sqlite_schema").fetchone()  # the key is tried here
        if self._gives_back and not execute("PRAGMA page_count").fetchone()[0]:
            # To say it again to a file that has it would write its first page at each opening.
            execute("PRAGMA auto_vacuum = INCREMENTAL")
        if not self._is_read_only:
            execute("PRAGMA journal_mode = WAL")
        execute(f"PRAGMA synchronous = {self._synchronous}")
        execute("PRAGMA foreign_keys = ON")
        # REPLACE deletes a row; without this no trigger hears of it, and history has a hole.
        execute("PRAGMA recursive_triggers = ON")
        execute("PRAGMA secure_delete = ON")
        execute("PRAGMA trusted_schema = OFF")
        execute("PRAGMA cell_size_check = ON")
        execute("PRAGMA temp_store = MEMORY")
        execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        if self._is_read_only:
            execute("PRAGMA query_only = ON")

    def forbid_writing(self, is_forbidden: bool = True) -> None:
        """Refuse statements that would write, or allow them again."""
        self.execute(f"PRAGMA query_only = {'ON' if is_forbidden else 'OFF'}")
        self._is_read_only = is_forbidden

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement; return the number of rows that it changed."""
        with self._errors():
            return int(self._connection.execute(sql, parameters).rowcount)

    def insert(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one INSERT; return the row id."""
        with self._errors():
            return int(self._connection.execute(sql, parameters).lastrowid)

    def execute_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run one statement for each of *rows*."""
        with self._errors():
            self._connection.executemany(sql, rows)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Return all rows of a query."""
        with self._errors():
            return list(self._connection.execute(sql, parameters).fetchall())

    def each(self, sql: str, parameters: Parameters = ()) -> Iterator[Row]:
        """Yield the rows of a query as they are read, in flat memory."""
        with self._errors():
            cursor = self._connection.execute(sql, parameters)
            while batch := cursor.fetchmany(1000):
                yield from batch

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """Return the first row of a query, or None."""
        with self._errors():
            row: Row | None = self._connection.execute(sql, parameters).fetchone()
            return row

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """Return the first column of the first row, or None."""
        row = self.row(sql, parameters)
        return None if row is None else row[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write: all of the block, or nothing of it.

        Raises:
            BugError: inside another transaction.
        """
        yield from self._transaction("BEGIN IMMEDIATE")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read: all of the block sees the same state."""
        yield from self._transaction("BEGIN DEFERRED")

    def _transaction(self, begin: str) -> Iterator[None]:
        if self.in_transaction:
            raise BugError("a transaction was begun inside another")
        self.execute(begin)
        watcher = self._watcher
        try:
            if watcher is not None:
                watcher.begun()
            yield
            if watcher is not None:
                watcher.before_commit()
            self.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        finally:
            if watcher is not None:
                watcher.ended()

    def watch(self, watcher: Watcher, functions: Mapping[str, Callable[..., None]]) -> None:
        """Let *watcher* follow the transactions, and SQL of this connection call *functions*."""
        self._watcher = watcher
        with self._errors():
            for name, function in functions.items():
                self._connection.create_function(name, -1, function)

    @property
    def in_transaction(self) -> bool:
        with self._errors():
            return bool(self._connection.in_transaction)

    @property
    def total_changes(self) -> int:
        return int(self._connection.total_changes)

    def run_script(self, sql: str) -> None:
        """Run the statements of *sql* one by one, in the transaction that is open.

        `executescript` would commit first.
        """
        statement = ""
        for line in sql.splitlines(keepends=True):
            statement += line
            if driver.complete_statement(statement):
                self.execute(statement)
                statement = ""
        if statement.strip():
            raise BugError("a schema file ends in the middle of a statement")

    def checkpoint_from(self, pages: int) -> None:
        """Let the commit that fills so many pages of the log move them into the file."""
        self.execute(f"PRAGMA wal_autocheckpoint = {pages}")

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the file, synced; return whether readers allowed all."""
        try:
            return not self.value("PRAGMA wal_checkpoint(TRUNCATE)")
        except BusyError:
            # A query of this connection that was broken off holds on to the log until it is closed.
            return False

    def checkpoint_at_once(self) -> None:
        """Move of the log what no reader holds back, without waiting for any."""
        self.value("PRAGMA wal_checkpoint(PASSIVE)")

    def compact(self) -> None:
        """Write the whole file anew; takes as much memory as the file, and a second for 150 MB.

        SQLite overwrites what is deleted, but when rows move from one page to the next, it can
        leave a copy behind in space that no row uses (measured: of one row in 2,000).
        """
        self.execute("VACUUM")

    def give_back(self) -> None:
        """Return the pages that nothing uses to the file system."""
        self.rows("PRAGMA incremental_vacuum")

    def copy_to(self, path: Path) -> None:
        """Write the file to *path* as it is, synced; the same key opens it.

        Not by VACUUM INTO: that writes pages of another size than ours, which nothing can read.

        Raises:
            BusyError: another program is reading or writing.
            DeviceError: the disk is full or refuses.
        """
        if not self.checkpoint():
            raise BusyError(BUSY)
        try:
            # Nobody may write meanwhile.
            with self.transaction(), self._file_lock, open_new(path) as copy:
                shutil.copyfileobj(self._bytes(), copy, 1 << 20)
                copy.flush()
                os.fsync(copy.fileno())
        except OSError as error:
            raise DeviceError(
                f"the vault cannot be copied ({os.strerror(error.errno or 0)}); make room for it"
            ) from None

    def leave_log(self) -> None:
        """Fold the write-ahead log into the file, and work without one until it is opened again.

        Raises:
            BusyError: somebody else has the file open.
        """
        if self.value("PRAGMA journal_mode = DELETE") != "delete":
            raise BusyError(BUSY)

    def change_key(self, keyspec: bytearray) -> None:
        """Encrypt the whole file under another key and salt; *keyspec* is wiped.

        A crash in it leaves nothing that can be read: this is for a copy.

        Raises:
            TamperedError: a page is damaged.
            DeviceError: the disk refused.
        """
        with self._errors():
            try:
                self._connection.execute("PRAGMA journal_mode = OFF")
                self._connection.reset_key(keyspec)
            finally:
                keyspec[:] = bytes(len(keyspec))
            self._connection.execute("PRAGMA journal_mode = WAL")

    def problems_of_copy(self, path: Path) -> list[str]:
        """Return what SQLite says of the trees of a copy.

        Raises:
            TamperedError: it does not open with this key.
        """
        self.execute("ATTACH ? AS copy", (str(path),))
        try:
            found = [str(row[0]) for row in self.rows("PRAGMA copy.integrity_check")]
        finally:
            self.execute("DETACH copy")
        return [] if found == ["ok"] else found

    def salt_problems(self, salt: bytes) -> list[str]:
        """Return whether the file begins with another salt than *salt*.

        The key comes with its salt, so SQLCipher never looks at these 16 bytes.
        """
        try:
            found = self.read_at(0, len(salt))
        except OSError:
            return ["the file cannot be read"]
        return [] if found == salt else [f"the first {len(salt)} bytes were changed"]

    def read_at(self, offset: int, length: int) -> bytes:
        """Return bytes of the file as it lies on disk, fewer at its end; for any thread.

        Raises:
            AccessError: the database was closed.
            OSError: the disk refuses.
        """
        with self._file_lock:
            if self._is_closed:
                raise AccessError(LOCKED)
            file = self._bytes()
            file.seek(offset)
            return file.read(length)

    @property
    def log_bytes(self) -> int:
        """Return how long the write-ahead log is."""
        try:
            return self.path.with_name(f"{self.path.name}-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def _bytes(self) -> FileIO:
        """Return the file itself, from its start.

        It is closed with the connection only: to close a file lets go of all locks that a process
        has on it, SQLite's included.
        """
        if self._file is None:
            # Nor is anything of it kept in a buffer, while the file changes.
            self._file = self.path.open("rb", buffering=0)
        self._file.seek(0)
        return self._file

    def interrupt(self) -> None:
        """Stop what runs on this connection; may be called from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        with self._errors():
            self._connection.close()
        with self._file_lock:
            self._is_closed = True
            if self._file is not None:
                self._file.close()
                self._file = None

    def _errors(self) -> AbstractContextManager[None]:
        failed = None if self._watcher is None else self._watcher.failed
        return translated(self.path.name, self._remedy, failed)
