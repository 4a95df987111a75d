"""Retention in the window: deciding, looking at what goes next, keeping, and the daily run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core import clock
from privatus.core.jobs import Job
from privatus.core.retention import DAY_MS, Action, Kind
from support.access import unnamed
from support.chats import bring
from support.conversations import conversation, message
from support.desk import Desk
from ui.retention import page as retention_page
from ui.retention.page import RetentionPage
from ui.retention.policy_card import PolicyCard

_OLD_MS = 1_500_000_000_000


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    def filled(vault: Vault) -> None:
        bring(
            vault,
            *(
                conversation(
                    message(1, f"about {name}", created_at_ms=_OLD_MS),
                    external_id=name,
                    title=name,
                    created_at_ms=_OLD_MS,
                    updated_at_ms=_OLD_MS,
                )
                for name in ("Roses", "Letter")
            ),
        )

    return filled


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> RetentionPage:
    desk.unlock()
    found = desk.show_page("retention")
    assert isinstance(found, RetentionPage)
    qtbot.waitUntil(lambda: len(found.cards) == 5)
    return found


def _decide(card: PolicyCard, action: Action, days: int = 100, grace: int = 7) -> None:
    card.action.setCurrentIndex(card.action.findData(action.value))
    card.days.setValue(days)
    card.grace.setValue(grace)
    assert card.save.isEnabled()
    card.save.click()


def _marked(page: RetentionPage, qtbot: QtBot) -> None:
    _decide(page.cards[Kind.CHATS], Action.ARCHIVE)
    qtbot.waitUntil(lambda: "would be marked: 2" in page.cards[Kind.CHATS].told.text())
    page.run_now()
    qtbot.waitUntil(lambda: len(page.lines) == 2, timeout=20_000)


def test_at_first_everything_is_kept(page: RetentionPage) -> None:
    assert {card.wanted.action for card in page.cards.values()} == {Action.KEEP}
    assert not any(card.save.isEnabled() for card in page.cards.values())
    assert not page.cards[Kind.CHATS].days.isVisible()
    assert page.none.isVisible()
    assert unnamed(page) == []


def test_a_policy_is_decided_previewed_and_taken_back(
    page: RetentionPage, desk: Desk, qtbot: QtBot
) -> None:
    card = page.cards[Kind.CHATS]
    _decide(card, Action.DESTROY)

    qtbot.waitUntil(lambda: card.policy.action is Action.DESTROY)
    qtbot.waitUntil(lambda: "would be marked: 2" in card.told.text())
    assert desk.session.vault.retention.waiting() == []
    desk.window.shell.undo()

    qtbot.waitUntil(lambda: card.policy.action is Action.KEEP)
    assert desk.session.vault.retention.policies()[0].action is Action.KEEP


def test_what_is_marked_is_kept_by_a_button_and_the_rest_goes_after_its_grace(
    page: RetentionPage, desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _marked(page, qtbot)

    kept = page.lines[0].waiting.title
    page.lines[0].keep.click()
    qtbot.waitUntil(lambda: any(line.waiting.is_kept for line in page.lines))
    now_ms = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now_ms + 8 * DAY_MS)
    desk.window._retention.look()

    qtbot.waitUntil(lambda: len(desk.session.vault.archives.list()) == 1, timeout=20_000)
    assert [chat.title for chat in desk.session.vault.conversations.list()] == [kept]
    qtbot.waitUntil(lambda: "1 moved to an archive file" in desk.window.shell.told)
    qtbot.waitUntil(lambda: "moved to archive files: 1" in page.reports.text())


def test_without_a_policy_the_daily_look_does_nothing(
    page: RetentionPage, desk: Desk, qtbot: QtBot
) -> None:
    desk.window._retention.look()
    qtbot.waitUntil(lambda: desk.session.tasks.live == 0)

    assert desk.session.vault.retention.reports() == []
    assert len(desk.session.vault.conversations.list()) == 2


def test_what_changes_while_nobody_looks_is_worked_out_when_somebody_does(
    page: RetentionPage, desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = retention_page._read
    reads: list[Job] = []

    def counted(vault: Vault, job: Job) -> retention_page.Shown:
        reads.append(job)
        return read(vault, job)

    monkeypatch.setattr(retention_page, "_read", counted)
    desk.show_page("chats")

    desk.session.tell_changed("conversations")
    qtbot.wait(150)
    assert reads == []
    desk.show_page("retention")

    qtbot.waitUntil(lambda: len(reads) == 1)
    assert page.isVisible()


def test_errors_may_go_at_once_and_chats_may_not(
    page: RetentionPage, desk: Desk, qtbot: QtBot
) -> None:
    card = page.cards[Kind.ERRORS]
    _decide(card, Action.DESTROY, days=90, grace=0)

    qtbot.waitUntil(lambda: card.policy.action is Action.DESTROY)
    found = {policy.kind: policy for policy in desk.session.vault.retention.policies()}
    assert (found[Kind.ERRORS].days, found[Kind.ERRORS].grace_days) == (90, 0)
    assert not card.marked.isVisible()
    assert page.cards[Kind.CHATS].grace.minimum() == 1
