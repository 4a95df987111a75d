"""Reading a chat: opened, gone through, found in, copied from, by mouse and by keyboard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation, Part, PartKind, Role
from privatus.importers import registry
from support.conversations import attachment, conversation, message
from support.desk import Desk
from support.vaults import MadeUpExport
from ui import theme
from ui.chats.page import ChatsPage
from ui.reader.cells_media import PictureCell
from ui.reader.cells_small import FoldCell
from ui.reader.items import MessageItem
from ui.reader.reader import Reader
from ui.reader.selecting import Position
from ui.shell.pages import MessageTarget

_NOON = 1_750_000_000_000
_LONG = "\n\n".join(f"Paragraph {n} of the **long** answer about keys." for n in range(60))


def _picture() -> bytes:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _chat() -> Conversation:
    thought = Part(kind=PartKind.THINKING, text="A hidden *thought* about keys", name="Thought")
    answer = Part(kind=PartKind.TEXT, text="Use **two** keys.\n\n```python\nkey = 1\n```")
    return conversation(
        message(1, "How do I rotate keys?", created_at_ms=_NOON),
        message(2, parts=(thought, answer), model="gpt-9", created_at_ms=_NOON + 1000),
        message(3, "Another answer", parent=1, created_at_ms=_NOON + 2000),
        message(
            4,
            "Thanks, see https://example.org/x",
            parent=2,
            role=Role.USER,
            created_at_ms=_NOON + 90_000_000,
            attachments=(
                attachment("red.png", _picture(), media_type="image/png"),
                attachment("../../evil.txt", b"text", media_type="text/plain"),
            ),
        ),
        message(5, _LONG, role=Role.ASSISTANT, created_at_ms=_NOON + 90_001_000),
        external_id="keys",
        title="Rotating keys",
        active=5,
    )


@pytest.fixture
def fill(tmp_path: Path) -> Callable[[Vault], object]:
    def bring(vault: Vault) -> None:
        export = MadeUpExport(conversations=(_chat(),))
        path = tmp_path / "export.json"
        path.write_text(json.dumps({}), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(registry, "find", lambda _: export)
            vault.imports.run(path)

    return bring


@pytest.fixture
def reader(desk: Desk, qtbot: QtBot) -> Iterator[Reader]:
    desk.unlock()
    made = Reader(desk.window.shell)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    with qtbot.waitSignal(made.shown):
        made.open(desk.session.vault.conversations.list()[0].id)
    qtbot.waitUntil(lambda: _is_ready(made))
    yield made
    made.clear()


def _is_ready(reader: Reader) -> bool:
    placed = reader.view.stack.placed
    return bool(placed) and not any(p.item.is_waiting for p in placed)


def _numbers(reader: Reader) -> list[int]:
    assert reader.model is not None
    return [n for span in reader.model.path.ranges for n in span]


def test_the_model_keeps_qts_rules(reader: Reader) -> None:
    assert reader.model is not None

    tester = QAbstractItemModelTester(
        reader.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    reader.show_branch(3, 3)
    reader.show_branch(5, 5)

    assert tester.model() is reader.model


def test_a_jump_goes_to_the_branch_of_the_message_and_marks_it(
    reader: Reader, qtbot: QtBot
) -> None:
    assert _numbers(reader) == [1, 2, 4, 5]

    reader.jump_to(3)

    assert _numbers(reader) == [1, 3]
    assert reader.view.marked == 1
    qtbot.waitUntil(lambda: reader.view.marked is None)


def test_opening_at_a_message_id_of_a_search_arrives_there(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    chat = desk.session.vault.conversations.list()[0].id

    reader.open(chat, f"{chat}.3", ("another",))
    qtbot.waitUntil(lambda: _is_ready(reader))

    assert _numbers(reader) == [1, 3]
    cells = [p for p in reader.view.stack.placed if p.row == 1]
    assert any(reader.view.painting.spans(p.cell) == [(0, 7)] for p in cells)


def test_a_search_that_led_to_a_folded_thought_opens_it(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    chat = desk.session.vault.conversations.list()[0].id

    reader.open(chat, f"{chat}.2", ("thought",))
    qtbot.waitUntil(lambda: reader.view.painting.current is not None)

    item = reader.view.stack.item(1)
    assert any(isinstance(cell, FoldCell) and cell.is_open for cell in item.cells)


def test_what_was_found_before_does_not_take_the_marks_of_a_search(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    chat = desk.session.vault.conversations.list()[0].id
    reader.find_in_chat()
    reader.find_bar.field.setText("answer")
    qtbot.waitUntil(lambda: reader.view.painting.current is not None)
    reader.clear()

    reader.open(chat, f"{chat}.3", ("another",))
    qtbot.waitUntil(lambda: reader.view.painting.current is not None)
    qtbot.wait(300)

    row, at, _start = reader.view.painting.current or (0, 0, 0)
    cell = reader.view.stack.item(row).cells[at]
    assert reader.view.painting.spans(cell) == [(0, 7)]


def test_the_branch_switch_is_worked_by_the_mouse(reader: Reader, qtbot: QtBot) -> None:
    foot = next(p for p in reader.view.stack.placed if p.row == 1 and p.at == len(p.item.cells) - 1)
    later = next(a for a in foot.cell.actions if a.tip == "Later branch")
    left, _width = reader.view.column()
    middle = later.rect.center()

    qtbot.mouseClick(
        reader.view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(round(left + middle.x()), round(foot.y + middle.y())),
    )

    assert _numbers(reader) == [1, 3]


def test_finding_counts_every_branch_and_what_is_folded(reader: Reader, qtbot: QtBot) -> None:
    reader.find_in_chat()
    reader.find_bar.field.setText("THOUGHT about")
    qtbot.waitUntil(lambda: reader.find_bar.count.text() == "1 of 1")

    item = reader.view.stack.item(1)
    assert any(isinstance(cell, FoldCell) and cell.is_open for cell in item.cells)
    reader.find_bar.field.setText("answer")
    qtbot.waitUntil(lambda: "on another branch" in reader.find_bar.count.text())
    assert reader.find_bar.count.text() == "1 of 61  ·  1 on another branch"
    reader.look_up.previous()
    assert _numbers(reader) == [1, 3]
    qtbot.waitUntil(lambda: reader.view.painting.current is not None)
    assert reader.find_bar.count.text().startswith("61 of 61")


def test_a_place_that_is_found_is_not_hidden_by_a_selection(reader: Reader, qtbot: QtBot) -> None:
    reader.select_all()
    reader.find_in_chat()
    reader.find_bar.field.setText("answer")
    qtbot.waitUntil(lambda: reader.view.painting.current is not None)
    assert reader.view.selecting.span is None


def test_a_place_far_down_is_scrolled_to(reader: Reader, qtbot: QtBot) -> None:
    reader.find_in_chat()
    reader.find_bar.field.setText("paragraph 57")
    qtbot.waitUntil(lambda: reader.view.painting.current is not None)

    row, at, position = reader.view.painting.current or (0, 0, 0)
    placed = next(p for p in reader.view.stack.placed if (p.row, p.at) == (row, at))
    y = placed.y + placed.cell.rect_of(position).top()
    assert 0 < y < reader.view.viewport().height()


def test_a_selection_over_messages_is_copied_from_the_vault(reader: Reader, qtbot: QtBot) -> None:
    reader.view.selecting.select(Position(0, 1, 4), Position(3, 1, 11))

    reader.actions_.copy()
    qtbot.waitUntil(lambda: "Paragraph 0" in QGuiApplication.clipboard().text())

    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("You:\ndo I rotate keys?")
    assert "Use two keys." in copied
    assert copied.endswith("Paragraph 0")


def test_everything_is_copied_as_markdown(reader: Reader, qtbot: QtBot) -> None:
    reader.select_all()

    reader.actions_.copy_markdown()
    qtbot.waitUntil(lambda: "Paragraph 59" in QGuiApplication.clipboard().text())

    copied = QGuiApplication.clipboard().text()
    assert "**You**\n\nHow do I rotate keys?" in copied
    assert "Use **two** keys.\n\n```python\nkey = 1\n```" in copied
    assert "Another answer" not in copied


def test_a_drag_of_the_mouse_selects(reader: Reader, qtbot: QtBot) -> None:
    view = reader.view
    words = next(p for p in view.stack.placed if p.row == 0 and p.at == 1)
    left, width = view.column()
    x = left + words.item.left(words.cell, width)
    start = QPoint(round(x) + 1, round(words.y) + 8)
    end = QPoint(round(x + words.cell.natural_width), round(words.y) + 8)

    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view.viewport(), end)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)

    span = view.selecting.span
    assert span is not None
    assert (span[0].character, span[1].character) == (0, len("How do I rotate keys?"))


def test_keys_go_through_the_messages(reader: Reader, qtbot: QtBot) -> None:
    view = reader.view
    view.setFocus()

    qtbot.keyClick(view, Qt.Key.Key_J)
    qtbot.keyClick(view, Qt.Key.Key_J)
    assert view.currentIndex().row() == 2
    qtbot.keyClick(view, Qt.Key.Key_K)
    assert view.currentIndex().row() == 1
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.stack.value == view.stack.maximum
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.stack.value == 0
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.stack.value == pytest.approx(view.viewport().height() * 0.9, abs=2)


def test_folds_and_branches_are_worked_by_the_keyboard(reader: Reader, desk: Desk) -> None:
    commands = desk.window.shell.commands
    reader.view.make_current(1)

    commands.run("fold-message")
    assert any(isinstance(c, FoldCell) and c.is_open for c in reader.view.stack.item(1).cells)
    commands.run("fold-message")
    assert not any(isinstance(c, FoldCell) and c.is_open for c in reader.view.stack.item(1).cells)
    commands.run("later-branch")
    assert _numbers(reader) == [1, 3]
    commands.run("earlier-branch")
    assert _numbers(reader) == [1, 2, 4, 5]


def test_the_menu_reaches_files_and_links(reader: Reader, qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)

    reader.actions_.fill(menu, 4)

    offered = [a.text() for inner in menu.findChildren(QMenu) for a in inner.actions()]
    assert "https://example.org/x" in offered
    assert {"Show red.png", "Save red.png", "Save ../../evil.txt"} <= set(offered)


def test_enter_opens_a_message_in_which_a_caret_moves(reader: Reader, qtbot: QtBot) -> None:
    reader.view.setFocus()
    qtbot.keyClick(reader.view, Qt.Key.Key_J)

    qtbot.keyClick(reader.view, Qt.Key.Key_Return)

    assert reader.stack.currentWidget() is reader.text_pane
    assert "Use two keys." in reader.text_pane.text.toPlainText()
    reader.text_pane.tabs.setCurrentIndex(1)
    assert "Use **two** keys." in reader.text_pane.text.toPlainText()
    reader.text_pane.tabs.setCurrentIndex(2)
    assert '"kind": "thinking"' in reader.text_pane.text.toPlainText()
    qtbot.keyClick(reader.text_pane.text, Qt.Key.Key_Escape)
    assert reader.stack.currentIndex() == 0
    assert reader.text_pane.text.toPlainText() == ""


def test_a_screen_reader_finds_a_list_of_named_messages(reader: Reader) -> None:
    listed = QAccessible.queryAccessibleInterface(reader.view)

    assert listed.text(QAccessible.Text.Name) == "Messages"
    assert listed.role() is QAccessible.Role.List
    assert listed.childCount() == 4
    first = listed.child(0)
    assert first.text(QAccessible.Text.Name) == "You: How do I rotate keys?"
    assert first.text(QAccessible.Text.Description).startswith("1 of 4")


def test_an_image_is_decrypted_into_memory_and_shown(reader: Reader, qtbot: QtBot) -> None:
    reader.jump_to(4)

    def picture() -> PictureCell | None:
        item = reader.view.stack.item(2)
        if not isinstance(item, MessageItem):
            return None
        return next((c for c in item.cells if isinstance(c, PictureCell)), None)

    qtbot.waitUntil(lambda: bool((cell := picture()) and cell.image is not None))
    cell = picture()
    assert cell is not None and cell.image is not None
    assert cell.image.size().toTuple() == (40, 30)
    assert cell.image.pixelColor(3, 3).red() == 255


def test_a_change_of_theme_keeps_the_place(reader: Reader) -> None:
    reader.view.scroll_by(400)
    before = [(p.row, p.at, round(p.y)) for p in reader.view.stack.placed]

    theme.theme().set_scheme(theme.Scheme.DARK)

    assert [(p.row, p.at, round(p.y)) for p in reader.view.stack.placed] == before


def test_the_outline_has_questions_files_and_branches(reader: Reader, qtbot: QtBot) -> None:
    reader.toggle_panel()
    questions, files, branches = reader.panel.lists
    qtbot.waitUntil(lambda: len(branches.places) == 2 and len(questions.places) == 2)

    assert [place.number for place in questions.places] == [1, 4]
    assert [place.text for place in files.places] == ["red.png", "../../evil.txt"]
    reader.panel.chosen.emit(next(place for place in branches.places if place.leaf == 3))
    assert _numbers(reader) == [1, 3]


def test_f6_goes_from_the_list_to_the_chat_and_on(desk: Desk, qtbot: QtBot) -> None:
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    chat = desk.session.vault.conversations.list()[0].id
    with qtbot.waitSignal(page.reader.shown):
        page.on_target(MessageTarget(conversation_id=chat))
    page.pane.focus_list()

    desk.window.shell.commands.run("next-pane")
    assert page.reader.view.hasFocus()
    page.reader.toggle_panel()
    page.reader.view.setFocus()
    desk.window.shell.commands.run("next-pane")
    assert page.reader.panel.isAncestorOf(QApplication.focusWidget())
    desk.window.shell.commands.run("next-pane")
    assert page.pane.isAncestorOf(QApplication.focusWidget())


def test_clearing_leaves_nothing_of_the_chat(reader: Reader) -> None:
    reader.clear()

    assert reader.model is None
    assert reader.view.model() is None
    assert reader.view.stack.placed == []
    assert reader.header.title.text() == ""
    assert [places.places for places in reader.panel.lists] == [[], [], []]
