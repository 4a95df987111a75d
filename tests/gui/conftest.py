"""A Qt that can be tested: no screen, no stray collection, nothing left from the test before."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

# Before Qt is loaded: the window is drawn into memory, on every machine alike.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("PRIVATUS_TEST_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

import ui.pages
from privatus.bootstrap import Vault
from support.desk import Desk, make_vault
from support.patience import PatientBot
from support.search_page import PAGES
from ui import app, i18n, theme
from ui.settings import table
from ui.settings.store import Settings


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["privatus"]


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    return PatientBot(request)


@pytest.fixture(scope="session", autouse=True)
def _no_stray_collection() -> Iterator[None]:
    # A collection that begins while Qt destroys a widget ends the process.
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _own_look(qapp: QApplication) -> None:
    theme.install(qapp)


@pytest.fixture(autouse=True)
def _clean_slate(qapp: QApplication) -> Iterator[None]:
    i18n.set_language("en")
    yield
    for widget in qapp.topLevelWidgets():
        widget.hide()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()
    assert [widget for widget in qapp.topLevelWidgets() if widget.isVisible()] == []


@pytest.fixture
def settings(tmp_path: Path, qapp: QApplication) -> Iterator[Settings]:
    made = Settings(tmp_path / "window.ini")
    app.follow(made, qapp)
    yield made
    # Takes Qt's own words back, too.
    made.set(table.LANGUAGE, "en")
    made.deleteLater()
    theme.theme().set_scheme(theme.Scheme.SYSTEM)
    theme.theme().set_zoom(1.0)


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    """Return what fills the vault of `desk`; a test module overrides it."""
    return None


@pytest.fixture
def search_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave of the pages that of the search, and one that stands for the chats."""
    monkeypatch.setattr(ui.pages, "BUILT_IN", PAGES)


class _Flashes(QObject):
    """Notes every button or text that is shown as a window: a flash on a real screen."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.seen: list[str] = []
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QLabel | QAbstractButton | QLineEdit)
            and watched.isWindow()
            and watched.windowType() is not Qt.WindowType.ToolTip
        ):
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return super().eventFilter(watched, event)


@pytest.fixture
def _no_flash(qapp: QApplication) -> Iterator[None]:
    flashes = _Flashes(qapp)
    yield
    qapp.removeEventFilter(flashes)
    assert flashes.seen == [], "shown before it had a parent"


@pytest.fixture
def desk(
    tmp_path: Path,
    qtbot: QtBot,
    _no_flash: None,
    settings: Settings,
    fill: Callable[[Vault], object] | None,
) -> Iterator[Desk]:
    """Return the window on a vault that is locked; `desk.unlock()` opens it."""
    folder = tmp_path / "vault"
    make_vault(folder, fill)
    window = app.build(settings, folder)
    # As on an ordinary screen: the one that Qt makes up has 800 pixels.
    window.resize(1240, 800)
    window.show()
    yield Desk(window=window, settings=settings, folder=folder, qtbot=qtbot)
    window.shell.keeper.quit()
    window.close()
