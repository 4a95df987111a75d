"""Summaries, related chats, proposed titles and suggested tags in the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from support.access import unnamed
from support.chats import bring
from support.conversations import conversation
from support.desk import Desk
from ui.chats.model import spoken
from ui.chats.page import ChatsPage
from ui.settings import table
from ui.shell.pages import MessageTarget
from ui.summaries import background
from ui.summaries.in_reader import SummaryInReader
from ui.summaries.related import RelatedInReader

_PUMP = (
    "Why does the pump of my washing machine hum?",
    "A coin blocks the wheel of the pump in the washing machine.",
    "How do I take the coin out of the pump?",
    "Open the small door of the washing machine and unscrew the filter of the pump.",
    "Thank you!",
    "You are welcome.",
)
_NOISE = (
    "Which noise does the bearing of a washing machine make?",
    "The bearing roars, and the pump of the washing machine hums.",
)
_PUMP_TITLE, _NOISE_TITLE = "The pump", "Noises"


def _chat(title: str, *texts: str, day: int = 0) -> Conversation:
    at_ms = 1_735_000_000_000 + day * 86_400_000
    return conversation(
        *texts, title=title, external_id=title or "untitled", created_at_ms=at_ms,
        updated_at_ms=at_ms,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_DELAY_MS", 10)


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    def filled(vault: Vault) -> None:
        bring(
            vault,
            _chat(_PUMP_TITLE, *_PUMP, day=3),
            _chat(_NOISE_TITLE, *_NOISE, day=2),
            _chat("", *_PUMP, day=1),
        )

    return filled


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ChatsPage:
    desk.unlock()
    found = desk.show_page("chats")
    assert isinstance(found, ChatsPage)
    qtbot.waitUntil(lambda: found.pane.model.rowCount() == 3, timeout=10_000)
    qtbot.waitUntil(lambda: found.pane.model.chat(2) is not None)
    return found


def _open(page: ChatsPage, desk: Desk, qtbot: QtBot, title: str) -> SummaryInReader:
    chats = {chat.title: chat.id for chat in desk.session.vault.conversations.list()}
    desk.window.shell.open_message(MessageTarget(conversation_id=chats[title]))
    model = page.reader
    qtbot.waitUntil(
        lambda: model.model is not None and model.model.conversation_id == chats[title],
        timeout=10_000,
    )
    return next(a for a in page.reader.additions if isinstance(a, SummaryInReader))


@pytest.fixture
def summary(page: ChatsPage, desk: Desk, qtbot: QtBot) -> SummaryInReader:
    found = _open(page, desk, qtbot, _PUMP_TITLE)
    qtbot.waitUntil(lambda: found.bar.summary is not None)
    return found


def _run(desk: Desk, name: str) -> None:
    desk.window.shell.commands.run(name)


def _plain(summary: SummaryInReader) -> str:
    return "" if summary.bar.summary is None else summary.bar.summary.plain


def test_a_longer_chat_says_in_one_line_what_it_is_about(summary: SummaryInReader) -> None:
    bar = summary.bar

    assert bar.isVisible()
    assert bar.is_folded
    assert bar.preview.accessibleName().startswith(_plain(summary)[:20])
    assert not any(line.isVisible() for line in bar.lines)


def test_it_unfolds_by_key_and_a_sentence_leads_to_its_message(
    page: ChatsPage, summary: SummaryInReader, desk: Desk, qtbot: QtBot
) -> None:
    _run(desk, "chat-summary")

    lines = summary.bar.lines
    assert all(line.isVisible() for line in lines)
    assert desk.window.focusWidget() is lines[0]
    assert "Made by Privatus" in summary.bar.caption.accessibleName()
    last = lines[-1]
    last.setFocus()
    QTest.keyClick(last, Qt.Key.Key_Return)
    row = page.reader.model.row_of(last.said.number) if page.reader.model else None
    qtbot.waitUntil(lambda: page.reader.view.marked == row)
    assert desk.window.focusWidget() is page.reader.view


def test_it_stays_unfolded_for_the_next_chat_and_says_its_name_to_everybody(
    page: ChatsPage, summary: SummaryInReader, desk: Desk, qtbot: QtBot
) -> None:
    summary.bar.fold_button.click()

    assert not summary.bar.is_folded
    assert unnamed(summary.bar) == []
    _open(page, desk, qtbot, "")
    qtbot.waitUntil(lambda: summary.bar.summary is not None)
    assert not summary.bar.is_folded
    summary.bar.fold_button.click()
    assert summary.bar.is_folded


def test_a_short_chat_has_none_until_somebody_asks(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    summary = _open(page, desk, qtbot, _NOISE_TITLE)
    qtbot.wait(300)
    assert not summary.bar.isVisible()

    _run(desk, "chat-summary")

    qtbot.waitUntil(lambda: summary.bar.isVisible())
    assert not summary.bar.is_folded


def test_a_persons_words_are_written_saved_and_taken_back_by_keys(
    summary: SummaryInReader, desk: Desk, qtbot: QtBot
) -> None:
    made = _plain(summary)
    _run(desk, "write-summary")
    field = summary.bar.field
    qtbot.waitUntil(lambda: field.hasFocus())
    assert field.toPlainText() == made

    QTest.keyClicks(field, "It was a coin")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: _plain(summary) == "It was a coin")
    assert summary.bar.own.isVisible()
    assert summary.bar.caption.accessibleName() == "Your words"
    qtbot.waitUntil(lambda: "Your words are the summary now" in desk.window.shell.told)
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: _plain(summary) == made)
    assert not summary.bar.reset_button.isVisible()
    qtbot.waitUntil(lambda: desk.session.tasks.live == 0)
    desk.window.shell.redo()
    qtbot.waitUntil(lambda: _plain(summary) == "It was a coin")


def test_escape_forgets_what_was_written(summary: SummaryInReader, qtbot: QtBot) -> None:
    made = _plain(summary)
    summary.bar.edit()
    QTest.keyClicks(summary.bar.field, "No")

    QTest.keyClick(summary.bar.field, Qt.Key.Key_Escape)

    assert not summary.bar.is_editing
    assert summary.bar.field.toPlainText() == ""
    assert _plain(summary) == made


def test_what_is_being_written_is_kept_when_one_goes_on_or_the_vault_locks(
    page: ChatsPage, summary: SummaryInReader, desk: Desk, qtbot: QtBot
) -> None:
    summaries = desk.session.vault.summaries
    chats = {chat.title: chat.id for chat in desk.session.vault.conversations.list()}
    summary.bar.edit()
    QTest.keyClicks(summary.bar.field, "Half")
    _open(page, desk, qtbot, _NOISE_TITLE)
    qtbot.waitUntil(lambda: summaries.of(chats[_PUMP_TITLE]).text == "Half")

    _open(page, desk, qtbot, _PUMP_TITLE)
    qtbot.waitUntil(lambda: _plain(summary) == "Half")
    summary.bar.edit()
    QTest.keyClicks(summary.bar.field, "More")
    desk.lock()
    desk.unlock()

    assert desk.session.vault.summaries.of(chats[_PUMP_TITLE]).text == "More"


def test_all_that_is_kept_of_a_chat_can_be_read(
    summary: SummaryInReader, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: desk.session.vault.summaries.waiting() == 0, timeout=10_000)
    made = _plain(summary)
    summary.bar.written.emit("Mine")
    qtbot.waitUntil(lambda: _plain(summary) == "Mine")

    _run(desk, "former-summaries")

    qtbot.waitUntil(lambda: summary.dialog is not None)
    assert summary.dialog is not None
    assert summary.dialog.texts == ["Mine", made]
    assert unnamed(summary.dialog) == []
    summary.dialog.accept()


def test_a_person_goes_back_to_the_sentences_of_the_chat(
    summary: SummaryInReader, desk: Desk, qtbot: QtBot
) -> None:
    made = _plain(summary)
    summary.bar.written.emit("Mine")
    qtbot.waitUntil(lambda: _plain(summary) == "Mine")

    summary.bar.reset_button.click()

    qtbot.waitUntil(lambda: _plain(summary) == made)
    qtbot.waitUntil(lambda: len(desk.window.shell.told) == 2)
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: _plain(summary) == "Mine")


def test_summaries_are_made_in_the_background_and_titles_with_them(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: desk.session.vault.summaries.waiting() == 0, timeout=10_000)

    page.pane.reload()
    qtbot.waitUntil(lambda: bool(_untitled(page)), timeout=10_000)
    assert _untitled(page).proposed_title == _PUMP[0]
    assert "proposed title" in spoken(_untitled(page))


def test_nothing_is_summed_up_where_that_is_switched_off(desk: Desk, qtbot: QtBot) -> None:
    desk.settings.set(table.SUMMARIES, False)
    desk.unlock()
    qtbot.wait(300)

    assert desk.session.vault.summaries.waiting() == 3
    desk.settings.set(table.SUMMARIES, True)
    qtbot.waitUntil(lambda: desk.session.vault.summaries.waiting() == 0, timeout=10_000)


def test_all_missing_summaries_are_made_as_a_job_that_is_seen(desk: Desk, qtbot: QtBot) -> None:
    desk.settings.set(table.SUMMARIES, False)
    desk.unlock()

    _run(desk, "make-summaries")

    [job] = desk.window.shell.jobs.rows
    qtbot.waitUntil(lambda: job.remark == "3 chats summed up", timeout=10_000)


def test_a_proposed_title_is_accepted_by_one_key_and_undone(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: desk.session.vault.summaries.waiting() == 0, timeout=10_000)
    page.pane.reload()
    qtbot.waitUntil(lambda: bool(_untitled(page)), timeout=10_000)
    page.pane.view.setCurrentIndex(page.pane.model.index(2, 0))

    _run(desk, "accept-titles")

    qtbot.waitUntil(lambda: "1 chat named" in desk.window.shell.told)
    assert _PUMP[0] in _titles(desk)
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: "" in _titles(desk))
    qtbot.waitUntil(lambda: desk.session.tasks.live == 0)
    desk.window.shell.redo()
    qtbot.waitUntil(lambda: _PUMP[0] in _titles(desk))
    qtbot.waitUntil(lambda: desk.session.tasks.live == 0)
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: "" in _titles(desk))
    _run(desk, "accept-all-titles")
    qtbot.waitUntil(lambda: "" not in _titles(desk), timeout=10_000)


def test_related_chats_stand_in_the_panel_and_open_by_key(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    _open(page, desk, qtbot, _PUMP_TITLE)
    page.reader.toggle_panel()
    related = next(a for a in page.reader.additions if isinstance(a, RelatedInReader))
    qtbot.waitUntil(lambda: len(related.panel.model.chats) == 2)

    view = related.panel.view
    row = [chat.title for chat in related.panel.model.chats].index(_NOISE_TITLE)
    view.setCurrentIndex(related.panel.model.index(row, 0))
    said = view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert "washing" in said
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Return)

    qtbot.waitUntil(
        lambda: (
            page.reader.model is not None and page.reader.model.shape.summary.title == _NOISE_TITLE
        )
    )


def test_suggested_tags_are_chips_that_tick_their_tag(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    vault = desk.session.vault
    chats = {chat.title: chat.id for chat in vault.conversations.list()}
    vault.tags.add("home/repairs", str(chats[_NOISE_TITLE]))
    page.pane.view.setCurrentIndex(page.pane.model.index(0, 0))
    _run(desk, "tag-chats")
    chooser = _chooser(page)
    qtbot.waitUntil(lambda: bool(chooser.suggested.chips))

    chips: list[QPushButton] = chooser.suggested.chips
    assert chips[0].text() == "home/repairs"
    chips[0].click()

    assert chooser.ticks.given == ["home/repairs"]
    assert "home/repairs" not in [chip.text() for chip in chooser.suggested.chips]
    chooser.reject()


def _chooser(page: ChatsPage):  # type: ignore[no-untyped-def]
    from ui.tags.chooser import TagChooser

    [found] = page.findChildren(TagChooser)
    return found


def _untitled(page: ChatsPage):  # type: ignore[no-untyped-def]
    rows = (page.pane.model.chat(row) for row in range(page.pane.model.rowCount()))
    return next((c for c in rows if c and not c.summary.title and c.proposed_title), None)


def _titles(desk: Desk) -> set[str]:
    return {chat.title for chat in desk.session.vault.conversations.list()}
