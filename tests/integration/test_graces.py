"""A vault that came out of a backup destroys nothing before a person could look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core import clock
from privatus.core.retention import DAY_MS, Action, Kind, Policy
from support.conversations import conversation, message
from support.vaults import PASSWORD, ScratchVault

_NOW_MS = 1_800_000_000_000


@pytest.fixture
def backed_up(vault: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScratchVault:
    """Return a vault with a chat that is marked to go, one in the trash, and a backup of then.

    A month has passed since, and both are about to go.
    """
    monkeypatch.setattr(clock, "now_ms", lambda: _NOW_MS)
    old_ms = _NOW_MS - 200 * DAY_MS
    vault.bring(
        *(
            conversation(
                message(1, name, created_at_ms=old_ms),
                external_id=name,
                title=name,
                created_at_ms=old_ms,
                updated_at_ms=old_ms,
            )
            for name in ("marked", "trashed")
        )
    )
    opened = vault.vault
    opened.trash.put([vault.all()["trashed"].id])
    opened.trash.set_days(7)
    opened.retention.set(Policy(kind=Kind.CHATS, action=Action.DESTROY, days=100, grace_days=10))
    opened.retention.run()
    opened.backups.run(opened.backups.add("disk", str(tmp_path / "disk")).id)
    monkeypatch.setattr(clock, "now_ms", lambda: _NOW_MS + 30 * DAY_MS)
    return vault


def test_a_restored_vault_gives_every_grace_anew(
    backed_up: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Vault.restore(str(tmp_path / "disk"), tmp_path / "new", PASSWORD)

    with Vault.open(tmp_path / "new", PASSWORD) as restored:
        assert restored.trash.tidy() == 0
        assert restored.retention.run_if_due() is not None
        (waiting,) = restored.retention.waiting()
        assert (waiting.title, waiting.goes_at_ms) == ("marked", _NOW_MS + 40 * DAY_MS)
    monkeypatch.setattr(clock, "now_ms", lambda: _NOW_MS + 40 * DAY_MS)
    with Vault.open(tmp_path / "new", PASSWORD) as restored:
        assert restored.trash.tidy() == 1
        assert [kind.destroyed for kind in restored.retention.run().kinds] == [1]
        assert [check for check in restored.integrity.check().checks if not check.ok] == []


def test_a_vault_that_was_only_closed_goes_on_counting(backed_up: ScratchVault) -> None:
    opened = backed_up.reopen()

    assert opened.trash.tidy() == 1
    assert [kind.destroyed for kind in opened.retention.run().kinds] == [1]
