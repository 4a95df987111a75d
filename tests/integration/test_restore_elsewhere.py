"""A new machine: another process, an empty home, and nothing but the repository and a secret."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.curated import curate
from support.kill import records_of
from support.vaults import PASSWORD, ScratchVault

_ROOT = Path(__file__).resolve().parents[2]
_SCRIPT = """
import sys
from pathlib import Path

from privatus.bootstrap import Vault

place, secret, is_code = sys.argv[1], sys.argv[2], sys.argv[3] == "code"
folder = Path.home() / "vault"
Vault.restore(place, folder, **({"code": secret} if is_code else {"password": secret}))
said = {"recovery_code": secret} if is_code else {"password": secret}
with Vault.open(folder, **said) as vault:
    assert vault.warnings == []
    assert [one for one in vault.integrity.check().checks if not one.ok] == []
    for chat in vault.conversations.each():
        print(chat.external_id)
print("whole")
"""


@pytest.mark.parametrize("secret", ["password", "code"])
def test_a_machine_that_has_nothing_else_gets_the_whole_vault(tmp_path: Path, secret: str) -> None:
    vault = ScratchVault.create(tmp_path / "vault")
    curate(vault)
    code = vault.vault.passwords.new_recovery_code()
    vault.vault.backups.run(vault.vault.backups.add("disk", str(tmp_path / "disk")).id)
    held = sorted(records_of(vault.vault))
    vault.vault.lock()
    shutil.rmtree(vault.folder)
    home = tmp_path / "home"
    home.mkdir()

    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path / "disk"),
         code if secret == "code" else PASSWORD, secret],
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    *found, end = done.stdout.split()
    assert (sorted(found), end) == (held, "whole")
    # Nothing was written but the vault.
    assert [path.name for path in home.iterdir()] == ["vault"]
