"""A purge that is killed is finished by the next opening, or has not begun."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from support.conversations import attachment, conversation, message
from support.kill import calls_that_write, wrong_checks
from support.syscall_faults import Call, require_strace, run_failing_at, run_killed_at
from support.traces import Sealed, sealed_of, traces
from support.vaults import PASSWORD, ScratchVault

_PURGE = """
import os

from privatus.bootstrap import Vault
from privatus.core.errors import PrivatusError

with Vault.open({vault!r}, "several random words") as vault:
    [chat] = vault.conversations.list()
    os.writev(1, [b"ready\\n"])
    try:
        vault.purging.purge_history(chat.id)
        os.writev(1, [b"done\\n"])
    except PrivatusError as error:
        os.writev(1, [type(error).__name__.encode(), b"\\n"])
"""
_SCRIPTS = {"history": _PURGE, "a chat": _PURGE.replace("purge_history(chat.id)", "destroy([1])")}
_WORDS = ("XqtextZaunkönig", "XqfileZaunkönig", "XqtitleZaunkönig")


def _chat(text: str, file: str, title: str, *, at_ms: int) -> Conversation:
    files = (attachment("list.txt", f"a list with {file}".encode()),)
    return conversation(
        message(1, f"a question with {text}", attachments=files),
        "an answer",
        title=title,
        updated_at_ms=at_ms,
    )


@pytest.fixture(scope="module")
def base(memory: Path) -> tuple[Path, Sealed]:
    """Return a vault with one chat that has changed, and what is sealed of its former state."""
    require_strace()
    vault = ScratchVault.create(memory / "purge")
    vault.bring(_chat(*_WORDS, at_ms=1), name="first")
    vault.bring(_chat("no word", "none", "nothing", at_ms=2), name="later")
    sealed = sealed_of(vault, history_only=True)
    vault.vault.lock()
    return vault.folder, sealed


def _calls(script: str, folder: Path, scratch: Path, count: int) -> list[Call]:
    found = [call for call in calls_that_write(script, folder, scratch) if call.name != "writev"]
    return found[:: max(1, len(found) // count)]


def _state(folder: Path, sealed: Sealed) -> str:
    """Open what a crash has left; return whether all of the words are there, or none of them."""
    vault = ScratchVault(folder, Vault.open(folder, PASSWORD))
    assert wrong_checks(vault.vault) == []
    assert not vault.vault.purging.is_pending
    found = traces(vault, _WORDS, sealed)
    vault.vault.lock()
    if not found:
        return "gone"
    assert {"history", "versions"} <= set(found)
    assert any(place.startswith("blob of") for place in found)
    return "there"


@pytest.mark.parametrize("what", _SCRIPTS)
@pytest.mark.parametrize("count", [10, pytest.param(60, marks=pytest.mark.slow, id="many calls")])
def test_a_purge_that_is_killed_is_done_wholly_or_not_begun(
    base: tuple[Path, Sealed], scratch: Path, what: str, count: int
) -> None:
    (folder, sealed), script = base, _SCRIPTS[what]
    states: Counter[str] = Counter()

    for call in _calls(script, folder, scratch, count):
        vault = shutil.copytree(folder, scratch / "vault")
        killed = run_killed_at(script.format(vault=str(vault)), call)
        state = _state(vault, sealed)
        assert state == "gone" or "done" not in killed.stdout, call
        states[state] += 1
        shutil.rmtree(vault)

    assert states["there"]
    assert states["gone"]


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("count", [5, pytest.param(60, marks=pytest.mark.slow, id="many calls")])
def test_a_purge_that_the_disk_refuses_is_done_by_the_next_opening_or_not_begun(
    base: tuple[Path, Sealed], scratch: Path, count: int, error: str
) -> None:
    folder, sealed = base
    states: Counter[str] = Counter()

    for call in _calls(_PURGE, folder, scratch, count):
        vault = shutil.copytree(folder, scratch / "vault")
        run_failing_at(_PURGE.format(vault=str(vault)), call, error)
        states[_state(vault, sealed)] += 1
        shutil.rmtree(vault)

    assert states["gone"]
