"""After locking, nothing of the vault can be reached: by Python, on the screen, by a reader."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface, QGuiApplication
from PySide6.QtWidgets import QApplication

from privatus.bootstrap import Vault
from support.chatgpt_chats import chat, write_chats
from support.desk import Desk
from ui.pages import BUILT_IN

# Made when the tests run: as a constant of this file it would be found where it stands.
_CANARY = "".join(("quetzal", "coatlus"))


@pytest.fixture
def fill(tmp_path: Path) -> Callable[[Vault], object]:
    export = write_chats(
        tmp_path / "conversations.json",
        *(
            chat(f"Title {_CANARY} {n}", f"Question {_CANARY}", f"Answer **{_CANARY}**", "Thanks")
            for n in range(3)
        ),
    )
    return lambda vault: vault.imports.run(export)


def _use_everything(desk: Desk) -> None:
    desk.unlock()
    for page in BUILT_IN:
        desk.show_page(page.name)
        desk.qtbot.wait(200)
    first = desk.session.vault.conversations.list()[0]
    assert _CANARY in first.title
    desk.window.shell.copy(first.title, "Copied.")
    desk.window.shell.toast(f"About {_CANARY}")
    desk.window.shell.remember("chats", _CANARY + " somewhere")


def _told(interface: QAccessibleInterface) -> Iterator[str]:
    for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value):
        yield interface.text(kind)
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is not None and child.isValid():
            yield from _told(child)


def _reachable_texts() -> Iterator[str]:
    for holder in gc.get_objects():
        yield from _texts_in(holder)


def _texts_in(holder: object) -> Iterator[str]:
    for value in gc.get_referents(holder):
        if isinstance(value, bytes | bytearray):
            yield bytes(value).decode("utf-8", "ignore")
        elif isinstance(value, str):
            if value is not _CANARY:
                yield value
        elif not gc.is_tracked(value):
            # A tuple or dict of texts alone cannot be in a cycle, and is not listed by itself.
            yield from _texts_in(value)


def test_nothing_of_the_vault_is_left_after_locking(desk: Desk, tmp_path: Path) -> None:
    _use_everything(desk)

    desk.lock()
    desk.qtbot.wait(50)
    gc.collect()

    in_tree = [
        text
        for window in QApplication.topLevelWidgets()
        if (interface := QAccessible.queryAccessibleInterface(window)) is not None
        for text in _told(interface)
        if _CANARY in text
    ]
    assert in_tree == []
    assert _CANARY not in QGuiApplication.clipboard().text()
    assert [text for text in _reachable_texts() if _CANARY in text] == []
