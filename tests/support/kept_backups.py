"""A repository of a made-up vault with some backups, and ways to look at it and to harm it."""

from __future__ import annotations

import os
import random
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from privatus.backup.creating import create
from privatus.backup.destinations.local import LocalDestination
from privatus.backup.reading import ChunkReader
from privatus.backup.repository import Repository, Snapshot
from privatus.backup.restoring import restore_all
from privatus.backup.verifying import KnownBackup, verify
from privatus.core.backup import BackupKind, VerifyDepth, VerifyReport
from privatus.core.jobs import Job
from support.repositories import PAGE_BYTES, SIGNER, FakeVault, sign

Files = dict[str, bytes]


@dataclass
class KeptBackups:
    """A vault, the repository of its backups in a folder, and what each of them holds."""

    scratch: Path
    pages: int = 24
    held: dict[str, Files] = field(default_factory=dict)  # by id of the backup

    def __post_init__(self) -> None:
        database = bytearray(os.urandom(self.pages * PAGE_BYTES))
        self.vault = FakeVault(self.scratch / "vault", database)
        self.folder = self.scratch / "repository"
        self.place = LocalDestination.make(self.folder)
        self.repository = self.vault.repository(self.place)

    def save(self) -> None:
        """Keep the database beside the vault, for `reopened`."""
        (self.scratch / "database").write_bytes(self.vault.database)

    @classmethod
    def reopened(cls, scratch: Path) -> KeptBackups:
        """Return what was made and saved in *scratch*, or a copy of that."""
        kept = cls.__new__(cls)
        database = (scratch / "database").read_bytes()
        kept.scratch, kept.held, kept.pages = scratch, {}, len(database) // PAGE_BYTES
        kept.vault = FakeVault.reopened(scratch / "vault", database)
        kept.folder = scratch / "repository"
        kept.place = LocalDestination(kept.folder)
        kept.repository = kept.vault.repository(kept.place)
        return kept

    def age_locks(self) -> None:
        """Let half an hour pass for those whose program was killed."""
        then = time.time() - 31 * 60
        for name in self.names("locks"):
            os.utime(self.folder / name, (then, then))

    def back_up(self, kind: BackupKind = BackupKind.INCREMENTAL) -> Snapshot:
        snapshot = create(self.repository, self.vault.source, kind, sign, Job())
        self.held[snapshot.manifest.id] = self.files()
        return snapshot

    def grow(self, chance: random.Random) -> Snapshot:
        """Change a page, add a file, and back up."""
        self.vault.edit(chance.randrange(self.pages))
        self.vault.add_file(chance.randbytes(chance.randrange(2000)))
        return self.back_up()

    def files(self) -> Files:
        """Return what a backup of the vault holds now."""
        found = files_in(self.vault.folder / "blobs")
        return {f"blobs/{name}": raw for name, raw in found.items()} | {
            "vault.db": bytes(self.vault.database)
        }

    def verify(
        self,
        depth: VerifyDepth = VerifyDepth.DATA,
        *,
        known: tuple[KnownBackup, ...] = (),
        part: tuple[int, int] | None = None,
        signer: bytes | None = SIGNER,
    ) -> VerifyReport:
        return verify(
            self.repository,
            depth,
            side=self.vault.side,
            known=known,
            part=part,
            signer=signer,
            job=Job(),
        )

    def wrong(self, depth: VerifyDepth = VerifyDepth.DATA, *known: KnownBackup) -> list[str]:
        """Return the names of objects with which something is wrong."""
        return sorted(one.name for one in self.verify(depth, known=known).problems)

    def known(self) -> tuple[KnownBackup, ...]:
        """Return what a vault remembers of the backups that are there now."""
        snapshots, _ = self.repository.snapshots()
        return tuple(
            KnownBackup(
                id=one.manifest.id,
                sequence=one.manifest.sequence,
                sha256=one.sha256,
                was_dropped=False,
            )
            for one in snapshots
        )

    def restored(self, backup_id: str) -> Files:
        return restored(self.repository, backup_id, self.scratch / "restored")

    def flip(self, name: str, bit: int) -> None:
        """Change one bit of an object; the same once more changes it back."""
        path = self.folder / name
        raw = bytearray(path.read_bytes())
        raw[bit // 8] ^= 1 << bit % 8
        path.write_bytes(raw)

    def move(self, name: str, to: str) -> None:
        path = self.folder / to
        path.parent.mkdir(exist_ok=True)
        (self.folder / name).rename(path)

    def names(self, folder: str = "") -> list[str]:
        return [entry.name for entry in self.place.list(folder)]


def restored(repository: Repository, backup_id: str, folder: Path) -> Files:
    """Return the files of a backup, restored; *folder* is removed again."""
    reader = ChunkReader(repository, repository.load_index())
    restore_all(reader, repository.snapshot(backup_id).manifest, folder, Job())
    found = files_in(folder)
    shutil.rmtree(folder)
    return found


def files_in(folder: Path) -> Files:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
