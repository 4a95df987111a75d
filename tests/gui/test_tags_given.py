"""Giving and taking tags in the window: by mouse, and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.access import unnamed
from support.desk import Desk
from support.tagged_chats import listed_page, tagged
from ui.chats.page import ChatsPage
from ui.settings import table
from ui.tags.chooser import TagChooser


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return tagged({"work/tax": ["Chat 000"], "home": ["Chat 000", "Chat 001"]})


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ChatsPage:
    found = listed_page(desk)
    qtbot.waitUntil(lambda: found.pane.model.chat(0) is not None)
    qtbot.waitUntil(lambda: found.reader.model is not None, timeout=10_000)
    found.pane.view.setFocus()
    return found


def _tags(desk: Desk) -> dict[str, tuple[str, ...]]:
    listing = desk.session.vault.listing
    rows = listing.rows(listing.arrange().ids)
    return {row.summary.title: row.summary.tags for row in rows if row.summary.tags}


def _chooser(desk: Desk, qtbot: QtBot) -> TagChooser:
    def open_one() -> list[TagChooser]:
        return [c for c in desk.window.findChildren(TagChooser) if c.isVisible()]

    qtbot.waitUntil(lambda: bool(open_one()))
    [chooser] = open_one()
    qtbot.waitUntil(lambda: chooser.ticks.rowCount() > 0)
    chooser.field.setFocus()
    return chooser


def _shown(chooser: TagChooser) -> dict[str, Qt.CheckState | None]:
    model = chooser.ticks
    rows = [model.index(row) for row in range(model.rowCount())]
    return {row.data(): row.data(Qt.ItemDataRole.CheckStateRole) for row in rows}


def _control_t(page: ChatsPage, qtbot: QtBot) -> None:
    qtbot.keyClick(page.pane.view, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)


def test_a_tag_is_found_ticked_and_saved_by_keys_alone(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    page.pane.view.select_row(4)
    _control_t(page, qtbot)
    field = _chooser(desk, qtbot).field

    qtbot.keyClicks(field, "tax")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: _tags(desk).get("Chat 004") == ("work/tax",))
    qtbot.waitUntil(lambda: desk.window.shell.told == ["Tags changed"])
    qtbot.waitUntil(
        lambda: (chat := page.pane.model.chat(4)) is not None and chat.summary.tags == ("work/tax",)
    )


def test_enter_makes_a_tag_that_lies_in_another_and_undo_unmakes_it(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    before = _tags(desk)
    page.pane.view.select_rows([2, 3])
    page.pane.bar.tags.click()
    chooser = _chooser(desk, qtbot)

    qtbot.keyClicks(chooser.field, "work/ travel")
    assert list(_shown(chooser)) == ["New tag: \u2068work/travel\u2069"]
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    assert _shown(chooser)["work/travel"] is Qt.CheckState.Checked
    qtbot.mouseClick(chooser.save_button, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: _tags(desk).get("Chat 003") == ("work/travel",))
    qtbot.waitUntil(lambda: desk.window.shell.told == ["Tags of 2 chats changed"])
    undo = next(b for b in desk.window.findChildren(QPushButton) if b.text() == "Undo")
    undo.click()
    qtbot.waitUntil(lambda: _tags(desk) == before)
    qtbot.waitUntil(lambda: desk.session.tags.find("work/travel") is None)


def test_what_only_some_have_stays_so_unless_it_is_ticked(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    page.pane.view.select_rows([0, 1])
    _control_t(page, qtbot)
    chooser = _chooser(desk, qtbot)
    assert _shown(chooser) == {
        "home": Qt.CheckState.Checked,
        "work/tax": Qt.CheckState.PartiallyChecked,
    }

    qtbot.keyClick(chooser.field, Qt.Key.Key_Space)
    assert _shown(chooser)["home"] is Qt.CheckState.Unchecked
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: _tags(desk) == {"Chat 000": ("work/tax",)})


def test_a_click_goes_from_some_to_all_to_none_and_back_to_some(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    page.pane.view.select_rows([0, 1])
    _control_t(page, qtbot)
    chooser = _chooser(desk, qtbot)
    seen = []

    for _click in range(3):
        where = chooser.list.visualRect(chooser.ticks.index(1)).center()
        qtbot.mouseClick(chooser.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
        seen.append(_shown(chooser)["work/tax"])

    assert seen == [
        Qt.CheckState.Checked,
        Qt.CheckState.Unchecked,
        Qt.CheckState.PartiallyChecked,
    ]
    qtbot.mouseClick(chooser.save_button, Qt.MouseButton.LeftButton)
    assert desk.window.shell.told == []


def test_a_click_on_the_box_ticks_once(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    page.pane.view.select_row(5)
    _control_t(page, qtbot)
    chooser = _chooser(desk, qtbot)
    rect = chooser.list.visualRect(chooser.ticks.index(0))

    where = QPoint(rect.left() + rect.height() // 2, rect.center().y())
    qtbot.mouseClick(chooser.list.viewport(), Qt.MouseButton.LeftButton, pos=where)

    assert chooser.ticks.given == ["home"]


def test_escape_changes_nothing(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    before = _tags(desk)
    _control_t(page, qtbot)
    chooser = _chooser(desk, qtbot)

    qtbot.keyClick(chooser.field, Qt.Key.Key_Space)
    qtbot.keyClick(chooser.field, Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: not desk.window.findChildren(TagChooser))
    assert _tags(desk) == before


def test_a_name_that_does_not_do_is_said_to_be_so(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    _control_t(page, qtbot)
    chooser = _chooser(desk, qtbot)

    qtbot.keyClicks(chooser.field, "work//")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)

    assert chooser.remark.isVisible()
    assert "needs a name" in chooser.remark.text()
    assert chooser.field.text() == "work//"
    assert chooser.ticks.given == []


def test_the_tags_above_a_chat_ask_for_those_of_this_chat(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    line = page.reader.header.tags
    qtbot.waitUntil(lambda: line.names == ("home", "work/tax"))
    line.setFocus()

    qtbot.keyClick(line, Qt.Key.Key_Space)

    chooser = _chooser(desk, qtbot)
    assert set(_shown(chooser).values()) == {Qt.CheckState.Checked}


def test_what_is_read_is_tagged_also_where_no_list_shows_it(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    page.pane.filter_field.setText("Chat 003")
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 1, timeout=10_000)
    page.reader.view.setFocus()
    assert page.reader.model is not None
    read = page.reader.model.shape.summary.title

    desk.window.shell.commands.run("tag-chats")
    field = _chooser(desk, qtbot).field
    qtbot.keyClicks(field, "later")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: "later" in _tags(desk).get(read, ()))


def test_the_menu_of_chats_offers_their_tags(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    assert page._actions is not None
    page.pane.view.select_rows([0, 1, 2])

    menu = page._actions.menu()
    [action] = [a for a in menu.actions() if a.text() == "Tags of 3 chats…"]
    action.trigger()

    assert _chooser(desk, qtbot).windowTitle() == "Tags"
    menu.deleteLater()


def test_all_of_the_chooser_has_a_name(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    _control_t(page, qtbot)
    chooser = _chooser(desk, qtbot)

    assert unnamed(chooser) == []
    first = chooser.ticks.index(0)
    assert first.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "on 1 of 1"


def test_at_300_percent_all_of_the_chooser_is_within_the_screen(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    desk.settings.set(table.LANGUAGE, "de")
    desk.settings.set(table.ZOOM, 300)
    desk.window.shell.commands.run("tag-chats")
    chooser = _chooser(desk, qtbot)

    parts = [chooser.field, chooser.list, chooser.save_button]
    shown = [part.geometry() for part in parts]

    assert chooser.size().boundedTo(chooser.screen().availableSize()) == chooser.size()
    assert all(chooser.rect().contains(rect) for rect in shown)
    assert not shown[0].intersects(shown[1])
    assert not shown[1].intersects(shown[2])
    assert chooser.list.viewport().height() >= chooser.list.sizeHintForRow(0)


def test_locking_closes_the_chooser_and_what_was_saved_is_written(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    page.pane.view.select_row(7)
    _control_t(page, qtbot)
    chooser = _chooser(desk, qtbot)
    qtbot.keyClicks(chooser.field, "kept")
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)
    qtbot.keyClick(chooser.field, Qt.Key.Key_Return)

    desk.lock()
    assert desk.window.findChildren(TagChooser) == []
    desk.unlock()

    assert _tags(desk)["Chat 007"] == ("kept",)
