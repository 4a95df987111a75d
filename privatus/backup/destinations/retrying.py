"""Tries again what a network broke."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from privatus.backup.destinations.port import (
    BrokenTransferError,
    Destination,
    Entry,
    ExistsError,
    UnreachableError,
)

_Result = TypeVar("_Result")

# Long enough for a server to be started again or a wireless network to come back, and no longer:
# what stays away is said, and tried again at the next backup.
DELAYS_S = (0.5, 2.0, 6.0)


class Retrying:
    """A destination whose errors of transfer are not errors at once."""

    def __init__(
        self,
        destination: Destination,
        *,
        delays_s: tuple[float, ...] | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._destination = destination
        self._delays_s = DELAYS_S if delays_s is None else delays_s
        self._sleep = sleep
        self._is_away = False

    def __repr__(self) -> str:
        return f"Retrying({self._destination!r})"

    @property
    def location(self) -> str:
        return self._destination.location

    def put(self, name: str, data: bytes) -> None:
        tried = False

        def attempt() -> None:
            nonlocal tried
            is_repeated, tried = tried, True
            try:
                self._destination.put(name, data)
            except ExistsError:
                # The first may have arrived, and only its answer was lost.
                if not is_repeated or self._destination.get(name) != data:
                    raise

        self._try(attempt)

    def get(self, name: str) -> bytes:
        return self._try(lambda: self._destination.get(name))

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        return self._try(lambda: self._destination.get_range(name, offset, length))

    def list(self, folder: str) -> list[Entry]:
        return self._try(lambda: self._destination.list(folder))

    def delete(self, name: str) -> None:
        self._try(lambda: self._destination.delete(name))

    def free_bytes(self) -> int | None:
        return self._try(self._destination.free_bytes)

    def clear_leftovers(self, older_than_ms: int) -> int:
        return self._try(lambda: self._destination.clear_leftovers(older_than_ms))

    def close(self) -> None:
        self._destination.close()

    def _try(self, attempt: Callable[[], _Result]) -> _Result:
        # Who did not come back in all that time is asked once a call from then on: what tidies up
        # after an error would wait as long again, each.
        for delay_s in () if self._is_away else self._delays_s:
            try:
                return attempt()
            except (BrokenTransferError, UnreachableError):
                self._sleep(delay_s)
        try:
            result = attempt()
        except UnreachableError:
            self._is_away = True
            raise
        self._is_away = False
        return result
