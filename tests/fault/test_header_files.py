"""A password change, or the making of a vault, that is killed or meets a full disk.

Faults are planted at every system call of the write that changes or syncs a file.
"""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest

from privatus.core.errors import AccessError
from privatus.core.secret import SecretBytes
from privatus.vault import unlock
from privatus.vault.header_files import NAMES, check_headers
from support.headers import HeaderVault, make_vault
from support.syscall_faults import (
    Call,
    calls,
    require_strace,
    run_failing_at,
    run_killed_at,
)

_OLD, _NEW = "old password", "new password"
_SYSCALLS = ("openat", "write", "fsync", "unlink", "rename")

_CHANGE = """
from pathlib import Path
from privatus.core.errors import DeviceError
from privatus.core.secret import SecretBytes
from privatus.vault import unlock

folder = Path({folder!r})
opened = unlock.unlock(folder, SecretBytes(b"old password"))
try:
    unlock.change_password(folder, opened, SecretBytes(b"new password"))
except DeviceError as error:
    print(error)
"""

_NEW_CODE = """
from pathlib import Path
from privatus.core.errors import DeviceError
from privatus.core.secret import SecretBytes
from privatus.vault import unlock

folder = Path({folder!r})
opened = unlock.unlock(folder, SecretBytes(b"old password"))
try:
    print(unlock.new_recovery_code(folder, opened))
except DeviceError as error:
    assert "nothing was changed" in str(error)
"""

_CREATE = """
from pathlib import Path
from privatus.core.errors import DeviceError
from privatus.core.secret import SecretBytes
from privatus.vault import unlock
from support.headers import INSTANT

try:
    unlock.create(Path({folder!r}), SecretBytes(b"old password"), INSTANT)
except DeviceError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> HeaderVault:
    require_strace()
    return make_vault(tmp_path_factory.mktemp("original"), _OLD)


@pytest.fixture(scope="module")
def change_calls(original: HeaderVault, tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    folder = _copy(original, tmp_path_factory.mktemp("dry run"))
    log = folder.parent / "calls"
    found = calls(_CHANGE.format(folder=str(folder)), _SYSCALLS, log, start=".tmp")
    n_calls = Counter(call.name for call in found)
    # Two new files and the folder twice are synced, two files renamed: all of it is swept.
    assert (n_calls["fsync"], n_calls["rename"], n_calls["write"]) == (4, 2, 2)
    return found


def _copy(vault: HeaderVault, parent: Path) -> Path:
    return shutil.copytree(vault.folder, parent / "vault")


def _opens(folder: Path, password: str) -> bool:
    try:
        unlock.unlock(folder, SecretBytes.from_text(password)).wipe()
    except AccessError:
        return False
    return True


def _password_in_force(folder: Path) -> str:
    opening = [password for password in (_OLD, _NEW) if _opens(folder, password)]
    assert len(opening) == 1
    return opening[0]


def _repair_and_check(folder: Path, original: HeaderVault, password: str) -> None:
    """Check that one unlock leaves two equal copies, and nothing of the other password."""
    opened = unlock.unlock(folder, SecretBytes.from_text(password))
    assert opened == original.opened
    assert unlock.unlock_with_recovery_code(folder, original.code) == opened
    unlock.repair(folder, opened)
    assert check_headers(folder, opened.vault_key) == []
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)
    assert len({path.read_bytes() for path in folder.iterdir()}) == 1


def test_a_password_change_killed_anywhere_leaves_the_old_or_the_new_password(
    original: HeaderVault, change_calls: list[Call], tmp_path: Path
) -> None:
    in_force = []

    for number, call in enumerate(change_calls):
        folder = _copy(original, tmp_path / str(number))
        killed = run_killed_at(_CHANGE.format(folder=str(folder)), call)
        assert killed.returncode == -signal.SIGKILL, f"{call} was not reached"
        in_force.append(_password_in_force(folder))
        _repair_and_check(folder, original, in_force[-1])

    # Once the new password holds, it holds.
    assert in_force == sorted(in_force, key=[_OLD, _NEW].index)
    assert set(in_force) == {_OLD, _NEW}


@pytest.mark.parametrize(
    ("syscall", "error"),
    [("openat", "ENOSPC"), ("write", "ENOSPC"), ("fsync", "EIO"), ("rename", "EIO")],
)
def test_a_password_change_that_the_disk_refuses_says_which_password_holds(
    original: HeaderVault, change_calls: list[Call], tmp_path: Path, syscall: str, error: str
) -> None:
    faults = [
        call
        for call in change_calls
        if call.name == syscall and (syscall != "openat" or "O_CREAT" in call.arguments)
    ]
    n_unchanged = 0

    for number, call in enumerate(faults):
        folder = _copy(original, tmp_path / str(number))
        done = run_failing_at(_CHANGE.format(folder=str(folder)), call, error)
        assert done.returncode == 0, done.stderr
        assert not list(folder.glob("*.tmp"))
        unchanged = _password_in_force(folder) == _OLD
        n_unchanged += unchanged
        assert ("nothing was changed" if unchanged else "the new header is in force") in done.stdout
        if unchanged:
            assert {(folder / name).read_bytes() for name in NAMES} == {original.raw}
        _repair_and_check(folder, original, _OLD if unchanged else _NEW)

    # A full disk shows when the new files are made, before anything is renamed.
    assert faults
    assert n_unchanged == (len(faults) if error == "ENOSPC" else len(faults) // 2)


def test_a_recovery_code_that_the_disk_lets_come_in_force_is_shown(
    original: HeaderVault, change_calls: list[Call], tmp_path: Path
) -> None:
    n_shown = 0

    for number, call in enumerate(change_calls):
        if call.name not in ("fsync", "rename"):
            continue
        folder = _copy(original, tmp_path / str(number))
        done = run_failing_at(_NEW_CODE.format(folder=str(folder)), call, "EIO")
        assert done.returncode == 0, done.stderr
        n_shown += bool(done.stdout)
        code = done.stdout.strip() or original.code
        assert unlock.unlock_with_recovery_code(folder, code) == original.opened

    assert n_shown > 0


@pytest.mark.parametrize("damaged", NAMES)
def test_the_copy_known_to_be_good_is_replaced_last(
    original: HeaderVault, tmp_path: Path, damaged: str
) -> None:
    folder = _copy(original, tmp_path)
    (folder / damaged).write_bytes(b"damaged")

    renames = calls(
        _CHANGE.format(folder=str(folder)), ["rename"], tmp_path / "calls", start=".tmp"
    )

    assert [damaged in call.arguments for call in renames] == [True, False]


def test_making_a_vault_killed_anywhere_leaves_none_or_a_whole_one(tmp_path: Path) -> None:
    require_strace()
    dry_run = tmp_path / "dry run"
    dry_run.mkdir()
    found = calls(_CREATE.format(folder=str(dry_run)), _SYSCALLS, tmp_path / "calls", start=".tmp")
    n_whole = 0

    for number, call in enumerate(found):
        folder = tmp_path / str(number)
        folder.mkdir()
        run_killed_at(_CREATE.format(folder=str(folder)), call)
        if unlock.exists(folder):
            n_whole += 1
            opened = unlock.unlock(folder, SecretBytes.from_text(_OLD))
            unlock.repair(folder, opened)
            assert check_headers(folder, opened.vault_key) == []

    assert 0 < n_whole < len(found)
