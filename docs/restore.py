"""Restore a backup of Privatus without Privatus: one file to keep beside the backup.

    pip install cryptography argon2-cffi
    python restore.py REPOSITORY                        lists its backups
    python restore.py REPOSITORY --to NEW_FOLDER        restores the newest, or --backup ID

REPOSITORY is a folder, which is only read; what lies in a store on the network is downloaded first,
names and folders as they are. NEW_FOLDER becomes a vault that `privatus --vault NEW_FOLDER` opens,
or you by hand with vault-format.md. What is read here is described in backup-format.md.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import functools
import getpass
import hashlib
import hmac
import json
import os
import re
import shutil
import struct
import sys
import tempfile
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

try:
    from argon2.low_level import Type, hash_secret_raw
    from cryptography.exceptions import InvalidSignature, InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
except ImportError as missing:
    sys.exit(f"error: {missing.name} is missing; run: pip install cryptography argon2-cffi")

_PASSWORD, _RECOVERY = 1, 2  # types of key slots
_INDEX, _MANIFEST, _TOMBSTONE = 1, 2, 3  # kinds of sealed objects
_PAGE, _PIECE, _PAGE_LIST, _CATALOGUE = 1, 2, 3, 4  # kinds of chunks
_MOST_BYTES = 16 * 1024 * 1024  # of an object, and of a chunk
_MOST_MANIFEST_BYTES = 64 * 1024 * 1024
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FILE_NAME = re.compile(r"(?:blobs|archives)(?:/[a-z0-9][a-z0-9._-]*)+")
# What odd values make Python's own readers raise.
_UNREADABLE = (KeyError, TypeError, ValueError, RecursionError, struct.error, zlib.error)
Opener = tuple[int, bytes]  # type of the slot, and the secret that opens it


class RestoreError(Exception):
    """What is wrong and what to do, in one sentence."""


def fail(sentence: str) -> NoReturn:
    raise RestoreError(sentence) from None


def warn(sentence: object) -> None:
    print(f"warning: {sentence}", file=sys.stderr)


def expand(key: bytes, info: bytes) -> bytes:
    """HKDF-Expand-SHA-256 of RFC 5869, whose first 32 bytes are one HMAC."""
    return hmac.digest(key, info + b"\x01", "sha256")


def decrypt(
    cipher: AESGCM | ChaCha20Poly1305, nonce: bytes, sealed: bytes, data: bytes, where: str
) -> bytes:
    try:
        return cipher.decrypt(nonce, sealed, data)
    except (InvalidTag, ValueError):
        fail(f"{where} is damaged, or something else was put in its place")


def split(raw: bytes, size: int) -> list[bytes]:
    if len(raw) % size:
        raise ValueError("cut short")
    return [raw[start : start + size] for start in range(0, len(raw), size)]


# --------------------------------------------------------------------------- what opens the keys


def password_bytes(typed: bytes) -> bytes:
    try:
        return unicodedata.normalize("NFC", typed.decode()).encode()
    except UnicodeDecodeError:
        return typed


def code_bytes(typed: str) -> bytes:
    """Return the 20 bytes of a recovery code."""
    code = unicodedata.normalize("NFKC", typed).upper()
    code = re.sub("[\\s_\N{HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}-]", "", code)
    code = code.replace("O", "0").replace("I", "1").replace("L", "1")
    if len(code) != 34 or not set(code) <= set(_CROCKFORD):
        fail("a recovery code has 34 letters and digits, and never a U; look at the printed one")
    values = [_CROCKFORD.index(symbol) for symbol in code]
    number = functools.reduce(lambda so_far, value: so_far << 5 | value, values[:32])
    if number % 1021 != values[32] << 5 | values[33]:
        fail("the recovery code has a typing mistake; compare it with the printed one")
    return number.to_bytes(20, "big")


@functools.lru_cache
def slot_key(made_by: bytes, secret: bytes) -> bytes:
    """Return the key of a slot; *made_by* are its bytes 15 to 56. Takes a second or so."""
    derivation, memory_kib, passes, lanes, salt = struct.unpack("<BIIB32s", made_by)
    if derivation == 2:
        return expand(hmac.digest(salt, secret, "sha256"), b"privatus/v1/recovery")
    if not (1 <= lanes <= 16 and 8 * lanes <= memory_kib <= 4 << 20 and 1 <= passes <= 20):
        fail("a vault header asks for more than any vault may; somebody changed it")
    return hash_secret_raw(secret, salt, passes, memory_kib, lanes, 32, Type.ID)


class Header:
    """A vault.pvh: key slots, and the database's key; not known to be genuine before `check`."""

    def __init__(self, raw: bytes, where: str) -> None:
        self.raw, self.where = raw, where
        if len(raw) < 184 or hashlib.sha256(raw[:-32]).digest() != raw[-32:]:
            fail(f"the vault header in {where} is damaged")
        self.vault_id, self.sequence, n_slots = struct.unpack_from("<16sQH", raw, 16)
        if raw[:10] != b"PRIVATUS\x01\x00" or len(raw) != 184 + 149 * n_slots:
            fail(f"the vault header in {where} is of a newer Privatus")
        self.slots = split(raw[44:-140], 149)

    def open(self, slot_type: int, secret: bytes) -> bytes | None:
        """Return the vault key, or nothing if *secret* opens no slot of this type."""
        for slot in self.slots:
            if slot[2] != slot_type:
                continue
            data = b"privatus/v1/slot" + self.vault_id + slot[:57]
            key = slot_key(slot[15:57], secret)
            commitment = expand(key, b"privatus/v1/slot-commitment" + data)
            if hmac.compare_digest(commitment, slot[57:89]):
                cipher = ChaCha20Poly1305(expand(key, b"privatus/v1/slot-wrap" + data))
                return decrypt(cipher, slot[89:101], slot[101:], data, self.where)
        return None

    def check(self, vault_key: bytes) -> bytes:
        """Check that the holder of *vault_key* wrote this, and return the database's salt."""
        mac = hmac.digest(expand(vault_key, b"privatus/v1/header"), self.raw[:-64], "sha256")
        if not hmac.compare_digest(mac, self.raw[-64:-32]):
            fail(f"the vault header in {self.where} was changed by somebody without its key")
        label, entry = b"privatus/v1/database", self.raw[-140:-64]
        cipher = ChaCha20Poly1305(expand(vault_key, label))
        return decrypt(cipher, entry[:12], entry[12:], label + self.vault_id, self.where)[32:]


class KeyObject:
    """An object of keys/: a vault header, and all former vault keys under the one it opens to."""

    def __init__(self, name: str, raw: bytes) -> None:
        end = 8 + int.from_bytes(raw[6:8], "little")
        self.epoch = int.from_bytes(raw[end : end + 2], "little")
        self.name, self.clear, self.sealed = name, raw[: end + 2], raw[end + 2 :]
        if raw[:6] != b"PVKY\x01\x00" or not self.epoch or len(self.sealed) != 32 * self.epoch - 4:
            fail(f"{name} is damaged, or of a newer Privatus")
        self.header = Header(raw[8:end], name)

    def vault_keys(self, vault_key: bytes, config: bytes) -> list[bytes]:
        """Return the vault keys of all epochs, from 1 on."""
        label, where = b"privatus/v1/repository-keys", f"{self.name} or config"
        cipher, data = ChaCha20Poly1305(expand(vault_key, label + config[8:24])), label + config
        former = decrypt(cipher, self.sealed[:12], self.sealed[12:], data + self.clear, where)
        return [*split(former, 32), vault_key]


# --------------------------------------------------------------------------- the repository


def get(root: Path, name: str, offset: int = 0, size: int | None = None) -> bytes:
    """Return an object, or *size* bytes of it; a negative *offset* counts from its end."""
    try:
        with (root / name).open("rb") as stream:
            stream.seek(offset, os.SEEK_END if offset < 0 else os.SEEK_SET)
            raw = stream.read(_MOST_BYTES + 1 if size is None else size)
    except FileNotFoundError:
        fail(f"{name} is not there; look whether the whole repository is in this folder")
    except OSError as error:
        fail(f"{name} cannot be read ({error.strerror}); check the disk, or copy it again")
    if len(raw) > _MOST_BYTES if size is None else len(raw) != size:
        fail(f"{name} is cut short, or larger than any object of a repository")
    return raw


def names(root: Path, folder: str, pattern: str) -> list[str]:
    found = sorted(path.relative_to(root).as_posix() for path in (root / folder).rglob("*"))
    return [name for name in found if re.fullmatch(f"{folder}/{pattern}", name)]


class Place(NamedTuple):
    """Where a chunk lies: the pack and its keys, and the number of the chunk and its offset."""

    pack: str
    id_key: bytes
    cipher: AESGCM
    number: int
    offset: int
    plain_bytes: int


class Repository:
    """A repository whose keys were opened."""

    def __init__(
        self, root: Path, config: bytes, keys: KeyObject, vault_key: bytes, opened_by: Opener
    ) -> None:
        self.root, self.keys, self.opened_by = root, keys, opened_by
        self.vault_keys = keys.vault_keys(vault_key, config)
        self.id, self.vault_id = config[8:24], config[24:40]
        self._places: dict[tuple[bytes, int], list[Place]] = {}
        # The index says the same, so that one which was lost is no loss.
        for name in names(root, "data", "[0-9a-f]{2}/[0-9a-f]{64}"):
            try:
                self._read_footer(name)
            except (RestoreError, *_UNREADABLE) as error:
                warn(f"the list of chunks in {name} cannot be read: {error}")

    def vault_key(self, epoch: int, name: str) -> bytes:
        if not 1 <= epoch <= len(self.vault_keys):
            fail(f"{name} is damaged, or was sealed with newer keys: try the newest password")
        return self.vault_keys[epoch - 1]

    def payload(self, name: str, kind: int) -> tuple[bytes, bytes, str]:
        """Return what a sealed object holds, its vault key, and the SHA-256 of the object."""
        raw = get(self.root, name)
        if raw[:6] != b"PVOB\x01" + bytes([kind]):
            fail(f"{name} is damaged, or of a newer Privatus")
        vault_key = self.vault_key(int.from_bytes(raw[6:8], "little"), name)
        key = expand(self._master(vault_key), b"privatus/v1/object" + name.encode())
        data = raw[:8] + self.id + name.encode()
        plain = decrypt(AESGCM(key), raw[8:20], raw[20:], data, name)
        return plain, vault_key, hashlib.sha256(raw).hexdigest()

    def chunk(self, chunk_id: bytes, kind: int) -> bytes:
        """Return a chunk from the first place where it is whole."""
        places = self._places.get((chunk_id, kind), [])
        data = chunk_id + bytes([kind])
        for pack, id_key, cipher, number, offset, size in places:
            try:
                sealed = get(self.root, pack, offset, size + 16)
                plain = decrypt(cipher, number.to_bytes(12, "little"), sealed, data, pack)
            except RestoreError:
                continue
            if hmac.digest(id_key, data[32:] + plain, "sha256") == chunk_id:
                return plain
        what = " and ".join(place.pack for place in places) or "a pack of data/"
        fail(f"{what} is damaged or missing: copy it again, or try another --backup")

    def _master(self, vault_key: bytes) -> bytes:
        return expand(vault_key, b"privatus/v1/repository" + self.id)

    def _read_footer(self, name: str) -> None:
        head, tail = get(self.root, name, 0, 8), get(self.root, name, -8, 8)
        size, pack = int.from_bytes(tail[:4], "little"), bytes.fromhex(name[-64:])
        if head[:6] != b"PVPK\x01\x00" or tail[4:] != b"PVPE" or size > _MOST_BYTES:
            fail("it is damaged, or of a newer Privatus")
        master = self._master(self.vault_key(int.from_bytes(head[6:], "little"), name))
        cipher = AESGCM(expand(master, b"privatus/v1/pack" + pack))
        sealed = get(self.root, name, -8 - size, size)
        footer = decrypt(cipher, b"\xff" * 12, sealed, head + self.id + pack, name)
        id_key, offset = expand(master, b"privatus/v1/chunk-id"), 8
        for number, record in enumerate(split(footer, 37)):
            chunk_id, kind, plain_bytes = struct.unpack("<32sBI", record)
            place = Place(name, id_key, cipher, number, offset, plain_bytes)
            self._places.setdefault((chunk_id, kind), []).append(place)
            offset += plain_bytes + 16


def open_repository(root: Path, slot_type: int, secret: bytes) -> Repository:
    """Open the newest key object that *secret* opens."""
    config = get(root, "config")
    if len(config) != 124 or hashlib.sha256(config[:92]).digest() != config[92:]:
        fail("config is damaged, so this is no repository that can be opened; copy it again")
    if config[:5] != b"PVBK\x01":
        fail("this repository is of a newer Privatus")
    found = []
    for name in names(root, "keys", "[0-9a-f]{32}"):
        try:
            found.append(KeyObject(name, get(root, name)))
        except RestoreError as error:
            warn(error)
    found.sort(key=lambda one: (one.epoch, one.header.sequence), reverse=True)
    for one in found:
        vault_key = one.header.open(slot_type, secret)
        if vault_key is not None and one.header.vault_id == config[24:40]:
            if one is not found[0]:
                warn(f"{one.name} opened, and not {found[0].name}, which is newer")
            one.header.check(vault_key)
            return Repository(root, config, one, vault_key, (slot_type, secret))
    fail("the password or recovery code is wrong" if found else "keys/ holds no keys to try")


# --------------------------------------------------------------------------- manifests


class Manifest(NamedTuple):
    """A manifest that opened, and whose signature is right."""

    said: dict[str, Any]
    sha256: str
    signer: str
    vault_key: bytes

    def order(self) -> tuple[int, int, str]:
        return self.said["sequence"], self.said["made_at_ms"], self.said["id"]

    def line(self) -> str:
        made = datetime.datetime.fromtimestamp(self.said["made_at_ms"] / 1000).astimezone()
        size, files = self.said["database"]["bytes"] / 1e6, self.said["files"]["count"]
        text = f"{self.said['id']}  {made:%Y-%m-%d %H:%M %z}  {size:,.1f} MB, {files:,} files"
        return f"{text}, signed by {self.signer[:16]}"


def read_manifest(repository: Repository, name: str) -> Manifest:
    payload, vault_key, sha256 = repository.payload(name, _MANIFEST)
    try:
        outer = json.loads(zlib.decompressobj().decompress(payload, _MOST_MANIFEST_BYTES))
        said, signer = outer["manifest"], outer["signer"]
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer))
        key.verify(bytes.fromhex(outer["signature"]), b"privatus/v1/manifest" + text.encode())
        belongs = (said["repository"], said["vault"], said["format"])
        is_in_place = name == f"snapshots/{said['sequence']:010d}-{said['id']}"
        if not is_in_place or belongs != (repository.id.hex(), repository.vault_id.hex(), 1):
            fail(f"{name} says that it is another backup")
        manifest = Manifest(said, sha256, signer, vault_key)
        manifest.line(), [(parent["id"], parent["sha256"]) for parent in said["parents"]]
    except (InvalidSignature, OverflowError, OSError, *_UNREADABLE):
        fail(f"{name} is not signed as it should be, or of a newer Privatus")
    return manifest


def read_history(repository: Repository) -> list[Manifest]:
    """Return the manifests, oldest first, and tell of those that were taken away."""
    manifests, hashes, parents = [], {}, []
    for name in names(repository.root, "tombstones", "[0-9a-f]{32}"):
        try:
            said = json.loads(repository.payload(name, _TOMBSTONE)[0])
            hashes[name[-32:]] = said["sha256"]
            parents += [(parent["id"], parent["sha256"]) for parent in said["parents"]]
        except (RestoreError, *_UNREADABLE) as error:
            warn(error)
    for name in names(repository.root, "snapshots", "[0-9]{10}-[0-9a-f]{32}"):
        try:
            manifests.append(read_manifest(repository, name))
        except RestoreError as error:
            warn(error)
    dropped = set(hashes)
    for one in manifests:
        hashes[one.said["id"]] = one.sha256
        parents += [(parent["id"], parent["sha256"]) for parent in one.said["parents"]]
        if one.said["id"] in dropped:
            warn(f"backup {one.said['id']} was dropped, and is there all the same")
    for parent, sha256 in sorted(set(parents)):
        if parent not in hashes:
            warn(f"backup {parent} was taken away by somebody without the keys")
        elif hashes[parent] != sha256:
            warn(f"backup {parent} is not the one that the backup after it was made on")
    # The last one is the newest: of two computers at once, the later one.
    return sorted(manifests, key=lambda one: (one.said["id"] not in dropped, *one.order()))


# --------------------------------------------------------------------------- restoring


def ids(nodes: list[str]) -> list[bytes]:
    return [base64.b64decode(node, validate=True) for node in nodes]


def write_file(path: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Write a new file to the disk; return its size and its SHA-256."""
    size, digest = 0, hashlib.sha256()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
        for piece in pieces:
            size += stream.write(piece)
            digest.update(piece)
        stream.flush()
        os.fsync(stream.fileno())
    return size, digest.hexdigest()


def catalogue(repository: Repository, said: Any) -> Iterator[tuple[str, int, list[bytes]]]:
    """Yield name, size and chunk ids of each file."""
    for node in ids(said["files"]["nodes"]):
        raw, offset = repository.chunk(node, _CATALOGUE), 0
        while offset < len(raw):
            end = offset + 2 + int.from_bytes(raw[offset : offset + 2], "little")
            name, (size, n) = raw[offset + 2 : end].decode(), struct.unpack_from("<QI", raw, end)
            if not _FILE_NAME.fullmatch(name):
                fail(f"the backup holds a file of a name that no vault has: {name!a}")
            offset = end + 12 + 32 * n
            yield name, size, split(raw[end + 12 : offset], 32)


def header_for(repository: Repository, vault_key: bytes, former: Header) -> bytes:
    """Return the header of a backup, which what has opened the repository opens, too."""
    slots, (slot_type, secret) = repository.keys.header.slots, repository.opened_by
    if vault_key != repository.vault_keys[-1]:
        # The vault had other keys then: they are sealed anew, for the secret that was typed.
        slot = next(slot for slot in slots if slot[2] == slot_type)
        key = slot_key(slot[15:57], secret)
        data, nonce = b"privatus/v1/slot" + former.vault_id + slot[:57], os.urandom(12)
        cipher = ChaCha20Poly1305(expand(key, b"privatus/v1/slot-wrap" + data))
        slots = [slot[:89] + nonce + cipher.encrypt(nonce, vault_key, data)]
        slots = sorted(
            [*slots, *(one for one in former.slots if one[2] != slot_type)], key=lambda one: one[2]
        )
    size = struct.pack("<I", 184 + 149 * len(slots))
    body = former.raw[:12] + size + former.raw[16:40] + struct.pack("<HH", len(slots), 0)
    body += b"".join(slots) + former.raw[-140:-64]
    body += hmac.digest(expand(vault_key, b"privatus/v1/header"), body, "sha256")
    return body + hashlib.sha256(body).digest()


def write_vault(repository: Repository, manifest: Manifest, folder: Path) -> None:
    said, database = manifest.said, manifest.said["database"]
    former = Header(base64.b64decode(said["header"], validate=True), "the manifest")
    salt = former.check(manifest.vault_key)
    lists = (repository.chunk(node, _PAGE_LIST) for node in ids(database["nodes"]))
    pages = (repository.chunk(one, _PAGE) for listed in lists for one in split(listed, 32))
    if write_file(folder / "vault.db", pages) != (database["bytes"], database["sha256"]):
        fail("what was restored of the database is not what was backed up; try another --backup")
    if get(folder, "vault.db", 0, 16) != salt:
        fail("the database of this backup and its header do not belong together")
    count = total = 0
    for name, size, chunks in catalogue(repository, said):
        pieces = (repository.chunk(one, _PIECE) for one in chunks)
        if write_file(folder / name, pieces)[0] != size:
            fail(f"{name} has not the size that it had when it was backed up")
        count, total = count + 1, total + size
    if (count, total) != (said["files"]["count"], said["files"]["bytes"]):
        fail("the backup lacks files that it should hold; try another --backup")
    header = header_for(repository, manifest.vault_key, former)
    for name in ("vault.pvh.a", "vault.pvh.b"):
        write_file(folder / name, [header])


def restore(repository: Repository, manifest: Manifest, folder: Path) -> None:
    """Write the vault of *manifest* to *folder*, which appears when all of it is there."""
    if folder.exists():
        fail(f"{folder} is there already; name a folder that is not")
    unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.absolute().parent))
    try:
        write_vault(repository, manifest, unfinished)
        unfinished.rename(folder)
    except (InvalidTag, *_UNREADABLE):
        fail("the manifest of this backup cannot be read; try another --backup")
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def secret(options: argparse.Namespace) -> Opener:
    """Return the type of slot to open, and what to open it with."""
    what = "Recovery code" if options.recovery_code else "Password"
    if options.secret_file:
        first = options.secret_file.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")[0]
        typed = first.removesuffix(b"\r")
    else:
        typed = getpass.getpass(f"{what}: ").encode("utf-8", "surrogateescape")
    if options.recovery_code:
        return _RECOVERY, code_bytes(typed.decode("utf-8", "replace"))
    return _PASSWORD, password_bytes(typed)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Restore a backup of Privatus without Privatus.")
    parser.add_argument("repository", type=Path, help="the folder with config, keys/, data/ ...")
    parser.add_argument("--to", type=Path, help="the new folder; without it, backups are listed")
    parser.add_argument("--backup", default="", help="the beginning of its id; else the newest")
    parser.add_argument("--recovery-code", action="store_true", help="ask for it, not the password")
    parser.add_argument("--secret-file", type=Path, help="password or code is its first line")
    options = parser.parse_args(arguments)
    try:
        repository = open_repository(options.repository, *secret(options))
        manifests = read_history(repository)
        for one in [] if options.to else manifests:
            print(one.line())
        chosen = [one for one in manifests if one.said["id"].startswith(options.backup)]
        if not chosen:
            fail("there is no such backup; without --to, those that there are are listed")
        if options.to:
            restore(repository, chosen[-1], options.to)
            print(f"{options.to} is the vault of {chosen[-1].line()}")
    except (RestoreError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
