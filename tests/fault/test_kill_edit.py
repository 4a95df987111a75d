"""An edit that was acknowledged is there and found, even if the program dies the moment after."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from support import syscall_faults
from support.kill import PASSWORD, calls_that_write, filled_vault, wrong_checks
from support.syscall_faults import require_strace, run_killed_at

# Each edit has a word of its own, and is acknowledged by its version and that. Every other one
# removes the second message or brings it back.
_EDIT = """
import os

from privatus.bootstrap import Vault
from support.grown_export import word_of

with Vault.open({vault!r}, "password") as vault:
    [chat] = vault.conversations.list(limit=1)
    os.writev(1, [b"ready\\n"])
    gone = None
    for number in range(9000, {end}):
        change = vault.editing.edit(chat.id, 1, "said " + word_of(number))
        os.writev(1, [f"{{change.version}} {{word_of(number)}}\\n".encode()])
        gone = vault.editing.undo(gone) and None if gone else vault.editing.remove(chat.id, [2])
"""
_NO_END = 10_000_000


@pytest.fixture(scope="module")
def base(memory: Path) -> Path:
    """Return a vault with one conversation."""
    return filled_vault(memory / "edit", conversations=1)


def _check(folder: Path, acknowledged: list[str]) -> None:
    with Vault.open(folder, PASSWORD) as vault:
        assert wrong_checks(vault) == []
        [summary] = vault.conversations.list()
        chat = vault.conversations.get(summary.id)
        versions = vault.versions.list(chat.id)
        assert [v.number for v in versions] == list(range(1, len(versions) + 1))
        now = chat.messages[0].text
        for line in acknowledged:
            version, word = line.split()
            assert vault.versions.at(chat.id, int(version)).messages[0].text == f"said {word}"
            found = [hit.number for hit in vault.search.find(word)]
            assert found == ([1] if now == f"said {word}" else [])
        # What was not acknowledged is there at most once: the last one.
        edits = sum(v.kind == "edit" for v in versions)
        assert edits - len(acknowledged) in (0, 1)
        assert summary.messages == len(chat.messages)


@pytest.mark.parametrize("count", [3, pytest.param(100, marks=pytest.mark.slow, id="many times")])
def test_edits_acknowledged_before_a_kill_are_there_and_found(
    base: Path, scratch: Path, count: int, seed: int
) -> None:
    chance = random.Random(seed)

    for _ in range(count):
        folder = shutil.copytree(base, scratch / "vault")
        with syscall_faults.start(_EDIT.format(vault=str(folder), end=_NO_END)) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            acknowledged = [child.stdout.readline() for _ in range(chance.randrange(1, 20))]
            child.kill()
            # Not by `communicate`: lines may wait in the buffer already.
            acknowledged += child.stdout.read().splitlines()
        _check(folder, acknowledged)
        shutil.rmtree(folder)


@pytest.mark.parametrize("step", [25, pytest.param(1, marks=pytest.mark.slow, id="every call")])
def test_an_edit_whose_writing_is_killed_anywhere_is_there_wholly_or_not_at_all(
    base: Path, scratch: Path, step: int
) -> None:
    require_strace()
    script = _EDIT.replace("{end}", "9002")
    states = set()

    for call in calls_that_write(script, base, scratch)[::step]:
        folder = shutil.copytree(base, scratch / "vault")
        killed = run_killed_at(script.format(vault=str(folder)), call)
        _, *acknowledged = killed.stdout.splitlines()
        _check(folder, acknowledged)
        states.add(len(acknowledged))
        shutil.rmtree(folder)

    assert states >= {0, 1}
