"""A dozen chats, some of them tagged, and the page of the window that lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from privatus.bootstrap import Vault
from support.chats import bring, numbered
from support.desk import Desk
from ui.chats.page import ChatsPage

COUNT = 12


def tagged(tags: Mapping[str, Sequence[str]]) -> Callable[[Vault], object]:
    """Return what fills a vault with chats; *tags*: the titles of those that have each."""

    def filled(vault: Vault) -> None:
        bring(vault, *numbered(COUNT))
        chats = {chat.title: chat.id for chat in vault.conversations.list()}
        for name, titles in tags.items():
            vault.tags.add(name, *(chats[title] for title in titles))

    return filled


def listed_page(desk: Desk) -> ChatsPage:
    """Unlock, and return the page of chats with all of them and their tags on it."""
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    desk.qtbot.waitUntil(lambda: page.pane.model.rowCount() == COUNT)
    desk.qtbot.waitUntil(lambda: desk.session.tags.is_read)
    return page
