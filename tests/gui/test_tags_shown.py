"""The tags of a chat, where it is listed and where it is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.tag import COLOURS
from support.chats import bring, numbered
from support.desk import Desk
from ui import theme
from ui.chats.page import ChatsPage
from ui.chats.row import RowPainter
from ui.settings import table
from ui.tags import shades
from ui.tags.chips import ChipPainter, TagLine

_COUNT = 12
_ARABIC = "\u0639\u0645\u0644/\u0636\u0631\u0627\u0626\u0628"


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    def filled(vault: Vault) -> None:
        bring(vault, *numbered(_COUNT))
        chats = {chat.title: chat.id for chat in vault.conversations.list()}
        for name in ("work/tax", "home"):
            vault.tags.add(name, chats["Chat 000"])
        vault.tags.colour("home", "green")

    return filled


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ChatsPage:
    desk.unlock()
    found = desk.show_page("chats")
    assert isinstance(found, ChatsPage)
    qtbot.waitUntil(lambda: found.pane.model.rowCount() == _COUNT, timeout=10_000)
    qtbot.waitUntil(lambda: found.pane.model.chat(0) is not None)
    qtbot.waitUntil(lambda: desk.session.tags.is_read)
    return found


def _colours(widget: object) -> set[str]:
    picture = widget.grab().toImage()  # type: ignore[attr-defined]
    points = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    return {QColor(picture.pixel(x, y)).name() for x, y in points}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_row_has_the_tags_of_its_chat_in_their_colours(
    page: ChatsPage, desk: Desk, scheme: str
) -> None:
    desk.settings.set(table.THEME, scheme)
    shown = shades.LIGHT if scheme == "light" else shades.DARK
    page.pane.setFixedWidth(theme.px(420))

    found = _colours(page.pane.view)

    assert {shown["green"].ground, shown["grey"].ground} <= found
    assert shown["red"].ground not in found


def test_a_screen_reader_says_the_tags_of_a_row(page: ChatsPage) -> None:
    spoken = [page.pane.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
              for row in range(2)]  # fmt: skip

    assert "Tags: home, work/tax" in spoken[0]
    assert "Tags" not in spoken[1]


def test_the_header_of_a_chat_names_its_tags(page: ChatsPage, qtbot: QtBot) -> None:
    line = page.reader.header.tags
    qtbot.waitUntil(lambda: line.names == ("home", "work/tax"))

    assert line.isVisible()
    assert line.accessibleName() == "Tags: home, work/tax"
    # Who gave each, and when.
    qtbot.waitUntil(lambda: line.toolTip().count("by you") == 2)

    page.pane.step(1)
    qtbot.waitUntil(lambda: line.names == ())
    assert not line.isVisible()


def test_a_tag_that_is_given_elsewhere_is_shown_at_once(
    page: ChatsPage, desk: Desk, qtbot: QtBot
) -> None:
    line = page.reader.header.tags
    qtbot.waitUntil(lambda: line.names == ("home", "work/tax"))
    first = page.pane.model.chat(0)
    assert first is not None

    desk.session.vault.tags.add("later", first.summary.id)
    desk.session.tell_changed("tags")

    qtbot.waitUntil(lambda: line.names == ("home", "later", "work/tax"))
    qtbot.waitUntil(
        lambda: (
            (chat := page.pane.model.chat(0)) is not None
            and chat.summary.tags == ("home", "later", "work/tax")
        )
    )
    qtbot.waitUntil(lambda: desk.session.tags.find("LATER") is not None)


def test_locking_drops_the_tags_that_the_window_knows(page: ChatsPage, desk: Desk) -> None:
    book = desk.session.tags
    assert [each.tag.name for each in book.all] == ["home", "work/tax"]

    desk.lock()

    assert book.all == []


def test_chips_that_have_no_room_are_counted(qapp: object) -> None:
    painter = ChipPainter()
    names = [f"a tag number {n}" for n in range(20)]

    for room in range(0, 800, 7):
        chips = painter.lay_out(names, room)
        assert painter.width(chips) <= room
        shown = [chip for chip in chips if chip.name is not None]
        assert not chips or chips[-1].text == f"+{20 - len(shown)}"
    assert painter.lay_out([], 500) == []


def test_a_long_name_keeps_its_beginning_and_its_end(qapp: object) -> None:
    [chip] = ChipPainter().lay_out(["a very long name of some place/and what lies in it"], 900)

    assert chip.text.startswith("a very")
    assert chip.text.endswith("it")
    assert "\N{HORIZONTAL ELLIPSIS}" in chip.text


def test_chips_begin_at_the_right_where_one_reads_from_there(qtbot: QtBot) -> None:
    line = TagLine()
    qtbot.addWidget(line)
    line.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    line.show_tags([_ARABIC])
    line.resize(300, line.sizeHint().height())
    ground = (shades.DARK if theme.tokens().is_dark else shades.LIGHT)["grey"].ground

    picture = line.grab().toImage()
    ys = picture.height() // 2
    xs = [x for x in range(300) if QColor(picture.pixel(x, ys)).name() == ground]

    assert xs
    assert min(xs) > 150


def test_every_colour_of_a_tag_has_its_shade() -> None:
    assert set(shades.LIGHT) == set(shades.DARK) == set(COLOURS)


def test_the_row_painter_needs_no_vault(qapp: object) -> None:
    assert RowPainter().tag_colour("work") is None
