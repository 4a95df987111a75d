"""A small backup repository for tests: made of bytes in memory, without a vault around it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from privatus.backup.creating import Source
from privatus.backup.destinations.port import Destination
from privatus.backup.repository import Repository, VaultSide
from privatus.core.backup import TableContents
from privatus.core.secret import SecretBytes
from privatus.vault import unlock
from privatus.vault.kdf import KdfParameters

PASSWORD = "a password of tests"
PAGE_BYTES = 8192


_IDENTITY = Ed25519PrivateKey.from_private_bytes(b"i" * 32)
SIGNER = _IDENTITY.public_key().public_bytes_raw()


def sign(message: bytes) -> tuple[bytes, bytes]:
    """Sign as the person of every vault of tests."""
    return SIGNER, _IDENTITY.sign(message)


@dataclass
class FakeVault:
    """Stands in for a vault: a header that opens, and a database of random pages."""

    folder: Path
    database: bytearray = field(default_factory=lambda: bytearray(os.urandom(40 * PAGE_BYTES)))

    former_keys: list[SecretBytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        with SecretBytes.from_text(PASSWORD) as password:
            parameters = KdfParameters.for_tests()
            self.opened, self.recovery_code = unlock.create(self.folder, password, parameters)

    @classmethod
    def reopened(cls, folder: Path, database: bytes) -> FakeVault:
        """Return the vault that was made in *folder*, in another process for instance."""
        vault = cls.__new__(cls)
        vault.former_keys = []
        vault.folder, vault.database, vault.recovery_code = folder, bytearray(database), ""
        with SecretBytes.from_text(PASSWORD) as password:
            vault.opened = unlock.unlock(folder, password)
        return vault

    @property
    def side(self) -> VaultSide:
        return VaultSide(
            vault_id=self.opened.vault_id,
            header=(self.folder / "vault.pvh.a").read_bytes(),
            vault_keys=[*self.former_keys, self.opened.vault_key],
        )

    @property
    def source(self) -> Source:
        return Source(
            vault_id=self.opened.vault_id,
            header=lambda: self.side.header,
            freeze=self._freeze,
            files=self._files,
            is_deleted=lambda _name: False,
            app="test",
            sqlcipher="4.19",
            host="test",
        )

    def repository(self, destination: Destination) -> Repository:
        """Open the repository of this vault there, or make it."""
        return Repository.make_or_open(destination, self.side)

    def rotate(self) -> None:
        """Give the vault new keys."""
        with SecretBytes.from_text(PASSWORD) as password:
            keys = unlock.new_keys(self.folder, self.opened, password)
        unlock.put_in_force(self.folder, keys)
        self.former_keys.append(self.opened.vault_key)
        self.opened, self.recovery_code = keys.opened, keys.recovery_code

    def edit(self, page: int) -> None:
        """Write one page of the database anew."""
        start = page * PAGE_BYTES
        self.database[start : start + PAGE_BYTES] = os.urandom(PAGE_BYTES)

    def add_file(self, content: bytes) -> str:
        """Put a file beside the database; return its name."""
        name = os.urandom(32).hex()
        path = self.folder / "blobs" / name[:2] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return f"blobs/{name[:2]}/{name}"

    @contextlib.contextmanager
    def _freeze(self) -> Iterator[FrozenBytes]:
        yield FrozenBytes(bytes(self.database))

    def _files(self) -> dict[str, Path]:
        paths = (path for path in self.folder.glob("blobs/*/*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path for path in paths}


@dataclass
class FrozenBytes:
    """A database file in memory."""

    content: bytes
    page_bytes: int = PAGE_BYTES

    @property
    def size_bytes(self) -> int:
        return len(self.content)

    def read(self, offset: int, length: int) -> bytes:
        return self.content[offset : offset + length]

    def contents(self) -> list[TableContents]:
        return [TableContents(name="messages", rows=3, data_bytes=300, checksum=b"c" * 32)]

    def audit_head(self) -> tuple[int, bytes]:
        return 7, b"r" * 32

    def schema(self) -> int:
        return 9
