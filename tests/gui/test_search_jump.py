"""From a search to the message in its chat, on its branch, and back: with the real pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from privatus.bootstrap import Vault
from privatus.core.conversation import Role
from support.chats import bring
from support.conversations import conversation, message
from support.desk import Desk
from ui.chats.page import ChatsPage
from ui.search.page import SearchPage
from ui.search.palette import Palette, open_palette


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    def filled(vault: Vault) -> None:
        forked = (
            message(1, "Which tree shall I plant?"),
            message(2, "Plant a walnut."),
            message(3, "Plant a medlar, they are rare.", parent=1, role=Role.ASSISTANT),
            message(4, "Where does the medlar grow?", parent=3, role=Role.USER),
            message(5, "Anywhere with some sun.", parent=4, role=Role.ASSISTANT),
        )
        # The branch that the provider showed last is the one with the walnut.
        bring(vault, conversation(*forked, external_id="trees", title="A tree", active=2))

    return filled


def _arrives_at(desk: Desk, number: int) -> list[int]:
    """Wait until message *number* is the current one; return the branch that is shown."""
    assert desk.window.workspace is not None
    page = desk.window.workspace.page("chats")
    assert isinstance(page, ChatsPage)
    model = page.reader.model
    assert model is not None
    # The mark behind it fades after two seconds, on a busy machine before anybody looks.
    desk.qtbot.waitUntil(lambda: page.reader.view.currentIndex().row() == model.path.row(number))
    return [n for span in model.path.ranges for n in span]


def _has_chat(desk: Desk) -> bool:
    assert desk.window.workspace is not None
    page = desk.window.workspace.page("chats")
    return isinstance(page, ChatsPage) and page.reader.model is not None


def test_a_result_opens_on_its_branch_and_back_leads_to_it(desk: Desk) -> None:
    desk.window.resize(1240, 800)
    desk.unlock()
    page = desk.show_page("search")
    assert isinstance(page, SearchPage)
    desk.qtbot.waitUntil(page.head.field.hasFocus)
    assert page._searcher is not None
    with desk.qtbot.waitSignal(page._searcher.answered):
        desk.qtbot.keyClicks(page.head.field, "medlar role:user")

    desk.qtbot.keyClick(page.head.field, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: _has_chat(desk))
    assert _arrives_at(desk, 4) == [1, 3, 4, 5]

    desk.qtbot.keyClick(desk.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(page.view.hasFocus)
    assert page.view.currentIndex().row() == 0
    assert page.head.query == "medlar role:user"


def test_the_palette_opens_a_message_on_its_branch(desk: Desk) -> None:
    desk.window.resize(1240, 800)
    desk.unlock()
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = desk.window.findChild(Palette)
    assert palette is not None
    with desk.qtbot.waitSignal(palette.settled):
        desk.qtbot.keyClicks(palette.field, "walnu")

    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    desk.qtbot.waitUntil(lambda: _has_chat(desk))
    assert _arrives_at(desk, 2) == [1, 2]


def test_the_palette_may_be_opened_before_the_page_under_it_is_ready(desk: Desk) -> None:
    opened: list[Palette | None] = []
    shell = desk.window.shell
    shell.keeper.opened.connect(lambda _session: opened.append(open_palette(shell)))
    desk.unlock()
    (palette,) = opened
    assert palette is not None
    desk.qtbot.waitUntil(lambda: _has_chat(desk))
    assert desk.window.workspace is not None
    page = desk.window.workspace.page("chats")
    assert isinstance(page, ChatsPage)
    desk.qtbot.waitUntil(page.pane.view.isVisible)

    assert palette.isVisible()
    assert palette.field.hasFocus()
    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    desk.qtbot.waitUntil(page.pane.view.hasFocus)


def test_enter_right_after_the_last_key_opens_what_is_found_then(desk: Desk) -> None:
    desk.unlock()
    palette = open_palette(desk.window.shell)
    assert palette is not None
    desk.qtbot.keyClicks(palette.field, "walnu")
    desk.qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    desk.qtbot.waitUntil(lambda: _has_chat(desk))
    assert _arrives_at(desk, 2) == [1, 2]
