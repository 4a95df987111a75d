"""What is in an archive file, once it is opened: a ZIP (docs/archive-format.md).

manifest.json                    what the file is, and the hashes of the other members
rows.jsonl                       every row of the conversation, as it was: brings it back
messages.jsonl | .csv | .parquet the same to be read by a person or another program
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from privatus.core.errors import TamperedError
from privatus.importers.export import ZIP_DAMAGE
from privatus.storage.archived_rows import RawRow

FORMAT, VERSION = "privatus archive", 1
MANIFEST, ROWS = "manifest.json", "rows.jsonl"
_DAMAGED = "an archive file opens, and what is in it is not what was stored"
# Also what is not as `pack` made it: encrypted, compressed in another way, or of another shape.
_WRONG = (*ZIP_DAMAGE, KeyError, TypeError, OSError, RuntimeError)
# What is in a ZIP says when it was; that it is the same bytes again is worth more.
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """An archive file, opened and checked."""

    rows: tuple[RawRow, ...]
    readable: tuple[str, bytes]
    files: tuple[bytes, ...]  # SHA-256 of each attachment file
    schema: int  # the vault's, when it was written


def pack(
    head: Mapping[str, Any],
    rows: Iterable[RawRow],
    readable: tuple[str, bytes],
    files: Sequence[bytes],
) -> bytes:
    """Return the ZIP of a conversation; *head* says which one it is."""
    members = {ROWS: b"".join(row.encode() + b"\n" for row in rows), readable[0]: readable[1]}
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        **head,
        "readable": readable[0],
        "members": {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in members.items()
        },
        "files": [digest.hex() for digest in files],
    }
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        document = msgspec.json.format(msgspec.json.encode(manifest))
        for name, content in {MANIFEST: document, **members}.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def unpack(content: bytes) -> Contents:
    """Return what `pack` was given, every member compared with its hash.

    Raises:
        TamperedError: it is not that.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            manifest = msgspec.json.decode(archive.read(MANIFEST))
            if (manifest["format"], manifest["version"]) != (FORMAT, VERSION):
                raise TamperedError("an archive file is of a newer kind; update the program first")
            members = {name: archive.read(name) for name in manifest["members"]}
            found = {
                name: {"bytes": len(member), "sha256": hashlib.sha256(member).hexdigest()}
                for name, member in members.items()
            }
            if found != manifest["members"]:
                raise TamperedError(_DAMAGED)
            return Contents(
                rows=tuple(map(RawRow.decode, members[ROWS].splitlines())),
                readable=(manifest["readable"], members[manifest["readable"]]),
                files=tuple(bytes.fromhex(digest) for digest in manifest["files"]),
                schema=manifest["schema"],
            )
    except _WRONG:
        raise TamperedError(_DAMAGED) from None
