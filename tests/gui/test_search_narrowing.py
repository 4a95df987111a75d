"""The search page: filters, facets, order, saved searches, and what to do if nothing is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton

from privatus.bootstrap import Vault
from support.desk import Desk
from support.search_desk import fill as fill_chats
from support.search_page import facet, fail_search, open_search, titles, type_search
from ui.chats.export_dialog import ExportDialog
from ui.search.page import SearchPage

pytestmark = pytest.mark.usefixtures("search_alone")


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return fill_chats


@pytest.fixture
def page(desk: Desk) -> SearchPage:
    return open_search(desk)


def test_filters_are_chips_and_a_click_takes_one_out(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "key source:chatgpt -role:user")
    assert page.head.chips.labels == ["Source: ChatGPT", "Not said by: You"]

    chip = page.head.chips.findChildren(QPushButton)[0]
    desk.qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)

    assert page.head.query == "key -role:user"
    assert page.head.chips.labels == ["Not said by: You"]


def test_facets_narrow_the_search_and_widen_it_again(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "key")
    assert [row.accessibleName() for row in page.facets.groups["source"].rows] == [
        "Source: ChatGPT, 4",
        "Source: Claude, 2",
    ]

    with desk.qtbot.waitSignal(page._searcher.counted):
        desk.qtbot.mouseClick(facet(page, "source", "claude"), Qt.MouseButton.LeftButton)
    assert page.head.query == "key source:claude"
    assert {hit.source for hit in page.model.hits} == {"claude"}
    assert facet(page, "source", "claude").isChecked()

    row = facet(page, "source", "claude")
    row.setFocus()
    with desk.qtbot.waitSignal(page._searcher.counted):
        desk.qtbot.keyClick(row, Qt.Key.Key_Space)
    assert page.head.query == "key"


def test_a_month_is_narrowed_to_by_its_ends(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "key")
    with desk.qtbot.waitSignal(page._searcher.counted):
        facet(page, "month", "2025-11").click()

    assert page.head.query == "key since:2025-11 until:2025-11"
    assert titles(page) == ["Piano practice plan"]
    assert page.head.chips.labels == ["Since November 2025", "Until November 2025"]


def test_the_order_is_chosen(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "key")

    for order in ("newest", "oldest"):
        with desk.qtbot.waitSignal(page._searcher.answered):
            page.head.order.setCurrentIndex(page.head.order.findData(order))
        times = [hit.created_at_ms or 0 for hit in page.model.hits]
        assert times == sorted(times, reverse=order == "newest")


def test_a_fault_is_said_and_its_remedy_is_a_button(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "key")
    assert page.head.export.isVisible()
    fail_search(desk, page, "key OR")

    assert not page.head.export.isVisible()
    assert not page.side.isVisible()
    assert page.message.title.text() == "OR needs something on both sides."
    (button,) = page.message.buttons
    assert button.text() == "Search instead: key"
    with desk.qtbot.waitSignal(page._searcher.answered):
        desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.head.query == "key"


def test_a_phrase_is_found_while_it_is_typed(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, '"the data k')

    assert {hit.title for hit in page.model.hits} == {"Vault key rotation", "Docker volume backup"}
    assert page.health.text.text() == "A quote is not closed, add the second one."


def test_a_misspelt_word_is_offered_as_the_archive_has_it(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "rotaton ")

    assert page.message.title.text() == "Nothing for “rotaton”"
    (button,) = page.message.buttons
    with desk.qtbot.waitSignal(page._searcher.answered):
        button.click()
    assert page.model.hits


def test_nothing_found_in_a_source_leads_to_everywhere(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "tomaten source:claude role:user ")

    assert page.message.title.text() == "Nothing for “tomaten” with Source: Claude, Said by: You"
    assert [button.text() for button in page.message.buttons] == [
        "Search everywhere",
        "Search without filters",
    ]
    with desk.qtbot.waitSignal(page._searcher.answered):
        page.message.buttons[0].click()
    assert page.head.query == "tomaten role:user"
    assert page.model.hits


def test_a_search_is_saved_run_and_let_go_of(desk: Desk, page: SearchPage) -> None:
    type_search(desk, page, "key source:claude")
    desk.qtbot.keyClick(page.head.field, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    desk.qtbot.waitUntil(lambda: page.saved.name.hasFocus())
    page.saved.name.setText("Keys of Claude")
    desk.qtbot.keyClick(page.saved.name, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: [s.name for s in page.saved.saved] == ["Keys of Claude"])

    page.head.put("")
    names = {b.accessibleName(): b for b in page.saved.findChildren(QAbstractButton)}
    with desk.qtbot.waitSignal(page._searcher.answered):
        names["Saved search: Keys of Claude"].click()
    assert page.head.query == "key source:claude"

    names["Let go of “Keys of Claude”"].click()
    desk.qtbot.waitUntil(lambda: page.saved.saved == [])
    desk.qtbot.waitUntil(lambda: "The saved search is gone" in desk.window.shell.told)


def test_saved_searches_are_sealed_in_the_vault(desk: Desk, page: SearchPage) -> None:
    desk.session.vault.saved_searches.save("Keys of Claude", "key source:claude")
    desk.session.tell_changed("searches")

    desk.qtbot.waitUntil(lambda: [s.name for s in page.saved.saved] == ["Keys of Claude"])
    assert b"Keys of Claude" not in (desk.folder / "vault.db").read_bytes()


def test_what_was_found_is_exported(desk: Desk, page: SearchPage, tmp_path: Path) -> None:
    type_search(desk, page, "tomaten")
    page.head.export.click()
    dialog = page.findChild(ExportDialog)
    assert dialog is not None

    dialog.folder_field.setText(str(tmp_path / "out"))
    dialog.export_button.click()
    jobs = desk.window.shell.jobs
    desk.qtbot.waitUntil(lambda: bool(jobs.rows) and not jobs.running)

    written = [path.name for path in (tmp_path / "out").rglob("*.md")]
    assert len(written) == 1
    assert "Gartenplan" in written[0]


def test_a_narrow_window_shows_facets_only_when_asked(desk: Desk, page: SearchPage) -> None:
    desk.window.resize(640, 700)
    type_search(desk, page, "key")
    desk.qtbot.waitUntil(lambda: not page.side.isVisible())

    assert not page.head.facets.isChecked()

    page.head.facets.click()

    assert page.side.isVisible()
    assert page.head.facets.isChecked()
    assert page.view.viewport().rect().contains(QPoint(10, 10))
    with desk.qtbot.waitSignal(page._searcher.counted):
        page.head.put("backup")
    assert page.side.isVisible()
    page.head.facets.click()
    assert not page.side.isVisible()


def test_what_narrows_is_offered_as_long_as_there_is_something(
    desk: Desk, page: SearchPage
) -> None:
    assert page.head.facets.isHidden()

    type_search(desk, page, "key")
    assert page.head.facets.isVisible()
    assert page.head.facets.isChecked()
    page.head.facets.click()
    assert not page.side.isVisible()
    assert not page.head.facets.isChecked()

    page.head.put("")
    assert page.head.facets.isHidden()


def test_a_name_is_asked_for_until_it_is_given_or_not(desk: Desk, page: SearchPage) -> None:
    desk.window.resize(640, 700)
    type_search(desk, page, "key")
    page.head.save.click()
    assert page.saved.name.isVisible()

    page.saved.reload()
    page.saved.reload()
    desk.qtbot.waitUntil(lambda: desk.session.tasks.live == 0)

    assert page.saved.name.isVisible()
    page.saved.close_form()
    assert not page.side.isVisible()
