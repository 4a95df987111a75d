"""The manifest: what one backup holds, signed, chained to the ones before, published last.

Its payload is zlib [RFC 1950] of canonical JSON (sorted keys, no spaces, UTF-8):

    {"manifest": {…}, "signer": Ed25519 public key, "signature": …}       (hexadecimal)

    signature = Ed25519 [RFC 8032] over "privatus/v1/manifest" | canonical JSON of "manifest"
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from privatus.core.backup import Backup, BackupKind, TableContents
from privatus.core.errors import NewerVaultError, TamperedError

FORMAT = 1
SIGNED = b"privatus/v1/manifest"
# A manifest of a vault of a terabyte has 16 MB of ids; more is no manifest.
_MOST_BYTES = 64 * 1024 * 1024
_DAMAGED = "a manifest of the backup repository is damaged"

# Given the bytes to sign; returns the public key and the signature.
Sign = Callable[[bytes], tuple[bytes, bytes]]


class Parent(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that was the newest when this one was made."""

    id: str
    sha256: str  # of its sealed manifest


class FrozenFile(msgspec.Struct, frozen=True, kw_only=True):
    """The database file, and where the lists of its chunks are."""

    size: int = msgspec.field(name="bytes")
    sha256: str
    page_bytes: int
    nodes: list[bytes]


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """The files beside the database, and where the catalogue of them is."""

    count: int
    size: int = msgspec.field(name="bytes")
    nodes: list[bytes]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of one table."""

    name: str
    rows: int
    size: int = msgspec.field(name="bytes")
    checksum: str


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """The last row of the log of what was done."""

    entries: int
    root: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What one backup holds."""

    format: int
    repository: str
    vault: str
    id: str
    sequence: int
    made_at_ms: int
    kind: BackupKind
    parents: list[Parent]
    epoch: int
    app: str
    schema: int
    sqlcipher: str
    host: str
    header: bytes
    database: FrozenFile
    files: Catalogue
    tables: list[Table]
    audit: Audit
    new_bytes: int
    new_chunks: int
    chunks: int
    total_bytes: int
    duration_ms: int

    def backup(self) -> Backup:
        """Return what a person is told of it."""
        return Backup(
            id=self.id,
            sequence=self.sequence,
            made_at_ms=self.made_at_ms,
            kind=self.kind,
            total_bytes=self.total_bytes,
            new_bytes=self.new_bytes,
            files=self.files.count,
            duration_ms=self.duration_ms,
            host=self.host,
            app=self.app,
            schema=self.schema,
            tables=tuple(
                TableContents(
                    name=table.name,
                    rows=table.rows,
                    data_bytes=table.size,
                    checksum=bytes.fromhex(table.checksum),
                )
                for table in self.tables
            ),
        )


@dataclass(frozen=True, slots=True)
class SignedManifest:
    """A manifest, and who signed it."""

    manifest: Manifest
    signer: bytes
    signature: bytes

    @property
    def message(self) -> bytes:
        """Return what was signed."""
        return SIGNED + _canonical(self.manifest)


class _Envelope(msgspec.Struct, frozen=True, kw_only=True):
    manifest: Manifest
    signer: str
    signature: str


def encode(manifest: Manifest, sign: Sign) -> bytes:
    """Return the payload of a manifest, signed."""
    signer, signature = sign(SIGNED + _canonical(manifest))
    envelope = _Envelope(manifest=manifest, signer=signer.hex(), signature=signature.hex())
    return zlib.compress(_canonical(envelope))


def decode(payload: bytes) -> SignedManifest:
    """Return what a payload says; whose signature it bears is for the caller to check.

    Raises:
        TamperedError: it does not read like a manifest.
        NewerVaultError: a newer program made it.
    """
    try:
        unpacked = zlib.decompressobj()
        text = unpacked.decompress(payload, _MOST_BYTES)
        if not unpacked.eof:
            raise TamperedError(_DAMAGED)
        if msgspec.json.decode(text, type=_Head).manifest.format > FORMAT:
            raise NewerVaultError("a newer Privatus made this backup; update the program first")
        envelope = msgspec.json.decode(text, type=_Envelope)
        signer, signature = bytes.fromhex(envelope.signer), bytes.fromhex(envelope.signature)
        for table in envelope.manifest.tables:
            bytes.fromhex(table.checksum)
    except (zlib.error, msgspec.MsgspecError, RecursionError, ValueError):
        raise TamperedError(_DAMAGED) from None
    return SignedManifest(envelope.manifest, signer, signature)


class _Format(msgspec.Struct):
    format: int


class _Head(msgspec.Struct):
    manifest: _Format


def _canonical(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted")
