"""The page of notes lists them all, narrows them down, changes them and leads to their places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.errors import TamperedError
from support.access import reachable, unnamed
from support.chats import bring
from support.conversations import conversation, message
from support.desk import Desk
from ui.annotations.in_reader import NotesInReader
from ui.annotations.listed import KINDS
from ui.annotations.page import NotesPage
from ui.annotations.target import NotesTarget
from ui.chats.page import ChatsPage

_LONG = "\n\n".join(f"Paragraph {n} of many." for n in range(200))
_Fill = Callable[[Vault], object] | None


@pytest.fixture
def fill() -> _Fill:
    def filled(vault: Vault) -> None:
        bring(
            vault,
            conversation("How do I bake?", message(2, "Mix flour and water."),
                         external_id="bread", title="Bread"),
            conversation("Keys?", message(2, _LONG), external_id="keys", title="Keys"),
        )  # fmt: skip
        chats = {chat.title: chat.id for chat in vault.conversations.list()}
        bread, keys = chats["Bread"], chats["Keys"]
        vault.annotations.add(f"{bread}.2", quote="flour", colour="pink")
        vault.annotations.add(f"{bread}.2", "Which one?", quote="water")
        vault.annotations.add(str(keys), "Ask again in May")
        vault.annotations.add(f"{keys}.2", "Here", quote="Paragraph 150 of", colour="green")
        vault.tags.add("work", keys)

    return filled


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> NotesPage:
    desk.unlock()
    found = desk.show_page("annotations")
    assert isinstance(found, NotesPage)
    qtbot.waitUntil(lambda: found.stack.currentWidget() is not found.loading)
    desk.window.activateWindow()
    return found


def _shown(page: NotesPage) -> list[str]:
    return [str(page.model.index(row).data()) for row in range(page.model.rowCount())]


def _texts(desk: Desk) -> list[str]:
    return [found.annotation.text for found in desk.session.vault.annotations.list()]


def test_all_notes_are_listed_the_newest_first(page: NotesPage) -> None:
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    assert _shown(page) == ["Here", "Ask again in May", "Which one?", "flour"]
    assert page.head.count.text() == "4 notes"


def test_a_list_is_narrowed_as_one_types_and_by_kind_colour_and_tag(
    page: NotesPage, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.head.field, "WATER")
    assert _shown(page) == ["Which one?"]
    assert page.head.count.text() == "1 of 4 notes"
    page.head.field.clear()

    page.head.kind.setCurrentIndex([name for name, _ in KINDS].index("highlights"))
    assert _shown(page) == ["flour"]
    page.head.kind.setCurrentIndex(0)
    page.head.colour.setCurrentIndex(page.head.colour.findData("green"))
    assert _shown(page) == ["Here"]
    page.head.colour.setCurrentIndex(0)
    qtbot.waitUntil(lambda: page.head.tags.findData("work") > 0)
    page.head.tags.setCurrentIndex(page.head.tags.findData("work"))

    qtbot.waitUntil(lambda: _shown(page) == ["Here", "Ask again in May"])
    page.head.order.setCurrentIndex(page.head.order.findData("chat"))
    assert _shown(page) == ["Ask again in May", "Here"]


def test_nothing_found_offers_to_show_all_again(page: NotesPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.head.field, "nowhere")
    assert page.stack.currentWidget() is page.nothing

    page._on_all_wanted()

    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.view)
    assert len(_shown(page)) == 4


def test_enter_leads_to_the_passage_itself(page: NotesPage, desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(page.head.field, Qt.Key.Key_Down)
    assert page.view.hasFocus()

    qtbot.keyClick(page.view, Qt.Key.Key_Return)

    assert desk.window.workspace is not None
    chats = desk.window.workspace.page("chats")
    assert isinstance(chats, ChatsPage)
    (feature,) = [a for a in chats.reader.additions if isinstance(a, NotesInReader)]

    def is_seen() -> bool:
        for placed in chats.reader.view.stack.placed:
            for piece in feature.layer.pieces_in(placed):
                y = placed.y + placed.cell.rect_of(piece.start).top()
                return bool(0 <= y < chats.reader.view.viewport().height())
        return False

    qtbot.waitUntil(is_seen)
    desk.window.shell.commands.run("back")
    qtbot.waitUntil(lambda: page.view.currentIndex().row() == 0)


def test_notes_are_changed_by_keys_alone_with_undo(
    page: NotesPage, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.keyClick(page.head.field, Qt.Key.Key_Down)
    qtbot.keyClick(page.view, Qt.Key.Key_F2)
    assert page.card.isVisible()
    qtbot.keyClicks(page.card.text, "!")
    qtbot.keyClick(page.card.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Here!" in _shown(page))

    qtbot.keyClick(page.view, Qt.Key.Key_5)
    qtbot.waitUntil(lambda: page.model.shown[0].annotation.colour == "orange")
    page.view.selectAll()
    qtbot.keyClick(page.view, Qt.Key.Key_Delete)

    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.empty)
    assert _texts(desk) == []
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: len(_shown(page)) == 4)


def test_a_menu_offers_what_the_keys_do(page: NotesPage, qtbot: QtBot) -> None:
    page.view.setCurrentIndex(page.model.index(0))

    page._on_menu_wanted(page.view.mapToGlobal(page.view.rect().center()))

    (menu,) = [m for m in page.findChildren(QMenu) if m.isVisible()]
    assert [a.text().split("\t")[0] for a in menu.actions()] == [
        "Open", "Edit", "Colour", "", "Delete"]  # fmt: skip
    menu.close()


@pytest.mark.parametrize("suffix", [".md", ".csv", ".json"])
def test_what_is_shown_is_exported(
    page: NotesPage, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    suffix: str,
) -> None:  # fmt: skip
    path = tmp_path / f"notes{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(path), ""))
    qtbot.keyClicks(page.head.field, "bread")
    menu = page.head.export.menu()
    assert menu is not None
    (action,) = [a for a, end in zip(menu.actions(), (".md", ".csv", ".json"), strict=True)
                 if end == suffix]  # fmt: skip

    action.trigger()

    qtbot.waitUntil(lambda: any("not encrypted" in said for said in desk.window.shell.told))
    written = path.read_text()
    assert "flour" in written
    assert "May" not in written


def test_the_notes_of_one_chat_are_shown_until_that_is_taken_away(
    page: NotesPage, desk: Desk, qtbot: QtBot
) -> None:
    chat = next(f.conversation_id for f in page.model.shown if f.title == "Bread")

    page.on_target(NotesTarget(chat=chat))

    assert _shown(page) == ["Which one?", "flour"]
    assert "Bread" in page.head.chat.text()
    qtbot.mouseClick(page.head.chat, Qt.MouseButton.LeftButton)
    assert len(_shown(page)) == 4


def test_a_fault_is_said_and_reading_can_be_tried_again(
    page: NotesPage, desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise TamperedError("a row of notes did not authenticate")

    with monkeypatch.context() as patch:
        patch.setattr(type(desk.session.vault.annotations), "list", broken)
        page.load()
        qtbot.waitUntil(lambda: page.stack.currentWidget() is page.problem)
    page.load()

    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.view)


def test_everything_on_the_page_has_a_name_and_is_reached_by_tab(page: NotesPage) -> None:
    assert unnamed(page) == []
    assert reachable(page)
    spoken = page.model.index(3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("“flour”, Pink, Bread, ")


def test_locking_leaves_nothing_in_the_list(page: NotesPage, desk: Desk) -> None:
    page.on_lock()

    assert page.model.rowCount() == 0
    assert page.model.count == 0
