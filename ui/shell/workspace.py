"""The rail and the pages: what is on the screen while a vault is open."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.backups.banner import Banner
from ui.layouts import column, row
from ui.session import Session
from ui.shell.jobs_drawer import JobsDrawer
from ui.shell.pages import Page, PageWidget
from ui.shell.rail import Rail
from ui.shell.shell import Shell


class Workspace(QWidget):
    """Made when a vault is opened, and destroyed when it is locked."""

    went = Signal()  # to a page, or to another place on it

    def __init__(self, shell: Shell, session: Session, pages: Sequence[Page]) -> None:
        super().__init__()
        self._shell = shell
        self._session = session
        self._pages = {page.name: page for page in pages}
        self._widgets: dict[str, PageWidget] = {}
        self.current = ""
        self.rail = Rail(pages, shell.jobs, shell.commands)
        self.rail.page_chosen.connect(self.go)
        self.stack = QStackedWidget()
        self.banner = Banner(shell, self.rail)
        beside = column(self.banner, gap=0)
        beside.addWidget(self.stack, 1)
        line = row(self.rail, gap=0)
        line.addLayout(beside, 1)
        self.setLayout(line)
        self.drawer = JobsDrawer(self, shell.jobs)
        self.rail.jobs_chosen.connect(self.drawer.toggle)

    def go(self, name: str, target: object = None, *, keeps_history: bool = True) -> None:
        """Bring the page *name* to the front, and *target* on it."""
        if name not in self._pages:
            return
        if keeps_history and self.current and (name != self.current or target is not None):
            self._shell.remember(self.current, self._widgets[self.current].where())
        is_new = name not in self._widgets
        widget = self.page(name)
        self.current = name
        self.rail.set_current(name)
        self.went.emit()
        self.stack.setCurrentWidget(widget)
        if target is not None:
            widget.on_target(target)
        if is_new:
            # Once it has its size and is on the screen.
            QTimer.singleShot(0, widget, partial(self._show_new, widget))
        else:
            widget.on_shown()

    def _show_new(self, widget: PageWidget) -> None:
        # Who went on at once has the focus elsewhere.
        if widget is self._widgets.get(self.current):
            widget.on_shown()

    def page(self, name: str) -> PageWidget:
        """Return the widget of the page *name*, made if nobody has seen it yet."""
        if name not in self._widgets:
            widget = self._pages[name].make(self._shell)
            self._widgets[name] = widget
            self.stack.addWidget(widget)
            widget.on_open(self._session)
        return self._widgets[name]

    def neighbour(self, step: int) -> None:
        """Go to the next page in the rail (1) or the one before (-1)."""
        names = list(self._pages)
        if self.current in names:
            self.go(names[(names.index(self.current) + step) % len(names)])

    def let_go(self) -> None:
        """Tell all pages that the vault is locked."""
        with contextlib.ExitStack() as leaving:
            for widget in self._widgets.values():
                leaving.callback(widget.on_lock)
        self._widgets.clear()
