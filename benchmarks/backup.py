"""Backups: against copying and hashing the same files, and against restic.

The vault is filled up to a gigabyte with files beside the database, as attachments are.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import ours
from benchmarks.harness import alternate, call, command
from benchmarks.lab import SEED, Lab
from benchmarks.report import Row, Section
from privatus import Vault

_VAULT_BYTES = 1_000_000_000
_FILE_BYTES = 1_000_000
_EDITS = 50
_BLOCK_BYTES = 1 << 20
_MOST_MB, _MOST_S, _MOST_SECOND_BYTES = 300, 3.0, 5_000_000
_FULL_SHARE, _RESTORE_SHARE = 0.6, 0.5
_FULL, _SECOND, _RESTORE = "the first backup", "the next one after 50 edits", "a restore"


def run(lab: Lab) -> Section:
    folder = lab.folder / "backup"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    library = lab.vault()
    has_restic = shutil.which("restic") is not None
    ways: dict[str, Callable[[], Any]] = {"round": lambda: _round(library, folder, has_restic)}
    rounds = alternate(lab.repeat, **ways)["round"]
    shutil.rmtree(folder)
    size = rounds[0]["bytes"]
    return Section(
        title=f"Backups of a vault of {size / 1e6:,.0f} MB",
        rows=[*_against_copy(rounds), *(_against_restic(rounds) if has_restic else ())],
        notes=_notes(has_restic),
        numbers={"rounds": rounds},
    )


def _against_copy(rounds: list[dict[str, Any]]) -> list[Row]:
    full_s, copy_s = _of(rounds, "full_s"), _of(rounds, "hash_s")
    second_s, second_bytes = _of(rounds, "second_s"), _of(rounds, "second_bytes")
    restore_s, plain_s, rss_mb = (_of(rounds, n) for n in ("restore_s", "copy_s", "rss_mb"))
    return [
        Row(
            figure=f"{_FULL}; floor: copying and hashing the files",
            ours=f"{full_s:.2f} s",
            floor=f"{copy_s:.2f} s",
            ratio=full_s / copy_s,
            wanted=f"at most {1 / _FULL_SHARE:.2f}",
            is_met=full_s <= copy_s / _FULL_SHARE,
        ),
        Row(
            figure=_SECOND,
            ours=f"{second_s:.2f} s",
            wanted=f"under {_MOST_S:.0f} s",
            is_met=second_s < _MOST_S,
        ),
        Row(
            figure="what that one writes",
            ours=f"{second_bytes / 1e6:.2f} MB",
            wanted=f"under {_MOST_SECOND_BYTES / 1e6:.0f} MB",
            is_met=second_bytes < _MOST_SECOND_BYTES,
        ),
        Row(
            figure=f"{_RESTORE}; floor: copying the files",
            ours=f"{restore_s:.2f} s",
            floor=f"{plain_s:.2f} s",
            ratio=restore_s / plain_s,
            wanted=f"at most {1 / _RESTORE_SHARE:.2f}",
            is_met=restore_s <= plain_s / _RESTORE_SHARE,
        ),
        Row(
            figure="peak memory of any of them",
            ours=f"{rss_mb:.0f} MB",
            wanted=f"under {_MOST_MB} MB",
            is_met=rss_mb < _MOST_MB,
        ),
    ]


def _against_restic(rounds: list[dict[str, Any]]) -> Iterator[Row]:
    for figure, name in ((_FULL, "full"), (_SECOND, "second"), (_RESTORE, "restore")):
        mine, theirs = _of(rounds, f"{name}_wall_s"), _of(rounds, f"restic_{name}_s")
        yield Row(
            figure=f"{figure}, as a whole program; beside restic",
            ours=f"{mine:.2f} s",
            floor=f"{theirs:.2f} s",
            ratio=mine / theirs,
            wanted="at most 1.00",
            is_met=mine <= theirs,
        )
    mine, theirs = _of(rounds, "second_bytes"), _of(rounds, "restic_second_bytes")
    yield Row(
        figure="bytes that the second one writes; beside restic",
        ours=f"{mine / 1e6:.2f} MB",
        floor=f"{theirs / 1e6:.2f} MB",
        ratio=mine / theirs,
        wanted="at most 1.00",
        is_met=mine <= theirs,
    )


def _notes(has_restic: bool) -> list[str]:
    notes = [
        "Each round starts with a new copy of the vault. What is copied for the floor is synced to"
        " the disk, as a backup and a restore are. Ours reads, hashes, seals and counts every"
        " table; the times are from an open vault to a published backup.",
        "As a whole program: with the start of Python and the opening of the vault, whose key is"
        " derived with the parameters of tests.",
    ]
    if has_restic:
        notes.append("restic is the one of Debian, on the same files, in a repository of its own.")
    else:
        notes.append("restic is not installed here, so nothing is held beside it.")
    return notes


def _of(rounds: list[dict[str, Any]], name: str) -> float:
    return float(median(each[name] for each in rounds))


def _round(library: Path, folder: Path, has_restic: bool) -> dict[str, Any]:
    """Do everything once, from a vault that was just copied."""
    vault, repository, restored = folder / "vault", folder / "ours", folder / "restored"
    for each in (vault, repository, restored):
        shutil.rmtree(each, ignore_errors=True)
    shutil.copytree(library, vault)
    _fill(vault)
    restic = _Restic(folder) if has_restic else None
    found: dict[str, Any] = {"bytes": sum(path.stat().st_size for path in _files(vault))}
    found["hash_s"] = call(copy_and_hash, source=vault, target=folder / "copy").result
    found["copy_s"] = call(copy, source=vault, target=folder / "copy").result
    full = call(back_up, vault=vault, repository=repository)
    found |= {"full_s": full.result["wall_s"], "full_wall_s": full.wall_s}
    if restic:
        found["restic_full_s"] = restic.back_up(vault)
    call(edit, vault=vault)
    second = call(back_up, vault=vault, repository=repository)
    found |= {"second_s": second.result["wall_s"], "second_wall_s": second.wall_s}
    found["second_bytes"] = second.result["written"]
    if restic:
        before = _size(restic.repository)
        found["restic_second_s"] = restic.back_up(vault)
        found["restic_second_bytes"] = _size(restic.repository) - before
        found["restic_restore_s"] = restic.restore(folder / "restic-restored")
    restore = call(bring_back, repository=repository, target=restored)
    found |= {"restore_s": restore.result, "restore_wall_s": restore.wall_s}
    found["rss_mb"] = max(full.rss_mb, second.rss_mb, restore.rss_mb)
    return found


class _Restic:
    """Debian's restic with a repository of its own."""

    def __init__(self, folder: Path) -> None:
        self.repository = folder / "restic"
        shutil.rmtree(self.repository, ignore_errors=True)
        self._environment = {
            "RESTIC_PASSWORD": ours.PASSWORD,
            "RESTIC_CACHE_DIR": str(folder / "restic-cache"),
        }
        self._run("init")

    def back_up(self, vault: Path) -> float:
        return self._run("backup", *map(str, (vault / "vault.db", vault / "blobs")))

    def restore(self, target: Path) -> float:
        shutil.rmtree(target, ignore_errors=True)
        took_s = self._run("restore", "latest", "--target", str(target))
        shutil.rmtree(target)
        return took_s

    def _run(self, *words: str) -> float:
        done = command(
            ["restic", "--quiet", "--repo", self.repository, *words], environment=self._environment
        )
        if done.exit_code:
            raise RuntimeError(f"restic failed:\n{done.output}")
        return done.wall_s


def back_up(vault: str, repository: str) -> dict[str, float]:
    """Make a backup of an open vault; return how long it took, and what it wrote."""
    with ours.open_vault(vault) as opened:
        before = _size(Path(repository))
        destination = opened.backups.find(repository) or opened.backups.add("", repository)
        wall_s = time.perf_counter()
        opened.backups.run(destination.id)
        wall_s = time.perf_counter() - wall_s
        return {"wall_s": wall_s, "written": _size(Path(repository)) - before}


def edit(vault: str) -> None:
    """Edit a message in each of some chats, as a person does."""
    with ours.open_vault(vault) as opened:
        chats = list(opened.conversations.list())
        for number, chat in enumerate(random.Random(SEED).sample(chats, _EDITS)):
            message = next(m for m in opened.conversations.get(chat.id).messages if m.text)
            opened.editing.edit(chat.id, message.number, f"{message.text}\n\nedited {number}")


def bring_back(repository: str, target: str) -> float:
    """Restore the newest backup; return how long that took."""
    shutil.rmtree(target, ignore_errors=True)
    wall_s = time.perf_counter()
    Vault.restore(repository, Path(target), ours.PASSWORD)
    wall_s = time.perf_counter() - wall_s
    shutil.rmtree(target)
    return wall_s


def copy_and_hash(source: str, target: str) -> float:
    """Copy the files of a vault, hash them, and sync the copies; return how long that took."""
    return _copied(Path(source), Path(target), hashlib.sha256())


def copy(source: str, target: str) -> float:
    """Copy the files of a vault and sync the copies; return how long that took."""
    return _copied(Path(source), Path(target), None)


def _copied(source: Path, target: Path, digest: Any) -> float:
    shutil.rmtree(target, ignore_errors=True)
    wall_s = time.perf_counter()
    for path in _files(source):
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb", buffering=0) as reader, copied.open("wb", buffering=0) as writer:
            while block := reader.read(_BLOCK_BYTES):
                writer.write(block)
                if digest is not None:
                    digest.update(block)
            os.fsync(writer.fileno())
    wall_s = time.perf_counter() - wall_s
    shutil.rmtree(target)
    return wall_s


def _fill(vault: Path) -> None:
    """Add files of random bytes until the vault has its size."""
    missing = _VAULT_BYTES - sum(path.stat().st_size for path in _files(vault))
    for _ in range(max(0, missing) // _FILE_BYTES):
        name = os.urandom(32).hex()
        path = vault / "blobs" / name[:2] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(_FILE_BYTES))


def _files(vault: Path) -> list[Path]:
    """Return what a backup holds of a vault."""
    blobs = (path for path in (vault / "blobs").rglob("*") if path.is_file())
    return [vault / "vault.db", *sorted(blobs)]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
