"""A second writer of backups, from docs/backup-format.md without our code: small, slow and plain.

It tells whether that page is enough, gives our readers something that we did not write, and makes
the fixed bytes of `tests/vectors/backup-v1.json`. Chance comes from the caller, so that the same
calls can make the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

INDEX, MANIFEST, TOMBSTONE, PIN, LOCK = range(1, 6)
PAGE, PIECE, PAGE_LIST, CATALOGUE = range(1, 5)
PAGE_BYTES = 16_384
PIECE_BYTES = 1_048_576
PACK_BYTES = 8_388_608
_IDS_OF_A_LIST = 256
_SAVED_FOLDERS = ("blobs", "archives")


def expand(key: bytes, info: bytes) -> bytes:
    return hmac.digest(key, info + b"\x01", "sha256")


def canonical(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def make_config(repository_id: bytes, vault_id: bytes, created_at_ms: int) -> bytes:
    limits = struct.pack("<QIII", created_at_ms, PAGE_BYTES, PIECE_BYTES, PACK_BYTES)
    body = b"PVBK" + bytes([1, 0, 0, 0]) + repository_id + vault_id + limits + bytes(32)
    return body + hashlib.sha256(body).digest()


@dataclass(frozen=True)
class Keys:
    """What the vault key of an epoch leads to."""

    vault_key: bytes
    repository_id: bytes

    @property
    def master(self) -> bytes:
        return expand(self.vault_key, b"privatus/v1/repository" + self.repository_id)

    @property
    def id_key(self) -> bytes:
        return expand(self.master, b"privatus/v1/chunk-id")

    @property
    def keys_key(self) -> bytes:
        return expand(self.vault_key, b"privatus/v1/repository-keys" + self.repository_id)

    def pack_key(self, pack_id: bytes) -> bytes:
        return expand(self.master, b"privatus/v1/pack" + pack_id)

    def object_key(self, name: str) -> bytes:
        return expand(self.master, b"privatus/v1/object" + name.encode())

    def chunk_id(self, kind: int, plain: bytes) -> bytes:
        return hmac.digest(self.id_key, bytes([kind]) + plain, "sha256")


@dataclass
class Writer:
    """Writes one repository; `epoch` counts the vault keys, of which the last one is used."""

    root: Path
    repository_id: bytes
    vault_id: bytes
    vault_keys: list[bytes]
    header: bytes
    signer: Ed25519PrivateKey
    created_at_ms: int = 1_700_000_000_000
    fresh: Callable[[int], bytes] = os.urandom
    # Bytes after which a pack is full; small ones make several packs of a small vault.
    pack_bytes: int = PACK_BYTES
    known: set[bytes] = field(default_factory=set)

    @property
    def config(self) -> bytes:
        return make_config(self.repository_id, self.vault_id, self.created_at_ms)

    @property
    def epoch(self) -> int:
        return len(self.vault_keys)

    @property
    def keys(self) -> Keys:
        return Keys(self.vault_keys[-1], self.repository_id)

    def put(self, name: str, raw: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            stream.write(raw)

    def start(self) -> None:
        """Write config and the first key object."""
        self.put("config", self.config)
        self.put_keys()

    def put_keys(self) -> str:
        name = f"keys/{self.fresh(16).hex()}"
        self.put(name, self.key_object())
        return name

    def key_object(self) -> bytes:
        clear = b"PVKY" + bytes([1, 0]) + struct.pack("<H", len(self.header)) + self.header
        clear += struct.pack("<H", self.epoch)
        nonce, former = self.fresh(12), b"".join(self.vault_keys[:-1])
        data = b"privatus/v1/repository-keys" + self.config + clear
        return clear + nonce + ChaCha20Poly1305(self.keys.keys_key).encrypt(nonce, former, data)

    def seal(self, name: str, kind: int, payload: bytes) -> bytes:
        clear = b"PVOB" + bytes([1, kind]) + struct.pack("<H", self.epoch)
        nonce, data = self.fresh(12), clear + self.repository_id + name.encode()
        return clear + nonce + AESGCM(self.keys.object_key(name)).encrypt(nonce, payload, data)

    def put_sealed(self, name: str, kind: int, payload: bytes) -> str:
        """Seal and write an object; return its SHA-256."""
        raw = self.seal(name, kind, payload)
        self.put(name, raw)
        return hashlib.sha256(raw).hexdigest()

    def pack(self, pack_id: bytes, chunks: Iterable[tuple[bytes, int, bytes]]) -> bytes:
        """Return a pack of (id, kind, plain), in this order."""
        cipher = AESGCM(self.keys.pack_key(pack_id))
        clear = b"PVPK" + bytes([1, 0]) + struct.pack("<H", self.epoch)
        raw, footer = clear, b""
        for number, (chunk_id, kind, plain) in enumerate(chunks):
            nonce = number.to_bytes(12, "little")
            raw += cipher.encrypt(nonce, plain, chunk_id + bytes([kind]))
            footer += chunk_id + struct.pack("<BI", kind, len(plain))
        sealed = cipher.encrypt(b"\xff" * 12, footer, clear + self.repository_id + pack_id)
        return raw + sealed + struct.pack("<I", len(sealed)) + b"PVPE"

    def back_up(self, vault: Path, made_at_ms: int, **said: Any) -> str:
        """Back up the folder of a vault that nobody writes; return the backup's id."""
        new = _NewChunks(self)
        nodes, database = new.database((vault / "vault.db").read_bytes())
        files = {
            path.relative_to(vault).as_posix(): path.read_bytes()
            for folder in _SAVED_FOLDERS
            for path in sorted((vault / folder).rglob("*"))
            if path.is_file()
        }
        catalogue = new.catalogue(files)
        self._put_packs(new.chunks, made_at_ms)
        backup_id = self.fresh(16).hex()
        sizes = list(map(len, files.values()))
        self.publish(
            {
                **self._about(backup_id),
                "made_at_ms": made_at_ms,
                "database": {**database, "nodes": nodes},
                "files": {"count": len(files), "bytes": sum(sizes), "nodes": catalogue},
                "new_bytes": sum(len(plain) for _, _, plain in new.chunks),
                "new_chunks": len(new.chunks),
                "chunks": new.counted,
                "total_bytes": database["bytes"] + sum(sizes),
                **said,
            }
        )
        return backup_id

    def _about(self, backup_id: str) -> dict[str, Any]:
        """Return what a manifest says that does not depend on what is backed up."""
        heads, sequence = self._heads()
        return {
            "format": 1,
            "repository": self.repository_id.hex(),
            "vault": self.vault_id.hex(),
            "id": backup_id,
            "sequence": sequence,
            "kind": "incremental" if heads else "full",
            "parents": heads,
            "epoch": self.epoch,
            "app": "backup_writer",
            "schema": 8,
            "sqlcipher": "4.6.1 community",
            "host": "höst",
            "header": base64.b64encode(self.header).decode(),
            "tables": [],
            "audit": {"entries": 0, "root": bytes(32).hex()},
            "duration_ms": 1,
        }

    def publish(self, manifest: dict[str, Any]) -> str:
        """Sign and write a manifest; return the SHA-256 of the object."""
        name = f"snapshots/{manifest['sequence']:010d}-{manifest['id']}"
        return self.put_sealed(name, MANIFEST, zlib.compress(canonical(self.signed(manifest))))

    def signed(self, manifest: dict[str, Any]) -> dict[str, Any]:
        return {
            "manifest": manifest,
            "signer": self.signer.public_key().public_bytes_raw().hex(),
            "signature": self.signer.sign(b"privatus/v1/manifest" + canonical(manifest)).hex(),
        }

    def drop(self, backup_id: str, dropped_at_ms: int) -> None:
        """Drop a backup; its packs stay."""
        path = next((self.root / "snapshots").glob(f"*-{backup_id}"))
        said = self.read_manifest(path)
        tombstone = {
            "id": backup_id,
            "sequence": said["sequence"],
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "parents": said["parents"],
            "dropped_at_ms": dropped_at_ms,
        }
        self.put_sealed(f"tombstones/{backup_id}", TOMBSTONE, canonical(tombstone))
        path.unlink()

    def open_object(self, path: Path) -> bytes:
        raw, name = path.read_bytes(), path.relative_to(self.root).as_posix()
        epoch = int.from_bytes(raw[6:8], "little")
        key = Keys(self.vault_keys[epoch - 1], self.repository_id).object_key(name)
        data = raw[:8] + self.repository_id + name.encode()
        return AESGCM(key).decrypt(raw[8:20], raw[20:], data)

    def read_manifest(self, path: Path) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(zlib.decompress(self.open_object(path)))["manifest"]
        return said

    def _heads(self) -> tuple[list[dict[str, str]], int]:
        """Return what the next manifest names as parents, and its sequence number."""
        manifests = {
            path: self.read_manifest(path) for path in sorted(self.root.glob("snapshots/*"))
        }
        dropped = [
            json.loads(self.open_object(path)) for path in sorted(self.root.glob("tombstones/*"))
        ]
        said = [*manifests.values(), *dropped]
        named = {parent["id"] for one in said for parent in one["parents"]}
        hashes = {one["id"]: one["sha256"] for one in dropped}
        hashes |= {
            one["id"]: hashlib.sha256(path.read_bytes()).hexdigest()
            for path, one in manifests.items()
        }
        heads = [{"id": one, "sha256": hashes[one]} for one in hashes if one not in named]
        return heads, 1 + max((one["sequence"] for one in said), default=0)

    def _put_packs(self, chunks: list[tuple[bytes, int, bytes]], made_at_ms: int) -> None:
        index, waiting = struct.pack("<I", 0), list(chunks)
        while waiting:
            size = 0
            some: list[tuple[bytes, int, bytes]] = []
            while waiting and (not some or size < self.pack_bytes):
                some.append(waiting.pop(0))
                size += len(some[-1][2]) + 16
            some.sort()
            pack_id = self.fresh(32)
            raw = self.pack(pack_id, some)
            self.put(f"data/{pack_id[:1].hex()}/{pack_id.hex()}", raw)
            index += pack_id + struct.pack("<IHI", len(raw), self.epoch, len(some))
            index += b"".join(
                chunk_id + struct.pack("<BI", kind, len(plain)) for chunk_id, kind, plain in some
            )
        if chunks:
            index_id = made_at_ms.to_bytes(6, "big") + self.fresh(10)
            self.put_sealed(f"index/{index_id.hex()}", INDEX, index)


class _NewChunks:
    """The chunks of a backup: all are counted, and those that are not known are kept."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.chunks: list[tuple[bytes, int, bytes]] = []
        self.counted = 0

    def add(self, kind: int, plain: bytes) -> bytes:
        self.counted += 1
        chunk_id = self._writer.keys.chunk_id(kind, plain)
        if chunk_id not in self._writer.known:
            self._writer.known.add(chunk_id)
            self.chunks.append((chunk_id, kind, plain))
        return chunk_id

    def database(self, raw: bytes) -> tuple[list[str], dict[str, Any]]:
        ids = [self.add(PAGE, page) for page in _pieces(raw, PAGE_BYTES)]
        nodes = [
            self.add(PAGE_LIST, b"".join(ids[start : start + _IDS_OF_A_LIST]))
            for start in range(0, len(ids), _IDS_OF_A_LIST)
        ]
        digest = hashlib.sha256(raw).hexdigest()
        return _base64(nodes), {"bytes": len(raw), "sha256": digest, "page_bytes": 8192}

    def catalogue(self, files: dict[str, bytes]) -> list[str]:
        nodes: dict[int, bytes] = {}
        for name in sorted(files, key=str.encode):
            ids = [self.add(PIECE, piece) for piece in _pieces(files[name], PIECE_BYTES)]
            entry = struct.pack("<H", len(name.encode())) + name.encode()
            entry += struct.pack("<QI", len(files[name]), len(ids)) + b"".join(ids)
            number = hashlib.sha256(name.encode()).digest()[0]
            nodes[number] = nodes.get(number, b"") + entry
        return _base64([self.add(CATALOGUE, node) for _, node in sorted(nodes.items())])


def _pieces(raw: bytes, size: int) -> Iterator[bytes]:
    return (raw[start : start + size] for start in range(0, len(raw), size))


def _base64(ids: list[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in ids]
