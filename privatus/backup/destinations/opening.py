"""From what a person writes to the destination that it means: a path, file://, s3:// and others."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from privatus.backup.destinations.local import LocalDestination
from privatus.backup.destinations.object_stores import connect_azure, connect_gcs, connect_s3
from privatus.backup.destinations.port import Destination
from privatus.backup.destinations.remote import FsspecDestination, Store
from privatus.backup.destinations.retrying import Retrying
from privatus.backup.destinations.schemes import Address, read_address
from privatus.backup.destinations.sftp_store import connect_sftp
from privatus.backup.destinations.webdav_store import connect_webdav
from privatus.core.errors import UserError

# Two letters at least: `C:\Backups` is a path.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)


def open_destination(
    where: str,
    options: Mapping[str, str] | None = None,
    *,
    make: bool = False,
    sleep: Callable[[float], object] = time.sleep,
) -> Destination:
    """Return the destination at *where*; with *make* its last folder need not be there yet.

    A remote one tries again what a network broke, and waits with *sleep*, which may raise.

    Raises:
        UserError: *where* is nothing that we know, or its libraries are not installed.
        UnreachableError: it is not there, or does not answer.
        RefusedError: the credentials are wrong.
    """
    folder = folder_of(where)
    if folder is not None:
        if options:
            raise UserError("a folder has no options; leave them out")
        return LocalDestination.make(folder) if make else LocalDestination(folder)
    given = {name: value for name, value in (options or {}).items() if value}
    address = read_address(where, given)

    def connect(make: bool) -> Store:
        return _connect(address, given, make=make)

    return Retrying(FsspecDestination(address.location, connect, make=make), sleep=sleep)


def _connect(address: Address, options: Mapping[str, str], *, make: bool) -> Store:
    match address.scheme.extra:
        case "s3":
            return connect_s3(address, options)
        case "gcs":
            return connect_gcs(address, options)
        case "azure":
            return connect_azure(address, options)
        case "sftp":
            return connect_sftp(address, options, make=make)
        case _:
            return connect_webdav(address, options, make=make)


def folder_of(where: str) -> Path | None:
    """Return which folder of this computer *where* names; None: it names another place.

    Raises:
        UserError: it is empty, or a folder of another computer.
    """
    if not where.strip():
        raise UserError("where the backups should lie is empty; name a folder")
    scheme = _SCHEME.match(where)
    if scheme is not None and scheme[1].lower() != "file":
        return None
    if where.lower().startswith("file://"):
        host, path = urlsplit(where)[1:3]
        if host not in {"", "localhost"}:
            raise UserError("a file:// address names a folder of this computer: file:///folder")
        # file:///C:/Backups
        return Path(unquote(path.lstrip("/") if sys.platform == "win32" else path))
    return Path(where).expanduser()
