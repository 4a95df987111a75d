"""All that a search finds gets a tag in the window, once or by a rule, and rules are changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.access import unnamed
from support.chats import bring, numbered
from support.desk import Desk
from ui.chats.page import ChatsPage
from ui.search.page import SearchPage
from ui.tags.found import TagFoundDialog
from ui.tags.rules import RulesDialog

_COUNT = 12


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return lambda vault: bring(vault, *numbered(_COUNT))


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> SearchPage:
    desk.unlock()
    found = desk.show_page("search")
    assert isinstance(found, SearchPage)
    desk.window.activateWindow()
    found.head.put("answer")
    qtbot.waitUntil(lambda: bool(found.model.hits))
    return found


@pytest.fixture
def dialog(desk: Desk, qtbot: QtBot) -> RulesDialog:
    desk.unlock()
    desk.session.vault.tags.rules.add("first", 'in:title "chat 001"')
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    desk.window.activateWindow()
    desk.window.shell.commands.run("tag-rules")
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, RulesDialog)]
    qtbot.waitUntil(lambda: found.model.rowCount() == 1)
    return found


def _counts(desk: Desk) -> dict[str, tuple[int, int]]:
    return {c.tag.name: (c.conversations, c.messages) for c in desk.session.vault.tags.list()}


def _rules(desk: Desk) -> list[tuple[str, str, int]]:
    found = desk.session.vault.tags.rules.list()
    return [(each.tag.name, each.rule.query, each.conversations) for each in found]


def _ask(page: SearchPage, qtbot: QtBot) -> TagFoundDialog:
    qtbot.keyClick(page.head.field, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, TagFoundDialog)]
    return found


def test_all_chats_that_a_search_finds_get_a_tag_with_undo(
    page: SearchPage, desk: Desk, qtbot: QtBot
) -> None:
    asked = _ask(page, qtbot)
    assert unnamed(asked) == []
    assert not asked.ok.isEnabled()

    qtbot.keyClicks(asked.name.lineEdit(), "work/found")
    qtbot.keyClick(asked, Qt.Key.Key_Return)

    told = desk.window.shell
    qtbot.waitUntil(lambda: f"Tags of {_COUNT} chats changed" in told.told)
    assert _counts(desk) == {"work/found": (_COUNT, 0)}
    told.undo()
    qtbot.waitUntil(lambda: _counts(desk) == {})


def test_the_messages_that_were_found_get_a_tag_and_lose_it(
    page: SearchPage, desk: Desk, qtbot: QtBot
) -> None:
    for is_taken, count in ((False, {"said": (_COUNT, _COUNT)}), (True, {"said": (0, 0)})):
        desk.window.activateWindow()
        page.head.field.setFocus()
        qtbot.waitUntil(page.head.field.hasFocus)
        asked = _ask(page, qtbot)
        asked.name.setEditText("said")
        asked.messages.click()
        assert not asked.from_now_on.isEnabled()
        if is_taken:
            asked.take.click()
        qtbot.mouseClick(asked.ok, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda count=count: _counts(desk) == count)
        qtbot.waitUntil(lambda: not desk.window.shell.jobs.running)


def test_a_search_becomes_a_rule(page: SearchPage, desk: Desk, qtbot: QtBot) -> None:
    asked = _ask(page, qtbot)
    asked.name.setEditText("later")
    asked.from_now_on.click()

    qtbot.mouseClick(asked.ok, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: _rules(desk) == [("later", "answer", _COUNT)])


def test_a_search_that_finds_nothing_has_nothing_to_tag(
    page: SearchPage, desk: Desk, qtbot: QtBot
) -> None:
    page.head.put("nowhere")

    qtbot.waitUntil(lambda: not page.head.tag.isVisible())


def test_a_rule_is_made_changed_and_deleted_by_keys(
    dialog: RulesDialog, desk: Desk, qtbot: QtBot
) -> None:
    assert unnamed(dialog) == []
    qtbot.keyClick(dialog.new, Qt.Key.Key_Space)
    qtbot.keyClicks(dialog.name.lineEdit(), "second")
    qtbot.keyClicks(dialog.query, '"chat 002"')
    qtbot.keyClick(dialog.save, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(_rules(desk)) == 2)
    qtbot.waitUntil(lambda: dialog.list.currentIndex().row() == 1)

    dialog.query.setText('"chat 003" OR "chat 004"')
    qtbot.keyClick(dialog.save, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: ("second", '"chat 003" OR "chat 004"', 2) in _rules(desk))
    qtbot.waitUntil(lambda: "Rule changed" in desk.window.shell.told)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)

    qtbot.waitUntil(lambda: [name for name, *_rest in _rules(desk)] == ["first"])
    qtbot.waitUntil(lambda: "Rule deleted" in desk.window.shell.told)
    assert _counts(desk)["second"] == (2, 0)
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: len(_rules(desk)) == 2)
    dialog.reject()


def test_a_search_that_does_not_parse_is_no_rule(
    dialog: RulesDialog, desk: Desk, qtbot: QtBot
) -> None:
    dialog.name.setEditText("second")
    dialog.query.setText("(bread")
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(dialog.remark.isVisible)
    assert len(_rules(desk)) == 1
    dialog.reject()
