"""Every page, with something on it, can be used without a mouse and without seeing it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QKeySequenceEdit, QWidget

from privatus.bootstrap import Vault
from support.access import reachable, unnamed, walked
from support.desk import Desk
from support.person import Person
from ui.chats.page import ChatsPage
from ui.imports.guides import GUIDES
from ui.imports.page import ImportTarget
from ui.pages import BUILT_IN
from ui.search.page import SearchPage
from ui.search.target import SearchTarget

_EXPORT = Path(__file__).resolve().parents[2] / "docs" / "demo" / "conversations.json"
_CONTROL = Qt.KeyboardModifier.ControlModifier
_NO_ROLES = (QAccessible.Role.NoRole, QAccessible.Role.Client)
_FACES = (
    *(page.name for page in BUILT_IN),
    *("reader", "outline", "text", "results", "palette", "guide", "preview", "report"),
)


@pytest.fixture
def fill(request: pytest.FixtureRequest) -> Callable[[Vault], object] | None:
    return lambda vault: vault.imports.run(_EXPORT)


@pytest.fixture
def person(desk: Desk) -> Person:
    desk.window.resize(1240, 800)
    desk.unlock()
    desk.window.activateWindow()
    desk.qtbot.waitUntil(desk.window.isActiveWindow)
    return Person(desk.window, desk.qtbot)


@pytest.fixture(params=_FACES)
def front(request: pytest.FixtureRequest, desk: Desk, person: Person) -> QWidget:
    """Return the window with one of its faces in front."""
    go = desk.window.shell.go
    match request.param:
        case "reader" | "outline" | "text":
            _open_chat(desk, person, request.param)
        case "results":
            go("search", SearchTarget(query="dough"))
            page = desk.show_page("search")
            assert isinstance(page, SearchPage)
            person.wait(lambda: page.view.isVisible() and page.facets.isVisible())
        case "palette":
            go("search")
            person.wait(lambda: person.focus.inherits("QLineEdit"))
            person.press(Qt.Key.Key_K, _CONTROL)
            person.type("sourdough")
            person.wait(lambda: person.sees("result"))
        case "guide":
            go("imports", GUIDES[0])
            person.wait(lambda: person.sees("Copy the address"))
        case "preview" | "report":
            go("imports", ImportTarget((_EXPORT,)))
            person.wait(lambda: person.sees("Everything is already here"))
            if request.param == "report":
                person.click("Import")
                person.wait(lambda: person.sees("Read the chats"))
        case "chats":
            _open_chat(desk, person, "chats")
        case name:
            go(name)
            # What it shows is read first.
            person.wait(lambda: len(reachable(desk.window)) > 3)
    desk.qtbot.wait(20)
    return desk.window


def _open_chat(desk: Desk, person: Person, face: str) -> ChatsPage:
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    person.wait(lambda: page.reader.model is not None and page.pane.view.isVisible())
    page.reader.setFocus()
    if face == "outline":
        person.press(Qt.Key.Key_I, _CONTROL)
        person.press(Qt.Key.Key_F, _CONTROL)
    elif face == "text":
        person.wait(lambda: page.reader.model.get(0) is not None)
        page.reader.read(1)
    return page


def test_everything_that_takes_the_focus_has_a_name_and_a_role(front: QWidget) -> None:
    found = reachable(front)

    assert len(found) > 3
    assert unnamed(front) == []
    # Qt has no role for the field of a shortcut; its name says what it is.
    with_role = [widget for widget in found if not isinstance(widget, QKeySequenceEdit)]
    assert [_described(widget) for widget in with_role if _role(widget) in _NO_ROLES] == []


def _role(widget: QWidget) -> QAccessible.Role:
    return QAccessible.queryAccessibleInterface(widget).role()


def _described(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()}"


def test_tab_reaches_everything(front: QWidget) -> None:
    # A palette keeps the focus while it is open: what lies behind it is out of reach.
    if QApplication.focusWidget() is not None and not _is_walkable():
        pytest.skip("this face keeps Tab for itself")

    walked_over = {id(w) for widget in walked(front) for w in (widget, widget.parentWidget())}

    assert [
        _described(widget)
        for widget in reachable(front)
        if id(widget) not in walked_over and type(widget).__name__ != "QLineEdit"
    ] == []


def _is_walkable() -> bool:
    focus = QApplication.focusWidget()
    return focus is None or not focus.accessibleName().startswith("Search messages and chats")


def test_a_screen_reader_finds_one_named_item_for_each_message(desk: Desk, person: Person) -> None:
    page = _open_chat(desk, person, "reader")
    model = page.reader.model
    assert model is not None
    person.wait(lambda: all(model.get(row) is not None for row in range(model.rowCount())))

    messages = QAccessible.queryAccessibleInterface(page.reader.view)

    assert messages.role() == QAccessible.Role.List
    assert messages.text(QAccessible.Text.Name) == "Messages"
    items = [messages.child(number) for number in range(model.rowCount())]
    assert {item.role() for item in items} == {QAccessible.Role.ListItem}
    texts = [item.text(QAccessible.Text.Name) for item in items]
    assert texts[0].partition(":")[0] == "You"
    assert all(model.get(row).text in text for row, text in enumerate(texts))
