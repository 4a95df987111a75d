"""What time it is, as vaults keep it."""

from __future__ import annotations

import time


def now_ms() -> int:
    """Return milliseconds since 1970-01-01, UTC."""
    return time.time_ns() // 1_000_000
