"""A place where nothing may be deleted takes backups after a change of password, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.backup.creating import create
from privatus.backup.destinations.local import LocalDestination
from privatus.backup.destinations.port import RefusedError
from privatus.backup.verifying import verify
from privatus.core.backup import BackupKind, VerifyDepth
from privatus.core.jobs import Job
from privatus.core.secret import SecretBytes
from privatus.vault import unlock
from support.repositories import FakeVault, sign


def test_a_password_change_does_not_stop_backups_where_nothing_may_be_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, place = FakeVault(tmp_path / "vault"), LocalDestination.make(tmp_path / "repository")
    create(vault.repository(place), vault.source, BackupKind.FULL, sign, Job())
    with SecretBytes.from_text("another password") as password:
        unlock.change_password(vault.folder, vault.opened, password)
    delete = LocalDestination.delete

    def refuse(destination: LocalDestination, name: str) -> None:
        if name.startswith("keys/"):
            raise RefusedError("nothing may be deleted there")
        delete(destination, name)

    monkeypatch.setattr(LocalDestination, "delete", refuse)
    made = create(vault.repository(place), vault.source, BackupKind.INCREMENTAL, sign, Job())

    assert made.manifest.sequence == 2
    assert len(place.list("keys")) == 2
    report = verify(vault.repository(place), VerifyDepth.LIST, side=vault.side, job=Job())
    assert [one.name.partition("/")[0] for one in report.problems if "password" in one.what] == [
        "keys"
    ]
