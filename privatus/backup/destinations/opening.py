"""From what a person writes to the destination that it means: a path, file://."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from privatus.backup.destinations.local import LocalDestination
from privatus.backup.destinations.port import Destination
from privatus.core.errors import UserError

# Two letters at least: `C:\Backups` is a path.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)


def open_destination(
    where: str, options: Mapping[str, str] | None = None, *, make: bool = False
) -> Destination:
    """Return the destination at *where*; with *make* its last folder need not be there yet.

    Raises:
        UserError: *where* is nothing that we know.
        UnreachableError: it is not there, or does not answer.
        RefusedError: the credentials are wrong.
    """
    scheme = _SCHEME.match(where)
    if scheme is None or scheme[1].lower() == "file":
        if options:
            raise UserError("a folder has no options; leave them out")
        folder = _folder(where)
        return LocalDestination.make(folder) if make else LocalDestination(folder)
    raise UserError(f"{scheme[1].lower()}:// is no place for backups; give a folder")


def _folder(where: str) -> Path:
    if not where.strip():
        raise UserError("where the backups should lie is empty; name a folder")
    if where.lower().startswith("file://"):
        host, path = urlsplit(where)[1:3]
        if host not in {"", "localhost"}:
            raise UserError("a file:// address names a folder of this computer: file:///folder")
        # file:///C:/Backups
        return Path(unquote(path.lstrip("/") if sys.platform == "win32" else path))
    return Path(where).expanduser()
