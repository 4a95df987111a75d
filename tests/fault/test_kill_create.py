"""Making a vault that is killed at each call that writes: a second try makes it."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import UserError
from support.grown_export import write_exports
from support.headers import INSTANT
from support.kill import PASSWORD, WRITES, wrong_checks
from support.syscall_faults import Call, calls, require_strace, run_failing_at, run_killed_at

_CREATE = """
import os

from privatus.bootstrap import Vault
from privatus.core.errors import DeviceError
from support.headers import INSTANT

os.writev(1, [b"ready\\n"])
try:
    Vault.create({folder!r}, "password", kdf=INSTANT).vault.lock()
except DeviceError as error:
    os.writev(1, [str(error).encode()])
"""


@pytest.fixture(scope="module")
def writes(memory: Path) -> list[Call]:
    """Return the calls with which a vault is made."""
    require_strace()
    folder = memory / "made"
    found = calls(_script(folder), ("writev", *WRITES), memory / "calls", start="ready")[1:]
    shutil.rmtree(folder)
    # Both copies of the header, the database and the index.
    assert len(found) > 100
    return found


def _script(folder: Path) -> str:
    return _CREATE.format(folder=str(folder))


def _is_there_or_can_be_made(folder: Path) -> str:
    """Check that there is a good vault, or that one can be made, and say which it was."""
    if Vault.exists(folder):
        with Vault.open(folder, PASSWORD) as vault:
            assert wrong_checks(vault) == []
        return "there"
    with pytest.raises(UserError, match="there is no vault in"):
        Vault.open(folder, PASSWORD)
    with Vault.create(folder, PASSWORD, kdf=INSTANT).vault as vault:
        assert wrong_checks(vault) == []
        assert [entry.action for entry in vault.audit.list()] == ["vault created"]
    return "made anew"


def _sample(writes: list[Call], count: int) -> list[Call]:
    """Return about *count* of the calls, with all that are rare among them."""
    n_of = Counter(call.name for call in writes)
    step = max(1, len(writes) // count)
    return [call for n, call in enumerate(writes) if n % step == 0 or n_of[call.name] < 3]


@pytest.mark.parametrize("count", [8, pytest.param(1000, marks=pytest.mark.slow, id="every call")])
def test_making_a_vault_killed_anywhere_leaves_one_that_opens_or_a_place_for_it(
    writes: list[Call], scratch: Path, count: int
) -> None:
    states: Counter[str] = Counter()

    for call in _sample(writes, count):
        folder = scratch / "vault"
        killed = run_killed_at(_script(folder), call)
        assert killed.returncode == -signal.SIGKILL, f"{call} was not reached"
        states[_is_there_or_can_be_made(folder)] += 1
        shutil.rmtree(folder)

    assert min(states["there"], states["made anew"]) > 0


def test_a_vault_that_the_disk_refuses_to_make_can_be_made_later(
    writes: list[Call], scratch: Path
) -> None:
    for call in _sample([call for call in writes if call.name in ("write", "fsync")], 3):
        folder = scratch / "vault"
        done = run_failing_at(_script(folder), call, "ENOSPC" if call.name == "write" else "EIO")
        assert done.returncode == 0 and not done.stderr, done.stderr
        _is_there_or_can_be_made(folder)
        shutil.rmtree(folder)


def test_what_is_not_left_of_a_vault_is_not_removed_for_one(scratch: Path) -> None:
    (scratch / "vault.db").write_bytes(b"someone's own")

    with pytest.raises(UserError, match="is not empty"):
        Vault.create(scratch, PASSWORD, kdf=INSTANT)

    assert [path.name for path in scratch.iterdir()] == ["vault.db"]


def test_a_mark_that_comes_back_does_not_cost_a_vault(scratch: Path) -> None:
    folder = scratch / "vault"
    with Vault.create(folder, PASSWORD, kdf=INSTANT).vault as vault:
        vault.imports.run(write_exports(scratch).first)
    (folder / "vault.unfinished").touch()

    assert Vault.exists(folder)
    with Vault.open(folder, PASSWORD) as vault:
        assert len(vault.conversations.list()) == 60
    with pytest.raises(UserError, match="there is a vault in"):
        Vault.create(folder, PASSWORD, kdf=INSTANT)


def test_what_is_left_of_a_vault_is_set_aside_for_a_new_one(scratch: Path) -> None:
    folder = scratch / "vault"
    Vault.create(folder, PASSWORD, kdf=INSTANT).vault.lock()
    database = (folder / "vault.db").read_bytes()
    for number in (1, 2):
        (folder / "vault.unfinished").touch()
        Vault.create(folder, f"{PASSWORD} {number}", kdf=INSTANT).vault.lock()

    assert (folder / "set-aside-1" / "vault.db").read_bytes() == database
    aside = Vault.open(folder / "set-aside-1", PASSWORD)
    aside.lock()
    assert (folder / "set-aside-2" / "search").is_dir()
    with Vault.open(folder, f"{PASSWORD} 2") as vault:
        assert wrong_checks(vault) == []
