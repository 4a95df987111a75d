"""Giving a vault new keys, killed at each step: its password opens all of it, under one key."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from support.kill import PASSWORD, calls_that_write, filled_vault, records_of, wrong_checks
from support.syscall_faults import Call, require_strace, run_failing_at, run_killed_at

_ROTATE = """
import os

from privatus.bootstrap import Vault
from privatus.core.errors import DeviceError, TamperedError

os.writev(1, [b"ready\\n"])
try:
    code = Vault.rotate({vault!r}, "password")
    os.writev(1, [code.encode()])
except (DeviceError, TamperedError):
    os.writev(1, [b"refused"])
"""


@pytest.fixture(scope="module")
def base(memory: Path) -> Path:
    require_strace()
    return filled_vault(memory / "rotation", conversations=4)


def _calls(base: Path, scratch: Path) -> list[Call]:
    found = calls_that_write(_ROTATE, base, scratch)
    return [call for call in found if call.name != "writev"]


def _step(found: list[Call], count: int) -> list[Call]:
    """Return *count* of the calls, and those by which the new keys come in force."""
    step = max(1, len(found) // count)
    return [
        call
        for n, call in enumerate(found)
        if n % step == 0 or call.name == "rename" or "PRIVATUS" in call.arguments
    ]


def _has_new_keys(folder: Path) -> bool:
    with Vault.open(folder, PASSWORD) as vault:
        return "keys rotated" in [entry.action for entry in vault.audit.list()]


def _require_whole(folder: Path, expected: dict[str, object]) -> None:
    """Check that the vault opens, holds what it held, and keeps nothing of two kinds of keys."""
    # The first opening puts right, and tells, what is left of a header that was being written.
    Vault.open(folder, PASSWORD).lock()
    with Vault.open(folder, PASSWORD) as vault:
        assert wrong_checks(vault) == []
        assert records_of(vault) == expected
        assert vault.search.find("harbour").total
        rotations = [e for e in vault.audit.list() if e.action == "keys rotated"]
        assert len(vault._store.former_vault_keys()) == len(rotations)
    assert len(list((folder / "search").glob("*.db"))) == 1
    # A journal that was never begun is left alone by SQLite.
    assert {path.name for path in folder.glob("vault.db*")} <= {"vault.db", "vault.db-journal"}


@pytest.mark.parametrize("count", [6, pytest.param(2000, marks=pytest.mark.slow, id="every call")])
def test_a_vault_whose_rotation_is_killed_has_the_former_keys_or_the_new_ones(
    base: Path, scratch: Path, count: int
) -> None:
    with Vault.open(base, PASSWORD) as vault:
        expected = records_of(vault)
    in_force: Counter[bool] = Counter()

    for call in _step(_calls(base, scratch), count):
        folder = shutil.copytree(base, scratch / "vault")
        killed = run_killed_at(_ROTATE.format(vault=str(folder)), call)
        assert killed.returncode == -signal.SIGKILL, f"{call} was not reached"
        _require_whole(folder, expected)
        in_force[_has_new_keys(folder)] += 1
        # And it can be given new keys all the same.
        code = Vault.rotate(folder, PASSWORD)
        Vault.open(folder, recovery_code=code).lock()
        shutil.rmtree(folder)

    assert min(in_force[False], in_force[True]) > 0


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("count", [4, pytest.param(2000, marks=pytest.mark.slow, id="every call")])
def test_a_disk_that_refuses_leaves_the_former_keys_or_the_new_ones(
    base: Path, scratch: Path, count: int, error: str
) -> None:
    with Vault.open(base, PASSWORD) as vault:
        expected = records_of(vault)
    answers: Counter[str] = Counter()

    for call in _step(_calls(base, scratch), count):
        folder = shutil.copytree(base, scratch / "vault")
        done = run_failing_at(_ROTATE.format(vault=str(folder)), call, error)
        assert done.returncode == 0, f"{call}: {done.stderr}"
        _, *said = done.stdout.splitlines()
        answers["refused" if said == ["refused"] else "done"] += 1
        _require_whole(folder, expected)
        # Nobody is left with the new keys and without their recovery code.
        assert _has_new_keys(folder) is (said != ["refused"]), call
        if said != ["refused"]:
            Vault.open(folder, recovery_code=said[0]).lock()
        shutil.rmtree(folder)

    assert answers["refused"]
