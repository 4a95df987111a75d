"""What keeps secrets out of core dumps and out of memory that we give back.

Python copies `bytes` and `str` where it likes, and cannot overwrite them.  Keys therefore live in
bytearrays (`SecretBytes`), and the libraries write into those.
"""

from __future__ import annotations

import ctypes
import sys

# From <sys/prctl.h>.  0 also keeps other processes of the same user from reading our memory.
_PR_SET_DUMPABLE = 4


def wipe(*buffers: bytearray) -> None:
    """Overwrite *buffers* with zeros."""
    for buffer in buffers:
        buffer[:] = bytes(len(buffer))


def forbid_core_dumps() -> None:
    """Make a crash leave no copy of this process's memory on disk.

    Holds for this process and what it forks, not for programs that it starts.  Windows has no
    such switch; there it does nothing.
    """
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
