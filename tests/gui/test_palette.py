"""The palette: one field for messages, chats and commands, all by keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton

from privatus.bootstrap import Vault
from support.desk import Desk
from support.search_desk import fill as fill_chats
from support.search_page import chats
from ui.search.choices import matching
from ui.search.page import SearchPage
from ui.search.palette import Palette
from ui.search.palette_model import RowKind
from ui.search.recent import Recent
from ui.settings import table
from ui.shell.pages import MessageTarget

_CONTROL = Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.usefixtures("search_alone")


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return fill_chats


@pytest.fixture
def palette(desk: Desk) -> Palette:
    desk.window.resize(1240, 800)
    desk.unlock()
    return _open(desk)


def _open(desk: Desk) -> Palette:
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_K, _CONTROL)
    found = [each for each in desk.window.findChildren(Palette) if each.isVisible()]
    assert len(found) == 1
    desk.qtbot.waitUntil(lambda: found[0].field.hasFocus())
    return found[0]


def _type(desk: Desk, palette: Palette, text: str) -> None:
    palette.field.clear()
    with desk.qtbot.waitSignal(palette.settled):
        desk.qtbot.keyClicks(palette.field, text)


def _texts(palette: Palette, heading: str = "") -> list[str]:
    """Return the rows that can be chosen, of one section if *heading* is given."""
    section, found = "", []
    for row in palette.model.rows:
        if row.kind is RowKind.HEADING:
            section = row.text
        elif not heading or section == heading:
            found.append(row.text)
    return found


def _headings(palette: Palette) -> list[str]:
    return [row.text for row in palette.model.rows if row.kind is RowKind.HEADING]


def _press(desk: Desk, palette: Palette, *keys: Qt.Key) -> None:
    for key in keys:
        desk.qtbot.keyClick(palette.field, key)


def test_chats_and_messages_are_found_by_one_field(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "rotat")

    assert _headings(palette)[:2] == ["Chats", "Messages"]
    assert _texts(palette, "Chats") == ["Vault key rotation"]
    assert palette.view.currentIndex().row() == 1
    assert "results in" in palette.status.text()


def test_titles_that_come_late_move_nothing_under_who_chooses(desk: Desk, palette: Palette) -> None:
    palette.answered.connect(lambda: _press(desk, palette, Qt.Key.Key_Down))

    _type(desk, palette, "rotat")

    assert _headings(palette)[0] == "Messages"
    assert palette.view.currentIndex().row() == 2


def test_enter_opens_the_message_that_arrows_chose(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "wrap")
    _press(desk, palette, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return)

    (target,) = chats(desk).targets
    assert isinstance(target, MessageTarget)
    assert target.message_id is not None
    assert target.words == ("wrap",)
    desk.qtbot.waitUntil(lambda: not shiboken6.isValid(palette))


def test_enter_never_opens_what_was_found_for_other_words(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "tomaten")
    palette.field.selectAll()
    desk.qtbot.keyClicks(palette.field, "wrap")
    _press(desk, palette, Qt.Key.Key_Return)
    assert chats(desk).targets == []

    desk.qtbot.waitUntil(lambda: bool(chats(desk).targets))

    (target,) = chats(desk).targets
    assert isinstance(target, MessageTarget)
    assert target.words == ("wrap",)


def test_a_key_after_enter_takes_it_back(desk: Desk, palette: Palette) -> None:
    with desk.qtbot.waitSignal(palette.settled):
        desk.qtbot.keyClicks(palette.field, "wrap")
        _press(desk, palette, Qt.Key.Key_Return, Qt.Key.Key_Down)

    assert palette.isVisible()
    assert chats(desk).targets == []


def test_what_takes_the_focus_under_the_palette_has_it_after_it(
    desk: Desk, palette: Palette
) -> None:
    chats(desk).setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    chats(desk).setFocus()
    assert palette.isVisible()
    assert palette.field.hasFocus()

    _press(desk, palette, Qt.Key.Key_Escape)

    assert chats(desk).hasFocus()


def test_going_to_a_page_closes_the_palette(desk: Desk, palette: Palette) -> None:
    desk.window.shell.go("chats")

    desk.qtbot.waitUntil(lambda: not shiboken6.isValid(palette))


def test_arrows_pass_over_headings_and_go_round(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "key")
    chosen = []
    for _step in range(len(_texts(palette)) + 1):
        chosen.append(palette.view.currentIndex().row())
        _press(desk, palette, Qt.Key.Key_Down)

    assert chosen[0] == chosen[-1]
    assert all(palette.model.rows[row].kind is not RowKind.HEADING for row in chosen)
    _press(desk, palette, Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert palette.view.currentIndex().row() == chosen[-2]


def test_a_click_opens_what_it_hits(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "tomaten")
    row = palette.model.next_choice(-1, 1)
    place = palette.view.visualRect(palette.model.index(row)).center()

    desk.qtbot.mouseClick(palette.view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert len(chats(desk).targets) == 1


def test_escape_and_a_click_beside_it_close_the_palette(desk: Desk, palette: Palette) -> None:
    _press(desk, palette, Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: not shiboken6.isValid(palette))

    again = _open(desk)
    desk.qtbot.mouseClick(again, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    desk.qtbot.waitUntil(lambda: not shiboken6.isValid(again))


def test_the_focus_goes_back_to_where_it_was(desk: Desk) -> None:
    desk.unlock()
    page = desk.show_page("search")
    assert isinstance(page, SearchPage)
    desk.qtbot.waitUntil(lambda: page.head.field.hasFocus())

    palette = _open(desk)
    _press(desk, palette, Qt.Key.Key_Escape)

    assert page.head.field.hasFocus()


def test_the_sign_for_commands_leaves_commands_only(desk: Desk, palette: Palette) -> None:
    desk.qtbot.keyClicks(palette.field, ">")
    everything = _texts(palette)
    desk.qtbot.keyClicks(palette.field, "lock")

    assert _headings(palette) == ["Commands"]
    assert "Lock the vault" in everything
    assert "Search and commands" not in everything
    assert _texts(palette)[0] == "Lock the vault"


def test_a_command_is_found_by_its_name_and_done(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "lock")
    assert _texts(palette)[0] == "Lock the vault"

    _press(desk, palette, Qt.Key.Key_Return)

    desk.qtbot.waitUntil(lambda: desk.window.shell.session is None)


def test_commands_are_found_although_misspelt(desk: Desk, palette: Palette) -> None:
    offered = desk.window.shell.commands.offered()

    assert [c.name for c in matching(offered, "lokc the vault")][:1] == ["lock"]
    assert matching(offered, "zzzzzz") == []


def test_what_was_opened_and_searched_comes_first(desk: Desk, palette: Palette) -> None:
    desk.qtbot.waitUntil(lambda: _headings(palette) == ["Newest chats", "Commands"])
    _type(desk, palette, "tomaten")
    _press(desk, palette, Qt.Key.Key_Return)

    again = _open(desk)

    assert _headings(again)[:2] == ["Opened before", "Searched before"]
    assert _texts(again, "Searched before") == ["tomaten"]
    desk.qtbot.waitUntil(lambda: "Newest chats" in _headings(again))
    assert _texts(again, "Newest chats")[0] == "Vault key rotation"


def test_locking_forgets_what_was_searched(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "tomaten")
    _press(desk, palette, Qt.Key.Key_Return)
    desk.lock()
    desk.unlock()

    assert Recent.of(desk.session).queries == []
    assert "Opened before" not in _headings(_open(desk))


def test_locking_closes_the_palette(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "key")

    desk.lock()

    desk.qtbot.waitUntil(lambda: not shiboken6.isValid(palette))
    assert desk.window.findChildren(Palette) == []


def test_all_results_are_shown_on_the_page(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "key source:claude")

    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Return, _CONTROL)

    assert desk.window.workspace is not None
    page = desk.window.workspace.page("search")
    assert isinstance(page, SearchPage)
    desk.qtbot.waitUntil(lambda: len(page.model.hits) == 2)
    assert page.head.query == "key source:claude"


def test_filters_are_chips_here_too(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "key source:claude")
    assert palette.chips.labels == ["Source: Claude"]

    with desk.qtbot.waitSignal(palette.settled):
        palette.chips.findChildren(QPushButton)[0].click()

    assert palette.field.text() == "key"
    assert palette.field.hasFocus()


def test_a_fault_and_a_typing_error_are_mended_by_enter(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "key OR")
    assert _headings(palette)[0] == "OR needs something on both sides."
    with desk.qtbot.waitSignal(palette.settled):
        _press(desk, palette, Qt.Key.Key_Return)
    assert palette.field.text() == "key"

    _type(desk, palette, "rotaton")
    assert _headings(palette)[0] == "Nothing for “rotaton”"
    with desk.qtbot.waitSignal(palette.settled):
        _press(desk, palette, Qt.Key.Key_Return)
    assert palette.field.text() == "rotation"


def test_the_rows_keep_the_rules_of_qt(desk: Desk, palette: Palette) -> None:
    QAbstractItemModelTester(
        palette.model, QAbstractItemModelTester.FailureReportingMode.Fatal, palette
    )
    for text in ("key", "zzzz", "lighthouse"):
        _type(desk, palette, text)

    assert len(_texts(palette, "Messages")) > 10


def test_every_row_is_read_by_a_screen_reader(desk: Desk, palette: Palette) -> None:
    _type(desk, palette, "tomaten")
    row = palette.model.next_choice(-1, 1)

    spoken = QAccessible.queryAccessibleInterface(palette.view).child(row)

    assert spoken.text(QAccessible.Text.Name).startswith("Gartenplan für den Frühling. Mistral")
    assert palette.field.accessibleName()


def test_searching_is_offered_as_one_command(desk: Desk, palette: Palette) -> None:
    desk.qtbot.keyClicks(palette.field, ">search")

    offered = [text for text in _texts(palette) if text.startswith("Search")]
    assert offered == ["Search"]


def test_a_key_opens_the_search_page(desk: Desk) -> None:
    desk.unlock()
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_F, _CONTROL | Qt.KeyboardModifier.ShiftModifier)

    assert desk.window.workspace is not None
    assert desk.window.workspace.current == "search"


def test_another_language_closes_the_palette_and_opens_it_in_its_words(
    desk: Desk, palette: Palette
) -> None:
    desk.settings.set(table.LANGUAGE, "de")
    desk.qtbot.waitUntil(lambda: not shiboken6.isValid(palette))

    again = _open(desk)
    desk.qtbot.waitUntil(lambda: "Neueste Chats" in _headings(again))

    assert "Befehle" in _headings(again)


def test_the_foot_names_no_results_where_commands_are_chosen(palette: Palette) -> None:
    assert "all results" in palette._keys.text()

    palette.field.setText("> lock")
    assert "results" not in palette._keys.text()

    palette.field.setText("lock")
    assert "all results" in palette._keys.text()
