"""The stand-alone reader of backups, loaded from where a person finds it, and what it restores."""

from __future__ import annotations

import base64
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support import backup_vectors
from support.backup_writer import Writer
from support.headers import HeaderVault, make_vault

READER = Path(__file__).resolve().parents[2] / "docs" / "restore.py"
# What of a vault is in a backup of it; the index is made again, the lock is empty.
_SAVED = ("vault.db", "blobs", "archives")


def reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("restore_by_hand", READER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def contents(vault: Path) -> dict[str, bytes]:
    """Return the files of *vault* that a backup holds."""
    return {
        path.relative_to(vault).as_posix(): path.read_bytes()
        for name in _SAVED
        for path in [vault / name, *(vault / name).rglob("*")]
        if path.is_file()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What the reader did, and what it said."""

    code: int
    said: str
    complaints: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A folder with a repository, and the reader."""

    folder: Path
    module: ModuleType
    capsys: pytest.CaptureFixture[str]

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    def lay_out_frozen(self) -> list[Path]:
        """Write the repository of the vectors; return its objects."""
        for name, raw in backup_vectors.frozen()["repository"].items():
            (self.repository / name).parent.mkdir(parents=True, exist_ok=True)
            (self.repository / name).write_bytes(base64.b64decode(raw))
        return sorted(path for path in self.repository.rglob("*") if path.is_file())

    def run(
        self, secret: str = "old password", *arguments: str, to: Path | None = None
    ) -> Restored:
        file = self.folder / "secret"
        file.write_text(f"{secret}\n", encoding="utf-8")
        target = () if to is None else ("--to", str(to))
        self.capsys.readouterr()
        code = self.module.main(
            [str(self.repository), "--secret-file", str(file), *target, *arguments]
        )
        said, complaints = self.capsys.readouterr()
        return Restored(code=code, said=said, complaints=complaints.splitlines())


def made_up_vault(folder: Path) -> HeaderVault:
    """Make a folder that looks like a vault from outside; nothing in it is a chat."""
    vault = make_vault(folder)
    (folder / "blobs" / "0a").mkdir(parents=True)
    (folder / "archives").mkdir()
    (folder / "vault.db").write_bytes(vault.opened.database_salt + os.urandom(5 * 16_384 + 8176))
    (folder / "blobs" / "0a" / "0abc").write_bytes(os.urandom(1_048_576 + 5))
    (folder / "blobs" / "0a" / "0bcd").write_bytes(b"")
    (folder / "archives" / "a-b.pva").write_bytes(os.urandom(999))
    return vault


def writer_of(vault: HeaderVault, root: Path) -> Writer:
    return Writer(
        root=root,
        repository_id=os.urandom(16),
        vault_id=vault.opened.vault_id,
        vault_keys=[bytes(vault.opened.vault_key.reveal())],
        header=vault.raw,
        signer=Ed25519PrivateKey.generate(),
        pack_bytes=60_000,
    )
