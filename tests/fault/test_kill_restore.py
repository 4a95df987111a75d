"""Restoring, and bringing chats back, killed at each call that writes: no vault is harmed."""

from __future__ import annotations

import hashlib
import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import UserError
from support import syscall_faults
from support.curated import curate
from support.kill import WRITES, records_of, wrong_checks
from support.syscall_faults import Call, require_strace, run_killed_at
from support.vaults import PASSWORD, ScratchVault

_SCRIPT = """
import os
from pathlib import Path

from privatus.bootstrap import Vault

folder, place = Path({folder!r}), {place!r}
if {is_inside!r}:
    with Vault.open(folder, "several random words") as vault:
        destination = vault.backups.destinations()[0].id
        with vault.backups.browse(destination) as backup:
            os.writev(1, [b"ready\\n"])
            {what}
            os.writev(1, [b"done\\n"])
else:
    os.writev(1, [b"ready\\n"])
    Vault.restore(place, folder, "several random words", keep_aside=True)
    os.writev(1, [b"done\\n"])
"""
_COUNTS = [5, pytest.param(120, marks=pytest.mark.slow, id="many calls")]


class Base:
    """A vault with a backup, in which a chat and a message have gone since."""

    def __init__(self, folder: Path) -> None:
        require_strace()
        vault = ScratchVault.create(folder / "vault")
        ids = curate(vault)
        service = vault.vault
        place = service.backups.add("disk", str(folder / "disk"))
        service.backups.run(place.id)
        self.place = folder / "disk"
        self.backed_up = records_of(service)
        chats = {chat.external_id: chat.id for chat in service.conversations.each()}
        self.chat = str(chats["with-files"])
        self.changed = str(chats["branched"])
        service.purging.destroy([ids["with-files"]])
        service.editing.remove(self.changed, [1])
        self.now = records_of(service)
        service.lock()
        self.vault = vault.folder
        self.stored = _digest(self.place)

    def script(self, folder: Path, what: str) -> str:
        said = {
            "chat": f"backup.restore_chat({self.chat!r})",
            "message": f"backup.restore_message({self.changed!r}, 1)",
        }
        return _SCRIPT.format(
            folder=str(folder),
            place=str(self.place),
            is_inside=what in said,
            what=said.get(what, "pass"),
        )


@pytest.fixture(scope="module")
def base(memory: Path) -> Base:
    return Base(memory / "restores")


def _digest(folder: Path) -> dict[str, str]:
    # A reader puts a lock there; killed at it, it leaves that or half of it.
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {"locks", ".unfinished"} & set(path.parts)
    }


def _calls(base: Base, what: str, scratch: Path, count: int) -> list[Call]:
    """Return about *count* of the calls, with all that are rare among them."""
    folder = scratch / "traced" / "vault"
    folder.parent.mkdir()
    if what != "new":
        shutil.copytree(base.vault, folder)
    script = base.script(folder, what)
    found = syscall_faults.calls(script, ("writev", *WRITES), scratch / "calls", start="ready")
    shutil.rmtree(folder.parent)
    found = [call for call in found if call.name != "writev"]
    renames = [call for call in found if "rename" in call.name][-2:]
    return [*found[:: max(1, len(found) // count)], *renames]


def _killed(base: Base, what: str, call: Call, scratch: Path) -> tuple[Path, bool]:
    """Kill what is done at a call; return the vault's folder, and whether it was done."""
    folder = scratch / "killed" / "vault"
    folder.parent.mkdir()
    if what != "new":
        shutil.copytree(base.vault, folder)
    done = run_killed_at(base.script(folder, what), call)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    assert _digest(base.place) == base.stored
    return folder, "done" in done.stdout


def _contents(folder: Path) -> dict[str, object]:
    with Vault.open(folder, PASSWORD) as vault:
        assert vault.warnings == []
        assert wrong_checks(vault) == []
        return dict(records_of(vault))


@pytest.mark.parametrize("count", _COUNTS)
def test_a_restore_over_a_vault_leaves_that_or_the_restored_one_and_says_where(
    base: Base, scratch: Path, count: int
) -> None:
    met: Counter[str] = Counter()
    for call in _calls(base, "over", scratch, count):
        folder, is_done = _killed(base, "over", call, scratch)
        aside = [path for path in folder.parent.iterdir() if ".before-restore-" in path.name]
        if not folder.exists():
            assert not is_done
            assert [_contents(path) for path in aside] == [base.now]
            with pytest.raises(UserError, match="a restore was broken off") as error:
                Vault.open(folder, PASSWORD)
            assert str(aside[0]) in str(error.value)
            met["between"] += 1
        elif aside:
            assert _contents(folder) == base.backed_up
            assert [_contents(path) for path in aside] == [base.now]
            met["restored"] += 1
        else:
            assert not is_done
            assert _contents(folder) == base.now
            met["as it was"] += 1
        report = Vault.restore(str(base.place), folder, PASSWORD, keep_aside=True)
        assert _contents(folder) == base.backed_up
        assert report.kept_aside is not None
        assert base.now in [_contents(path) for path in folder.parent.iterdir() if path != folder]
        assert not folder.with_name("vault.restoring").exists()
        shutil.rmtree(folder.parent)
    assert met["as it was"]
    assert met["between"]


@pytest.mark.parametrize("count", _COUNTS)
def test_a_restore_to_a_new_place_leaves_nothing_or_a_whole_vault(
    base: Base, scratch: Path, count: int
) -> None:
    for call in _calls(base, "new", scratch, count):
        folder, is_done = _killed(base, "new", call, scratch)
        if folder.exists():
            assert _contents(folder) == base.backed_up
        else:
            assert not is_done
            with pytest.raises(UserError, match="there is no vault"):
                Vault.open(folder, PASSWORD)
            Vault.restore(str(base.place), folder, PASSWORD)
            assert _contents(folder) == base.backed_up
        assert [path.name for path in folder.parent.iterdir()] == ["vault"]
        shutil.rmtree(folder.parent)


@pytest.mark.parametrize("what", ["chat", "message"])
@pytest.mark.parametrize("count", _COUNTS)
def test_bringing_back_leaves_all_of_it_or_nothing_and_goes_on(
    base: Base, scratch: Path, what: str, count: int
) -> None:
    met: Counter[bool] = Counter()
    after = None
    for call in _calls(base, what, scratch, count):
        folder, is_done = _killed(base, what, call, scratch)
        found = _contents(folder)
        assert not (folder / "scratch").exists()
        is_back = found != base.now
        assert is_back or not is_done
        met[is_back] += 1
        with Vault.open(folder, PASSWORD) as vault:
            destination = vault.backups.destinations()[0].id
            with vault.backups.browse(destination) as backup:
                done = (
                    backup.restore_chat(base.chat)
                    if what == "chat"
                    else backup.restore_message(base.changed, 1)
                )
            assert done.is_nothing == is_back
            again = dict(records_of(vault))
            assert wrong_checks(vault) == []
        assert not is_back or found == again
        assert after in (None, again)
        after = again
        shutil.rmtree(folder.parent)
    assert met[False]
