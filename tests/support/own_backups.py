"""Backup repositories by our own code, below the services: made of a folder, opened by a secret."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from privatus.backup.creating import Source, create
from privatus.backup.destinations.local import LocalDestination
from privatus.backup.reading import ChunkReader
from privatus.backup.recovering import whole_index
from privatus.backup.repository import Repository, SecretSide, Snapshot, VaultSide
from privatus.backup.restoring import restore_all
from privatus.core.backup import BackupKind, TableContents
from privatus.core.jobs import Job
from privatus.core.secret import SecretBytes
from privatus.vault import recovery_code
from privatus.vault.slots import SlotType
from support.headers import HeaderVault


@dataclass
class StillFile:
    """A database file that nobody writes, and of which nothing is known but its bytes."""

    path: Path
    page_bytes: int = 8192
    raw: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.raw = self.path.read_bytes()

    @property
    def size_bytes(self) -> int:
        return len(self.raw)

    def read(self, offset: int, length: int) -> bytes:
        return self.raw[offset : offset + length]

    def contents(self) -> list[TableContents]:
        checksum = hashlib.sha256(b"rows").digest()
        return [TableContents(name="messages", rows=3, data_bytes=99, checksum=checksum)]

    def audit_head(self) -> tuple[int, bytes]:
        return 7, bytes(32)

    def schema(self) -> int:
        return 1


@dataclass
class OwnBackups:
    """Backs a folder up with our own code."""

    vault: HeaderVault
    root: Path
    former_keys: list[SecretBytes] = field(default_factory=list)
    signer: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def back_up(self, kind: BackupKind = BackupKind.INCREMENTAL) -> Snapshot:
        opened = self.vault.opened
        side = VaultSide(
            vault_id=opened.vault_id,
            header=self.vault.raw,
            vault_keys=[*self.former_keys, opened.vault_key],
        )
        repository = Repository.make_or_open(LocalDestination.make(self.root), side)
        try:
            return create(repository, self._source(), kind, self._sign, Job())
        finally:
            repository.close()

    def _sign(self, message: bytes) -> tuple[bytes, bytes]:
        return self.signer.public_key().public_bytes_raw(), self.signer.sign(message)

    def _source(self) -> Source:
        return Source(
            vault_id=self.vault.opened.vault_id,
            header=lambda: self.vault.raw,
            freeze=self._frozen,
            files=self._files,
            is_deleted=lambda _: False,
            app="0.1.0",
            sqlcipher="4.6.1 community",
            host='hö"st',
        )

    @contextlib.contextmanager
    def _frozen(self) -> Iterator[StillFile]:
        yield StillFile(self.vault.folder / "vault.db")

    def _files(self) -> Mapping[str, Path]:
        folder = self.vault.folder
        return {
            path.relative_to(folder).as_posix(): path
            for name in ("blobs", "archives")
            for path in (folder / name).rglob("*")
            if path.is_file()
        }


@contextlib.contextmanager
def opened_by(
    root: Path, *, password: str | None = None, code: str | None = None
) -> Iterator[tuple[Repository, SecretSide]]:
    """Open the repository in *root* with nothing but a secret."""
    if code is not None:
        secret, slot_type = recovery_code.decode(code), SlotType.RECOVERY
    else:
        secret, slot_type = SecretBytes.from_text(password or ""), SlotType.PASSWORD
    repository, side = Repository.open(LocalDestination(root), secret, slot_type)
    try:
        yield repository, side
    finally:
        repository.close()
        side.wipe()


def restore_newest(repository: Repository, folder: Path) -> Snapshot:
    """Write what the newest backup holds to *folder*; nothing may be wrong with any."""
    snapshots, problems = repository.snapshots()
    assert problems == []
    reader = ChunkReader(repository, whole_index(repository))
    restore_all(reader, snapshots[-1].manifest, folder, Job())
    return snapshots[-1]
