"""Killed with the sums written and nothing committed, a vault has neither rows nor sums of it."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from support import syscall_faults
from support.grown_export import write_exports
from support.kill import PASSWORD, new_vault, records_of, wrong_checks

_IMPORT = """
import os
import signal

from privatus.bootstrap import Vault
from privatus.services.import_batch import ImportBatch
from privatus.storage.kept_sums import KeptSums

before_commit = KeptSums.before_commit
written = 0


def before_commit_and_die(self):
    global written
    changes = dict(self._changes)
    before_commit(self)
    written += "messages" in changes
    if written == {last}:
        os.kill(os.getpid(), signal.SIGKILL)


ImportBatch.ROWS = 25
with Vault.open({vault!r}, "password") as vault:
    KeptSums.before_commit = before_commit_and_die
    vault.imports.run({export!r})
"""


@pytest.mark.parametrize("last", [1, 3])
def test_a_vault_killed_before_a_commit_holds_what_it_has_counted(
    memory: Path, scratch: Path, last: int
) -> None:
    exports = write_exports(scratch, conversations=20)
    vault = new_vault(scratch / "vault")

    child = syscall_faults.start(
        _IMPORT.format(vault=str(vault), export=str(exports.first), last=last)
    )
    _, errors = child.communicate()

    assert child.returncode == -signal.SIGKILL, errors
    with Vault.open(vault, PASSWORD) as opened:
        assert wrong_checks(opened) == []
        assert (len(records_of(opened)) > 0) == (last > 1)
    shutil.rmtree(vault)
