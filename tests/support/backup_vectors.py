"""What stands in `tests/vectors/backup-v1.json`, made by `backup_writer` from fixed chance."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from privatus.backup import packs
from privatus.backup.packs import Chunk, Pack
from privatus.vault.repository_keys import TAG_BYTES, RepositoryKeys
from support import backup_writer
from support.backup_writer import Keys, Writer

_VECTORS = Path(__file__).resolve().parents[1] / "vectors"
FROZEN = _VECTORS / "backup-v1.json"
_HEADER = json.loads((_VECTORS / "format-v1.json").read_text("utf-8"))["header"]
_REPOSITORY_ID = bytes(range(16))
_FORMER_KEY = hashlib.sha256(b"the vault key of epoch 1").digest()
_SEED = hashlib.sha256(b"the identity that signs").digest()
_BACKUP_ID = "0123456789abcdef0123456789abcdef"
_PARENT_ID = "fedcba9876543210fedcba9876543210"
_CHUNKS = [(1, b"a page" * 50), (2, b""), (2, b"a piece of a file"), (3, bytes(64))]


def opened(keys: RepositoryKeys, pack: Pack, raw: bytes) -> Iterator[Chunk]:
    """Yield what our own code finds in the whole pack *raw*."""
    cipher = packs.cipher_of(keys, pack)
    for number, (start, entry) in enumerate(zip(pack.offsets(), pack.entries, strict=True)):
        chunk_id, kind, length = entry
        record = raw[start : start + length + TAG_BYTES]
        yield chunk_id, kind, cipher.open(number, chunk_id, kind, record)


def frozen() -> dict[str, Any]:
    """Return the vectors that no program may ever read otherwise."""
    value: dict[str, Any] = json.loads(FROZEN.read_text("utf-8"))
    return value


def chance(seed: bytes) -> Callable[[int], bytes]:
    """Return what gives the same bytes in every run."""
    state = hashlib.shake_256(seed).digest(1 << 16)
    at = 0

    def fresh(size: int) -> bytes:
        nonlocal at
        at += size
        return state[at - size : at]

    return fresh


def fixed_writer(root: Path, *, epoch: int = 2) -> Writer:
    """Return the writer of the vectors, in the repository *root*."""
    return Writer(
        root=root,
        repository_id=_REPOSITORY_ID,
        vault_id=bytes.fromhex(_HEADER["vault_id"]),
        vault_keys=[_FORMER_KEY, bytes.fromhex(_HEADER["vault_key"])][:epoch],
        header=bytes.fromhex(_HEADER["raw"]),
        signer=Ed25519PrivateKey.from_private_bytes(_SEED),
        fresh=chance(b"backup"),
    )


def write_vault(folder: Path) -> None:
    """Write what the backup of the vectors holds, but for the headers."""
    content = chance(b"a small vault")
    folder.mkdir()
    pages = bytes.fromhex(_HEADER["database_salt"]) + content(backup_writer.PAGE_BYTES + 4080)
    (folder / "vault.db").write_bytes(pages)
    for name, size in (("blobs/0a/0abc", 300), ("blobs/ff/ffee", 0), ("archives/old.pva", 77)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content(size))


def vectors() -> dict[str, Any]:
    """Return all of the file but the whole repository, whose bytes zlib may choose."""
    writer = fixed_writer(Path())
    return {
        "about": "Backup format 1 (docs/backup-format.md), made by tests/support/backup_writer.py "
        "from fixed keys and nonces. Never made again: every later program must read it.",
        "password": _HEADER["password"],
        "recovery_code": _HEADER["recovery_code"],
        "vault_keys": [key.hex() for key in writer.vault_keys],
        "signer_seed": _SEED.hex(),
        "repository_id": _REPOSITORY_ID.hex(),
        "config": writer.config.hex(),
        "keys": [_keys(key) for key in writer.vault_keys],
        "key_object": writer.key_object().hex(),
        "chunks": _chunks(writer),
        "pack": _pack(writer),
        "objects": [_object(writer, *one) for one in _payloads(writer)],
    }


def _keys(vault_key: bytes) -> dict[str, Any]:
    keys = Keys(vault_key, _REPOSITORY_ID)
    return {
        "master": keys.master.hex(),
        "chunk_id": keys.id_key.hex(),
        "repository_keys": keys.keys_key.hex(),
        "pack": {bytes(32).hex(): keys.pack_key(bytes(32)).hex()},
        "object": {"index/" + "0" * 32: keys.object_key("index/" + "0" * 32).hex()},
    }


def _chunks(writer: Writer) -> list[dict[str, Any]]:
    return [
        {
            "epoch": epoch,
            "kind": kind,
            "plain": plain.hex(),
            "id": Keys(vault_key, _REPOSITORY_ID).chunk_id(kind, plain).hex(),
        }
        for epoch, vault_key in enumerate(writer.vault_keys, start=1)
        for kind, plain in _CHUNKS
    ]


def _pack(writer: Writer) -> dict[str, str]:
    pack_id = writer.fresh(32)
    chunks = [(writer.keys.chunk_id(kind, plain), kind, plain) for kind, plain in _CHUNKS]
    return {"id": pack_id.hex(), "raw": writer.pack(pack_id, sorted(chunks)).hex()}


def _payloads(writer: Writer) -> list[tuple[str, int, bytes]]:
    """Return name, kind and payload of one sealed object of each kind."""
    sha256 = hashlib.sha256(b"the sealed manifest").hexdigest()
    parents = [{"id": _PARENT_ID, "sha256": hashlib.sha256(b"its parent").hexdigest()}]
    index = struct.pack("<I", 2) + bytes(16) + b"\xff" * 16
    index += bytes(32) + struct.pack("<IHI", 1234, 1, 1) + bytes(32) + struct.pack("<BI", 1, 16384)
    index += b"\x01" * 32 + struct.pack("<IHI", 99, 2, 0)
    tombstone = {
        "id": _BACKUP_ID,
        "sequence": 7,
        "sha256": sha256,
        "parents": parents,
        "dropped_at_ms": 1_700_000_000_001,
    }
    pin = {"id": _BACKUP_ID, "made_at_ms": 1_700_000_000_002, "note": "vor dem Umzug: „bleibt“"}
    lock = {
        "kind": "shared",
        "made_at_ms": 1_700_000_000_004,
        "begun_at_ms": 1_700_000_000_003,
        "host": "höst",
        "pid": 4711,
    }
    canonical = backup_writer.canonical
    return [
        (f"index/{'ab' * 16}", backup_writer.INDEX, index),
        (f"snapshots/{7:010d}-{_BACKUP_ID}", backup_writer.MANIFEST, _manifest(writer, parents)),
        (f"tombstones/{_BACKUP_ID}", backup_writer.TOMBSTONE, canonical(tombstone)),
        (f"pins/{_BACKUP_ID}", backup_writer.PIN, canonical(pin)),
        (f"locks/{'cd' * 16}", backup_writer.LOCK, canonical(lock)),
    ]


def _manifest(writer: Writer, parents: list[dict[str, str]]) -> bytes:
    manifest = {
        "format": 1,
        "repository": writer.repository_id.hex(),
        "vault": writer.vault_id.hex(),
        "id": _BACKUP_ID,
        "sequence": 7,
        "made_at_ms": 1_700_000_000_000,
        "kind": "incremental",
        "parents": parents,
        "epoch": 2,
        "app": "0.1.0",
        "schema": 8,
        "sqlcipher": "4.6.1 community",
        "host": 'a "host" with \\ and \t and é',
        "header": base64.b64encode(writer.header).decode(),
        "database": {
            "bytes": 20480,
            "sha256": hashlib.sha256(b"database").hexdigest(),
            "page_bytes": 8192,
            "nodes": [base64.b64encode(b"\x01" * 32).decode()],
        },
        "files": {"count": 0, "bytes": 0, "nodes": []},
        "tables": [{"name": "messages", "rows": 3, "bytes": 999, "checksum": "0f" * 32}],
        "audit": {"entries": 12, "root": "0e" * 32},
        "new_bytes": 16384,
        "new_chunks": 1,
        "chunks": 3,
        "total_bytes": 20480,
        "duration_ms": 42,
    }
    return _stored(backup_writer.canonical(writer.signed(manifest)))


def _stored(plain: bytes) -> bytes:
    """Return a zlib stream without compression, which is the same from every zlib."""
    size = len(plain)
    block = b"\x01" + struct.pack("<HH", size, size ^ 0xFFFF) + plain
    return b"\x78\x01" + block + struct.pack(">I", zlib.adler32(plain))


def _object(writer: Writer, name: str, kind: int, payload: bytes) -> dict[str, Any]:
    raw = writer.seal(name, kind, payload)
    return {"name": name, "kind": kind, "payload": payload.hex(), "raw": raw.hex()}


def repository(folder: Path) -> dict[str, str]:
    """Write a whole small repository below *folder*; return its objects in base64."""
    write_vault(folder / "vault")
    writer = fixed_writer(folder / "repository")
    writer.start()
    writer.back_up(folder / "vault", 1_700_000_000_000)
    (folder / "vault" / "blobs" / "0a" / "0abc").write_bytes(b"another content")
    writer.back_up(folder / "vault", 1_700_000_100_000)
    return {
        path.relative_to(writer.root).as_posix(): base64.b64encode(path.read_bytes()).decode()
        for path in sorted(writer.root.rglob("*"))
        if path.is_file()
    }
