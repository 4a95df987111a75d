"""Starts the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_config_path
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ui import i18n, theme
from ui.garbage import GuiCollector
from ui.session import Keeper
from ui.settings import table
from ui.settings.store import Settings
from ui.shell.pages import Page
from ui.shell.window import MainWindow

DESKTOP_NAME = "org.privatus.Privatus"


def main(folder: Path, *, is_named: bool = True) -> int:
    """Open the window on the vault in *folder*; return when it was closed.

    A folder that nobody named gives way to the vault that was open last.
    """
    application = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(application, QApplication)  # noqa: S101 - for the type checker
    application.setApplicationName("Privatus")
    application.setDesktopFileName(DESKTOP_NAME)
    collector = GuiCollector(application)
    settings = Settings(user_config_path("privatus", appauthor=False) / "window.ini", application)
    follow(settings, application)
    if not is_named:
        folder = settings.folder() or folder
    window = build(settings, folder)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    window.show()
    try:
        return application.exec()
    finally:
        window.shell.keeper.quit()
        collector.stop()


def build(settings: Settings, folder: Path) -> MainWindow:
    """Return the window, for the vault in *folder*."""
    reported: list[MainWindow] = []

    def on_error(error: BaseException) -> None:
        if reported:
            reported[0].shell.tell_error(error)

    window = MainWindow(settings, Keeper(on_error), folder, _pages)
    reported.append(window)
    return window


def follow(settings: Settings, application: QApplication) -> None:
    """Let theme and language be what is set, now and when it is set anew."""
    look = theme.install(application)

    def apply(_key: str = "") -> None:
        i18n.set_language(settings.get(table.LANGUAGE))
        look.has_reduced_motion = settings.get(table.REDUCED_MOTION)
        look.set_scheme(theme.Scheme(settings.get(table.THEME)))
        look.set_zoom(settings.get(table.ZOOM) / 100)

    settings.changed.connect(apply)
    apply()


def _pages() -> Sequence[Page]:
    # Late: the lock screen needs none of what pages import.
    from ui.pages import BUILT_IN

    return BUILT_IN
