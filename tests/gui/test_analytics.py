"""The analytics page: counts as plots, by mouse, by keyboard alone, and as files."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.conversation import Role
from privatus.services.prices import Price
from support.access import unnamed
from support.desk import Desk
from ui import theme
from ui.analytics import saving
from ui.analytics.bars import nice
from ui.analytics.card import SAVE_AS
from ui.analytics.page import AnalyticsPage, AnalyticsTarget
from ui.analytics.prices_dialog import PricesDialog
from ui.chats.page import ChatsPage
from ui.search.page import SearchPage

_EXPORT = Path(__file__).resolve().parents[2] / "docs" / "demo" / "conversations.json"


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return lambda vault: vault.imports.run(_EXPORT)


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> AnalyticsPage:
    desk.unlock()
    found = desk.show_page("analytics")
    assert isinstance(found, AnalyticsPage)
    _wait(qtbot, found)
    return found


def _wait(qtbot: QtBot, page: AnalyticsPage) -> None:
    """Wait until all plots are there."""
    qtbot.waitUntil(lambda: page.cards["attachments"].chart.plot is not None)
    assert page.stack.currentWidget() is page.area


def _messages(page: AnalyticsPage) -> int:
    plot = page.cards["roles"].chart.plot
    assert plot is not None
    return sum(int(point.value) for point in plot.points)


def test_every_plot_says_what_the_service_counts(desk: Desk, page: AnalyticsPage) -> None:
    found = desk.session.vault.analytics.of()

    assert _messages(page) == found.messages > 0
    days = page.cards["activity"].chart.plot
    assert days is not None
    assert sum(point.value for point in days.points) == found.messages
    assert f"{found.messages} messages" in page.totals.text()
    for card in page.cards.values():
        assert card.chart.plot is not None, card.title.text()


def test_a_query_narrows_all_plots(page: AnalyticsPage, qtbot: QtBot) -> None:
    everything = _messages(page)

    qtbot.keyClicks(page.field, "role:user")
    qtbot.waitUntil(lambda: _messages(page) < everything)

    roles = page.cards["roles"].chart.plot
    assert roles is not None
    assert [point.label for point in roles.points] == ["You"]
    assert page.where() == AnalyticsTarget(query="role:user")


def test_a_query_that_is_wrong_is_said_to_be_and_the_plots_stay(
    page: AnalyticsPage, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.field, "(tea")
    qtbot.waitUntil(lambda: page.problem.isVisible())

    assert page.stack.currentWidget() is page.area
    page.field.clear()
    qtbot.waitUntil(lambda: not page.problem.isVisible())


@pytest.mark.parametrize("name", ["activity", "months", "sources", "models", "roles"])
def test_enter_on_a_point_finds_the_messages_behind_it(
    desk: Desk, page: AnalyticsPage, qtbot: QtBot, name: str
) -> None:
    chart = page.cards[name].chart
    chart.setFocus()
    row = chart.currentIndex().row()
    assert chart.plot is not None
    point = chart.plot.points[row]
    assert point.query is not None and point.value > 0

    qtbot.keyClick(chart, Qt.Key.Key_Return)

    assert desk.window.workspace is not None
    search = desk.window.workspace.page("search")
    assert isinstance(search, SearchPage)
    assert search.head.query == point.query
    assert desk.session.vault.analytics.of(point.query).messages == point.value


def test_a_click_on_a_chat_opens_it(desk: Desk, page: AnalyticsPage, qtbot: QtBot) -> None:
    chart = page.cards["longest"].chart
    assert chart.plot is not None
    place = chart.rects()[0].center().toPoint()

    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert desk.window.workspace is not None
    chats = desk.window.workspace.page("chats")
    assert isinstance(chats, ChatsPage)
    qtbot.waitUntil(lambda: chats.where() is not None)
    assert chats.where().conversation_id == chart.plot.points[0].chat  # type: ignore[union-attr]


def test_arrows_walk_the_days_as_they_lie(page: AnalyticsPage, qtbot: QtBot) -> None:
    chart = page.cards["activity"].chart
    chart.setFocus()
    chart.setCurrentIndex(chart.model().index(100, 0))

    for key, row in (
        (Qt.Key.Key_Down, 101),
        (Qt.Key.Key_Right, 108),
        (Qt.Key.Key_Up, 107),
        (Qt.Key.Key_Left, 100),
        (Qt.Key.Key_Home, 0),
    ):
        qtbot.keyClick(chart, key)
        assert chart.currentIndex().row() == row


def test_arrows_walk_a_grid_by_rows_and_columns(page: AnalyticsPage, qtbot: QtBot) -> None:
    chart = page.cards["hours"].chart
    chart.setFocus()
    chart.setCurrentIndex(chart.model().index(0, 0))

    for key, row in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Down, 25), (Qt.Key.Key_Left, 24)):
        qtbot.keyClick(chart, key)
        assert chart.currentIndex().row() == row
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.currentIndex().row() == 24


def test_from_right_to_left_everything_is_mirrored(page: AnalyticsPage, qtbot: QtBot) -> None:
    for name in ("activity", "months", "sources", "hours"):
        chart = page.cards[name].chart
        before = [rect.center().x() for rect in chart.rects()]
        width = chart.viewport().width()
        chart.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        chart.doItemsLayout()

        after = [rect.center().x() for rect in chart.rects()]
        assert after == pytest.approx([width - x for x in before])
        chart.grab()


def test_screen_readers_are_told_of_each_point(page: AnalyticsPage) -> None:
    chart = page.cards["sources"].chart
    assert chart.plot is not None
    found = QAccessible.queryAccessibleInterface(chart)

    assert found.text(QAccessible.Text.Name) == "By source"
    assert found.childCount() == len(chart.plot.points)
    assert found.child(0).text(QAccessible.Text.Name) == chart.plot.points[0].text


def test_everything_has_a_name_and_can_be_reached(page: AnalyticsPage, qtbot: QtBot) -> None:
    assert unnamed(page) == []
    page.field.setFocus()
    seen = set()
    for _ in range(120):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.add(QApplication.focusWidget())
    for card in page.cards.values():
        plot = card.chart.plot
        if plot is not None and plot.points:
            assert card.chart in seen and card.menu_button in seen, plot.title


def test_down_leads_from_the_query_to_the_plots(page: AnalyticsPage, qtbot: QtBot) -> None:
    page.field.setFocus()
    qtbot.keyClick(page.field, Qt.Key.Key_Down)

    assert page.cards["activity"].chart.hasFocus()


def test_a_table_has_the_same_numbers_and_the_keys_stay(page: AnalyticsPage, qtbot: QtBot) -> None:
    card = page.cards["roles"]
    card.chart.setFocus()

    qtbot.keyClick(card.chart, Qt.Key.Key_T, _CTRL_ALT)

    assert card.is_table and card.table.hasFocus()
    plot = card.chart.plot
    assert plot is not None
    assert card.table.rowCount() == len(plot.rows)
    assert card.table.item(0, 1).text() == str(plot.rows[0][1])
    qtbot.keyClick(card.table, Qt.Key.Key_T, _CTRL_ALT)
    assert not card.is_table and card.chart.hasFocus()


_CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


@pytest.mark.parametrize(
    ("key", "kind"), [(Qt.Key.Key_P, "png"), (Qt.Key.Key_G, "svg"), (Qt.Key.Key_C, "csv")]
)
def test_a_plot_is_saved_by_keys(
    desk: Desk,
    page: AnalyticsPage,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    key: Qt.Key,
    kind: str,
) -> None:
    path = tmp_path / f"plot.{kind}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    card = page.cards["months"]
    card.chart.setFocus()

    qtbot.keyClick(card.chart, key, _CTRL_ALT)
    qtbot.waitUntil(lambda: any("not encrypted" in said for said in desk.window.shell.told))

    content, plot, size = path.read_bytes(), card.chart.plot, saving.size_of(card.chart)
    assert plot is not None
    if kind == "png":
        image = QImage.fromData(content)
        assert image.size() == size * 2
        assert len({image.pixel(x, image.height() // 2) for x in range(image.width())}) > 2
    elif kind == "svg":
        root = ElementTree.fromstring(content)  # noqa: S314 - our own
        assert root.get("viewBox") == f"0 0 {size.width()} {size.height()}"
        assert root.findtext("{http://www.w3.org/2000/svg}title") == "Messages by month"
    else:
        heads, *rows = csv.reader(io.StringIO(content.decode()))
        assert tuple(heads) == plot.headers
        assert rows == [list(map(str, row)) for row in plot.rows]


def test_every_plot_can_be_saved_in_every_way(page: AnalyticsPage) -> None:
    for card in page.cards.values():
        for kind in SAVE_AS:
            assert saving.FORMATS[kind](card.chart), (card.title.text(), kind)


def test_a_file_that_cannot_be_written_is_said_to_be_none(
    desk: Desk, page: AnalyticsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "gone" / "plot.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    page.cards["months"].save("csv")

    qtbot.waitUntil(lambda: any("cannot be written" in said for said in desk.window.shell.told))


def test_what_is_written_in_the_vault_is_counted_at_once(
    desk: Desk, page: AnalyticsPage, qtbot: QtBot
) -> None:
    before, vault = _messages(page), desk.session.vault

    vault.conversations.append(vault.conversations.list()[0].id, Role.USER, "One more thing")
    desk.session.tell_changed("conversations")

    qtbot.waitUntil(lambda: _messages(page) == before + 1)


def test_words_can_be_compared_too(page: AnalyticsPage, desk: Desk) -> None:
    page.measure.setCurrentIndex(1)

    roles = page.cards["roles"].chart.plot
    assert roles is not None
    assert sum(p.value for p in roles.points) == desk.session.vault.analytics.of().words


def test_prices_are_changed_and_taken_back(desk: Desk, page: AnalyticsPage, qtbot: QtBot) -> None:
    vault = desk.session.vault

    page._set_prices((Price(model="gpt-4o", read=1, written=2),))
    qtbot.waitUntil(lambda: "your own prices" in page.cards["cost"].hint.text())
    assert vault.analytics.prices().is_edited

    page._set_prices(None)
    qtbot.waitUntil(lambda: "prices as of" in page.cards["cost"].hint.text())


def test_a_price_that_is_none_is_refused_where_it_is_typed(
    desk: Desk, page: AnalyticsPage, qtbot: QtBot
) -> None:
    dialog = PricesDialog(desk.session.vault.analytics.prices(), page)
    qtbot.addWidget(dialog)
    dialog.show()
    before = dialog.table.rowCount()

    dialog.add.click()
    dialog.table.item(before, 0).setText("mine")
    dialog.table.item(before, 1).setText("much")
    dialog.save.click()

    assert dialog.isVisible() and dialog.problem.isVisible()
    dialog.table.item(before, 1).setText("1.5")
    dialog.save.click()
    assert dialog.prices is not None
    assert Price(model="mine", read=1.5, written=0) in dialog.prices
    assert unnamed(dialog) == []


def test_a_tip_says_what_a_point_is(page: AnalyticsPage) -> None:
    chart = page.cards["months"].chart
    assert chart.plot is not None

    assert chart.indexAt(chart.rects()[-1].center().toPoint()).isValid()
    assert "messages" in chart.tip_of(chart.plot.points[-1])
    assert not chart.indexAt(QPoint(1, 1)).isValid()


def test_it_is_drawn_in_the_dark_and_large(page: AnalyticsPage) -> None:
    chart = page.cards["activity"].chart
    light = chart.grab().toImage()
    theme.theme().set_scheme(theme.Scheme.DARK)
    try:
        assert chart.grab().toImage() != light
    finally:
        theme.theme().set_scheme(theme.Scheme.LIGHT)


@pytest.mark.parametrize(
    ("most", "top"), [(1, 4), (5, 8), (99, 100), (323, 400), (1_000, 1_200), (7_500, 8_000)]
)
def test_lines_of_a_plot_are_round_numbers(most: float, top: float) -> None:
    assert nice(most) == top


def test_nothing_of_the_plots_is_left_after_locking(desk: Desk, page: AnalyticsPage) -> None:
    charts = [card.chart for card in page.cards.values()]
    desk.window.shell.forget()
    page.on_lock()

    assert all(chart.plot is None and chart.model().rowCount() == 0 for chart in charts)


class TestAnEmptyVault:
    """There is nothing to count, and a way to change that."""

    @pytest.fixture
    def fill(self) -> Callable[[Vault], object] | None:
        return None

    def test_it_says_so_and_leads_to_the_imports(self, desk: Desk, qtbot: QtBot) -> None:
        desk.unlock()
        page = desk.show_page("analytics")
        assert isinstance(page, AnalyticsPage)

        qtbot.waitUntil(lambda: page.stack.currentWidget() is page.empty)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", os.environ.get("TZ", "Europe/Berlin"))
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
