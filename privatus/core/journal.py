"""What failed in a vault, and how long its work took: noted for the person, and for nobody else.

An error is the sentence that was told, never content of a chat and never a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

REPEATED_WITHIN_MS = 3_600_000

# What a vault does that takes its time and can fail.
Work = Literal[
    "import",
    "backup",
    "verify",
    "drill",
    "prune",
    "restore",
    "archive",
    "bring back",
    "purge",
    "retention",
    "index rebuild",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedError:
    """An error that was told, once or again and again."""

    at_ms: int  # the first time
    where: Work
    said: str
    code: str
    count: int = 1
    last_at_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A work that came to its end."""

    at_ms: int
    what: Work
    duration_ms: int
    items: int  # conversations, messages, rows, packs: what that work counts
    data_bytes: int  # 0: it counts none
