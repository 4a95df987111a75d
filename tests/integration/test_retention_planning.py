"""A dry run of retention says what the run then does: how much of what, and by name."""

from __future__ import annotations

import pytest

from privatus.core import clock
from privatus.core.marks import Mark
from privatus.core.retention import DAY_MS, Action, Deed, Kind, Policy
from support.conversations import conversation, message
from support.vaults import ScratchVault

_NOW_MS = 1_800_000_000_000


def _pass(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setattr(clock, "now_ms", lambda: _NOW_MS + days * DAY_MS)


def _bring(vault: ScratchVault, **ages: int) -> None:
    """Import a chat each, that is so many days old."""
    vault.bring(
        *(
            conversation(
                *(message(n, "words", created_at_ms=_NOW_MS - days * DAY_MS) for n in (1, 2)),
                external_id=name,
                title=name,
                updated_at_ms=_NOW_MS - days * DAY_MS,
            )
            for name, days in ages.items()
        )
    )


def test_a_dry_run_counts_the_messages_and_entries_that_the_run_then_destroys(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pass(monkeypatch, 0)
    _bring(vault, old=200, older=300, new=1)
    retention = vault.vault.retention
    for kind in (Kind.MESSAGES, Kind.AUDIT):
        retention.set(Policy(kind=kind, action=Action.DESTROY, days=100, grace_days=10))
    retention.run()
    _pass(monkeypatch, 200)
    retention.run()
    _pass(monkeypatch, 210)

    counted = {each.kind: each.destroyed for each in retention.run(dry_run=True).kinds}
    named = retention.plan()
    done = {each.kind: each.destroyed for each in retention.run().kinds}

    assert counted == done
    assert done[Kind.MESSAGES] == sum(
        one.messages or 0 for one in named if one.deed is Deed.DESTROYED
    )
    assert min(done.values()) > 1


def test_what_would_be_let_go_is_named_with_when_it_was_changed(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pass(monkeypatch, 0)
    _bring(vault, old=200)
    vault.vault.retention.set(
        Policy(kind=Kind.CHATS, action=Action.DESTROY, days=100, grace_days=10)
    )
    vault.vault.retention.run()
    vault.vault.marks.set(Mark.PINNED, [vault.only().id])

    [one] = vault.vault.retention.plan()

    assert (one.deed, one.title) == (Deed.RELEASED, "old")
    assert one.since_ms == _NOW_MS - 200 * DAY_MS
