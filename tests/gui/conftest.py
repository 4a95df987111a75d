"""A Qt that can be tested: no screen, no stray collection, nothing left from the test before."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

# Before Qt is loaded: the window is drawn into memory, on every machine alike.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("PRIVATUS_TEST_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from ui import i18n, theme


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["privatus"]


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
