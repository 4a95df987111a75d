"""A diff is read as one text or side by side, and without telling colours apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QTextCursor, QTextDocument, QTextTable
from pytestqt.qtbot import QtBot

from privatus.core.conversation import Conversation, Message, Part, PartKind, Role
from privatus.services.diffs import diff
from ui.versions import diff_text
from ui.versions.diff_text import AT_ONCE, Shown, draw, speaker_of
from ui.versions.diff_view import DiffView


def _message(number: int, text: str, **more: object) -> Message:
    return Message(
        number=number,
        parent=number - 1 or None,
        role=Role.USER,
        external_id=str(number),
        parts=(Part(kind=PartKind.TEXT, text=text),),
        **more,  # type: ignore[arg-type]
    )


def _chat(*messages: Message, title: str = "Keys") -> Conversation:
    return Conversation(source="chatgpt", external_id="1", title=title, messages=messages)


BEFORE = _chat(_message(1, "stays"), _message(2, "the former key"), _message(3, "goes away"))
AFTER = _chat(_message(1, "stays"), _message(2, "the new key"), _message(4, "comes"))


def _runs(document: QTextDocument) -> Iterator[tuple[str, bool, bool]]:
    """Yield each run of text, and whether it is struck out or underlined."""
    block = document.begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            shape = fragment.charFormat()
            is_underlined = shape.underlineStyle() != shape.UnderlineStyle.NoUnderline
            yield fragment.text(), shape.fontStrikeOut(), is_underlined
            iterator += 1
        block = block.next()


@pytest.fixture
def view(qtbot: QtBot) -> DiffView:
    made = DiffView()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("is_beside", [False, True])
@pytest.mark.usefixtures("view")
def test_what_went_is_struck_out_and_what_came_is_underlined(is_beside: bool) -> None:
    drawn = draw(Shown(diff=diff(BEFORE, AFTER), is_beside=is_beside), speaker_of)

    runs = set(_runs(drawn.document))
    assert {("former", True, False), ("goes away", True, False)} <= runs
    assert {("new", False, True), ("comes", False, True)} <= runs
    assert not [text for text, struck, lined in runs if "stays" in text]


@pytest.mark.usefixtures("view")
def test_side_by_side_the_former_words_stand_left_and_the_later_right() -> None:
    drawn = draw(Shown(diff=diff(BEFORE, AFTER), is_beside=True), speaker_of)

    table = next(f for f in drawn.document.rootFrame().childFrames() if isinstance(f, QTextTable))
    cells = [[_text(table, row, column) for column in (0, 1)] for row in range(table.rows())]
    assert "the former key" in cells[0][0] and "the new key" in cells[0][1]
    assert "goes away" in cells[1][0] and not cells[1][1]
    assert not cells[2][0] and "comes" in cells[2][1]


def _text(table: QTextTable, row: int, column: int) -> str:
    cell = table.cellAt(row, column)
    cursor = cell.firstCursorPosition()
    cursor.setPosition(cell.lastPosition(), QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText()


def test_messages_that_are_the_same_are_folded_until_they_are_asked_for(view: DiffView) -> None:
    view.show_diff(diff(BEFORE, AFTER))
    assert "1 message is the same" in view.text.toPlainText()

    view.all.setChecked(True)

    assert "stays" in view.text.toPlainText()


def test_the_next_change_and_the_one_before_are_gone_to(view: DiffView) -> None:
    view.resize(400, 300)
    view.show_diff(diff(BEFORE, AFTER))
    assert view.counts.text() == "3 messages differ"
    assert not view.previous.isEnabled()

    found = []
    for _step in range(3):
        view.go_on()
        block = view.text.textCursor().block()
        found.append(block.text().rsplit("  ·  ", 1)[-1])
    view.go_on()

    assert found == ["changed", "removed", "added"]
    assert view.counts.text() == "3 of 3 messages differ"
    assert not view.next.isEnabled()
    view.go_back()
    assert view.counts.text() == "2 of 3 messages differ"


def test_a_very_long_diff_comes_in_parts_and_says_how_much_is_left(view: DiffView) -> None:
    count = AT_ONCE + 30
    messages = [_message(number, f"word{number}") for number in range(1, count + 1)]

    view.show_diff(diff(_chat(), _chat(*messages)))

    assert f"word{AT_ONCE}" in view.text.toPlainText()
    assert f"word{AT_ONCE + 1}" not in view.text.toPlainText()
    assert view.more.text() == "Show 30 more changes"
    view.more.click()
    assert f"word{count}" in view.text.toPlainText()
    assert view.more.isHidden()


@pytest.mark.usefixtures("view")
def test_of_a_long_stretch_that_stays_its_ends_are_shown() -> None:
    middle = "middle " * 1_000
    before, after = (f"old {middle}end old", f"new {middle}end new")

    drawn = draw(
        Shown(diff=diff(_chat(_message(1, before)), _chat(_message(1, after)))), speaker_of
    )

    text = drawn.document.toPlainText()
    assert "characters" in text
    assert len(text) < 1_000
    assert text.count("old") == text.count("new") == 2


@pytest.mark.usefixtures("view")
def test_what_changed_beside_the_words_is_said() -> None:
    before = _chat(_message(1, "hello"), title="Old")
    after = _chat(_message(1, "hello", model="gpt-5"), title="New")

    drawn = draw(Shown(diff=diff(before, after)), speaker_of)

    assert "Changed: the model" in drawn.document.toPlainText()
    assert {("Old", True, False), ("New", False, True)} <= set(_runs(drawn.document))


def test_all_that_a_diff_can_name_has_words() -> None:
    from privatus.services import diffs

    assert set(diffs._HEAD) | set(diffs._BESIDE_TEXT) | {"parts"} == set(diff_text._ALSO)
