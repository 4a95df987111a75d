"""Archive files in the window: moving chats there, finding them, and bringing them back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.access import reachable, unnamed
from support.chats import bring
from support.conversations import conversation, message
from support.desk import Desk
from ui.archives.dialog import ArchiveDialog
from ui.archives.page import ArchivesPage

_OLD_MS = 1_500_000_000_000


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    def filled(vault: Vault) -> None:
        bring(
            vault,
            *(
                conversation(
                    message(1, f"about {name}", created_at_ms=_OLD_MS + number),
                    external_id=name,
                    title=name,
                    created_at_ms=_OLD_MS + number,
                    updated_at_ms=_OLD_MS + number,
                )
                for number, name in enumerate(("Roses", "Letter", "Bread"))
            ),
        )

    return filled


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ArchivesPage:
    desk.unlock()
    found = desk.show_page("archives")
    assert isinstance(found, ArchivesPage)
    qtbot.waitUntil(lambda: found.stack.currentWidget() is found.empty)
    return found


def _move(page: ArchivesPage, qtbot: QtBot, query: str = "") -> None:
    page.ask()
    dialog = page.findChildren(ArchiveDialog)[-1]
    dialog.query.setText(query)
    qtbot.waitUntil(lambda: dialog.archive.isEnabled(), timeout=10_000)
    qtbot.keyClick(dialog.archive, Qt.Key.Key_Return)


def _titles(page: ArchivesPage) -> list[str]:
    return [line.chat.title for line in page.lines]


def test_chats_are_moved_and_brought_back_with_one_click(
    page: ArchivesPage, desk: Desk, qtbot: QtBot
) -> None:
    _move(page, qtbot)
    qtbot.waitUntil(lambda: len(page.lines) == 3, timeout=20_000)
    assert desk.session.vault.conversations.list() == []

    qtbot.mouseClick(page.lines[0].back, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: len(page.lines) == 2, timeout=20_000)
    assert [chat.title for chat in desk.session.vault.conversations.list()] == ["Bread"]
    assert "1 chat brought back" in desk.window.shell.told


def test_moving_is_undone(page: ArchivesPage, desk: Desk, qtbot: QtBot) -> None:
    _move(page, qtbot, "bread")
    qtbot.waitUntil(lambda: _titles(page) == ["Bread"], timeout=20_000)

    desk.window.shell.undo()

    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.empty, timeout=20_000)
    assert len(desk.session.vault.conversations.list()) == 3


def test_a_title_is_found_and_several_come_back_at_once(
    page: ArchivesPage, desk: Desk, qtbot: QtBot
) -> None:
    _move(page, qtbot)
    qtbot.waitUntil(lambda: len(page.lines) == 3, timeout=20_000)

    page.field.setText("ro")
    qtbot.waitUntil(lambda: _titles(page) == ["Roses"])
    page.field.setText("nothing such")
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.nothing)
    page.field.clear()
    qtbot.waitUntil(lambda: len(page.lines) == 3)
    for line in page.lines[:2]:
        line.box.setChecked(True)
    assert page.back_chosen.isVisible()
    page.back_chosen.click()

    qtbot.waitUntil(lambda: len(page.lines) == 1, timeout=20_000)
    assert len(desk.session.vault.conversations.list()) == 2


def test_the_dialog_says_what_would_move_before_it_does(page: ArchivesPage, qtbot: QtBot) -> None:
    page.ask()
    dialog = page.findChildren(ArchiveDialog)[-1]
    qtbot.waitUntil(lambda: dialog.told.text() == "3 chats would move.")

    dialog.query.setText("letter")
    qtbot.waitUntil(lambda: dialog.told.text() == "1 chat would move.")
    dialog.query.setText("letter AND (")
    qtbot.waitUntil(lambda: "would move" not in dialog.told.text())
    dialog.query.clear()
    dialog.age.setCurrentIndex(dialog.age.findData(0))

    assert not dialog.archive.isEnabled()
    assert unnamed(dialog) == []
    dialog.reject()


def test_everything_has_a_name_and_is_reached_by_keys(page: ArchivesPage, qtbot: QtBot) -> None:
    _move(page, qtbot)
    qtbot.waitUntil(lambda: len(page.lines) == 3, timeout=20_000)

    assert unnamed(page) == []
    wanted = {page.field, page.archive, *(line.back for line in page.lines)}
    assert wanted <= set(reachable(page))
