"""What the keys do in the reader."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ui.commands import Command
from ui.i18n import mark

if TYPE_CHECKING:
    from ui.reader.reader import Reader

# Their keys mean something else where one types.
_KEYS_OF_THE_LIST = (
    *("copy", "select-chat", "next-message", "previous-message", "fold-message"),
    *("message-menu", "earlier-branch", "later-branch"),
)
# They mean the chat that is shown, also where the focus is in the list of chats.
_KEYS_OF_THE_PAGE = ("find-in-chat", "find-next", "find-previous", "chat-panel")
_BEFORE_KEYS = "Shift+F3; Ctrl+Shift+G"
_MENU_KEYS = "M; Shift+F10; Menu"


def add_commands(reader: Reader, page: QWidget) -> None:
    """Add the commands of *reader*, some of which work in all of *page*."""
    branch = reader.actions_.step_branch
    for name, title, run, keys, icon in (
        ("find-in-chat", mark("Find in this chat"), reader.find_in_chat, "Ctrl+F", "search"),
        ("find-next", mark("Next place"), reader.look_up.next, "F3; Ctrl+G", ""),
        ("find-previous", mark("Previous place"), reader.look_up.previous, _BEFORE_KEYS, ""),
        ("chat-panel", mark("Outline and branches"), reader.toggle_panel, "Ctrl+I", "list-tree"),
        ("copy", mark("Copy"), reader.actions_.copy, "Ctrl+C", "copy"),
        (
            "copy-markdown",
            mark("Copy as Markdown"),
            reader.actions_.copy_markdown,
            "Ctrl+Shift+C",
            "copy",
        ),
        ("next-message", mark("Next message"), partial(reader.view.pointing.step, 1), "J", ""),
        (
            "previous-message",
            mark("Previous message"),
            partial(reader.view.pointing.step, -1),
            "K",
            "",
        ),
        ("fold-message", mark("Unfold the message"), reader.view.pointing.fold_all, "O", ""),
        ("message-menu", mark("Menu of the message"), reader.view.pointing.menu, _MENU_KEYS, ""),
        ("earlier-branch", mark("Earlier branch"), partial(branch, -1), "[; Shift+Left", ""),
        ("later-branch", mark("Later branch"), partial(branch, 1), "]; Shift+Right", ""),
        ("select-chat", mark("Select all messages"), reader.select_all, "Ctrl+A", ""),
    ):
        command = Command(name=name, title=title, run=run, keys=keys, icon=icon)
        owner: QWidget = reader.view if name in _KEYS_OF_THE_LIST else reader
        if name in _KEYS_OF_THE_PAGE:
            owner = page
        reader.shell.commands.add(command, owner)
