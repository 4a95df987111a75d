"""The files of a database: what SQLite keeps beside it, and taking them away."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

LOGS = ("-wal", "-shm", "-journal")


def remove(path: Path, suffixes: Iterable[str]) -> None:
    """Delete the files that are called as *path* with one of *suffixes*; fine if there are none."""
    for suffix in suffixes:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
