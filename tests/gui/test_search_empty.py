"""Searching in a vault without chats: what is missing is said, not that nothing was found."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from support.chats import bring
from support.conversations import conversation
from support.desk import Desk
from support.search_page import open_search, titles

pytestmark = pytest.mark.usefixtures("search_alone")


def test_a_vault_without_chats_leads_to_the_import(desk: Desk) -> None:
    page = open_search(desk)
    desk.qtbot.waitUntil(lambda: page.start.is_empty)
    offered = [b.text() for b in page.start.findChildren(QPushButton) if b.isVisible()]
    assert offered == ["Import chats…"]

    with desk.qtbot.waitSignal(page._searcher.answered):
        page.head.put("marmalade")
    assert page.stack.currentWidget() is page.start

    bring(desk.session.vault, conversation("marmalade", external_id="new", title="Jam"))
    desk.session.tell_changed("conversations")
    desk.qtbot.waitUntil(lambda: titles(page) == ["Jam"])
    page.head.put("")
    desk.qtbot.waitUntil(lambda: not page.start.is_empty)
    assert len([b for b in page.start.findChildren(QPushButton) if b.isVisible()]) > 3
