"""The rail at the left edge: one button a page, and below them the jobs and the lock."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from ui import theme
from ui.commands import Commands, shown_keys
from ui.i18n import _
from ui.icons import icon
from ui.jobs import Jobs, JobState
from ui.layouts import ToolButton
from ui.shell.pages import Page, Place

_WIDTH = 60
_BUTTON = 42
_ICON = 21
_DOT = 11


class Rail(QWidget):
    """Says which page is shown, and asks for another one."""

    page_chosen = Signal(str)
    lock_chosen = Signal()
    jobs_chosen = Signal()

    def __init__(self, pages: Iterable[Page], jobs: Jobs, commands: Commands) -> None:
        super().__init__()
        self._commands = commands
        # With the command that does the same, whose keys the tooltip names.
        self._named: list[tuple[QToolButton, str, str]] = []
        self.setProperty("kind", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(theme.px(_WIDTH))
        self.setAccessibleName(_("Pages"))
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        margin = (theme.px(_WIDTH) - theme.px(_BUTTON)) // 2
        column.setContentsMargins(margin, theme.px(10), margin - 1, theme.px(10))
        column.setSpacing(theme.px(4))
        listed = list(pages)
        for page in listed:
            if page.place is Place.TOP:
                column.addWidget(self._page_button(page))
        column.addStretch(1)
        self.jobs_button = _JobsButton(jobs)
        self.jobs_button.clicked.connect(self.jobs_chosen)
        column.addWidget(self.jobs_button)
        lock = self._button("lock", _("Lock the vault"), "lock")
        lock.clicked.connect(self.lock_chosen)
        column.addWidget(lock)
        for page in listed:
            if page.place is Place.BOTTOM:
                column.addWidget(self._page_button(page))
        commands.changed.connect(self._name_buttons)
        self._name_buttons()

    def set_current(self, name: str) -> None:
        """Mark the page *name* as the one that is shown."""
        self._group.setExclusive(False)
        for other, button in self._buttons.items():
            button.setChecked(other == name)
        self._group.setExclusive(name in self._buttons)

    def set_badge(self, name: str, colour: str, said: str = "") -> None:
        """Put a dot on the button of the page *name*, and say why; none without a colour."""
        button = self._buttons.get(name)
        if isinstance(button, _PageButton):
            button.badge = colour
            button.setAccessibleDescription(said)
            button.update()

    def _page_button(self, page: Page) -> QToolButton:
        button = self._button(page.icon, _(page.title), f"page-{page.name}", _PageButton())
        button.setCheckable(True)
        button.setObjectName(f"rail-{page.name}")
        button.clicked.connect(partial(_choose, self, page.name))
        self._group.addButton(button)
        self._buttons[page.name] = button
        return button

    def _button(
        self, picture: str, title: str, command: str, made: ToolButton | None = None
    ) -> QToolButton:
        button = made or ToolButton()
        _dress(button, picture, title)
        self._named.append((button, title, command))
        return button

    def _name_buttons(self) -> None:
        for button, title, name in self._named:
            command = self._commands.find(name)
            keys = shown_keys(self._commands.keys_of(command)) if command else ""
            button.setToolTip(f"{title}  ({keys})" if keys else title)


class _PageButton(ToolButton):
    """Has a dot in its corner while something on its page is to be looked at."""

    badge = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.badge:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("sunken"), theme.px(2)))
        painter.setBrush(theme.colour(self.badge))
        side, edge = theme.px(_DOT), theme.px(5)
        painter.drawEllipse(QRectF(self.width() - side - edge, edge, side, side))


class _JobsButton(ToolButton):
    """Shows a ring around its icon while something runs; is there once something ran."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        _dress(self, "activity", _("Jobs"))
        self._jobs = jobs
        jobs.changed.connect(self._on_changed)
        # Once it is in the rail: shown before, it would be a window of its own for a moment.
        QTimer.singleShot(0, self, self._on_changed)
        self.hide()

    def _on_changed(self) -> None:
        self.setVisible(bool(self._jobs.rows))
        running = self._jobs.running
        has_failed = any(row.state is JobState.FAILED for row in self._jobs.rows)
        self.setIcon(icon("activity", "danger" if has_failed and not running else "muted"))
        name = _("Jobs: {n} running").format(n=len(running)) if running else _("Jobs")
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        running = self._jobs.running
        if not running:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = theme.px(3)
        ring = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        fractions = [row.fraction or 0.03 for row in running]
        pen = QPen(theme.colour("border_strong"), theme.px(2))
        painter.setPen(pen)
        painter.drawEllipse(ring)
        pen.setColor(theme.colour("accent"))
        painter.setPen(pen)
        painter.drawArc(ring, 90 * 16, -round(sum(fractions) / len(fractions) * 360 * 16))


def _choose(rail: Rail, name: str, _is_checked: bool = False) -> None:
    rail.page_chosen.emit(name)


def _dress(button: QToolButton, picture: str, title: str) -> None:
    button.setIcon(icon(picture))
    button.setIconSize(QSize(theme.px(_ICON), theme.px(_ICON)))
    button.setFixedSize(theme.px(_BUTTON), theme.px(_BUTTON))
    button.setToolTip(title)
    button.setAccessibleName(title)
