"""Names and sizes of a backup repository, and its config; see docs/backup-format.md.

config, 124 bytes, little endian, in clear; the key objects authenticate it:

      0  4     "PVBK"
      4  u8    version (1)
      5  u8    0
      6  u16   0
      8  16    repository id, random
     24  16    vault id
     40  u64   created at, unix milliseconds
     48  u32   bytes of a chunk of database pages (16,384)
     52  u32   bytes of a chunk of a file (1,048,576)
     56  u32   bytes of a pack, about (8,388,608)
     60  32    0
     92  32    SHA-256 of everything above
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from enum import IntEnum

from privatus.core.errors import NewerVaultError, TamperedError

CONFIG = "config"
KEYS, DATA, INDEX, SNAPSHOTS = "keys", "data", "index", "snapshots"
TOMBSTONES, PINS, LOCKS = "tombstones", "pins", "locks"
# The keys of members lie among those of the vault.
MEMBER_KEYS = f"{KEYS}/member-"

PAGE_CHUNK_BYTES = 16 * 1024
FILE_CHUNK_BYTES = 1024 * 1024
PACK_BYTES = 8 * 1024 * 1024
# Ids in one list of database chunks: an edit writes one list anew, 8 KiB.
LIST_IDS = 256
# Chunks that one index object tells of, so that no object is too large to hold in memory.
INDEX_CHUNKS = 100_000

_OBJECT = re.compile(
    r"config|keys/(?:member-)?[0-9a-f]{32}|data/([0-9a-f]{2})/\1[0-9a-f]{62}"
    r"|snapshots/[0-9]{10}-[0-9a-f]{32}|(?:index|tombstones|pins|locks)/[0-9a-f]{32}"
)

_CONFIG = struct.Struct("<4sBBH16s16sQIII32s")
_DAMAGED_CONFIG = (
    "the config of the backup repository is damaged;"
    " copy it back from another copy of these backups"
)
_MAGIC = b"PVBK"
_VERSION = 1


class ChunkKind(IntEnum):
    """What a chunk is a part of; its id and its seal are bound to that."""

    PAGES = 1
    FILE = 2
    LIST = 3
    CATALOGUE = 4


class ObjectKind(IntEnum):
    """What a sealed object is."""

    INDEX = 1
    MANIFEST = 2
    TOMBSTONE = 3
    PIN = 4
    LOCK = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a repository says of itself."""

    repository_id: bytes
    vault_id: bytes
    created_at_ms: int

    def pack(self) -> bytes:
        """Return the bytes of the config."""
        body = _CONFIG.pack(
            _MAGIC,
            _VERSION,
            0,
            0,
            self.repository_id,
            self.vault_id,
            self.created_at_ms,
            PAGE_CHUNK_BYTES,
            FILE_CHUNK_BYTES,
            PACK_BYTES,
            bytes(32),
        )
        return body + hashlib.sha256(body).digest()


def parse_config(raw: bytes) -> Config:
    """Return what the config in *raw* says.

    Raises:
        TamperedError: it is damaged, or no config.
        NewerVaultError: a newer program made the repository.
    """
    if len(raw) != _CONFIG.size + 32 or raw[:4] != _MAGIC:
        raise TamperedError(_DAMAGED_CONFIG)
    body, checksum = raw[: _CONFIG.size], raw[_CONFIG.size :]
    if hashlib.sha256(body).digest() != checksum:
        raise TamperedError(_DAMAGED_CONFIG)
    _, version, _, _, repository_id, vault_id, created_at_ms, *sizes, _ = _CONFIG.unpack(body)
    if version > _VERSION or sizes != [PAGE_CHUNK_BYTES, FILE_CHUNK_BYTES, PACK_BYTES]:
        raise NewerVaultError(
            "a newer Privatus made this backup repository; update the program first"
        )
    return Config(repository_id=repository_id, vault_id=vault_id, created_at_ms=created_at_ms)


def is_object(name: str) -> bool:
    """Say whether an object of a repository has such a name.

    Others are not ours: a file manager leaves its own beside them, as Thumbs.db.
    """
    return _OBJECT.fullmatch(name) is not None


def is_members(name: str) -> bool:
    """Say whether the object with this name holds the keys of a member."""
    return name.startswith(MEMBER_KEYS)


def pack_name(pack_id: bytes) -> str:
    """Return where the pack with this id lies."""
    text = pack_id.hex()
    return f"{DATA}/{text[:2]}/{text}"


def pack_of(name: str) -> bytes:
    """Return the id of the pack that lies there."""
    return bytes.fromhex(name[-64:])


def snapshot_name(sequence: int, backup_id: str) -> str:
    """Return where the manifest of a backup lies."""
    return f"{SNAPSHOTS}/{sequence:010d}-{backup_id}"


def tombstone_name(backup_id: str) -> str:
    """Return where it says that a backup was dropped on purpose."""
    return f"{TOMBSTONES}/{backup_id}"


def pin_name(backup_id: str) -> str:
    """Return where it says that a backup must stay."""
    return f"{PINS}/{backup_id}"


def backup_of(name: str) -> str:
    """Return of which backup a manifest, a tombstone or a pin is, by its name."""
    return name[-32:]


def said_sequence(name: str) -> int:
    """Return the sequence number in the name of a manifest; 0 for any other name."""
    number = name.removeprefix(f"{SNAPSHOTS}/").partition("-")[0]
    return int(number) if number.isdecimal() and number.isascii() else 0
