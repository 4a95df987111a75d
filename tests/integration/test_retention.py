"""Data goes when the person said so, was told, and its grace is over; and not otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from privatus.core import clock
from privatus.core.errors import TamperedError, UsageError
from privatus.core.marks import Mark
from privatus.core.retention import DAY_MS, Action, Kind, Policy
from support.conversations import conversation, message
from support.curated import curate
from support.vaults import ScratchVault, said

_NOW_MS = 1_800_000_000_000
_DESTROY = Policy(kind=Kind.CHATS, action=Action.DESTROY, days=100, grace_days=10)


class _Clock:
    def __init__(self) -> None:
        self.now_ms = _NOW_MS

    def __call__(self) -> int:
        return self.now_ms

    def pass_days(self, days: float) -> None:
        self.now_ms += int(days * DAY_MS)


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    """Return a clock that the vault goes by."""
    found = _Clock()
    monkeypatch.setattr(clock, "now_ms", found)
    return found


def _bring(vault: ScratchVault, **ages: int) -> None:
    """Import a chat each, that is so many days old."""
    vault.bring(
        *(
            conversation(
                message(1, f"first of {name}", created_at_ms=_NOW_MS - (days + 1) * DAY_MS),
                message(2, f"second of {name}", created_at_ms=_NOW_MS - days * DAY_MS),
                external_id=name,
                title=name,
                created_at_ms=_NOW_MS - (days + 1) * DAY_MS,
                updated_at_ms=_NOW_MS - days * DAY_MS,
            )
            for name, days in ages.items()
        )
    )


def test_without_a_policy_nothing_is_ever_marked_or_goes(vault: ScratchVault, time: _Clock) -> None:
    _bring(vault, old=5_000, new=1)

    assert {p.action for p in vault.vault.retention.policies()} == {Action.KEEP}
    assert not vault.vault.retention.is_due()
    assert vault.vault.retention.run().kinds == ()
    time.pass_days(1_000)
    assert vault.vault.retention.run_if_due() is None
    assert vault.all().keys() == {"old", "new"}


def test_a_chat_is_marked_first_and_goes_when_its_grace_is_over(
    vault: ScratchVault, time: _Clock
) -> None:
    _bring(vault, old=200, new=1)
    retention = vault.vault.retention
    retention.set(_DESTROY)

    preview = retention.run(dry_run=True)
    assert retention.waiting() == []
    first = retention.run()
    assert replace(first, is_dry=True) == preview
    [waiting] = retention.waiting()
    assert (waiting.title, waiting.goes_at_ms) == ("old", _NOW_MS + 10 * DAY_MS)
    time.pass_days(9.9)
    assert [k.destroyed for k in retention.run().kinds] == [0]
    assert vault.all().keys() == {"old", "new"}
    time.pass_days(0.1)
    assert [k.destroyed for k in retention.run(dry_run=True).kinds] == [1]
    [done] = retention.run().kinds

    assert (done.destroyed, done.problem) == (1, "")
    assert vault.all().keys() == {"new"}
    assert retention.waiting() == []
    assert [k.destroyed for report in retention.reports() for k in report.kinds] == [1, 0, 0]
    assert vault.problems() == []


def test_what_a_person_keeps_stays_for_good(vault: ScratchVault, time: _Clock) -> None:
    _bring(vault, old=200, other=300)
    vault.vault.retention.set(_DESTROY)
    vault.vault.retention.run()
    chat = vault.all()["old"]

    assert vault.vault.retention.keep(Kind.CHATS, [str(chat.id)[:8]]) == 1
    time.pass_days(400)
    [done] = vault.vault.retention.run().kinds

    assert (done.destroyed, done.kept) == (1, 1)
    assert vault.all().keys() == {"old"}
    assert vault.vault.retention.keep(Kind.CHATS, [chat.id], is_kept=False) == 1
    assert vault.vault.retention.run().kinds[0].destroyed == 0
    time.pass_days(10)
    assert vault.vault.retention.run().kinds[0].destroyed == 1


def test_what_changes_meanwhile_is_let_go_of(vault: ScratchVault, time: _Clock) -> None:
    _bring(vault, old=200)
    vault.vault.retention.set(_DESTROY)
    vault.vault.retention.run()
    [chat] = vault.all().values()
    vault.vault.marks.set(Mark.PINNED, [chat.id])
    time.pass_days(20)

    [done] = vault.vault.retention.run().kinds

    assert (done.destroyed, done.released) == (0, 1)
    assert vault.vault.retention.waiting() == []


@pytest.mark.parametrize("mark", [Mark.PINNED, Mark.STARRED])
def test_what_is_pinned_or_starred_stays_unless_the_policy_says_so(
    vault: ScratchVault, time: _Clock, mark: Mark
) -> None:
    _bring(vault, old=200)
    [chat] = vault.all().values()
    vault.vault.marks.set(mark, [chat.id])

    vault.vault.retention.set(_DESTROY)
    vault.vault.retention.run()
    assert vault.vault.retention.waiting() == []
    vault.vault.retention.set(replace(_DESTROY, with_marked=True))
    vault.vault.retention.run()
    time.pass_days(10)

    assert vault.vault.retention.run().kinds[0].destroyed == 1


def test_a_starred_chat_that_is_archived_stays_too(vault: ScratchVault, time: _Clock) -> None:
    _bring(vault, old=200, other=200)
    chats = vault.all()
    vault.vault.marks.set(Mark.STARRED, [chats["old"].id])
    archive = replace(_DESTROY, action=Action.ARCHIVE, with_marked=True)
    vault.vault.retention.set(archive)
    vault.vault.retention.run()
    time.pass_days(10)
    assert vault.vault.retention.run().kinds[0].archived == 2

    vault.vault.retention.set(_DESTROY)
    vault.vault.retention.run()
    time.pass_days(10)
    assert vault.vault.retention.run().kinds[0].destroyed == 1

    assert [chat.title for chat in vault.vault.archives.list()] == ["old"]


def test_another_policy_begins_its_grace_anew_and_can_be_taken_back(
    vault: ScratchVault, time: _Clock
) -> None:
    _bring(vault, old=200)
    retention = vault.vault.retention
    change = retention.set(_DESTROY)
    retention.run()
    time.pass_days(9)

    retention.set(replace(_DESTROY, days=50))
    assert retention.waiting() == []
    retention.run()
    time.pass_days(9)
    assert retention.run().kinds[0].destroyed == 0
    again = retention.undo(change)

    assert {p.action for p in retention.policies()} == {Action.KEEP}
    assert retention.waiting() == []
    retention.undo(again)
    assert retention.policies()[0] == _DESTROY
    assert vault.problems() == []


def test_old_messages_go_and_their_chat_stays(vault: ScratchVault, time: _Clock) -> None:
    vault.bring(
        conversation(
            message(1, "an old Zaunkönig", created_at_ms=_NOW_MS - 300 * DAY_MS),
            message(2, "a later answer", created_at_ms=_NOW_MS - 299 * DAY_MS),
            message(3, "news", created_at_ms=_NOW_MS - DAY_MS),
            title="long",
        )
    )
    vault.vault.editing.edit(vault.only().id, 1, "another Zaunkönig")
    policy = Policy(kind=Kind.MESSAGES, action=Action.DESTROY, days=100, grace_days=10)
    vault.vault.retention.set(policy)
    vault.vault.retention.run()
    time.pass_days(10)

    [done] = vault.vault.retention.run().kinds

    assert done.destroyed == 2
    assert said(vault.only()) == ["news"]
    assert vault.vault.search.find("Zaunkönig").total == 0
    assert vault.vault.purging.preview(vault.only().id).wordings == ()
    assert vault.problems() == []


def test_the_words_of_old_messages_that_were_taken_out_before_go_too(
    vault: ScratchVault, time: _Clock
) -> None:
    vault.bring(
        conversation(
            message(1, "an old Zaunkönig", created_at_ms=_NOW_MS - 300 * DAY_MS),
            message(2, "news", created_at_ms=_NOW_MS - DAY_MS),
            title="long",
        )
    )
    chat_id = vault.only().id
    assert chat_id is not None
    vault.vault.editing.remove(chat_id, [1])
    policy = Policy(kind=Kind.MESSAGES, action=Action.DESTROY, days=100, grace_days=10)
    vault.vault.retention.set(policy)
    assert vault.vault.retention.run().kinds[0].marked == 1
    assert vault.vault.purging.preview(chat_id).wordings != ()
    time.pass_days(10)

    [done] = vault.vault.retention.run().kinds

    assert (done.destroyed, done.problem) == (1, "")
    assert vault.vault.purging.preview(chat_id).wordings == ()
    assert said(vault.only()) == ["news"]
    [again] = vault.vault.retention.run().kinds
    assert (again.marked, again.waiting) == (0, 0)
    assert vault.problems() == []


def test_what_went_wrong_is_told_and_the_rest_is_done(
    vault: ScratchVault, time: _Clock, tmp_path: Any
) -> None:
    _bring(vault, old=200)
    where = str(tmp_path / "nowhere" / "disk")
    vault.vault.retention.set(replace(_DESTROY, action=Action.ARCHIVE, where=where))
    vault.vault.retention.set(replace(_DESTROY, kind=Kind.MESSAGES))
    vault.vault.retention.run()
    time.pass_days(10)

    chats, messages = vault.vault.retention.run().kinds

    assert chats.problem and chats.waiting == 1 and chats.archived == 0
    assert (messages.destroyed, messages.problem) == (2, "")
    assert len(vault.vault.retention.waiting()) == 1


def test_a_run_is_due_once_a_day(vault: ScratchVault, time: _Clock) -> None:
    _bring(vault, old=200)
    vault.vault.retention.set(_DESTROY)

    assert vault.vault.retention.run_if_due() is not None
    assert vault.vault.retention.run_if_due() is None
    time.pass_days(1)
    assert vault.vault.retention.is_due()
    time.pass_days(-30)
    assert vault.vault.retention.is_due()


@pytest.mark.parametrize(
    "policy",
    [
        replace(_DESTROY, kind=Kind.MESSAGES, action=Action.ARCHIVE),
        replace(_DESTROY, kind=Kind.AUDIT, action=Action.ARCHIVE),
        replace(_DESTROY, days=0),
        replace(_DESTROY, grace_days=0),
        replace(_DESTROY, format="html"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(vault: ScratchVault, policy: Policy) -> None:
    with pytest.raises(UsageError):
        vault.vault.retention.set(policy)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE retention_policies SET days = 1",
        "UPDATE retention_policies SET with_marked = 1",
        "UPDATE retention_marks SET goes_at_ms = goes_at_ms - 1",
        "UPDATE retention_marks SET is_kept = 1 - is_kept",
        "UPDATE retention_marks SET subject_id = 2",
        "UPDATE retention_runs SET ran_at_ms = 1",
    ],
)
def test_nobody_with_the_database_key_alone_lets_anything_go(
    vault: ScratchVault, statement: str
) -> None:
    _bring(vault, old=200, new=1)
    vault.vault.retention.set(_DESTROY)
    vault.vault.retention.run()

    assert vault.attack(statement) == 1

    assert vault.problems() != []
    if "runs" not in statement:
        with pytest.raises(TamperedError):
            vault.vault.retention.run()
    assert vault.all().keys() == {"old", "new"}


# The log.


def _cut(vault: ScratchVault, time: _Clock, *, days: int = 30) -> int:
    policy = Policy(kind=Kind.AUDIT, action=Action.DESTROY, days=days, grace_days=1)
    vault.vault.retention.set(policy)
    vault.vault.retention.run()
    time.pass_days(1)
    [done] = vault.vault.retention.run().kinds
    return done.destroyed


def test_the_log_without_its_oldest_entries_still_proves_itself(
    vault: ScratchVault, time: _Clock
) -> None:
    curate(vault)
    before = vault.vault.audit.list()
    time.pass_days(60)
    _bring(vault, new=1)

    count = _cut(vault, time)

    assert count == len(before)
    after = vault.vault.audit.list()
    assert after[0].number == before[-1].number + 1
    assert [e.action for e in after if e.action == "log cut"] == ["log cut"]
    assert vault.problems() == []
    time.pass_days(60)
    assert _cut(vault, time) > 0
    assert vault.problems() == []
    assert vault.reopen().warnings == []


def test_what_the_log_said_that_counts_on_is_kept(vault: ScratchVault, time: _Clock) -> None:
    vault.vault.passwords.new_recovery_code()
    _bring(vault, old=1)
    with vault.vault._store.snapshot() as tables:
        sources, header = tables.audit.imported_sources(), tables.audit.last_header()
    time.pass_days(60)

    assert _cut(vault, time) > 0

    vault.reopen()
    with vault.vault._store.snapshot() as tables:
        assert tables.audit.imported_sources() == sources
        assert tables.audit.last_header() == header
    assert vault.vault.warnings == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_cuts",
        "UPDATE audit_cuts SET chain = zeroblob(32)",
        "UPDATE audit_cuts SET id = id + 1",
        "DELETE FROM audit_log WHERE id = (SELECT min(id) FROM audit_log)",
    ],
)
def test_who_cuts_the_log_without_the_key_is_found_out(
    vault: ScratchVault, time: _Clock, statement: str
) -> None:
    time.pass_days(60)
    _bring(vault, new=1)
    assert _cut(vault, time) > 0

    vault.attack(statement)

    assert any(problem.startswith("log: ") for problem in vault.problems())


def test_an_earlier_copy_of_a_cut_log_is_found_out(vault: ScratchVault, time: _Clock) -> None:
    time.pass_days(60)
    _bring(vault, new=1)
    vault.vault.lock()
    former = (vault.folder / "vault.db").read_bytes()
    vault.reopen()
    assert _cut(vault, time) > 0
    vault.vault.lock()

    (vault.folder / "vault.db").write_bytes(former)

    assert vault.problems() != []
