"""Where no title passes the filter of the list: on to the messages, or back to all chats."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.chats import bring, numbered
from support.desk import Desk
from ui.chats.list_pane import ListPane
from ui.chats.page import ChatsPage
from ui.search.target import SearchTarget

_WORDS = "Answer 7"  # in a message, and in no title


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return lambda vault: bring(vault, *numbered(12))


@pytest.fixture
def pane(desk: Desk, qtbot: QtBot) -> ListPane:
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    qtbot.waitUntil(lambda: page.pane.model.rowCount() == 12)
    return page.pane


@pytest.fixture
def asked(desk: Desk) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    desk.window.shell.page_asked.connect(lambda page, target: found.append((page, target)))
    return found


def _by_mouse(pane: ListPane, qtbot: QtBot) -> None:
    qtbot.mouseClick(pane.nothing.search, Qt.MouseButton.LeftButton)


def _by_enter(pane: ListPane, qtbot: QtBot) -> None:
    qtbot.keyClick(pane.filter_field, Qt.Key.Key_Return)


def _by_the_button(pane: ListPane, qtbot: QtBot) -> None:
    qtbot.keyClick(pane.filter_field, Qt.Key.Key_Down)
    assert pane.window().focusWidget() is pane.nothing.search
    qtbot.keyClick(pane.nothing.search, Qt.Key.Key_Return)


@pytest.mark.parametrize("press", [_by_mouse, _by_enter, _by_the_button])
def test_words_that_no_title_has_are_searched_in_the_messages(
    pane: ListPane,
    asked: list[tuple[str, object]],
    qtbot: QtBot,
    press: Callable[[ListPane, QtBot], None],
) -> None:
    pane.filter_field.setText(_WORDS)
    qtbot.waitUntil(pane.nothing.isVisible)
    assert _WORDS in pane.nothing.hint.text()
    assert _WORDS in pane.nothing.search.accessibleName()

    press(pane, qtbot)

    assert asked == [("search", SearchTarget(query=_WORDS))]
    assert not pane.isVisible()


def test_no_search_is_offered_where_no_words_were_typed(pane: ListPane, qtbot: QtBot) -> None:
    pane.show_wish(pane.wish.with_filter(source="grok"))
    qtbot.waitUntil(pane.nothing.isVisible)

    assert not pane.nothing.search.isVisible()
    qtbot.keyClick(pane.filter_field, Qt.Key.Key_Down)
    assert pane.window().focusWidget() is pane.nothing.clear
