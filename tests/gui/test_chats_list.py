"""The list of chats: what it holds, how it is filtered and ordered, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.services.listing import ListFilter, Order
from support.chats import DAY_MS, NOW_MS, bring, numbered
from support.conversations import attachment, conversation, message
from support.desk import Desk
from ui import theme
from ui.chats.actions import ChatActions
from ui.chats.arranging import Wish
from ui.chats.export_dialog import ExportDialog
from ui.chats.groups import Grouping
from ui.chats.list_pane import ListPane
from ui.chats.row import signs_of
from ui.notices import Notice

_COUNT = 300


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    def filled(vault: Vault) -> None:
        chats = (
            replace(chat, source="chatgpt" if n % 3 else "claude", is_starred=n % 100 == 7)
            for n, chat in enumerate(numbered(_COUNT))
        )
        bring(vault, *chats)

    return filled


@pytest.fixture
def pane(desk: Desk, qtbot: QtBot) -> Iterator[ListPane]:
    desk.unlock()
    made = ListPane(desk.window.shell)
    made.resize(300, 700)
    made.show()
    tester = QAbstractItemModelTester(
        made.model, QAbstractItemModelTester.FailureReportingMode.Fatal, made
    )
    assert tester.model() is made.model
    made.open(desk.session)
    _wait_for(qtbot, made, _COUNT)
    yield made
    made.close_vault()
    made.hide()
    made.deleteLater()


def _wait_for(qtbot: QtBot, pane: ListPane, count: int) -> None:
    qtbot.waitUntil(lambda: pane.model.rowCount() == count)
    if count:
        qtbot.waitUntil(lambda: pane.model.chat(0) is not None)


def _wait_for_rows(qtbot: QtBot, pane: ListPane) -> None:
    qtbot.waitUntil(lambda: pane.model.rowCount() == _COUNT)


def _titles(pane: ListPane, rows: int = 3) -> list[str]:
    chats = [pane.model.chat(row) for row in range(min(rows, pane.model.rowCount()))]
    return [chat.summary.title for chat in chats if chat is not None]


def test_the_newest_chat_is_at_the_top_and_is_chosen(pane: ListPane, qtbot: QtBot) -> None:
    assert _titles(pane) == ["Chat 000", "Chat 001", "Chat 002"]
    assert [chat.summary.title for chat in pane.selected()] == ["Chat 000"]
    assert sum(group.count for group in pane.model.groups) == _COUNT


def test_the_first_rows_are_there_before_the_rest_is_counted(desk: Desk, qtbot: QtBot) -> None:
    desk.unlock()
    pane = ListPane(desk.window.shell)
    qtbot.addWidget(pane)
    pane.resize(300, 700)
    pane.show()
    counts: list[tuple[int, int, bool]] = []
    pane.model.modelReset.connect(
        lambda: counts.append(
            (pane.model.rowCount(), len(pane.model._pages), pane.view.shows_counts)
        )
    )

    pane.open(desk.session)
    _wait_for(qtbot, pane, _COUNT)

    assert [(count, is_whole) for count, _, is_whole in counts] == [(128, False), (_COUNT, True)]
    assert [chat.summary.title for chat in pane.selected()] == ["Chat 000"]
    pane.close_vault()


def test_only_what_is_looked_at_is_read(pane: ListPane, qtbot: QtBot) -> None:
    assert pane.model.chat(200) is None

    pane.view.verticalScrollBar().setValue(pane.view.verticalScrollBar().maximum())

    qtbot.waitUntil(lambda: pane.model.chat(_COUNT - 1) is not None)
    assert pane.model.chat(150) is None


def test_arrows_pages_and_ends_move_through_the_list(pane: ListPane, qtbot: QtBot) -> None:
    pane.view.setFocus()
    chosen: list[str] = []
    pane.chosen.connect(lambda chat: chosen.append(chat.summary.title))

    qtbot.keyClick(pane.view, Qt.Key.Key_Down)
    assert pane.view.currentIndex().row() == 1
    qtbot.keyClick(pane.view, Qt.Key.Key_PageDown)
    assert pane.view.currentIndex().row() > 5
    qtbot.keyClick(pane.view, Qt.Key.Key_End)
    assert pane.view.currentIndex().row() == _COUNT - 1
    assert pane.view.viewport().rect().contains(pane.view.visualRect(pane.view.currentIndex()))
    qtbot.waitUntil(lambda: chosen[-1] == f"Chat {_COUNT - 1:03}")
    qtbot.keyClick(pane.view, Qt.Key.Key_Home)
    qtbot.keyClick(pane.view, Qt.Key.Key_Up)
    assert pane.view.currentIndex().row() == 0


def test_a_row_is_where_it_is_painted(pane: ListPane, qtbot: QtBot) -> None:
    view = pane.view
    for row in (0, 1, 5):
        index = pane.model.index(row)
        centre = view.visualRect(index).center()
        assert view.indexAt(centre) == index
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre)
        assert [chat.summary.title for chat in pane.selected()] == [f"Chat {row:03}"]
    # The heading of the month is no chat.
    assert view.indexAt(QPoint(20, 3)) == QModelIndex()


def test_scrolling_shows_a_row_once_and_below_the_heading(pane: ListPane) -> None:
    view = pane.view
    view.select_row(150)
    view.select_row(149)
    view.select_row(120)

    assert view.visualRect(view.currentIndex()).top() >= theme.px(30)
    view.scrollTo(pane.model.index(250), QAbstractItemView.ScrollHint.PositionAtCenter)
    assert abs(view.visualRect(pane.model.index(250)).center().y() - view.height() / 2) < 64


def test_typing_in_the_list_filters_it_and_escape_ends_that(pane: ListPane, qtbot: QtBot) -> None:
    pane.view.setFocus()
    qtbot.keyClicks(pane.view, "2")
    qtbot.keyClicks(pane.filter_field, "99")
    _wait_for(qtbot, pane, 1)
    assert _titles(pane) == ["Chat 299"]

    qtbot.keyClick(pane.filter_field, Qt.Key.Key_Escape)

    _wait_for(qtbot, pane, _COUNT)
    assert pane.filter_field.text() == ""


def test_enter_in_the_filter_goes_to_the_list(pane: ListPane, qtbot: QtBot) -> None:
    qtbot.keyClicks(pane.filter_field, "chat 10")
    _wait_for(qtbot, pane, 13)

    qtbot.keyClick(pane.filter_field, Qt.Key.Key_Return)

    assert [chat.summary.title for chat in pane.selected()] == ["Chat 010"]


def test_nothing_found_says_so_and_offers_the_way_back(pane: ListPane, qtbot: QtBot) -> None:
    pane.filter_field.setText("no such words")
    _wait_for(qtbot, pane, 0)
    notice = next(n for n in pane.findChildren(Notice) if n.isVisible())
    assert "no such words" in notice.hint.text()

    qtbot.mouseClick(pane.nothing.clear, Qt.MouseButton.LeftButton)

    _wait_for(qtbot, pane, _COUNT)
    assert not pane.filter_field.button.isVisible()


def test_nothing_is_offered_for_what_a_filter_hides(pane: ListPane, qtbot: QtBot) -> None:
    pane.view.select_rows([3, 4])
    assert pane.bar.export.isVisible()
    for words, count in ("299", 1), ("no such words", 0):
        pane.filter_field.setText(words)
        _wait_for(qtbot, pane, count)
        assert not pane.bar.export.isVisible()


def test_orders_groups_and_filters_come_from_the_menus(pane: ListPane, qtbot: QtBot) -> None:
    def choose(button: object, text: str) -> None:
        menu = button.menu()  # type: ignore[attr-defined]
        menu.aboutToShow.emit()
        next(a for a in menu.actions() if a.text().partition("\t")[0] == text).trigger()

    choose(pane.order_button, "Oldest first")
    qtbot.waitUntil(lambda: _titles(pane, 1) == ["Chat 299"])
    choose(pane.order_button, "Group by source")
    qtbot.waitUntil(lambda: [g.key for g in pane.model.groups] == ["chatgpt", "claude"])
    choose(pane.filter_button, "Claude")
    _wait_for(qtbot, pane, 100)
    choose(pane.filter_button, "Starred")
    _wait_for(qtbot, pane, 1)
    chip = next(c for c in pane.chips.findChildren(QPushButton) if "Claude" in c.text())
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    _wait_for(qtbot, pane, 3)


def test_order_and_groups_are_kept_but_no_filter(pane: ListPane, desk: Desk) -> None:
    wish = Wish(ListFilter(source="claude", title="secret"), Order.LONGEST, Grouping.NONE)
    pane.show_wish(wish)

    state = desk.settings.state("chats-list")

    assert Wish.from_state(state) == Wish(ListFilter(), Order.LONGEST, Grouping.NONE)
    assert b"secret" not in bytes(state.data()) and b"claude" not in bytes(state.data())


def test_a_reload_keeps_what_is_selected(pane: ListPane, qtbot: QtBot, desk: Desk) -> None:
    pane.view.select_row(4)
    bring(desk.session.vault, conversation("Hello", external_id="new", title="New", source="grok",
                                           updated_at_ms=NOW_MS + DAY_MS))  # fmt: skip

    pane.reload()

    _wait_for(qtbot, pane, _COUNT + 1)
    assert _titles(pane, 1) == ["New"]
    qtbot.waitUntil(lambda: [c.summary.title for c in pane.selected()] == ["Chat 004"])


def test_a_chat_that_is_asked_for_before_the_list_is_there_is_shown(
    pane: ListPane, qtbot: QtBot, desk: Desk
) -> None:
    wanted = pane.model.row_id(200)
    pane.model.arrange(None, [])

    pane.choose(wanted)
    pane.reload()

    _wait_for_rows(qtbot, pane)
    assert pane.view.currentIndex().row() == 200
    assert pane.view.viewport().rect().contains(pane.view.visualRect(pane.model.index(200)))


def test_a_reload_leaves_the_rows_where_they_are(pane: ListPane, qtbot: QtBot, desk: Desk) -> None:
    pane.view.verticalScrollBar().setValue(5000)
    row = pane.view.visible_rows()[0] + 1
    row_id, top = pane.model.row_id(row), pane.view.visualRect(pane.model.index(row)).top()
    bring(desk.session.vault, conversation("Hello", external_id="new", updated_at_ms=NOW_MS + 1))

    pane.reload()

    qtbot.waitUntil(lambda: pane.model.rowCount() == _COUNT + 1)
    assert pane.model.row_of(row_id) == row + 1
    assert pane.view.visualRect(pane.model.index(row + 1)).top() == top


def test_several_selected_chats_can_be_copied_and_exported(
    pane: ListPane, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    actions = ChatActions(pane, desk.window.shell, desk.session)
    view = pane.view
    for row, keys in ((1, Qt.KeyboardModifier.NoModifier), (3, Qt.KeyboardModifier.ShiftModifier)):
        point = view.visualRect(pane.model.index(row)).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, point)
    assert pane.bar.copy.isVisible()

    qtbot.mouseClick(pane.bar.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "Chat 001\nChat 002\nChat 003"
    qtbot.mouseClick(pane.bar.export, Qt.MouseButton.LeftButton)
    dialog = pane.findChild(ExportDialog)
    assert dialog is not None
    dialog.folder_field.setText(str(tmp_path / "out"))
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: not desk.window.shell.jobs.running)
    assert desk.window.shell.jobs.rows[0].remark == "3 chats written"
    assert len(list((tmp_path / "out").rglob("*.md"))) == 3
    actions.close()


def test_selecting_all_asks_about_no_row(pane: ListPane, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    count = pane.model.rowCount
    monkeypatch.setattr(pane.model, "rowCount", lambda *of: asked.append(1) or count(*of))

    pane.view.selectAll()

    assert pane.view.selected_count() == _COUNT
    assert len(asked) < 20


def test_the_menu_offers_what_fits_the_selection(pane: ListPane, desk: Desk) -> None:
    actions = ChatActions(pane, desk.window.shell, desk.session)

    one = [a.text() for a in actions.menu().actions() if a.text()]
    pane.view.selectAll()
    many = [a.text() for a in actions.menu().actions() if a.text()]

    assert one[:4] == ["Read", "Pin", "Star", "Mark as unread"]
    assert one[4:6] == ["Archive", "Rename…\tF2"]
    assert one[6:9] == ["Tags…", "Move to a folder…", "Put into the trash"]
    assert one[9:12] == ["Copy the title", "Export this chat…", "Save as PDF…"]
    assert many[:3] == ["Pin 300 chats", "Star 300 chats", "Mark 300 chats as unread"]
    assert many[3:5] == ["Archive 300 chats", "Tags of 300 chats…"]
    assert many[5:7] == ["Move 300 chats to a folder…", "Put 300 chats into the trash"]
    assert many[7:10] == ["Merge 300 chats…", "Copy 300 titles", "Export 300 chats…"]


def test_a_row_is_spoken_with_all_that_its_signs_say(pane: ListPane) -> None:
    index = pane.model.index(7)

    said = index.data(Qt.ItemDataRole.AccessibleTextRole)

    assert said.startswith("Chat 007, ChatGPT, ")
    assert "2 messages" in said and said.endswith("starred")
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "8 of 300"


def test_the_signs_of_a_row_tell_its_states(desk: Desk, qtbot: QtBot) -> None:
    desk.unlock()
    bring(
        desk.session.vault,
        conversation(message(1, "Look", attachments=(attachment("a.txt", b"a"),)),
                     external_id="all", title="All", is_starred=True, is_archived=True,
                     is_missing_at_source=True, updated_at_ms=NOW_MS + DAY_MS),
    )  # fmt: skip
    listing = desk.session.vault.listing

    (row,) = listing.rows(listing.arrange().ids[:1])

    assert [name for name, _ in signs_of(row)] == ["star", "cloud-off", "archive", "paperclip"]


@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
def test_the_list_is_painted_in_the_colours_of_the_theme(
    pane: ListPane, scheme: theme.Scheme
) -> None:
    theme.theme().set_scheme(scheme)

    image = pane.view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)

    seen = {image.pixelColor(x, y).name() for y in range(0, 300, 3) for x in range(0, 290, 3)}
    assert theme.tokens().surface in seen and theme.tokens().accent_soft in seen


def test_locking_leaves_no_title(pane: ListPane) -> None:
    pane.close_vault()

    assert pane.model.rowCount() == 0
    assert pane.model.chat(0) is None


def test_a_chat_is_saved_as_a_pdf(
    pane: ListPane, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chat.pdf"
    proposed: list[str] = []
    monkeypatch.setattr(
        QFileDialog,
        "getSaveFileName",
        lambda *asked: (proposed.append(asked[2]) or str(path), ""),
    )
    actions = ChatActions(pane, desk.window.shell, desk.session)

    next(a for a in actions.menu().actions() if a.text() == "Save as PDF…").trigger()

    qtbot.waitUntil(lambda: "Saved as chat.pdf." in desk.window.shell.told)
    assert path.read_bytes().startswith(b"%PDF-")
    assert proposed[0].endswith("/Chat 000.pdf")


def test_a_click_on_a_heading_leaves_the_open_chat_chosen(pane: ListPane, qtbot: QtBot) -> None:
    view = pane.view
    view.select_row(0)
    assert view.chats.groups

    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 5))

    assert list(view.selected_rows()) == [0]
