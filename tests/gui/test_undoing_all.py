"""Every command that changes something in the list of chats is taken back, and done again."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.copies import exported
from support.desk import Desk
from support.tagged_chats import COUNT, listed_page, tagged
from ui.chats.page import ChatsPage

# What a person does with two selected chats, by the window's own objects.
_ACTS: dict[str, Callable[[ChatsPage], object]] = {
    "pin-chats": lambda page: page.shell.commands.run("pin-chats"),
    "star-chats": lambda page: page.shell.commands.run("star-chats"),
    "read-chats": lambda page: page.shell.commands.run("read-chats"),
    "archive-chats": lambda page: page.shell.commands.run("archive-chats"),
    "trash-chats": lambda page: page.shell.commands.run("trash-chats"),
    "move-chats": lambda page: _filing(page).put(_rows(page), "new/folder"),
    "out of folders": lambda page: _filing(page).put(_rows(page), ""),
    "new folder": lambda page: _filing(page).create("garden"),
    "rename folder": lambda page: _filing(page).rename("work", "play"),
    "move folder": lambda page: _filing(page).move_folder("home", 0),
    "delete folder": lambda page: _filing(page).delete_folder("work"),
    "give tags": lambda page: _actions(page).tags.exchange(_rows(page), ["new"], ["old"]),
    "rename tag": lambda page: page.tags_pane.rename("old", "older"),
    "colour tag": lambda page: page.tags_pane.colour("old", "red"),
    "merge tags": lambda page: page.tags_pane.merge("old", "other"),
    "delete tag": lambda page: page.tags_pane.delete("old"),
}


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    def filled(vault: Vault) -> None:
        tagged({"old": ["Chat 001", "Chat 002"], "other": ["Chat 002"]})(vault)
        chats = {chat.title: str(chat.id) for chat in vault.conversations.list()}
        vault.folders.put("work/tax", [chats["Chat 001"]])
        vault.folders.put("home", [chats["Chat 002"]])
        vault.saved_searches.save("Mine", "tag:old folder:work")

    return filled


def _actions(page: ChatsPage):  # type: ignore[no-untyped-def]
    assert page._actions is not None
    return page._actions


def _filing(page: ChatsPage):  # type: ignore[no-untyped-def]
    return _actions(page).filing


def _rows(page: ChatsPage) -> list[int]:
    return page.pane.model.row_ids(page.pane.view.selected_rows())


def _titles(page: ChatsPage) -> list[str]:
    chats = (page.pane.model.chat(row) for row in range(page.pane.model.rowCount()))
    return [chat.summary.title for chat in chats if chat is not None]


def _state(vault: Vault, folder: Path) -> object:
    """Return all that can be changed here."""
    tree = exported(vault, folder)
    return (
        tree,
        [(c.folder.name, c.all_conversations) for c in vault.folders.list()],
        [(c.tag.name, c.tag.colour, c.all_conversations) for c in vault.tags.list()],
        [(saved.name, saved.query) for saved in vault.saved_searches.list()],
        vault.listing.counts(),
    )


@pytest.mark.parametrize("name", list(_ACTS))
def test_it_is_taken_back_and_done_again(
    desk: Desk, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    page = listed_page(desk)
    vault, shell = desk.session.vault, desk.window.shell
    folders = (tmp_path / str(number) for number in count())
    qtbot.waitUntil(lambda: len(_titles(page)) == COUNT)
    page.pane.view.select_rows([_titles(page).index(name) for name in ("Chat 001", "Chat 002")])
    page.pane.view.setFocus()
    before = _state(vault, next(folders))

    _ACTS[name](page)
    qtbot.waitUntil(lambda: bool(shell.told))
    after = _state(vault, next(folders))
    shell.undo()
    qtbot.waitUntil(lambda: _state(vault, next(folders)) == before)
    qtbot.waitUntil(lambda: desk.session.tasks.live == 0)
    shell.redo()
    qtbot.waitUntil(lambda: _state(vault, next(folders)) == after)
    qtbot.waitUntil(lambda: desk.session.tasks.live == 0)
    shell.undo()
    qtbot.waitUntil(lambda: _state(vault, next(folders)) == before)

    assert before != after
