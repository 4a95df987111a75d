"""The chats of a tag: from the menu of the list, and from the palette."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.desk import Desk
from support.tagged_chats import COUNT, listed_page, tagged
from ui import i18n
from ui.chats.page import ChatsPage
from ui.search.chips import Chips
from ui.search.palette import Palette, open_palette
from ui.search.palette_model import RowKind


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return tagged(
        {"work/tax": ["Chat 003"], "work": ["Chat 001"], "to read": ["Chat 001", "Chat 005"]}
    )


@pytest.fixture
def page(desk: Desk) -> ChatsPage:
    return listed_page(desk)


def _listed(page: ChatsPage) -> list[str]:
    model = page.pane.model
    chats = [model.chat(row) for row in range(model.rowCount())]
    return ["" if chat is None else chat.summary.title for chat in chats]


def _tag_menu(page: ChatsPage) -> QMenu:
    menu = page.pane.filter_button.menu()
    menu.aboutToShow.emit()
    [inner] = [m for m in menu.findChildren(QMenu) if m.title() == "Tag"]
    return inner


def _choose(page: ChatsPage, text: str) -> None:
    [action] = [a for a in _tag_menu(page).actions() if a.text() == text]
    action.trigger()


def _chips(page: ChatsPage) -> list[QPushButton]:
    return [chip for chip in page.pane.chips.findChildren(QPushButton) if chip.isVisible()]


def _palette(desk: Desk, qtbot: QtBot, text: str) -> Palette:
    palette = open_palette(desk.window.shell)
    assert palette is not None
    with qtbot.waitSignal(palette.settled, timeout=10_000):
        palette.field.setText(text)
    return palette


def _lines(palette: Palette) -> list[str]:
    return [row.text for row in palette.model.rows if row.icon == "tag"]


def test_the_list_shows_the_chats_of_a_tag_and_of_those_in_it(
    page: ChatsPage, qtbot: QtBot
) -> None:
    assert [action.text() for action in _tag_menu(page).actions()] == [
        "Any tag or none",
        "to read\t2",
        "work\t2",
        "work/tax\t1",
        "",
        "Tags beside the list",
    ]

    _choose(page, "work\t2")

    qtbot.waitUntil(lambda: _listed(page) == ["Chat 001", "Chat 003"])
    [chip] = _chips(page)
    assert chip.text() == "Tag: \u2068work\u2069"
    checked = [action.text() for action in _tag_menu(page).actions() if action.isChecked()]
    assert checked == ["work\t2"]

    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == COUNT)


def test_a_chat_that_loses_the_tag_leaves_its_list(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    page.pane.show_tag("to read")
    qtbot.waitUntil(lambda: _listed(page) == ["Chat 001", "Chat 005"])
    row_id = page.pane.model.row_id(0)

    assert page._actions is not None
    page._actions.tags.exchange([row_id], [], ["to read"])

    qtbot.waitUntil(lambda: _listed(page) == ["Chat 005"])


def test_a_tag_that_is_gone_filters_no_more(page: ChatsPage, desk: Desk, qtbot: QtBot) -> None:
    page.pane.show_tag("to read")
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 2)

    desk.session.vault.tags.delete("to read")
    desk.session.tell_changed("tags")

    qtbot.waitUntil(lambda: page.pane.model.rowCount() == COUNT)
    assert page.pane.wish.filter.tag is None
    assert _chips(page) == []


def test_nothing_of_the_filter_is_kept_outside_the_vault(page: ChatsPage, desk: Desk) -> None:
    page.pane.show_tag("to read")

    assert "read" not in bytes(page.pane.wish.to_state().data()).decode()


def test_the_palette_finds_a_tag_and_lists_its_chats(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    desk.show_page("search")
    palette = _palette(desk, qtbot, "work")
    assert palette.model.rows[0].kind is RowKind.HEADING
    assert _lines(palette) == ["work", "work/tax"]
    assert palette.model.rows[1].detail == "2 chats"

    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: _listed(page) == ["Chat 001", "Chat 003"])
    assert desk.window.workspace is not None
    assert desk.window.workspace.current == "chats"
    qtbot.waitUntil(page.pane.view.hasFocus)


@pytest.mark.parametrize("text", ["#read", "tag:read", 'tag:"to read"'])
def test_a_sign_before_its_name_means_a_tag(
    page: ChatsPage, desk: Desk, qtbot: QtBot, text: str
) -> None:
    palette = _palette(desk, qtbot, text)

    assert palette.model.rows[1].text == "to read"
    assert palette.view.currentIndex().row() == 1


def test_a_word_that_a_tag_has_among_others_goes_after_what_is_found(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    palette = _palette(desk, qtbot, "chat rea")

    assert _lines(palette) == []

    palette.field.clear()
    with qtbot.waitSignal(palette.settled, timeout=10_000):
        palette.field.setText("rea")
    texts = [row.text for row in palette.model.rows]
    assert _lines(palette) == ["to read"]
    assert texts.index("Tags") > 0


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Not tag: to read"), ("de", "Nicht Schlagwort: to read")]
)
def test_the_chips_of_a_search_name_its_tags(qtbot: QtBot, language: str, said: str) -> None:
    i18n.set_language(language)
    chips = Chips()
    qtbot.addWidget(chips)

    chips.show_filters('bread tag:work/tax -tag:"to read"')

    assert chips.labels[0].endswith(": work/tax")
    assert chips.labels[1] == said
