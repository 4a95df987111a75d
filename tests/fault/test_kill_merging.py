"""A merge is wholly there or not at all, wherever the program dies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from support.kill import PASSWORD, calls_that_write, filled_vault, wrong_checks
from support.syscall_faults import require_strace, run_killed_at

_MERGE = """
import os

from privatus.bootstrap import Vault

with Vault.open({vault!r}, "password") as vault:
    ids = [chat.id for chat in vault.conversations.list()]
    os.writev(1, [b"ready\\n"])
    vault.merging.merge(ids, title="All of it")
    os.writev(1, [b"merged\\n"])
"""


@pytest.fixture(scope="module")
def base(memory: Path) -> Path:
    return filled_vault(memory / "merging", conversations=4)


@pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.slow, id="every call")])
def test_a_merge_that_is_killed_is_there_wholly_or_not_at_all(
    base: Path, scratch: Path, step: int
) -> None:
    require_strace()
    with Vault.open(base, PASSWORD) as vault:
        chats = vault.conversations.list()
        count = sum(chat.messages for chat in chats)
    seen = []

    for call in calls_that_write(_MERGE, base, scratch)[::step]:
        folder = shutil.copytree(base, scratch / "vault")
        killed = run_killed_at(_MERGE.format(vault=str(folder)), call)
        with Vault.open(folder, PASSWORD) as vault:
            assert wrong_checks(vault) == []
            listed = vault.conversations.list()
            is_merged = [chat.title for chat in listed] == ["All of it"]
            assert is_merged or listed == chats
            assert is_merged or "merged" not in killed.stdout
            if is_merged:
                assert len(vault.merging.links(listed[0].id)) == count
                assert len(vault.merging.of(listed[0].id).sources) == len(chats)
            seen.append(is_merged)
        shutil.rmtree(folder)

    assert set(seen) == {False, True}


_SPLIT = """
import os

from privatus.bootstrap import Vault

with Vault.open({vault!r}, "password") as vault:
    chat = max(vault.conversations.list(), key=lambda chat: (chat.messages, chat.title))
    os.writev(1, [b"ready\\n"])
    vault.splitting.split(str(chat.id) + ".2", title="The rest")
    os.writev(1, [b"split\\n"])
"""


@pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.slow, id="every call")])
def test_a_split_that_is_killed_is_there_wholly_or_not_at_all(
    base: Path, scratch: Path, step: int
) -> None:
    require_strace()
    with Vault.open(base, PASSWORD) as vault:
        chats = vault.conversations.list()
        count = sum(chat.messages for chat in chats)
    seen = []

    for call in calls_that_write(_SPLIT, base, scratch)[::step]:
        folder = shutil.copytree(base, scratch / "vault")
        killed = run_killed_at(_SPLIT.format(vault=str(folder)), call)
        with Vault.open(folder, PASSWORD) as vault:
            assert wrong_checks(vault) == []
            listed = vault.conversations.list()
            made = [chat for chat in listed if chat.title == "The rest"]
            # Each message is in one of the two, whatever happened.
            assert sum(chat.messages for chat in listed) == count
            assert made or listed == chats
            assert made or "split" not in killed.stdout
            seen.append(bool(made))
        shutil.rmtree(folder)

    assert set(seen) == {False, True}
