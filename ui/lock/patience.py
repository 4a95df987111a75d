"""How long to wait after wrong passwords.

It keeps a person beside the unlocked computer from trying many; who has the files is kept by the
cost of the key derivation.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_FREE = 3
_LONGEST_S = 60.0


class Patience:
    """Counts what failed in this window; the count outlives the lock screen."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._until_s = 0.0

    def failed(self) -> None:
        """Say that a password was wrong."""
        self._failures += 1
        if self._failures >= _FREE:
            wait_s = min(_LONGEST_S, 2.0 ** (self._failures - _FREE + 1))
            self._until_s = self._clock() + wait_s

    def succeeded(self) -> None:
        """Forget what failed."""
        self._failures, self._until_s = 0, 0.0

    @property
    def left_s(self) -> float:
        """Return how long to wait before the next try."""
        return max(0.0, self._until_s - self._clock())
