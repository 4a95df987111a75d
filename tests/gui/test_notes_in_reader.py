"""Words are highlighted and noted on where they are read, by mouse and by keys, with undo."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.annotation import Fit, FoundAnnotation
from support.access import unnamed
from support.chats import bring
from support.conversations import conversation, message
from support.desk import Desk
from ui.annotations.in_reader import NotesInReader
from ui.annotations.page import NotesPage
from ui.annotations.tints import tint
from ui.chats.page import ChatsPage
from ui.reader.reader import Reader
from ui.reader.selecting import Position
from ui.settings import table
from ui.writing import units

ANSWER = """# Rye *bread*
Mix **flour** and [water](http://water.example/b)b &amp; salt 😀, then `knead()`.

| what | how much |
|---|---|
| flour | **500 g** |

1. عجين الخبز
2. 面包 rises
"""


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    chat = conversation("How do I bake?", message(2, ANSWER), external_id="bread", title="Bread")
    return lambda vault: bring(vault, chat)


@pytest.fixture
def reader(desk: Desk, qtbot: QtBot) -> Reader:
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    view = page.reader.view
    qtbot.waitUntil(lambda: bool(view.stack.placed))
    qtbot.waitUntil(lambda: not any(p.item.is_waiting for p in view.stack.placed))
    desk.window.activateWindow()
    view.setFocus()
    return page.reader


def _feature(reader: Reader) -> NotesInReader:
    (found,) = [each for each in reader.additions if isinstance(each, NotesInReader)]
    return found


def _select(reader: Reader, words: str) -> None:
    """Select *words* of the answer, as the mouse would."""
    item = reader.view.stack.item(1)
    for at, cell in enumerate(item.cells):
        plain = cell.block.plain if cell.block is not None else ""
        if words in plain:
            start = units(plain[: plain.index(words)])
            first, last = Position(1, at, start), Position(1, at, start + units(words))
            reader.view.selecting.select(first, last)
            return
    raise AssertionError(words)


def _stored(desk: Desk) -> list[FoundAnnotation]:
    (chat,) = desk.session.vault.conversations.list()
    return list(desk.session.vault.annotations.of(chat.id))


def _painted(reader: Reader) -> list[str]:
    """Return what is painted as highlighted, from the first to the last."""
    found = []
    layer = _feature(reader).layer
    for placed in reader.view.stack.placed:
        for mark in layer.selections(placed):
            found.append(mark.cursor.selectedText().replace("\u2029", "\n"))
    return found


def _key(qtbot: QtBot, reader: Reader, key: Qt.Key) -> None:
    qtbot.keyClick(reader.view, key)


def test_what_is_selected_is_highlighted_by_a_key_and_undone(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    _select(reader, "flour and water")

    _key(qtbot, reader, Qt.Key.Key_H)

    qtbot.waitUntil(lambda: _painted(reader) == ["flour and water"])
    (made,) = _stored(desk)
    assert made.annotation.colour == "yellow"
    assert made.annotation.passage is not None
    assert made.annotation.passage.quote == "flour** and [water"
    assert "Highlighted" in desk.window.shell.told
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: _painted(reader) == [])
    assert _stored(desk) == []


@pytest.mark.parametrize(
    "words", ["bread", "b & salt 😀, then knead()", "500 g", "عجين", "面包 rises"]
)
def test_a_highlight_is_painted_on_the_words_that_were_selected(
    reader: Reader, desk: Desk, qtbot: QtBot, words: str
) -> None:
    _select(reader, words)

    _key(qtbot, reader, Qt.Key.Key_2)

    qtbot.waitUntil(lambda: _painted(reader) == [words])
    assert _stored(desk)[0].annotation.colour == "green"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_highlight_has_its_colour_in_both_themes(
    reader: Reader, desk: Desk, qtbot: QtBot, scheme: str
) -> None:
    desk.settings.set(table.THEME, scheme)
    _select(reader, "and water")

    _key(qtbot, reader, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: bool(_painted(reader)))

    picture = reader.view.grab().toImage()
    points = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    wanted = tint("yellow", is_dark=scheme == "dark").name()
    assert wanted in {QColor(picture.pixel(x, y)).name() for x, y in points}


def test_the_same_key_again_takes_a_highlight_away(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    _select(reader, "and water")
    _key(qtbot, reader, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: bool(_painted(reader)))

    _select(reader, "and water")
    _key(qtbot, reader, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: [f.annotation.colour for f in _stored(desk)] == ["pink"])
    _select(reader, "and water")
    _key(qtbot, reader, Qt.Key.Key_4)

    qtbot.waitUntil(lambda: _stored(desk) == [])


def test_a_key_with_nothing_selected_says_how_to_select(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    _key(qtbot, reader, Qt.Key.Key_H)

    assert any("Select words" in said for said in desk.window.shell.told)


def test_a_note_is_written_on_words_by_keys_alone(reader: Reader, desk: Desk, qtbot: QtBot) -> None:
    feature = _feature(reader)
    _select(reader, "knead()")

    _key(qtbot, reader, Qt.Key.Key_N)
    assert feature.card.isVisible()
    assert "knead()" in feature.card.quote.text()
    assert unnamed(feature.card) == []
    qtbot.keyClicks(feature.card.text, "By hand?")
    qtbot.keyClick(feature.card.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: len(_stored(desk)) == 1)
    (made,) = _stored(desk)
    assert (made.annotation.text, made.annotation.number) == ("By hand?", 2)
    assert made.annotation.passage is not None
    assert made.annotation.passage.quote == "knead()"
    qtbot.waitUntil(lambda: len(reader.margin.placed()) == 1)
    assert reader.view.hasFocus()


def test_a_note_on_a_whole_message_stands_beside_it_and_opens_by_a_click(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    feature = _feature(reader)
    _key(qtbot, reader, Qt.Key.Key_N)
    qtbot.keyClicks(feature.card.text, "Ask a baker")
    qtbot.mouseClick(feature.card.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(reader.margin.placed()) == 1)

    (mark,) = reader.margin.placed()
    qtbot.mouseClick(
        reader.view.viewport(), Qt.MouseButton.LeftButton, pos=mark.rect.center().toPoint()
    )
    assert feature.card.isVisible()
    assert feature.card.text.toPlainText() == "Ask a baker"
    qtbot.mouseClick(feature.card.delete_button, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: "Note deleted" in desk.window.shell.told)
    assert _stored(desk) == []
    desk.window.shell.undo()
    qtbot.waitUntil(lambda: [f.annotation.text for f in _stored(desk)] == ["Ask a baker"])
    assert [f.annotation.number for f in _stored(desk)] == [1]


def test_escape_leaves_a_note_as_it_was(reader: Reader, desk: Desk, qtbot: QtBot) -> None:
    feature = _feature(reader)
    _key(qtbot, reader, Qt.Key.Key_N)
    qtbot.keyClicks(feature.card.text, "Never mind")

    qtbot.keyClick(feature.card.text, Qt.Key.Key_Escape)

    assert not feature.card.isVisible()
    assert feature.card.text.toPlainText() == ""
    assert _stored(desk) == []


def test_what_is_being_written_is_kept_when_the_vault_is_locked(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    feature = _feature(reader)
    _key(qtbot, reader, Qt.Key.Key_N)
    qtbot.keyClicks(feature.card.text, "Half a thought")

    desk.lock()
    desk.unlock()

    assert [f.annotation.text for f in _stored(desk)] == ["Half a thought"]


def test_a_click_on_highlighted_words_opens_their_card_and_recolours(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    feature = _feature(reader)
    _select(reader, "flour and water")
    _key(qtbot, reader, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: bool(_painted(reader)))
    placed = next(p for p in reader.view.stack.placed if feature.layer.selections(p))
    (piece,) = feature.layer.pieces_in(placed)
    document = placed.cell.document
    assert document is not None
    block = document.findBlock(piece.start)
    line = block.layout().lineForTextPosition(piece.start - block.position())
    x = line.cursorToX(piece.start - block.position() + 2)[0]
    spot = placed.cell.rect_of(piece.start)
    left, _width = reader.view.column()

    where = QPoint(round(left + x), round(placed.y + spot.center().y()))
    qtbot.mouseClick(reader.view.viewport(), Qt.MouseButton.LeftButton, pos=where)

    assert feature.card.isVisible()
    (blue,) = [s for s in feature.card.swatches.swatches if s.colour == "blue"]
    qtbot.mouseClick(blue, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(feature.card.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [f.annotation.colour for f in _stored(desk)] == ["blue"])


def test_words_selected_by_the_mouse_bring_a_bar_of_colours(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    feature, viewport = _feature(reader), reader.view.viewport()
    placed = next(
        p for p in reader.view.stack.placed if p.cell.block and "flour and" in p.cell.block.plain
    )
    left, _width = reader.view.column()
    y = round(placed.y + placed.cell.height / 2 + 8)
    begin, end = QPoint(round(left) + 30, y), QPoint(round(left) + 120, y)

    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=begin)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)

    assert feature.bar.isVisible()
    assert unnamed(feature.bar) == []
    feature.bar.highlighted.emit("pink")
    qtbot.waitUntil(lambda: [f.annotation.colour for f in _stored(desk)] == ["pink"])
    assert not feature.bar.isVisible()


def test_a_note_whose_text_has_gone_says_so_and_what_it_was(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    feature = _feature(reader)
    _select(reader, "500 g")
    _key(qtbot, reader, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: bool(_painted(reader)))

    other = conversation("How do I bake?", message(2, "Ask somebody else."), external_id="bread",
                         title="Bread", updated_at_ms=2_000_000_000_000)  # fmt: skip
    bring(desk.session.vault, other)
    desk.session.tell_changed("conversations")

    qtbot.waitUntil(lambda: [f.place.fit for f in feature.notes.all] == [Fit.LOST])
    qtbot.waitUntil(lambda: len(reader.margin.placed()) == 1)
    (mark,) = reader.margin.placed()
    assert "gone" in (reader.margin.tip(mark.rect.center()) or "")
    feature.edit(feature.notes.all[0].annotation.id or 0)
    assert "gone" in feature.card.remark.text()
    assert "500 g" in feature.card.quote.text()


def test_the_menu_of_a_message_offers_its_notes(reader: Reader, desk: Desk, qtbot: QtBot) -> None:
    feature = _feature(reader)
    _key(qtbot, reader, Qt.Key.Key_N)
    qtbot.keyClicks(feature.card.text, "Ask a baker")
    feature.card.save()
    qtbot.waitUntil(lambda: len(feature.notes.on(1)) == 1)

    menu = QMenu()
    reader.actions_.fill(menu, 1)

    (sub,) = [a.menu() for a in menu.actions() if a.text() == "Notes of this message"]
    assert [action.text() for action in sub.actions()] == ["Ask a baker"]
    assert any("Note on this message" in action.text() for action in menu.actions())


@pytest.mark.parametrize(
    ("tab", "words", "quote"),
    [
        (0, "flour and water", "flour** and [water"),
        (0, "500 g", "500 g"),
        (0, "2. 面包 rises", "面包 rises"),
        (1, "**flour** and", "**flour** and"),
    ],
)
def test_words_are_selected_and_highlighted_by_keys_alone(
    reader: Reader, desk: Desk, qtbot: QtBot, tab: int, words: str, quote: str
) -> None:
    _key(qtbot, reader, Qt.Key.Key_J)
    _key(qtbot, reader, Qt.Key.Key_Return)
    pane = reader.text_pane
    pane.tabs.setCurrentIndex(tab)
    text = pane.text.toPlainText()
    cursor = pane.text.textCursor()
    cursor.setPosition(units(text[: text.index(words)]))
    pane.text.setTextCursor(cursor)
    for _letter in range(units(words)):
        qtbot.keyClick(pane.text, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)

    qtbot.keyClick(pane.text, Qt.Key.Key_H)

    qtbot.waitUntil(lambda: len(_stored(desk)) == 1)
    passage = _stored(desk)[0].annotation.passage
    assert passage is not None
    assert passage.quote == quote


def test_a_note_is_written_where_a_message_is_shown_as_text(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    _key(qtbot, reader, Qt.Key.Key_Return)
    qtbot.keyClick(reader.text_pane.text, Qt.Key.Key_N)
    card = _feature(reader).card
    assert card.isVisible()
    qtbot.keyClicks(card.text, "On all of it")

    qtbot.keyClick(card.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: [f.annotation.text for f in _stored(desk)] == ["On all of it"])
    assert [f.annotation.number for f in _stored(desk)] == [1]
    assert reader.text_pane.text.hasFocus()


def test_the_button_above_a_chat_notes_on_it_and_leads_to_the_list(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    feature = _feature(reader)
    menu = QMenu()
    feature.button.fill(menu)
    (make,) = menu.actions()
    make.trigger()
    qtbot.keyClicks(feature.card.text, "Worth printing")
    feature.card.save()
    qtbot.waitUntil(lambda: len(feature.notes.on(None)) == 1)
    assert feature.button.button.toolTip() == "1 note or highlight"

    feature.fill_chat(menu)
    menu.actions()[-1].trigger()

    assert desk.window.workspace is not None
    page = desk.window.workspace.page("annotations")
    assert isinstance(page, NotesPage)
    qtbot.waitUntil(lambda: [f.annotation.text for f in page.model.shown] == ["Worth printing"])
    qtbot.waitUntil(lambda: "Bread" in page.head.chat.text())
