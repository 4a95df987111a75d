"""The search page: typed, opened at the message, and come back to; by mouse and by keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from privatus.bootstrap import Vault
from privatus.core.errors import TamperedError
from privatus.search import finder
from support.desk import Desk
from support.search_desk import fill as fill_chats
from support.search_page import chats, fail_search, open_search, titles, type_search
from ui.search.chips import Chips
from ui.search.page import SearchPage
from ui.search.target import SearchTarget
from ui.settings import table
from ui.shell.pages import MessageTarget

pytestmark = pytest.mark.usefixtures("search_alone")


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return fill_chats


@pytest.fixture
def page(desk: Desk) -> SearchPage:
    return open_search(desk)


def test_what_is_typed_is_found(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "key")

    assert len(page.model.hits) == 6
    assert page.head.count.text().startswith("6 results in ")
    assert page.stack.currentWidget() is page.results


def test_the_results_keep_the_rules_of_qt(desk: Desk, page: SearchPage) -> None:
    # It fetches all that there is, at each change.
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal, page)
    type_search(desk, page, "lighthouse")
    desk.qtbot.waitUntil(lambda: len(page.model.hits) == 140)
    type_search(desk, page, "key")

    assert len(page.model.hits) == 6


def test_enter_right_after_the_last_key_opens_what_is_found_then(
    desk: Desk, page: SearchPage
) -> None:
    type_search(desk, page, "tomaten")
    page.head.field.selectAll()
    desk.qtbot.keyClicks(page.head.field, "wrap")
    desk.qtbot.keyClick(page.head.field, Qt.Key.Key_Return)
    assert chats(desk).targets == []

    desk.qtbot.waitUntil(lambda: bool(chats(desk).targets))

    (target,) = chats(desk).targets
    assert isinstance(target, MessageTarget)
    assert target.words == ("wrap",)


def test_only_the_last_of_what_was_typed_counts(desk: Desk, page: SearchPage) -> None:
    answers: list[str] = []
    page._searcher.answered.connect(lambda answer: answers.append(answer.asked.query))

    type_search(desk, page, "tomaten")

    assert answers[-1] == "tomaten"
    assert len(answers) < len("tomaten")


def test_a_half_typed_word_finds_what_begins_so_and_says_it(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "rotat")

    assert page.model.hits
    assert "begin so" in page.health.text.text()


def test_enter_opens_the_message_in_its_chat_with_the_words(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "wrap")
    hit = page.model.hits[0]

    desk.qtbot.keyClick(page.head.field, Qt.Key.Key_Return)

    assert chats(desk).targets == [
        MessageTarget(
            conversation_id=hit.conversation_id, message_id=hit.message_id, words=("wrap",)
        )
    ]
    assert hit.message_id is not None


def test_a_click_opens_a_result(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "key")
    rect = page.view.visualRect(page.model.index(2))

    desk.qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())

    (target,) = chats(desk).targets
    assert isinstance(target, MessageTarget)
    assert target.message_id == page.model.hits[2].message_id


def test_keys_lead_from_the_field_through_the_results_and_back(
    desk: Desk, page: SearchPage
) -> None:
    type_search(desk, page, "key")

    desk.qtbot.keyClick(page.head.field, Qt.Key.Key_Down)
    assert (page.view.hasFocus(), page.view.currentIndex().row()) == (True, 0)
    desk.qtbot.keyClick(page.view, Qt.Key.Key_Down)
    assert page.view.currentIndex().row() == 1
    desk.qtbot.keyClick(page.view, Qt.Key.Key_Up)
    desk.qtbot.keyClick(page.view, Qt.Key.Key_Up)
    assert page.head.field.hasFocus()

    desk.qtbot.keyClick(page.head.field, Qt.Key.Key_Down)
    desk.qtbot.keyClicks(page.view, "s")
    assert page.head.field.text() == "keys"
    assert page.head.field.hasFocus()


def test_back_leads_to_the_same_result_and_scroll(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "lighthouse")
    page.view.setFocus()
    with desk.qtbot.waitSignal(page._searcher.continued):
        page.view.scrollToBottom()
    row = 70
    page.view.setCurrentIndex(page.model.index(row))
    page.view.scrollTo(page.model.index(row))
    scroll = page.view.verticalScrollBar().value()

    desk.qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert desk.window.workspace is not None
    assert desk.window.workspace.current == "chats"
    desk.window.back()
    desk.qtbot.waitUntil(lambda: page.view.hasFocus())

    assert desk.window.workspace.current == "search"
    assert page.view.currentIndex().row() == row
    assert page.view.verticalScrollBar().value() == scroll


def test_a_place_among_results_is_found_again_on_a_new_page(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "lighthouse")
    with desk.qtbot.waitSignal(page._searcher.continued):
        page.view.scrollToBottom()
    page.view.setCurrentIndex(page.model.index(60))
    page.view.scrollTo(page.model.index(60))
    where = page.where()
    assert where is not None

    # A change of language makes all pages anew.
    desk.settings.set(table.LANGUAGE, "de")
    assert desk.window.workspace is not None
    new = desk.window.workspace.page("search")
    assert isinstance(new, SearchPage)
    desk.qtbot.waitUntil(lambda: new.view.currentIndex().row() == 60)

    assert new is not page
    assert new.head.query == "lighthouse"
    desk.qtbot.waitUntil(lambda: new.view.verticalScrollBar().value() == where.scroll)


def test_more_comes_while_one_scrolls(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "lighthouse")
    assert len(page.model.hits) == 50

    for wanted in (100, 140):
        with desk.qtbot.waitSignal(page._searcher.continued):
            page.view.scrollToBottom()
        assert len(page.model.hits) == wanted

    assert len({hit.message_id for hit in page.model.hits}) == 140
    assert not page.model.canFetchMore(page.view.rootIndex())


def test_a_damaged_index_is_named_where_one_searches_and_made_anew(
    desk: Desk, page: SearchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_words: object, **_options: object) -> None:
        raise TamperedError("1.db of the vault is damaged")

    with monkeypatch.context() as patch:
        patch.setattr(type(desk.session.vault.search), "find", damaged)
        fail_search(desk, page, "key")
    assert page.message.title.text() == "The search index is damaged"

    (button,) = page.message.buttons
    with desk.qtbot.waitSignal(page._searcher.answered):
        button.click()
    assert len(page.model.hits) == 6


def test_it_is_said_what_the_index_has_not_taken_over(desk: Desk, page: SearchPage) -> None:
    page.health.show_waiting(1_234)
    assert "1,234 messages and titles cannot be found yet" in page.health.text.text()

    page.health.show_waiting(0)
    assert page.health.isHidden()


def test_an_import_is_found_without_searching_again(desk: Desk, page: SearchPage) -> None:
    from support.chats import bring
    from support.conversations import conversation

    type_search(desk, page, "marmalade ")
    assert page.model.hits == []

    bring(desk.session.vault, conversation("marmalade", external_id="new", title="Jam"))
    desk.session.tell_changed("conversations")

    desk.qtbot.waitUntil(lambda: titles(page) == ["Jam"])


def test_what_is_imported_meanwhile_moves_neither_focus_nor_results(
    desk: Desk, page: SearchPage
) -> None:
    type_search(desk, page, "lighthouse")
    page.view.setCurrentIndex(page.model.index(20))
    page.view.verticalScrollBar().setValue(700)
    page.head.field.setFocus()

    with desk.qtbot.waitSignal(page._searcher.counted):
        desk.session.tell_changed("conversations")

    assert page.head.field.hasFocus()
    assert page.view.currentIndex().row() == 20
    assert page.view.verticalScrollBar().value() == 700


def test_the_end_of_the_best_leads_to_all(
    desk: Desk, page: SearchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "RANKED_WITHIN", 60)
    monkeypatch.setattr(finder, "COUNTED_UP_TO", 60)
    type_search(desk, page, "lighthouse")
    assert page.head.count.text().startswith("more than 60 results in ")
    with desk.qtbot.waitSignal(page._searcher.continued):
        page.view.scrollToBottom()
    assert len(page.model.hits) == 60

    with desk.qtbot.waitSignal(page._searcher.answered):
        page.rest.click()

    assert page.head.chosen_order == "newest"
    assert page.rest.isHidden()
    for wanted in (100, 140):
        with desk.qtbot.waitSignal(page._searcher.continued):
            page.view.scrollToBottom()
        assert len(page.model.hits) == wanted


def test_a_target_of_another_page_is_searched(desk: Desk, page: SearchPage) -> None:
    with desk.qtbot.waitSignal(page._searcher.answered):
        desk.window.shell.go("search", SearchTarget(query="role:assistant", order="newest"))

    assert page.head.query == "role:assistant"
    assert page.head.chosen_order == "newest"
    assert {hit.role for hit in page.model.hits} == {"assistant"}


def test_every_control_has_a_name_and_every_result_is_read_whole(
    desk: Desk, page: SearchPage
) -> None:
    type_search(desk, page, "key source:claude")
    desk.session.vault.saved_searches.save("Keys", "key")
    page.saved.reload()
    desk.qtbot.waitUntil(lambda: bool(page.saved.saved))

    nameless = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name))
    ]
    assert nameless == []
    first = QAccessible.queryAccessibleInterface(page.view).child(0)
    assert first.text(QAccessible.Text.Name).startswith(
        "Piano practice plan. Claude, claude-sonnet-4, "
    )


def test_tab_reaches_everything_that_can_be_pressed(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "key source:claude")
    wanted = {
        id(widget)
        for widget in page.findChildren(QAbstractButton)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    }

    page.head.field.setFocus()
    for _step in range(60):
        desk.qtbot.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
        wanted.discard(id(desk.window.focusWidget()))

    assert wanted == set()


def test_locking_leaves_nothing_of_a_search(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "key")
    desk.qtbot.keyClick(page.head.field, Qt.Key.Key_Return)
    desk.lock()

    texts = [label.text() for label in desk.window.findChildren(QLabel)]
    assert [text for text in texts if "key" in text or "result" in text] == []
    assert desk.window.findChildren(Chips) == []


def test_locking_while_one_searches_says_nothing(desk: Desk) -> None:
    desk.unlock()
    page = desk.show_page("search")
    assert isinstance(page, SearchPage)
    page.head.put("key")

    desk.lock()

    assert desk.window.shell.told == []


def test_what_is_asked_for_best_first_and_comes_newest_first_says_why(
    page: SearchPage, desk: Desk
) -> None:
    page.head.put("role:user", "relevance")

    said = "newest first: these cannot be ranked"
    desk.qtbot.waitUntil(lambda: page.head.count.toolTip().endswith(said))
