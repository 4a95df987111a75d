"""A destination behind a network: what all kinds of them have in common.

What is special to S3, to SFTP and to the others is in their stores. Here their errors become ours,
a connection that broke is made anew by the next call, and what came is held against what was
asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from threading import RLock
from typing import Protocol

from privatus.backup.destinations.port import (
    MOST_BYTES,
    BrokenTransferError,
    DestinationError,
    Entry,
    NotThereError,
    checked_folder,
    checked_name,
    checked_range,
)
from privatus.backup.destinations.remote_errors import in_our_words
from privatus.core.errors import BugError, PrivatusError, TamperedError, UnreachableError

# To find a host and be let in; a network that drops everything is noticed after this.
CONNECT_S = 6.0
# For a server to say something while we wait for it.
ANSWER_S = 30.0


class Store(Protocol):
    """A connection to one kind of remote place; raises what its libraries raise."""

    is_threaded: bool  # several threads may use it at once

    def put_new(self, name: str, data: bytes) -> None:
        """Write an object whole, or FileExistsError; hold its size against what is there."""

    def get(self, name: str) -> bytes: ...

    def get_part(self, name: str, start: int, stop: int) -> bytes:
        """Return bytes of an object, fewer where it ends."""

    def size(self, name: str) -> int: ...

    def entries(self, folder: str) -> Iterable[Entry]: ...

    def delete(self, name: str) -> None: ...

    def clear_leftovers(self, older_than_ms: int) -> int: ...

    def require_root(self) -> None:
        """Raise FileNotFoundError if the folder or the bucket is not there."""

    def close(self) -> None: ...


class FsspecDestination:
    """A folder of a remote place, reached through fsspec."""

    def __init__(self, location: str, connect: Callable[[bool], Store], *, make: bool) -> None:
        """Connect at once, so that what is wrong is said before anything is written.

        *connect* takes whether to make the folder.
        """
        self._location = location
        self._connect = connect
        self._lock = RLock()
        self._store: Store | None = None
        self._sizes: dict[str, int] = {}  # of what was listed or written here
        with self._errors(None):
            self._store = connect(make)

    def __repr__(self) -> str:
        return f"FsspecDestination({self._location!r})"

    @property
    def location(self) -> str:
        return self._location

    def put(self, name: str, data: bytes) -> None:
        checked_name(name)
        if len(data) > MOST_BYTES:
            raise BugError("an object for a destination is larger than 16 MiB")
        try:
            with self._using(name) as store:
                store.put_new(name, data)
            self._sizes[name] = len(data)
        except NotThereError:
            # A folder went while we were about to write into it: the next try makes it again.
            raise BrokenTransferError(f"{self._location} changed under us; try again") from None

    def get(self, name: str) -> bytes:
        checked_name(name)
        with self._using(name) as store:
            # Anybody who can write there can put one of any size in the place of an object.
            size = self._sizes.get(name)
            if (store.size(name) if size is None else size) > MOST_BYTES:
                raise TamperedError(f"{name} at {self._location} is too large to be of a backup")
            return store.get(name)

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        checked_name(name)
        checked_range(offset, length)
        with self._using(name) as store:
            # An empty range is none to ask a server for.
            part = store.get_part(name, offset, offset + length) if length else b""
            if len(part) == length and length:
                return part
            if offset + length > store.size(name):
                raise DestinationError(f"{name} at {self._location} is shorter than it should be")
        if length:
            raise BrokenTransferError(f"{self._location} sent another part than asked for")
        return b""

    def list(self, folder: str) -> list[Entry]:
        checked = checked_folder(folder)
        with self._using(None) as store:
            found = sorted(store.entries(checked))
        self._sizes.update((entry.name, entry.size_bytes) for entry in found)
        return found

    def delete(self, name: str) -> None:
        checked_name(name)
        with self._using(name) as store, suppress(FileNotFoundError):
            store.delete(name)

    def free_bytes(self) -> int | None:
        return None

    def clear_leftovers(self, older_than_ms: int) -> int:
        with self._using(None) as store:
            return store.clear_leftovers(older_than_ms)

    def close(self) -> None:
        self._forget()

    @contextmanager
    def _using(self, name: str | None) -> Iterator[Store]:
        try:
            with self._errors(name):
                with self._lock:
                    store = self._store
                    if store is None:
                        with self._errors(None):
                            store = self._store = self._connect(False)
                with nullcontext() if store.is_threaded else self._lock:
                    try:
                        yield store
                    except Exception as error:
                        # What is missing may be the whole place.
                        if isinstance(self._in_our_words(error, name), NotThereError):
                            with self._errors(None):
                                store.require_root()
                        raise
        except UnreachableError:
            self._forget()
            raise

    @contextmanager
    def _errors(self, name: str | None) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001  each library has its own root of errors
            raise self._in_our_words(error, name) from None

    def _in_our_words(self, error: Exception, name: str | None) -> PrivatusError:
        return in_our_words(error, self._location, name)

    def _forget(self) -> None:
        with self._lock:
            store, self._store = self._store, None
        if store is not None:
            # What cannot be closed is gone already.
            with suppress(Exception):
                store.close()
