"""The main window: a welcome, a lock screen, or the workspace of an open vault."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QMessageBox, QStackedWidget, QWidget

from privatus.core.errors import AccessError, TamperedError
from ui import theme
from ui.backups.watch import Watch
from ui.commands import Command
from ui.emblem import app_icon
from ui.i18n import _, mark, ngettext
from ui.layouts import FRAME
from ui.lock.patience import Patience
from ui.lock.screen import LockScreen
from ui.retention.background import DailyRetention
from ui.session import Keeper, Session
from ui.settings import table
from ui.settings.store import Settings
from ui.shell.pages import Page, Place
from ui.shell.shell import Shell
from ui.shell.workspace import Workspace
from ui.summaries.background import Background

_SIZE = QSize(1240, 800)
_LEAST = QSize(420, 400)


class MainWindow(QMainWindow):
    """The one window. What of the vault is on the screen exists only while the vault is open."""

    closed = Signal()

    def __init__(
        self,
        settings: Settings,
        keeper: Keeper,
        folder: Path,
        pages: Callable[[], Sequence[Page]],
    ) -> None:
        super().__init__()
        self._settings = settings
        self._keeper = keeper
        self._pages = pages
        self.folder = folder
        self.shell = Shell(self, settings, keeper)
        self.workspace: Workspace | None = None
        self._patience = Patience()
        self._is_quitting = False
        self._may_leave = False
        self._crash: QDialog | None = None
        # Set while there is an icon in the tray to come back by.
        self.can_hide = False
        self.setWindowTitle("Privatus")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(_LEAST)
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self.shell.page_asked.connect(self._on_page_asked)
        self.shell.vault_asked.connect(self._on_folder_chosen)
        keeper.opened.connect(self._on_opened)
        keeper.failed.connect(self._on_failed)
        keeper.locking.connect(self._on_locking)
        settings.changed.connect(self._on_setting_changed)
        self._on_setting_changed("")
        self._add_commands()
        self._background = Background(self.shell)
        self._retention = DailyRetention(self.shell)
        self._watch = Watch(self.shell)
        self._restore()
        self.show_front()

    # What is in front.

    def show_front(self, why: str = "", stopped: int = 0) -> None:
        """Show the lock screen, which says *why*, or the welcome if there is no vault yet."""
        if not Keeper.exists(self.folder):
            self.show_welcome()
            return
        screen = LockScreen(self.shell, self.folder, self._patience, why, stopped)
        screen.other_vault_asked.connect(self.show_welcome)
        self._show(screen)

    def show_welcome(self) -> None:
        """Offer to make a vault, or to open another one."""
        # Late: nobody needs it to unlock.
        from ui.welcome.wizard import Welcome

        welcome = Welcome(self.shell, self.folder)
        welcome.folder_chosen.connect(self._on_folder_chosen)
        welcome.back_asked.connect(self.show_front)
        self._show(welcome)
        welcome.hello.begin()

    def _on_folder_chosen(self, folder: Path) -> None:
        self.folder = folder
        if self.shell.session is None:
            self.show_front()
        else:
            self._keeper.lock("")

    def _show(self, widget: QWidget) -> None:
        """Replace all that is shown: what is hidden is readable for screen readers."""
        while (old := self._stack.currentWidget()) is not None:
            self._stack.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._stack.addWidget(widget)
        widget.setFocus()

    def _on_opened(self, session: Session) -> None:
        self._patience.succeeded()
        self.folder = session.folder
        self._settings.set_folder(session.folder)
        # A new vault is empty: the way to fill it comes first.
        is_new = not isinstance(self._stack.currentWidget(), LockScreen)
        self._build(session, "imports" if is_new else "")
        for warning in session.vault.warnings:
            self.shell.tell_error(TamperedError(warning))

    def _on_failed(self, error: BaseException) -> None:
        # Here and not by the lock screen: who leaves it while a password is tried counts, too.
        if isinstance(error, AccessError):
            self._patience.failed()

    def _build(self, session: Session, page: str = "", target: object = None) -> None:
        pages = self._pages()
        self._add_page_commands(pages)
        self.workspace = Workspace(self.shell, session, pages)
        self.workspace.rail.lock_chosen.connect(self.lock)
        self._show(self.workspace)
        self.shell.commands.set_has_vault(True)
        names = [known.name for known in pages]
        if names:
            self.workspace.go(page if page in names else names[0], target)

    def _on_locking(self, why: str) -> None:
        stopped = len(self.shell.jobs.running)
        workspace, self.workspace = self.workspace, None
        # Each of them, whatever the others raise: the last is called first.
        with contextlib.ExitStack() as leaving:
            leaving.callback(self.show_front, why, stopped)
            leaving.callback(self.shell.commands.set_has_vault, False)
            leaving.callback(self.shell.forget)
            if workspace is not None:
                leaving.callback(workspace.let_go)

    def _rebuild(self) -> None:
        """Make everything anew, in the language or the size that holds now."""
        self.shell.commands.retranslate()
        session, workspace = self._keeper.session, self.workspace
        if session is None or workspace is None:
            front = self._stack.currentWidget()
            if isinstance(front, LockScreen):
                self.show_front(front.why, front.stopped)
            elif not getattr(front, "holds_code", False):
                self.show_welcome()
            return
        where = workspace.page(workspace.current).where() if workspace.current else None
        current = workspace.current
        workspace.let_go()
        self._build(session, current, where)

    # What a person does.

    def lock(self) -> None:
        """Lock the vault, because the person said so."""
        self._keeper.lock("")

    def quit(self) -> None:
        """End the program, whatever closing the window does; ask first while jobs run."""
        self._is_quitting = True
        self.close()
        self._is_quitting = False

    def end(self) -> None:
        """End the program without asking: the system says so."""
        self._may_leave = True
        self.quit()

    def bring_forward(self) -> None:
        """Show the window in front of others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def tell_error(self, error: BaseException) -> None:
        """Say what went wrong: in a line what a person can put right, in a report what we must."""
        from ui import crash

        if not crash.is_fault(error):
            self.shell.tell_error(error)
        elif self._crash is None or not shiboken6.isValid(self._crash):
            # One is enough: a fault in painting comes sixty times a second.
            self._crash = crash.CrashDialog(crash.report(error), self.shell.clipboard, self)
            self._crash.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._crash.open()

    def back(self) -> None:
        """Go back to where the person was before."""
        place = self.shell.back()
        if place is not None and self.workspace is not None:
            self.workspace.go(place[0], place[1], keeps_history=False)

    def _on_page_asked(self, name: str, target: object) -> None:
        if self.workspace is not None:
            self.workspace.go(name, target)

    def _add_commands(self) -> None:
        add = self.shell.commands.add
        add(Command(name="lock", title=mark("Lock the vault"), run=self.lock, keys="Ctrl+L",
                    icon="lock"))  # fmt: skip
        add(Command(name="back", title=mark("Back"), run=self.back, keys="Alt+Left",
                    icon="arrow-left"))  # fmt: skip
        add(Command(name="undo", title=mark("Undo"), run=self.shell.undo, keys="Ctrl+Z",
                    icon="undo-2"))  # fmt: skip
        add(Command(name="redo", title=mark("Do again"), run=self.shell.redo,
                    keys="Ctrl+Shift+Z; Ctrl+Y", icon="redo-2"))  # fmt: skip
        add(Command(name="quit", title=mark("Quit"), run=self.quit, keys="Ctrl+Q",
                    icon="power", needs_vault=False))  # fmt: skip
        for name, title, keys, step in (
            ("zoom-in", mark("Zoom in"), "Ctrl++; Ctrl+=", 1),
            ("zoom-out", mark("Zoom out"), "Ctrl+-", -1),
            ("zoom-reset", mark("Normal zoom"), "Ctrl+0", 0),
        ):
            add(Command(name=name, title=title, run=_Zoom(self._settings, step), keys=keys,
                        needs_vault=False))  # fmt: skip
        add(Command(name="about", title=mark("About Privatus"), run=self.show_about,
                    icon="info", needs_vault=False))  # fmt: skip
        add(Command(name="shortcuts", title=mark("Shortcuts"), run=self.show_shortcuts,
                    keys="F1; ?; Ctrl+/", icon="keyboard", needs_vault=False))  # fmt: skip

    def _add_page_commands(self, pages: Sequence[Page]) -> None:
        number = 0
        for page in pages:
            if page.install is not None:
                page.install(self.shell)
            keys = "Ctrl+," if page.place is Place.BOTTOM else ""
            if page.place is Place.TOP:
                number += 1
                keys = f"Ctrl+{number}; {page.keys}" if page.keys else f"Ctrl+{number}"
            self.shell.commands.add(
                Command(
                    name=f"page-{page.name}",
                    title=page.title,
                    run=partial(self.shell.go, page.name),
                    keys=keys,
                    icon=page.icon,
                )
            )

    def show_about(self) -> None:
        """Show versions and licences."""
        from ui.about import AboutBox

        box = AboutBox(self.shell.clipboard, self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def show_shortcuts(self) -> None:
        """Show which keys do what."""
        # Late: nobody needs it to unlock.
        from ui.settings.shortcuts import ShortcutSheet

        sheet = ShortcutSheet(self.shell, self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def _on_setting_changed(self, key: str) -> None:
        if key in (table.LANGUAGE.key, table.ZOOM.key):
            self._rebuild()
        self.shell.clipboard.clear_after_seconds = self._settings.get(table.CLEAR_CLIPBOARD_SECONDS)

    # What the desktop does.

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if (
            event.type() == QEvent.Type.WindowStateChange
            and self.isMinimized()
            and self._settings.get(table.LOCK_ON_MINIMISE)
        ):
            self._keeper.lock(mark("Locked because the window was minimised."))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.shell.jobs.running and not self._may_leave:
            event.ignore()
            self._ask_to_leave()
            return
        self._settings.set_state("window", self.saveGeometry())
        if self.can_hide and not self._is_quitting and self._settings.get(table.CLOSE_TO_TRAY):
            self._keeper.lock(mark("Locked because the window was closed."))
            self.hide()
            event.ignore()
            return
        super().closeEvent(event)
        self.closed.emit()

    def _ask_to_leave(self) -> None:
        count = len(self.shell.jobs.running)
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Privatus")
        box.setText(ngettext("{n} job is running.", "{n} jobs are running.", count))
        box.setInformativeText(_("What it has done so far is kept."))
        leave = box.addButton(_("Stop it and close"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(_("Go on"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        leave.clicked.connect(self._on_leaving)
        box.open()

    def _on_leaving(self) -> None:
        self._may_leave = True
        self.close()

    def _restore(self) -> None:
        if not self.restoreGeometry(self._settings.state("window")):
            # On a small screen, or much enlarged, the lower edge would lie outside.
            room = self.screen().availableSize() - FRAME
            self.resize((_SIZE * theme.theme().zoom).boundedTo(room))


class _Zoom:
    """Makes everything larger or smaller by one step, or as it was designed."""

    def __init__(self, settings: Settings, step: int) -> None:
        self._settings, self._step = settings, step

    def __call__(self) -> None:
        zoom = theme.theme().step_zoom(self._step) if self._step else 1.0
        self._settings.set(table.ZOOM, round(zoom * 100))
