"""An import that the disk refuses: a sentence for the person, a clean vault, and a second try."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Role
from privatus.core.errors import DeviceError
from privatus.services.import_batch import ImportBatch
from support.grown_export import GrownExport, word_of, write_exports
from support.kill import (
    PASSWORD,
    Contents,
    Import,
    contents_of,
    new_vault,
    prepare,
    records_of,
    wrong_checks,
)
from support.syscall_faults import Call, require_strace, run_failing_at

# A file system that is full, and one that fails, say so at these.
_FULL = ("write", "pwrite64", "ftruncate", "fallocate", "mkdir")
_FAILING = ("write", "pwrite64", "fsync", "?syncfs", "fdatasync", "rename", "unlink", "pread64")
_SENTENCES = (
    "the disk is full; make room and",
    "the disk does not read or write; check it",
    "the vault's folder, or a file in it, cannot be written; check",
    "an attachment could not be written",
    "vault.db of the vault is damaged or was replaced; restore",
    "1.db of the vault is damaged or was replaced; run",
)


@pytest.fixture(scope="module")
def exports(memory: Path) -> GrownExport:
    folder = memory / "exports"
    folder.mkdir()
    return write_exports(folder)


@pytest.fixture(scope="module")
def expected(memory: Path, exports: GrownExport) -> Contents:
    """Return what a vault holds after an import that nothing disturbs."""
    folder = memory / "undisturbed"
    with Vault.open(new_vault(folder), PASSWORD) as vault:
        vault.imports.run(exports.first)
        return contents_of(vault, memory / "export")


@pytest.fixture(scope="module")
def imports(memory: Path, exports: GrownExport) -> dict[str, Import]:
    require_strace()
    folder = memory / "refused"
    folder.mkdir()
    first = prepare(new_vault(folder / "empty"), exports.first, folder / "first", {"pread64"})
    base = folder / "first" / "vault"
    return {"first": first, "later": prepare(base, exports.later, folder / "later", {"pread64"})}


@pytest.mark.parametrize(
    ("which", "error", "count"), [("first", "ENOSPC", 3), ("first", "EIO", 4), ("later", "EIO", 3)]
)
def test_an_import_that_the_disk_refuses_once_says_so_and_finishes_the_next_time(
    imports: dict[str, Import], scratch: Path, which: str, error: str, count: int
) -> None:
    _sweep(imports[which], scratch, error, count, seed=1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of its own of 8 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)],  # noqa: S607
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no disk filled: only the administrator may mount a small one")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607


@pytest.mark.parametrize(
    ("room_bytes", "batch_rows"),
    [
        # Small batches fill it with attachments, the database and the index in turn.
        *((room_bytes, 25) for room_bytes in (150_000, 600_000, 1_300_000, 1_700_000, 2_100_000)),
        *((room_bytes, 8_000) for room_bytes in (150_000, 1_300_000, 1_700_000)),
    ],
)
def test_a_disk_that_fills_up_during_an_import_loses_nothing_and_the_vault_stays_open(
    small_disk: Path,
    exports: GrownExport,
    expected: Contents,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    room_bytes: int,
    batch_rows: int,
) -> None:
    monkeypatch.setattr(ImportBatch, "ROWS", batch_rows)
    with Vault.open(new_vault(small_disk / "vault"), PASSWORD) as vault:
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - room_bytes))
        with pytest.raises(DeviceError, match="the disk is full; make room and"):
            vault.imports.run(exports.first)
        ballast.unlink()
        if found := vault.conversations.list(limit=1):
            vault.conversations.append(found[0].id, Role.USER, "Written after the accident")
            assert len(vault.search.find("accident")) == 1

        assert not vault.imports.run(exports.first).failed

        assert wrong_checks(vault) == []
        assert all(len(vault.search.find(word_of(number))) > 0 for number in range(60))
        after = contents_of(vault, tmp_path / "export")
        changed = [id for id in expected.records if after.records[id] != expected.records[id]]
        assert len(changed) == bool(found)
        assert after.records.keys() == expected.records.keys()


@pytest.mark.slow
@pytest.mark.parametrize("which", ["first", "later"])
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_an_import_that_the_disk_refuses_anywhere_says_so_and_finishes_the_next_time(
    imports: dict[str, Import],
    scratch: Path,
    which: str,
    error: str,
    kills: int,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    tell(_sweep(imports[which], scratch, error, kills // 4, seed))


def _sweep(plan: Import, scratch: Path, error: str, count: int, seed: int) -> str:
    outcomes: Counter[str] = Counter()
    for call in _faults(plan, _FULL if error == "ENOSPC" else _FAILING, count, seed):
        vault = shutil.copytree(plan.base, scratch / "vault")
        done = run_failing_at(plan.script(vault), call, error)
        outcomes[_outcome(done, call)] += 1
        _check(plan, vault, f"{call.name} {call.number}")
        shutil.rmtree(vault)
    assert outcomes["refused"] > count // 3
    return f"{error} during {plan.export.name}: {dict(outcomes)}"


def _faults(plan: Import, names: tuple[str, ...], count: int, seed: int) -> Iterator[Call]:
    chance = random.Random(seed)
    names = tuple(name for name in names if any(call.name == name for call in plan.calls))
    for n in range(count):
        name = names[n % len(names)]
        yield chance.choice([call for call in plan.calls if call.name == name])


def _outcome(done: subprocess.CompletedProcess[str], call: Call) -> str:
    said = done.stdout.splitlines()[1:]
    assert done.returncode == 0 and not done.stderr, f"{call}: {done.stderr}"
    # What does not matter in the end, such as a leftover that stays, does not stop an import.
    if not said:
        return "finished"
    # SQLite calls a page that the disk does not give damaged.
    kind = "TamperedError" if call.name == "pread64" and "damaged" in said[0] else "DeviceError"
    assert said[0].startswith(tuple(f"{kind} {sentence}" for sentence in _SENTENCES)), call
    return "refused"


def _check(plan: Import, folder: Path, where: str) -> None:
    with Vault.open(folder, PASSWORD) as vault:
        assert wrong_checks(vault) == [], where
        for id, record in records_of(vault).items():
            assert record in (plan.before.records.get(id), plan.after.records.get(id)), where
        assert not vault.imports.run(plan.export).failed
        assert wrong_checks(vault) == [], where
        assert contents_of(vault, folder.parent / "export") == plan.after, where
