"""A bit flipped, a file cut, exchanged or gone: opening the vault or checking it tells."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import PrivatusError, TamperedError
from support.filled import filled_vault
from support.vaults import PASSWORD, ScratchVault


def test_where_there_is_no_damage_none_is_noticed(vault: ScratchVault) -> None:
    vault.vault.lock()

    assert not _is_noticed(vault.folder)


def test_files_that_were_exchanged_are_named(vault: ScratchVault) -> None:
    first, second = vault.blob_paths
    vault.vault.lock()
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)

    [problem] = vault.problems()

    assert problem.startswith("files: file ")
    assert f"file {first.name[:16]} of message row 1" in problem
    assert f"file {second.name[:16]} of message row 1" in problem


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes()[:39]),
        lambda path: path.write_bytes(path.read_bytes()[: 40 + 65_536 + 16]),
        lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    ],
    ids=["gone", "empty", "cut", "cut in its head", "cut at a chunk", "longer"],
)
def test_a_file_that_is_not_whole_is_named(
    vault: ScratchVault, damage: Callable[[Path], object]
) -> None:
    largest = max(vault.blob_paths, key=lambda path: path.stat().st_size)
    vault.vault.lock()
    damage(largest)

    [problem] = vault.problems()

    assert problem.startswith(f"files: file {largest.name[:16]} of message row 1")


def test_a_damaged_file_is_not_given_out(vault: ScratchVault) -> None:
    by_title = {c.title: c.id for c in vault.vault.conversations.list()}
    shown = vault.vault.conversations.get(by_title["Two files"]).messages[0].attachments
    for path in vault.blob_paths:
        raw = bytearray(path.read_bytes())
        raw[-1] ^= 1
        path.write_bytes(raw)

    for attachment in shown[:2]:
        assert attachment.open is not None
        with pytest.raises(TamperedError), attachment.open() as stream:
            stream.read()


def _flip(path: Path, offset: int, bit: int = 0) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes((byte ^ 1 << bit,)))


def _is_noticed(folder: Path) -> bool:
    """Say whether opening, checking or the log of the vault tells of the damage."""
    try:
        with Vault.open(folder, PASSWORD) as opened:
            noted = {entry.action for entry in opened.audit.list()[3:]}
            return not opened.integrity.check().ok or bool(noted)
    except PrivatusError:
        return True


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("vault.pvh.a", 6),
        ("vault.pvh.b", 6),
        ("vault.db", 40),
        ("search/1.db", 16),
        ("blobs", 12),
    ],
)
def test_a_flipped_bit_anywhere_in_a_locked_vault_is_noticed(
    original: ScratchVault, tmp_path: Path, name: str, count: int
) -> None:
    chance = random.Random(name)
    base = original.folder / name
    path = chance.choice(original.blob_paths) if base.is_dir() else base
    size = path.stat().st_size
    # The first bytes, which SQLCipher does not look at, and then some everywhere.
    offsets = [0, 15, 16, size - 1] + [chance.randrange(size) for _ in range(count - 4)]
    copy = original.copy_to(tmp_path / "vault")
    copy.vault.lock()
    target = copy.folder / path.relative_to(original.folder)
    whole = target.read_bytes()
    unnoticed = []
    for offset in offsets:
        target.write_bytes(whole)
        _flip(target, offset, chance.randrange(8))
        if not _is_noticed(copy.folder):
            unnoticed.append(offset)
        _put_back(original.folder, copy.folder)

    assert unnoticed == []


def _put_back(whole: Path, folder: Path) -> None:
    """Make *folder* what it was: opening may have repaired it."""
    shutil.rmtree(folder)
    shutil.copytree(whole, folder)


@pytest.mark.parametrize("name", ["vault.pvh.a", "vault.pvh.b", "vault.db", "search/1.db"])
@pytest.mark.parametrize("left", [0, 1, 100, 0.5, -1])
def test_a_file_that_was_cut_is_noticed(vault: ScratchVault, name: str, left: float) -> None:
    vault.vault.lock()
    path = vault.folder / name
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * left) if isinstance(left, float) else left])

    assert _is_noticed(vault.folder)


@pytest.mark.parametrize("name", ["vault.pvh.a", "vault.db", "search/1.db"])
def test_a_file_that_is_gone_is_noticed(vault: ScratchVault, name: str) -> None:
    vault.vault.lock()
    (vault.folder / name).unlink()

    assert _is_noticed(vault.folder)


def test_a_vault_without_its_database_is_not_taken_for_an_empty_one(vault: ScratchVault) -> None:
    vault.vault.lock()
    (vault.folder / "vault.db").unlink()

    with pytest.raises(TamperedError, match=r"vault\.db of the vault is gone"):
        Vault.open(vault.folder, PASSWORD)

    assert not (vault.folder / "vault.db").exists()


def test_files_of_another_vault_do_not_open(vault: ScratchVault, tmp_path: Path) -> None:
    other = filled_vault(tmp_path / "other")
    other.vault.lock()
    vault.vault.lock()
    for name in ("vault.db", "search/1.db"):
        mine, theirs = vault.folder / name, other.folder / name
        raw = mine.read_bytes()
        mine.write_bytes(theirs.read_bytes())

        assert _is_noticed(vault.folder)

        mine.write_bytes(raw)
