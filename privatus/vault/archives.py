"""Archive files: a conversation that was moved out of the database, sealed under its own key.

An archive file is sealed as an attachment file is (vault/blobs.py), in the same chunks:

    file key = HKDF-Expand(container key, "privatus/v1/archive")

A file that is written again gets another salt there, and so another key.  Who destroys the
container key makes every copy of the file unreadable.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

from privatus.core.errors import TamperedError
from privatus.vault.blobs import open_blob, open_sealed, seal_blob
from privatus.vault.keys import Container

_DAMAGED = "an archive file is missing, damaged, or not of this conversation"


def seal_archive(content: bytes, destination: BinaryIO, container: Container) -> None:
    """Write *content* to *destination*, sealed; the caller makes the file durable."""
    with container.archive_key() as key:
        seal_blob(io.BytesIO(content), destination, bytes(key.reveal()))


def open_archive(path: Path, container: Container) -> bytes:
    """Return all that the file at *path* holds.

    Raises:
        TamperedError: it is missing, damaged, or sealed under another key.
        DeviceError: it cannot be read.
    """
    try:
        with container.archive_key() as key, open_blob(path, bytes(key.reveal())) as stream:
            return stream.read()
    except TamperedError:
        raise TamperedError(_DAMAGED) from None


def open_sealed_archive(sealed: bytes, container: Container) -> bytes:
    """Return all that an archive file holds whose bytes came from elsewhere.

    Raises:
        TamperedError: they are damaged, or sealed under another key.
    """
    try:
        with container.archive_key() as key:
            return open_sealed(sealed, bytes(key.reveal()))
    except TamperedError:
        raise TamperedError(_DAMAGED) from None
