"""A folder in memory for the files of one run of the tests, where there is room for them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_PREFIX = "privatus-tests-"
# A run takes some 330 MB of it, most for the packaged program.
_ROOM_BYTES = 2 * 1024**3
# Held as long as the run lives; what a run left that was killed is nobody's.
_LOCK = "lock"


@contextmanager
def folder_in_memory() -> Iterator[Path | None]:
    """Yield a new folder that is removed at the end, or None where there is no room for it."""
    if not _has_room():
        yield None
        return
    import fcntl

    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_MEMORY))
    try:
        with (folder / f"{_LOCK}.new").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # By this name only now: another run would take one that nobody holds for a leftover.
            (folder / f"{_LOCK}.new").rename(folder / _LOCK)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _has_room() -> bool:
    """Say whether a run's files fit into memory, and programs among them may run there."""
    if not _MEMORY.is_dir() or os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES


def _remove_leftovers() -> None:
    import fcntl

    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        try:
            with (folder / _LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            # It is in use, somebody else's, or being made.
            continue
