"""Whole backups go to every kind of destination, and vaults come back from there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from privatus.backup.destinations import retrying
from privatus.bootstrap import Vault
from privatus.core.backup import VerifyDepth
from privatus.core.errors import UnreachableError
from support.conversations import attachment, conversation, message
from support.places import Place
from support.proxy import Proxy
from support.vaults import PASSWORD, ScratchVault


@pytest.fixture
def proxy(remote: Place, monkeypatch: pytest.MonkeyPatch) -> Proxy:
    monkeypatch.setattr(retrying, "DELAYS_S", (0.0,))
    assert remote.server is not None
    return remote.enter(Proxy(remote.server.port))


def _bring_more(vault: ScratchVault) -> None:
    files = (attachment("large.bin", os.urandom(1_000_000)),)
    later = conversation(message(1, "It came later", attachments=files), external_id="later")
    vault.bring(later, name="later")


def _titles(vault: Vault) -> list[str]:
    return sorted(row.title for row in vault.conversations.list())


def test_a_vault_comes_back_from_there_with_nothing_but_the_password(
    filled: ScratchVault, remote: Place, tmp_path: Path
) -> None:
    assert remote.server is not None
    where, options = remote.server.where(remote.name), remote.server.said()
    backups = filled.vault.backups
    destination = backups.add("there", where, options=options)
    backups.run(destination.id)
    _bring_more(filled)
    second = backups.run(destination.id)

    report = backups.verify(destination.id, VerifyDepth.DATA)
    restored = Vault.restore(where, tmp_path / "new", PASSWORD, options=options)

    assert report.problems == ()
    assert restored.backup_id == second.id
    with Vault.open(tmp_path / "new", PASSWORD) as vault:
        assert _titles(vault) == _titles(filled.vault)


@pytest.mark.parametrize("remote", ["seaweedfs", "openssh", "wsgidav"], indirect=True)
@pytest.mark.parametrize("after", [2_000, 200_000])
def test_a_backup_whose_line_is_cut_harms_none_and_the_next_one_is_whole(
    filled: ScratchVault, remote: Place, proxy: Proxy, tmp_path: Path, after: int
) -> None:
    assert remote.server is not None
    where, options = remote.server.where(remote.name, proxy.port), remote.server.said(proxy.port)
    backups = filled.vault.backups
    destination = backups.add("there", where, options=options)
    first = backups.run(destination.id)
    _bring_more(filled)
    proxy.cut_after(after)

    with pytest.raises(UnreachableError):
        backups.run(destination.id)
    proxy.mend()

    assert [one.id for one in Vault.list_backups(where, PASSWORD, options=options)] == [first.id]
    assert backups.verify(destination.id, VerifyDepth.DATA).problems == ()
    second = backups.run(destination.id)
    assert backups.verify(destination.id, VerifyDepth.DATA).problems == ()
    restored = Vault.restore(where, tmp_path / "new", PASSWORD, options=options)
    assert restored.backup_id == second.id
