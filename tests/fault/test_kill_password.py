"""A password change of a whole vault that is killed: one of the two passwords opens all of it.

test_header_files.py kills the header's change at each of its calls; here are the log entry, the
database and what a person has around it.
"""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import AccessError
from support.headers import INSTANT
from support.kill import PASSWORD, calls_that_write, filled_vault, records_of, wrong_checks
from support.syscall_faults import Call, require_strace, run_killed_at

_NEW = "another password"
_CHANGE = """
import os

from privatus.bootstrap import Vault
from support.headers import INSTANT

with Vault.open({vault!r}, "password") as vault:
    os.writev(1, [b"ready\\n"])
    vault.passwords.change("another password", kdf=INSTANT)
    os.writev(1, [b"changed\\n"])
"""
_NEW_CODE = """
import os

from privatus.bootstrap import Vault

with Vault.open({vault!r}, "password") as vault:
    os.writev(1, [b"ready\\n"])
    code = vault.passwords.new_recovery_code()
    os.writev(1, [code.encode()])
"""


@pytest.fixture(scope="module")
def base(memory: Path) -> Path:
    require_strace()
    return filled_vault(memory / "password", conversations=4)


def _step(found: list[Call], count: int) -> list[Call]:
    """Return *count* of the calls, and all that move or remove a file."""
    step = max(1, len(found) // count)
    return [c for n, c in enumerate(found) if n % step == 0 or c.name in ("rename", "unlink")]


def _opens(folder: Path, password: str) -> bool:
    try:
        Vault.open(folder, password).lock()
    except AccessError:
        return False
    return True


@pytest.mark.parametrize("count", [5, pytest.param(1000, marks=pytest.mark.slow, id="every call")])
def test_a_vault_whose_password_change_is_killed_opens_with_one_password_and_is_whole(
    base: Path, scratch: Path, count: int
) -> None:
    with Vault.open(base, PASSWORD) as vault:
        expected = records_of(vault)
    in_force: Counter[str] = Counter()

    for call in _step(calls_that_write(_CHANGE, base, scratch), count):
        folder = shutil.copytree(base, scratch / "vault")
        killed = run_killed_at(_CHANGE.format(vault=str(folder)), call)
        assert killed.returncode == -signal.SIGKILL, f"{call} was not reached"
        [password] = [p for p in (PASSWORD, _NEW) if _opens(folder, p)]
        assert password == _NEW or "changed" not in killed.stdout
        in_force[password] += 1
        with Vault.open(folder, password) as vault:
            assert wrong_checks(vault) == []
            assert records_of(vault) == expected
            # And it can be changed all the same.
            vault.passwords.change("a third one", kdf=INSTANT)
        assert _opens(folder, "a third one")
        shutil.rmtree(folder)

    assert min(in_force[PASSWORD], in_force[_NEW]) > 0


def test_a_recovery_code_that_was_shown_opens_the_vault_after_a_kill(
    base: Path, scratch: Path
) -> None:
    n_shown = 0

    for call in _step(calls_that_write(_NEW_CODE, base, scratch), 1):
        folder = shutil.copytree(base, scratch / "vault")
        killed = run_killed_at(_NEW_CODE.format(vault=str(folder)), call)
        _, *code = killed.stdout.splitlines()
        if code:
            n_shown += 1
            with Vault.open(folder, recovery_code=code[0]) as vault:
                assert wrong_checks(vault) == []
        assert _opens(folder, PASSWORD)
        shutil.rmtree(folder)

    assert n_shown > 0
