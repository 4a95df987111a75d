"""Locks the vault when nobody is there: idle, asleep, behind a locked screen.

What the desktop tells comes over its bus; where there is none, a gap in time betrays a sleep.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import SLOT, QEvent, QObject, QTimer, Slot
from PySide6.QtDBus import QDBusConnection
from PySide6.QtGui import QGuiApplication, QWindow

from ui.i18n import mark
from ui.settings import table
from ui.settings.store import Settings

_TICK_MS = 5_000
# The wall clock runs on in a sleep, the other does not. Less than this is a clock put right.
_SLEEP_S = 30.0
_ACTIVE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
}
# Service, path, interface, signal, slot: of systemd, and of the desktops.
_SYSTEM_SIGNALS = (
    ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
     "PrepareForSleep", "on_sleep(bool)"),
    ("org.freedesktop.login1", "", "org.freedesktop.login1.Session",
     "Lock", "on_screen_locked()"),
)  # fmt: skip
_SESSION_SIGNALS = tuple(
    ("", "", f"org.{desktop}.ScreenSaver", "ActiveChanged", "on_screen_saver(bool)")
    for desktop in ("freedesktop", "gnome", "cinnamon", "mate", "xfce")
)


class Guards(QObject):
    """Calls *lock* with a reason, marked for translation, when a guard finds nobody there."""

    def __init__(
        self,
        settings: Settings,
        lock: Callable[[str], object],
        *,
        is_busy: Callable[[], bool] = lambda: False,
        is_held: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """Count what *is_busy* says as somebody who is there; what *is_held* delays a lock only."""
        super().__init__(settings)
        self._settings = settings
        self._lock = lock
        self._is_busy, self._is_held = is_busy, is_held
        self._clock, self._wall_clock = clock, wall_clock
        self._active_at_s = clock()
        self._offset_s = wall_clock() - clock()
        # Native windows get few events; a filter on the application would see every repaint.
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._on_focus_window_changed)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._listen()

    def look(self) -> None:
        """Look whether somebody is there; the timer does it every few seconds."""
        offset_s = self._wall_clock() - self._clock()
        has_slept = offset_s - self._offset_s > _SLEEP_S
        self._offset_s = offset_s
        if has_slept:
            self.on_sleep(True)
        if self._is_busy():
            self.touch()
        minutes = 0 if self._is_held() else self._settings.get(table.IDLE_LOCK_MINUTES)
        if minutes and self._clock() - self._active_at_s >= minutes * 60:
            self._active_at_s = self._clock()
            self._lock(mark("Locked because nobody used the window."))

    def touch(self) -> None:
        """Say that somebody is there."""
        self._active_at_s = self._clock()

    @Slot(bool)
    def on_sleep(self, is_beginning: bool) -> None:
        """Lock before the computer sleeps; it also tells when it has awoken."""
        if is_beginning and self._settings.get(table.LOCK_ON_SLEEP):
            self._lock(mark("Locked because the computer slept."))

    @Slot(bool)
    def on_screen_saver(self, is_active: bool) -> None:
        """Lock when the screen saver comes; it also tells when it goes."""
        if is_active:
            self.on_screen_locked()

    @Slot()
    def on_screen_locked(self) -> None:
        """Lock with the desktop."""
        if self._settings.get(table.LOCK_ON_SLEEP):
            self._lock(mark("Locked because the screen was locked."))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTIVE:
            self._active_at_s = self._clock()
        return super().eventFilter(watched, event)

    def _on_focus_window_changed(self, window: QWindow | None) -> None:
        if window is not None:
            # Once for each: a filter that is installed twice moves, and is not doubled.
            window.installEventFilter(self)
            self.touch()

    def _listen(self) -> None:
        for bus, signals in (
            (QDBusConnection.systemBus(), _SYSTEM_SIGNALS),
            (QDBusConnection.sessionBus(), _SESSION_SIGNALS),
        ):
            if bus.isConnected():
                for service, path, interface, name, slot in signals:
                    # The stubs ask for bytes; the function takes text only.
                    bus.connect(service, path, interface, name, self, SLOT(slot))  # type: ignore[call-overload]
