"""The icon in the tray: whether the vault is open, and a way to lock it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from ui import theme
from ui.emblem import app_icon
from ui.i18n import _

if TYPE_CHECKING:
    from ui.shell.window import MainWindow


class Tray(QObject):
    """Shows the icon while the setting says so and the desktop has a tray."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.icon = QSystemTrayIcon(self)
        self.icon.activated.connect(self._on_activated)
        self.icon.messageClicked.connect(window.bring_forward)
        self.menu = QMenu()
        self.icon.setContextMenu(self.menu)
        theme.theme().changed.connect(self.update_state)
        self.update_state()

    def set_shown(self, is_shown: bool) -> None:
        """Show the icon, or take it away."""
        self.icon.setVisible(is_shown and QSystemTrayIcon.isSystemTrayAvailable())

    def update_state(self) -> None:
        """Show whether the vault is open."""
        is_open = self._window.shell.session is not None
        self.icon.setIcon(app_icon(is_locked=not is_open))
        self.icon.setToolTip(
            _("Privatus: the vault is open") if is_open else _("Privatus: the vault is locked")
        )
        self.menu.clear()
        self.menu.addAction(_("Show the window"), self._window.bring_forward)
        lock = self.menu.addAction(_("Lock the vault"), self._window.lock)
        lock.setEnabled(is_open)
        self.menu.addSeparator()
        self.menu.addAction(_("Quit"), self._window.quit)

    def notify(self, text: str) -> None:
        """Tell the desktop *text*, which says nothing of what is in the vault."""
        if self.icon.isVisible():
            self.icon.showMessage("Privatus", text, app_icon())

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self._window.bring_forward()
