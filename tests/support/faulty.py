"""A destination that fails as networks, stores and disks do, the same way for the same seed.

    Faulty(MemoryDestination(), Faults(errors=0.1, lost_answers=0.05), seed=7)

What a fault does is written beside it. Each is met with its own chance, at each call that it can
befall; `pull_out_after` counts calls, and after them nothing answers any more.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from random import Random
from threading import RLock

from privatus.backup.destinations.port import (
    BrokenTransferError,
    Destination,
    DestinationFullError,
    Entry,
    ExistsError,
)
from privatus.core.errors import UnreachableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How likely each fault is, from 0 to 1."""

    errors: float = 0.0  # a call fails, and nothing was done
    timeouts: float = 0.0  # no answer, and nothing was done
    lost_answers: float = 0.0  # no answer to a put or a delete that was done
    lost_writes: float = 0.0  # a put is said to be done, and was not: the store breaks its promise
    repeated_writes: float = 0.0  # a put arrives a second time, some calls after it was done
    short_reads: float = 0.0  # a read gives less than is there, and says nothing
    lagging_lists: float = 0.0  # a list is as it was some calls ago
    lag_calls: int = 8
    full_after_bytes: int | None = None  # then there is no room left
    pull_out_after: int | None = None  # calls, from when nothing answers


class Faulty:
    """Wraps a destination; `met` counts the faults that happened."""

    def __init__(self, destination: Destination, faults: Faults, *, seed: int) -> None:
        self._destination = destination
        self._faults = faults
        self._random = Random(seed)
        self._lock = RLock()
        self._calls = 0
        self._written = 0
        self._late: deque[tuple[int, str, bytes]] = deque()
        self._states: deque[list[Entry]] = deque(maxlen=faults.lag_calls)
        self.met: Counter[str] = Counter()

    @property
    def location(self) -> str:
        return self._destination.location

    def heal(self) -> None:
        """Fail no more: the network is back, the disk is plugged in again."""
        with self._lock:
            self._faults = Faults()

    def put(self, name: str, data: bytes) -> None:
        with self._lock:
            self._begin()
            limit = self._faults.full_after_bytes
            if limit is not None and self._written + len(data) > limit:
                raise self._meet("full", DestinationFullError("there is no room left"))
            if self._happens("lost_writes"):
                return
            self._destination.put(name, data)
            self._written += len(data)
            if self._happens("repeated_writes"):
                self._late.append((self._calls + self._random.randint(1, 8), name, data))
            self._lose_answer()

    def get(self, name: str) -> bytes:
        with self._lock:
            self._begin()
            return self._shortened(self._destination.get(name))

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        with self._lock:
            self._begin()
            return self._shortened(self._destination.get_range(name, offset, length))

    def list(self, folder: str) -> list[Entry]:
        with self._lock:
            self._begin()
            if self._states and self._happens("lagging_lists"):
                old = self._random.choice(self._states)
                prefix = folder.rstrip("/") + "/" if folder else ""
                return [entry for entry in old if entry.name.startswith(prefix)]
            return self._destination.list(folder)

    def delete(self, name: str) -> None:
        with self._lock:
            self._begin()
            self._destination.delete(name)
            self._lose_answer()

    def free_bytes(self) -> int | None:
        with self._lock:
            self._begin()
            return self._destination.free_bytes()

    def clear_leftovers(self, older_than_ms: int) -> int:
        with self._lock:
            self._begin()
            return self._destination.clear_leftovers(older_than_ms)

    def close(self) -> None:
        self._destination.close()

    def _begin(self) -> None:
        self._calls += 1
        limit = self._faults.pull_out_after
        if limit is not None and self._calls > limit:
            raise self._meet("pull_out", UnreachableError("it was pulled out"))
        while self._late and self._late[0][0] <= self._calls:
            _, name, data = self._late.popleft()
            try:
                self._destination.put(name, data)
            except ExistsError:
                continue  # the first one is still there
        if self._faults.lagging_lists:
            self._states.append(self._destination.list(""))
        if self._happens("errors"):
            raise BrokenTransferError("the transfer broke off")
        if self._happens("timeouts"):
            raise UnreachableError("nothing answers")

    def _lose_answer(self) -> None:
        if self._happens("lost_answers"):
            raise UnreachableError("nothing answers")

    def _shortened(self, data: bytes) -> bytes:
        if data and self._happens("short_reads"):
            return data[: self._random.randrange(len(data))]
        return data

    def _happens(self, fault: str) -> bool:
        chance: float = getattr(self._faults, fault)
        if not chance or self._random.random() >= chance:
            return False
        self.met[fault] += 1
        return True

    def _meet(self, fault: str, error: Exception) -> Exception:
        self.met[fault] += 1
        return error
