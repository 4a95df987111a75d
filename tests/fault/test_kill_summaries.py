"""Chats that are summed up when the program dies are summed up after the next start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from support.kill import PASSWORD, calls_that_write, filled_vault, wrong_checks
from support.syscall_faults import require_strace, run_killed_at

_CHATS = 40  # more than are written at once
_CATCH_UP = """
import os

from privatus.bootstrap import Vault

with Vault.open({vault!r}, "password") as vault:
    os.writev(1, [b"ready\\n"])
    vault.summaries.catch_up()
    os.writev(1, [b"made\\n"])
"""


@pytest.fixture(scope="module")
def base(memory: Path) -> Path:
    """Return a vault with chats that have no summaries yet."""
    return filled_vault(memory / "summaries", conversations=_CHATS)


@pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.slow, id="every call")])
def test_what_a_kill_has_left_without_a_summary_gets_one(
    base: Path, scratch: Path, step: int
) -> None:
    require_strace()
    left = set()

    for call in calls_that_write(_CATCH_UP, base, scratch)[::step]:
        folder = shutil.copytree(base, scratch / "vault")
        killed = run_killed_at(_CATCH_UP.format(vault=str(folder)), call)
        with Vault.open(folder, PASSWORD) as vault:
            assert wrong_checks(vault) == []
            waiting = vault.summaries.waiting()
            left.add(waiting)
            assert not (waiting and "made" in killed.stdout)
            assert vault.summaries.catch_up() == waiting
            assert vault.summaries.waiting() == 0
            assert wrong_checks(vault) == []
        shutil.rmtree(folder)

    # None of a batch, or all of it.
    assert {0, _CHATS} <= left
    assert len(left) <= 3
