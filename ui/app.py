"""Starts the window, and ends it so that nothing stays open."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from platformdirs import user_config_path
from PySide6.QtCore import QLibraryInfo, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from privatus.core.jobs import Job
from ui import crash, i18n, theme
from ui.emblem import app_icon
from ui.garbage import GuiCollector
from ui.guards import Guards
from ui.instance import Instance
from ui.jobs import Jobs, JobState
from ui.session import Keeper, Session
from ui.settings import table
from ui.settings.store import Settings
from ui.shell.pages import Page
from ui.shell.tray import Tray
from ui.shell.window import MainWindow
from ui.sleep_delay import SleepDelay
from ui.tasks import Lane

DESKTOP_NAME = "org.privatus.Privatus"


def main(folder: Path, *, is_named: bool = True) -> int:
    """Open the window on the vault in *folder*; return when it was closed.

    A folder that nobody named gives way to the vault that was open last.
    """
    for name in ("privatus", "ui"):
        # Without a handler Python would print warnings by itself, where nobody looks.
        logging.getLogger(name).addHandler(logging.NullHandler())
    application = QApplication([sys.argv[0]])
    application.setApplicationName("Privatus")
    application.setDesktopFileName(DESKTOP_NAME)
    application.setQuitOnLastWindowClosed(False)
    settings = Settings(user_config_path("privatus", appauthor=False) / "window.ini", application)
    if not is_named:
        folder = settings.folder() or folder
    instance = Instance(folder, application)
    if instance.call():
        return 0
    collector = GuiCollector(application)
    follow(settings, application)
    application.setWindowIcon(app_icon())
    program = Program(settings, folder, instance)
    undo = crash.install(program.window.tell_error)
    # The collector's timer gives Python its turn to handle them.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, program.on_signal)
    program.window.show()
    # While the person types the password: what pages are made of takes 0.4 s to load.
    program.window.shell.keeper.tasks.run(_prepare, lane=Lane.CPU)
    # What is there now stays for ever; to look through it for garbage would stop a frame for 40 ms.
    gc.collect()
    gc.freeze()
    try:
        # Answers from here on; whoever started at the same time may have been faster.
        return application.exec() if instance.claim() else 0
    finally:
        undo()
        program.window.shell.keeper.quit()
        instance.release()
        collector.stop()


class Program(QObject):
    """The window, and what stands beside it: the tray, the guards, the answer to a second start."""

    def __init__(self, settings: Settings, folder: Path, instance: Instance) -> None:
        super().__init__(settings)
        _forbid_core_dumps()
        self._settings = settings
        self.window = build(settings, folder)
        keeper = self.window.shell.keeper
        self._instance = instance
        jobs = self.window.shell.jobs
        self.guards = Guards(
            settings,
            keeper.lock,
            is_busy=lambda: jobs.is_used,
            is_held=lambda: jobs.is_working,
        )
        self._sleep_delay = SleepDelay(self)
        self.tray = Tray(self.window)
        instance.raised.connect(self.window.bring_forward)
        self.window.closed.connect(QApplication.quit)
        keeper.opened.connect(self._on_opened)
        keeper.locking.connect(self._on_state_changed)
        keeper.closed.connect(self._sleep_delay.release)
        self.window.shell.jobs.changed.connect(self._on_jobs_changed)
        settings.changed.connect(self._on_setting_changed)
        self._on_setting_changed()

    def on_signal(self, _number: int, _frame: object) -> None:
        """End as if the person had said so."""
        # From the event loop: before it runs, there is nothing yet that could be ended.
        QTimer.singleShot(0, self.window, self.window.end)

    def _on_setting_changed(self, _key: str = "") -> None:
        self.tray.set_shown(self._settings.get(table.SHOW_TRAY))
        self.window.can_hide = self.tray.icon.isVisible()
        self.tray.update_state()
        self._delay_sleep()

    def _on_opened(self, session: Session) -> None:
        self._delay_sleep()
        self._instance.move(session.folder)
        self._on_state_changed(session)

    def _delay_sleep(self) -> None:
        """Let a sleep wait for the lock, if one there will be."""
        if not self._settings.get(table.LOCK_ON_SLEEP):
            self._sleep_delay.release()
        elif self.window.shell.session is not None:
            self._sleep_delay.hold()

    def _on_state_changed(self, _what: object) -> None:
        self.guards.touch()
        self.tray.update_state()

    def _on_jobs_changed(self) -> None:
        """Tell the desktop of a job that ended while nobody looked; not what it was about."""
        jobs: Jobs = self.window.shell.jobs
        for row in jobs.rows:
            if row.state in (JobState.DONE, JobState.FAILED) and not row.is_told:
                row.is_told = True
                if not self.window.isActiveWindow():
                    self.tray.notify(
                        i18n._("A job is done.")
                        if row.state is JobState.DONE
                        else i18n._("A job could not be finished.")
                    )


def build(settings: Settings, folder: Path) -> MainWindow:
    """Return the window, for the vault in *folder*."""
    built: list[MainWindow] = []
    window = MainWindow(settings, Keeper(partial(_tell, built)), folder, _pages)
    built.append(window)
    return window


def _tell(built: list[MainWindow], error: BaseException) -> None:
    for window in built:
        window.tell_error(error)


def follow(settings: Settings, application: QApplication) -> None:
    """Let theme and language be what is set, now and when it is set anew."""
    look = theme.install(application)

    words = QTranslator(application)

    def apply(key: str = "") -> None:
        if key in ("", table.LANGUAGE.key):
            _speak(application, words, settings.get(table.LANGUAGE))
        look.has_reduced_motion = settings.get(table.REDUCED_MOTION)
        look.set_scheme(theme.Scheme(settings.get(table.THEME)))
        look.set_zoom(settings.get(table.ZOOM) / 100)

    settings.changed.connect(apply)
    apply()


def _speak(application: QApplication, words: QTranslator, wanted: str) -> None:
    """Speak the language *wanted*, and let Qt say its own few words in it."""
    language = i18n.set_language(wanted)
    application.removeTranslator(words)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if words.load(f"qtbase_{language}", folder):
        application.installTranslator(words)


def _forbid_core_dumps() -> None:
    # Before a vault is opened, which does it, too: a password is typed here.
    from privatus.bootstrap import forbid_core_dumps

    forbid_core_dumps()


def _prepare(_job: Job) -> None:
    import_module("privatus.bootstrap")
    import_module("ui.pages")


def _pages() -> Sequence[Page]:
    # Late: the lock screen needs none of what pages import.
    from ui.pages import BUILT_IN

    return BUILT_IN
