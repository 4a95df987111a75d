"""The copy from before a change of the schema: how long it stays, and what takes it away."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core import clock
from privatus.core.archives import ArchiveWish
from privatus.core.errors import UserError
from privatus.services import migrating
from privatus.storage.database import Database
from privatus.storage.schema_files import migrations as shipped
from privatus.vault.keys import keyspec
from support.conversations import conversation
from support.next_release import RELEASE, next_release
from support.vaults import PASSWORD, ScratchVault

_STEP = len(shipped())


def _copy(vault: ScratchVault) -> Path:
    return vault.folder / "vault.db.before-migration"


def _go_back(vault: ScratchVault) -> migrating.WentBack:
    with next_release():
        return migrating.go_back(vault.folder, PASSWORD)


def test_what_was_purged_is_in_no_copy_and_does_not_come_back(moved_on: ScratchVault) -> None:
    with next_release():
        moved_on.reopen()
        moved_on.vault.purging.destroy([1])
        moved_on.vault.lock()

    assert not _copy(moved_on).exists()
    with pytest.raises(UserError, match="no copy is kept"):
        _go_back(moved_on)


def test_a_purge_that_is_not_done_keeps_the_way_back_shut(moved_on: ScratchVault) -> None:
    database = Database.open(moved_on.folder / "vault.db", keyspec(moved_on.database_key))
    database.execute("INSERT INTO purges (begun_at_ms, with_copy) VALUES (0, 0)")
    database.close()

    with pytest.raises(UserError, match="purge is not done"):
        _go_back(moved_on)


def test_new_keys_are_refused_while_something_is_set_aside(moved_on: ScratchVault) -> None:
    _go_back(moved_on)

    with pytest.raises(UserError, match="--forget"):
        Vault.rotate(moved_on.folder, PASSWORD)

    assert len(migrating.forget(moved_on.folder)) == 1
    Vault.rotate(moved_on.folder, PASSWORD)


_MONTH_MS = 31 * 24 * 60 * 60 * 1000


@pytest.mark.parametrize(
    ("used_after_days", "opened_after_days", "stays"),
    [(10, 29, True), (0, 31, True), (10, 31, False)],
)
def test_the_copy_stays_for_a_month_in_which_the_vault_was_used(
    moved_on: ScratchVault,
    monkeypatch: pytest.MonkeyPatch,
    used_after_days: int,
    opened_after_days: int,
    stays: bool,
) -> None:
    now_ms, day_ms = clock.now_ms(), 24 * 60 * 60 * 1000
    with next_release():
        if used_after_days:
            monkeypatch.setattr(clock, "now_ms", lambda: now_ms + used_after_days * day_ms)
            moved_on.reopen()
            moved_on.bring(conversation("Hello", external_id="used"), name="used")
            assert _copy(moved_on).exists()
        monkeypatch.setattr(clock, "now_ms", lambda: now_ms + opened_after_days * day_ms)

        moved_on.reopen().lock()

    assert _copy(moved_on).exists() is stays


def test_the_status_tells_of_the_step_the_copy_and_what_is_aside(moved_on: ScratchVault) -> None:
    ours = migrating.status(moved_on.folder, PASSWORD)
    assert ours.standing is not None and ours.standing.step == _STEP + 1 == ours.program_step + 1
    assert ours.standing.release == RELEASE
    assert ours.copy is not None and ours.copy.standing is not None
    assert (ours.copy.standing.step, ours.set_aside) == (_STEP, ())

    aside = _go_back(moved_on).set_aside
    back = migrating.status(moved_on.folder, PASSWORD)

    assert back.standing == ours.copy.standing and back.copy is None
    assert [kept.file.path for kept in back.set_aside] == [aside]
    assert back.set_aside[0].standing == ours.standing
    # Nothing was brought up to date by looking.
    assert not _copy(moved_on).exists()


def test_the_status_tells_of_archived_chats_that_came_back_since(vault: ScratchVault) -> None:
    vault.bring(*(conversation("Hello", external_id=str(n)) for n in (1, 2)))
    archives = vault.vault.archives
    gone = archives.create(ArchiveWish(row_ids=[1, 2])).ids
    vault.vault.lock()
    with next_release():
        vault.reopen()
        assert migrating.status(vault.folder, PASSWORD).missing_archives == 0
        vault.vault.archives.bring_back(gone[:1])
        vault.reopen().lock()

    assert migrating.status(vault.folder, PASSWORD).missing_archives == 1
