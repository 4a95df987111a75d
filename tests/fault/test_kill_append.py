"""A message that was acknowledged is there and found, even if the program dies the moment after."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from support import syscall_faults
from support.kill import PASSWORD, calls_that_write, filled_vault, wrong_checks
from support.syscall_faults import require_strace, run_killed_at

# Each message has a word of its own, and is acknowledged by it.
_APPEND = """
import os

from privatus.bootstrap import Vault
from privatus.core.conversation import Role
from support.grown_export import word_of

with Vault.open({vault!r}, "password") as vault:
    [chat] = vault.conversations.list(limit=1)
    os.writev(1, [b"ready\\n"])
    for number in range(9000, {end}):
        message = vault.conversations.append(chat.id, Role.USER, "said " + word_of(number))
        os.writev(1, [f"{{message.number}} {{word_of(number)}}\\n".encode()])
"""
# Nobody gets there: long before, the pipe that nobody reads is full.
_NO_END = 10_000_000


@pytest.fixture(scope="module")
def base(memory: Path) -> Path:
    """Return a vault with one conversation."""
    return filled_vault(memory / "append", conversations=1)


def _check(folder: Path, acknowledged: list[str]) -> None:
    with Vault.open(folder, PASSWORD) as vault:
        assert wrong_checks(vault) == []
        [chat] = vault.conversations.list()
        said = {m.number: m.text for m in vault.conversations.get(chat.id).messages}
        for line in acknowledged:
            number, word = line.split()
            assert said[int(number)] == f"said {word}"
            [hit] = vault.search.find(word)
            assert (hit.conversation_id, hit.number) == (chat.id, int(number))
        # What was not acknowledged is there at most once: the last one.
        n_appended = sum(text.startswith("said needle") for text in said.values())
        assert n_appended - len(acknowledged) in (0, 1)


@pytest.mark.parametrize("count", [4, pytest.param(100, marks=pytest.mark.slow, id="many times")])
def test_messages_acknowledged_before_a_kill_are_there_and_found(
    base: Path, scratch: Path, count: int, seed: int
) -> None:
    chance = random.Random(seed)
    n_acknowledged = 0

    for _ in range(count):
        folder = shutil.copytree(base, scratch / "vault")
        with syscall_faults.start(_APPEND.format(vault=str(folder), end=_NO_END)) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            acknowledged = [child.stdout.readline() for _ in range(chance.randrange(1, 40))]
            child.kill()
            # Not by `communicate`: lines may wait in the buffer already.
            acknowledged += child.stdout.read().splitlines()
        n_acknowledged += len(acknowledged)
        _check(folder, acknowledged)
        shutil.rmtree(folder)

    assert n_acknowledged > count


@pytest.mark.parametrize("step", [20, pytest.param(1, marks=pytest.mark.slow, id="every call")])
def test_a_message_whose_writing_is_killed_anywhere_is_there_wholly_or_not_at_all(
    base: Path, scratch: Path, step: int
) -> None:
    require_strace()
    script = _APPEND.replace("{end}", "9002")
    states = set()

    for call in calls_that_write(script, base, scratch)[::step]:
        folder = shutil.copytree(base, scratch / "vault")
        killed = run_killed_at(script.format(vault=str(folder)), call)
        _, *acknowledged = killed.stdout.splitlines()
        _check(folder, acknowledged)
        states.add(len(acknowledged))
        shutil.rmtree(folder)

    assert states >= {0, 1}
