"""The window looks as it looked: pictures of its faces, drawn with our own fonts and no screen.

Who means a change renews them, and looks at each: docs/architecture.md says how.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from privatus.bootstrap import Vault
from support.desk import Desk
from support.pictures import difference
from ui import i18n, theme
from ui.chats.page import ChatsPage
from ui.search.page import SearchPage
from ui.search.target import SearchTarget
from ui.settings import table

_FOLDER = Path(__file__).parent / "goldens"
_EXPORT = Path(__file__).resolve().parents[2] / "docs" / "demo" / "conversations.json"
_SIZE = (1100, 720)
_MOST = 0.002
_FACES = ("lock", "welcome", "settings", "chats", "search")
_platform = pytest.mark.skipif(
    os.environ.get("QT_QPA_PLATFORM") != "offscreen", reason="another platform draws otherwise"
)


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return lambda vault: vault.imports.run(_EXPORT)


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(i18n, "locale", lambda: QLocale("en_US"))
    time.tzset()
    former = qapp.cursorFlashTime()
    # A cursor that blinks is there in every second picture.
    qapp.setCursorFlashTime(0)
    yield
    qapp.setCursorFlashTime(former)
    monkeypatch.undo()
    time.tzset()


def _bring(desk: Desk, face: str) -> None:
    """Show *face* in the window, with everything on it that comes later."""
    if face == "welcome":
        # The first start: there is no vault yet to go back to.
        desk.window.folder = desk.folder / "new"
        desk.window.show_welcome()
    elif face != "lock":
        desk.unlock()
        page = desk.show_page(face)
        if isinstance(page, ChatsPage):
            desk.qtbot.waitUntil(lambda: _is_read(page) and desk.session.tasks.live == 0)
        elif isinstance(page, SearchPage):
            page.on_target(SearchTarget(query="dough", order="newest"))
            desk.qtbot.waitUntil(lambda: page.view.isVisible() and page.facets.isVisible())
            desk.qtbot.waitUntil(lambda: desk.session.tasks.live == 0)
            # How long it took is another each time.
            page.head.count.say("")


def _is_read(page: ChatsPage) -> bool:
    view = page.reader.view
    return (
        page.reader.model is not None
        and page.pane.view.isVisible()
        and page.pane.model.chat(0) is not None
        and bool(view.stack.placed)
        and not any(placed.item.is_waiting for placed in view.stack.placed)
    )


def _picture(window: QWidget) -> QImage:
    return window.grab().toImage()


@_platform
@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
@pytest.mark.parametrize("face", _FACES)
def test_the_window_looks_as_it_did(
    desk: Desk, face: str, scheme: theme.Scheme, tmp_path: Path
) -> None:
    desk.settings.set(table.THEME, scheme.value)
    desk.window.resize(*_SIZE)
    _bring(desk, face)
    # What is laid out while nothing happens, and what fades in.
    desk.qtbot.wait(400)
    golden = _FOLDER / f"{face}-{scheme.value}.png"

    picture = _picture(desk.window)

    if os.environ.get("PRIVATUS_RENEW_GOLDENS"):
        assert picture.save(str(golden))
        pytest.skip("the picture was renewed; look at it")
    picture.save(str(tmp_path / golden.name))
    differing = difference(picture, QImage(str(golden)))
    assert differing <= _MOST, (
        f"{differing:.2%} differ; the new picture is {tmp_path}/{golden.name}"
    )
