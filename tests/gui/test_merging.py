"""Merging, splitting and duplicates in the window: by mouse, by keyboard, and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from privatus.core.errors import DeviceError
from support.access import reachable, unnamed
from support.chats import bring
from support.conversations import conversation, message
from support.desk import Desk
from ui.chats.page import ChatsPage
from ui.chats.row import signs_of
from ui.merging.dialog import MergeDialog
from ui.merging.in_reader import LinksInReader
from ui.merging.page import DuplicatesPage

_LONG = "Cut the roses above a bud that looks outwards, with a clean blade, when no frost is due. "
_DAY_MS = 86_400_000
_NOW_MS = 1_750_000_000_000


def _chat(name: str, *texts: str, day: int = 0) -> Conversation:
    messages = [
        message(n, text, created_at_ms=_NOW_MS + day * _DAY_MS + n)
        for n, text in enumerate(texts, start=1)
    ]
    at_ms = _NOW_MS + day * _DAY_MS
    return conversation(
        *messages, external_id=name, title=name, created_at_ms=at_ms, updated_at_ms=at_ms + 9
    )


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    def filled(vault: Vault) -> None:
        bring(
            vault,
            _chat("Roses", "How do I prune roses?", _LONG * 3, "Thanks", day=1),
            _chat("Letter", "Write to my landlord", "Dear Mr Müller", day=2),
            _chat("Roses again", "How do I prune roses?", _LONG * 3, "Thanks a lot", day=3),
        )

    return filled


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ChatsPage:
    desk.unlock()
    found = desk.show_page("chats")
    assert isinstance(found, ChatsPage)
    qtbot.waitUntil(lambda: found.pane.model.rowCount() == 3, timeout=10_000)
    qtbot.waitUntil(lambda: found.pane.model.chat(0) is not None)
    found.pane.view.setFocus()
    return found


def _links(page: ChatsPage) -> LinksInReader:
    [found] = [each for each in page.reader.additions if isinstance(each, LinksInReader)]
    return found


def _dialog(page: ChatsPage, qtbot: QtBot) -> MergeDialog:
    qtbot.waitUntil(lambda: bool(page.pane.findChildren(QDialog)))
    found = page.pane.findChildren(MergeDialog)[-1]
    qtbot.waitUntil(lambda: found.merge_button.isEnabled())
    return found


def _rows(page: ChatsPage) -> list[str]:
    chats = [page.pane.model.chat(row) for row in range(page.pane.model.rowCount())]
    return ["" if chat is None else chat.summary.title for chat in chats]


def _merge_two(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    """Merge the first two chats of the list by keyboard alone."""
    page.pane.view.select_rows((0, 1))
    desk.window.shell.commands.run("merge-chats")
    dialog = _dialog(page, qtbot)
    dialog.title_field.setFocus()
    qtbot.keyClick(dialog.title_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 2, timeout=10_000)
    qtbot.waitUntil(lambda: all(_rows(page)))


def test_selected_chats_are_merged_by_keyboard_and_undone(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    _merge_two(page, desk, qtbot)

    assert "Letter + Roses again" in _rows(page)
    [merged] = [c for c in map(page.pane.model.chat, range(2)) if c and c.summary.sources]
    assert ("layers", "accent") in signs_of(merged)
    qtbot.waitUntil(lambda: page.reader.model is not None)
    origins = page.reader.model.shape.origins if page.reader.model else {}
    assert set(origins.values()) == {"claude"}
    assert "2 chats merged" in desk.window.shell.told

    desk.window.shell.undo()
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 3, timeout=10_000)
    desk.window.shell.redo()
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 2, timeout=10_000)


def test_the_dialog_says_what_will_be_made_and_orders_by_keys(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    page.pane.view.select_rows((0, 1, 2))
    desk.window.shell.commands.run("merge-chats")
    dialog = _dialog(page, qtbot)

    assert dialog.told.text().splitlines()[0] == "6 messages"
    assert "2 messages are in several of them and come once" in dialog.told.text()
    assert [chat.summary.title for chat in dialog._chats] == ["Roses", "Letter", "Roses again"]

    dialog.chats.setCurrentRow(2)
    qtbot.keyClick(dialog.chats, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [chat.summary.title for chat in dialog._chats] == ["Roses", "Roses again", "Letter"]
    assert not unnamed(dialog)
    assert {dialog.title_field, dialog.merge_button, dialog.chats} <= set(reachable(dialog))
    dialog.reject()


def test_the_head_of_a_hybrid_and_of_its_sources_lead_to_each_other(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    _merge_two(page, desk, qtbot)
    links = _links(page)
    page.pane.view.select_row(_rows(page).index("Letter + Roses again"))
    qtbot.waitUntil(lambda: len(links.bar.links) == 2, timeout=10_000)
    assert links.bar.isVisible() and links.bar.undo.isVisible()
    assert [b.accessibleName() for b in links.bar.links] == [
        "Merged of: Letter, Claude",
        "Merged of: Roses again, Claude",
    ]

    links.bar.links[0].click()
    qtbot.waitUntil(lambda: page.reader.header.title.text() == "Letter", timeout=10_000)
    qtbot.waitUntil(
        lambda: (
            [b.accessibleName() for b in links.bar.links]
            == ["Merged into: Letter + Roses again, Privatus"]
        ),
        timeout=10_000,
    )
    assert not links.bar.undo.isVisible()


def test_a_merge_is_taken_back_from_its_head(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    _merge_two(page, desk, qtbot)
    links = _links(page)
    page.pane.view.select_row(_rows(page).index("Letter + Roses again"))
    qtbot.waitUntil(lambda: links.links.is_hybrid, timeout=10_000)

    links.bar.undo.click()

    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 3, timeout=10_000)
    assert "2 chats are in the list again" in desk.window.shell.told


def test_a_chat_is_split_at_a_message_and_undone(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    links = _links(page)
    page.pane.view.select_row(_rows(page).index("Roses"))
    qtbot.waitUntil(lambda: page.reader.header.title.text() == "Roses", timeout=10_000)

    links.split(3)

    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 4, timeout=10_000)
    qtbot.waitUntil(lambda: "Roses (2)" in _rows(page))
    assert "1 message is a chat of its own now" in desk.window.shell.told
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 3, timeout=10_000)


def _duplicates(desk: Desk, qtbot: QtBot) -> DuplicatesPage:
    desk.window.shell.commands.run("find-duplicates")
    found = desk.show_page("duplicates")
    assert isinstance(found, DuplicatesPage)
    qtbot.waitUntil(lambda: found.stack.currentWidget() is not found.waiting, timeout=10_000)
    return found


def test_duplicates_are_shown_and_all_but_one_put_away(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    found = _duplicates(desk, qtbot)
    [card] = found.cards

    assert "% alike" in card.accessibleName()
    assert [chat.title for chat in card.group.chats] == ["Roses again", "Roses"]
    assert not unnamed(found)
    assert {card.merge, card.keep, card.dismiss} <= set(reachable(found))

    card.keep.click()
    qtbot.waitUntil(lambda: found.stack.currentWidget() is found.empty, timeout=10_000)
    assert "1 chat in the trash" in desk.window.shell.told
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: len(found.cards) == 1, timeout=10_000)


def test_what_is_no_duplicate_is_remembered(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    found = _duplicates(desk, qtbot)

    found.cards[0].dismiss.click()

    qtbot.waitUntil(lambda: found.stack.currentWidget() is found.empty, timeout=10_000)
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: len(found.cards) == 1, timeout=10_000)


def test_a_group_is_offered_for_merging(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    found = _duplicates(desk, qtbot)

    found.cards[0].merge.click()

    qtbot.waitUntil(lambda: bool(found.findChildren(MergeDialog)))
    dialog = found.findChildren(MergeDialog)[0]
    qtbot.waitUntil(lambda: dialog.merge_button.isEnabled())
    dialog.merge_button.click()
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 2, timeout=10_000)


def test_what_goes_wrong_is_said_and_can_be_tried_again(
    page: ChatsPage, desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = desk.session.vault.duplicates
    find = service.find

    def broken(_job: object) -> None:
        raise DeviceError("the disk is full")

    monkeypatch.setattr(service, "find", broken)
    found = _duplicates(desk, qtbot)
    assert found.stack.currentWidget() is found.problem

    monkeypatch.setattr(service, "find", find)
    found.look()
    qtbot.waitUntil(lambda: len(found.cards) == 1, timeout=10_000)


def test_a_search_can_be_stopped_and_begun_again(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    found = _duplicates(desk, qtbot)

    found.look()
    found.stop()
    assert found.stack.currentWidget() is found.stopped
    found.look()
    qtbot.waitUntil(lambda: found.stack.currentWidget() is found.area, timeout=10_000)
