"""Backing up, pruning and restoring a real vault, killed: neither vault nor backups are harmed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.backup import KeepRules, VerifyDepth
from support import syscall_faults
from support.kill import PASSWORD, WRITES, filled_vault, records_of, wrong_checks
from support.syscall_faults import Call, require_strace, run_killed_at

_SCRIPT = """
import os
from pathlib import Path

from privatus.bootstrap import Vault

os.writev(1, [b"ready\\n"])
{work}
os.writev(1, [b"done\\n"])
"""
_IN_VAULT = """
with Vault.open({vault!r}, "password") as vault:
    {work}
"""
_WORK = {
    "backup": _IN_VAULT.replace("{work}", "vault.backups.run(1)"),
    "prune": _IN_VAULT.replace("{work}", "vault.backups.prune(1, dry_run=False)"),
    "restore": 'Vault.restore({place!r}, Path({vault!r}), "password", keep_aside=True)',
}


class _Base:
    """A vault with three backups beside it, of which the rules keep one, and a change since."""

    def __init__(self, folder: Path) -> None:
        # The vault knows where its backups are, so that they are always at the same place.
        self.live, self._kept = folder / "live", folder / "kept"
        self.vault, self.place = self.live / "vault", self.live / "disk"
        folder.mkdir()
        filled_vault(self.live, conversations=3)
        with Vault.open(self.vault, PASSWORD) as vault:
            added = vault.backups.add("disk", str(self.place), keep=KeepRules(last=1))
            assert added.id == 1
            for number in range(3):
                vault.tags.add(f"tag{number}", str(vault.conversations.list(limit=1)[0].id))
                self.newest = vault.backups.run(1).id
            vault.tags.add("later", str(vault.conversations.list(limit=1)[0].id))
            self.records = records_of(vault)
        self.live.rename(self._kept)

    def lay_out(self) -> None:
        shutil.rmtree(self.live, ignore_errors=True)
        shutil.copytree(self._kept, self.live)

    def script(self, work: str) -> str:
        said = _WORK[work].format(vault=str(self.vault), place=str(self.place))
        return _SCRIPT.format(work=said)

    def calls(self, work: str, log: Path) -> list[Call]:
        self.lay_out()
        found = syscall_faults.calls(self.script(work), ("writev", *WRITES), log, start="ready")
        return [call for call in found if call.name != "writev"]

    def age_locks(self) -> None:
        then = time.time() - 31 * 60
        for path in self.place.glob("locks/*"):
            os.utime(path, (then, then))


@pytest.fixture(scope="module")
def base(memory: Path) -> _Base:
    require_strace()
    return _Base(memory / "vault and backups")


def _require_vault(base: _Base) -> None:
    """Check that the vault is whole, and that its backups are, and go on."""
    Vault.open(base.vault, PASSWORD).lock()
    with Vault.open(base.vault, PASSWORD) as vault:
        assert wrong_checks(vault) == []
        assert records_of(vault) == base.records
        vault.backups.refresh(1)
        harmed = {
            one
            for each in vault.backups.verify(1, VerifyDepth.DATA).problems
            for one in each.backups
        }
        assert harmed == set()
        newest = vault.backups.run(1).id
        vault.backups.prune(1, dry_run=False)
        # Beside it stays the newest that was verified.
        assert newest in [one.id for one in vault.backups.backups(1)]
        assert vault.backups.verify(1, VerifyDepth.DATA).problems == ()
    _require_restored(base, newest)


def _require_restored(base: _Base, backup_id: str) -> None:
    folder = base.live / "restored"
    Vault.restore(str(base.place), folder, PASSWORD, backup_id=backup_id)
    with Vault.open(folder, PASSWORD) as vault:
        assert wrong_checks(vault) == []
        assert records_of(vault).keys() == base.records.keys()


def _require_one_of_two(base: _Base) -> str:
    """Check that a vault that was replaced is there, in its place or aside; return which."""
    aside = list(base.live.glob("vault.before-restore-*"))
    places = [base.vault] if base.vault.exists() else []
    found = "replaced" if aside and places else "aside" if aside else "as it was"
    with Vault.open(aside[0] if aside else base.vault, PASSWORD) as vault:
        assert wrong_checks(vault) == []
        assert records_of(vault) == base.records
    if found == "replaced":
        with Vault.open(base.vault, PASSWORD) as vault:
            assert wrong_checks(vault) == []
    return found


def _kill(base: _Base, work: str, call: Call) -> tuple[bool, str]:
    base.lay_out()
    done = run_killed_at(base.script(work), call)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    base.age_locks()
    found = "whole"
    if work == "restore":
        found = _require_one_of_two(base)
        Vault.restore(str(base.place), base.vault, PASSWORD, keep_aside=True)
        _require_restored(base, base.newest)
    else:
        _require_vault(base)
    return done.returncode != 0, found


@pytest.mark.parametrize("work", list(_WORK))
def test_a_kill_harms_neither_vault_nor_backups(base: _Base, scratch: Path, work: str) -> None:
    calls = base.calls(work, scratch / "calls")
    chosen = random.Random(3).sample(calls, 4)
    chosen += [call for call in calls if call.name.startswith(("rename", "link"))][-1:]
    died = [_kill(base, work, call)[0] for call in chosen]
    assert any(died)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
@pytest.mark.parametrize("work", list(_WORK))
def test_no_kill_harms_vault_or_backups(
    base: _Base,
    scratch: Path,
    work: str,
    part: int,
    kills: int,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    chance = random.Random(f"{seed} {work} {part}")
    calls = base.calls(work, scratch / "calls")
    names = sorted({call.name for call in calls})
    found: Counter[str] = Counter()
    while found.total() < max(1, kills // 30):
        name = chance.choice(names)
        has_died, state = _kill(base, work, chance.choice([c for c in calls if c.name == name]))
        found[state] += has_died
    tell(f"{found.total()} kills of {work} of a vault (seed {seed}): {dict(found)}")
