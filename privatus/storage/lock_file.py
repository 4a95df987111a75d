"""One program writes a vault at a time; this file says which."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from privatus.core.errors import BusyError, DeviceError
from privatus.vault.private_files import close_folder

NAME = "vault.lock"
_RETRY_S = 0.01


class VaultLock:
    """Held while a vault is open for writing; the system drops it when the process ends.

    Who cannot have it tries again for *patience_s*.
    """

    def __init__(self, folder: Path, *, patience_s: float = 0) -> None:
        try:
            self._descriptor: int | None = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            raise DeviceError(
                "the vault's folder cannot be written; check its permissions"
            ) from None
        until_s = time.monotonic() + patience_s
        while not _try_lock(self._descriptor):
            if time.monotonic() >= until_s:
                self.release()
                raise BusyError(
                    "the vault is open in another program; close it there, then try again"
                )
            time.sleep(_RETRY_S)
        # It was there before, or is a copy: it may be open to others.
        close_folder(folder)

    def release(self) -> None:
        """Let others write; may be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
