"""No two commands that are there at once have the same keys: Qt would do neither."""

from __future__ import annotations

from collections import defaultdict

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from support.desk import Desk
from ui.pages import BUILT_IN


def _are_there_at_once(first: QAction, second: QAction) -> bool:
    one, other = first.parent(), second.parent()
    assert isinstance(one, QWidget) and isinstance(other, QWidget)
    return one is other or one.isAncestorOf(other) or other.isAncestorOf(one)


def test_no_keys_mean_two_things(desk: Desk) -> None:
    desk.unlock()
    for page in BUILT_IN:
        desk.show_page(page.name)
    commands = desk.window.shell.commands

    by_keys: dict[str, list[QAction]] = defaultdict(list)
    for command in commands:
        action = commands.action(command.name)
        for sequence in action.shortcuts():
            by_keys[sequence.toString()].append(action)
    doubles = {
        (keys, first.text(), second.text())
        for keys, actions in by_keys.items()
        for at, first in enumerate(actions)
        for second in actions[at + 1 :]
        if _are_there_at_once(first, second)
    }

    assert len(by_keys) > 30
    assert doubles == set()
