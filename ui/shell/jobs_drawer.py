"""The drawer of jobs: what runs, how far it is, and how the last ones ended."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.i18n import _, ngettext
from ui.icons import icon
from ui.jobs import JobRow, Jobs, JobState
from ui.layouts import ToolButton
from ui.style_sheet import set_kind

_WIDTH = 380
_HEIGHT = 320
_STEPS = 1000
_STATES = {
    JobState.RUNNING: ("loader-circle", "accent"),
    JobState.DONE: ("circle-check", "ok"),
    JobState.FAILED: ("circle-alert", "danger"),
    JobState.CANCELLED: ("circle-x", "muted"),
}


class JobsDrawer(QFrame):
    """Opens above the rail's button, over the page."""

    def __init__(self, parent: QWidget, jobs: Jobs) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._under = parent
        self._shown: dict[JobRow, _Row] = {}
        set_kind(self, "card")
        self.setAccessibleName(_("Jobs"))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.px(n) for n in (16, 12, 8, 12)))
        head = QHBoxLayout()
        title = QLabel(_("Jobs"))
        set_kind(title, "subheading")
        head.addWidget(title, 1)
        self._close = ToolButton()
        self._close.setIcon(icon("x"))
        self._close.setAccessibleName(_("Close"))
        self._close.clicked.connect(self.hide)
        head.addWidget(self._close)
        column.addLayout(head)
        area = QScrollArea()
        area.setWidgetResizable(True)
        inner = QWidget()
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, theme.px(8), 0)
        self._rows.addStretch(1)
        area.setWidget(inner)
        column.addWidget(area, 1)
        jobs.changed.connect(self._on_changed)
        parent.installEventFilter(self)
        self.hide()
        self._on_changed()

    def toggle(self) -> None:
        """Open the drawer, or close it."""
        if self.isVisible():
            self.hide()
            return
        self._place()
        self.show()
        self.raise_()
        self._close.setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _place(self) -> None:
        height = min(theme.px(_HEIGHT), self._under.height() - theme.px(24))
        self.setGeometry(
            theme.px(68),
            self._under.height() - height - theme.px(12),
            theme.px(_WIDTH),
            height,
        )

    def _on_changed(self) -> None:
        for job in [job for job in self._shown if job not in self._jobs.rows]:
            self._shown.pop(job).deleteLater()
        for number, job in enumerate(self._jobs.rows):
            if job not in self._shown:
                self._shown[job] = _Row(job)
                self._rows.insertWidget(number, self._shown[job])
            self._shown[job].show_state()
        if not self._jobs.rows:
            self.hide()


class _Row(QWidget):
    """One job."""

    def __init__(self, job: JobRow) -> None:
        super().__init__()
        self._job = job
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(6), 0, theme.px(6))
        row.setSpacing(theme.px(10))
        self._sign = QToolButton()
        self._sign.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(theme.px(3))
        title = QLabel(job.title)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        column.addWidget(title)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(job.title)
        column.addWidget(self._bar)
        self._remark = QLabel()
        self._remark.setTextFormat(Qt.TextFormat.PlainText)
        self._remark.setWordWrap(True)
        set_kind(self._remark, "hint")
        column.addWidget(self._remark)
        row.addLayout(column, 1)
        self._stop = ToolButton()
        self._stop.setIcon(icon("square"))
        self._stop.setToolTip(_("Stop"))
        self._stop.setAccessibleName(_("Stop: {job}").format(job=job.title))
        self._stop.clicked.connect(partial(_cancel, job))
        row.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignTop)

    def show_state(self) -> None:
        """Show how far the job is."""
        job = self._job
        is_running = job.state is JobState.RUNNING
        self._sign.setIcon(icon(*_STATES[job.state]))
        self._stop.setVisible(is_running)
        self._bar.setVisible(is_running)
        fraction = job.fraction
        # A range of nothing is how Qt is told that nobody knows how long it takes.
        self._bar.setRange(0, 0 if fraction is None else _STEPS)
        if fraction is not None:
            self._bar.setValue(round(fraction * _STEPS))
        self._remark.setText(time_left(job) if is_running else job.remark)
        self._remark.setVisible(bool(self._remark.text()))


def _cancel(job: JobRow, _is_checked: bool = False) -> None:
    job.cancel()


def time_left(job: JobRow) -> str:
    """Return how long *job* still takes, in words."""
    seconds = job.progress.remaining_s if job.progress else None
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes:
        return ngettext("about {n} minute left", "about {n} minutes left", minutes)
    return _("less than a minute left")
