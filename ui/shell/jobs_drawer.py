"""The drawer of jobs: what runs, how far it is, and how the last ones ended."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from ui import theme
from ui.i18n import _
from ui.jobs import JobRow, Jobs, JobState
from ui.layouts import column, icon_button, label, row, scrolled
from ui.picture import Picture
from ui.progress_bar import ProgressBar, time_left
from ui.style_sheet import set_kind

_WIDTH = 380
_HEIGHT = 320
_LEFT = 68
_EDGE = 12
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
        self._close = icon_button("x", _("Close"))
        self._close.clicked.connect(self.hide)
        head = row(label(_("Jobs"), "subheading"), self._close)
        head.setStretch(0, 1)
        self._rows = column(None, gap=0, margins=(0, 0, 8, 0))
        self._lines = column(head, scrolled(self._rows, _("Jobs")), margins=(16, 12, 8, 12))
        self.setLayout(self._lines)
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
        """Put it beside the rail: as high as its jobs are, and no larger than the window."""
        left, edge = theme.px(_LEFT), theme.px(_EDGE)
        width = min(theme.px(_WIDTH), self._under.width() - left - edge)
        # The card's edge, and that of the list in it.
        margins, border = self._lines.contentsMargins(), 2 + 4
        inside = width - margins.left() - margins.right() - border
        needed = self._rows.totalHeightForWidth(inside) + self._close.sizeHint().height()
        needed += self._lines.spacing() + margins.top() + margins.bottom() + border
        height = min(theme.px(_HEIGHT), needed, self._under.height() - 2 * edge)
        self.setGeometry(left, self._under.height() - height - edge, width, height)

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
        elif self.isVisible():
            self._place()


class _Row(QWidget):
    """One job."""

    def __init__(self, job: JobRow) -> None:
        super().__init__()
        self._job = job
        self._sign = Picture(_STATES[job.state][0], 18)
        self._bar = ProgressBar(job.title)
        self._remark = label("", "hint")
        self._stop = icon_button("square", _("Stop: {job}").format(job=job.title))
        self._stop.setToolTip(_("Stop"))
        self._stop.clicked.connect(partial(_cancel, job))
        texts = column(label(job.title), self._bar, self._remark, gap=3)
        line = row(self._sign, texts, self._stop, gap=10, margins=(0, 6, 0, 6))
        line.setStretch(1, 1)
        for widget in (self._sign, self._stop):
            line.setAlignment(widget, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)

    def show_state(self) -> None:
        """Show how far the job is."""
        job = self._job
        is_running = job.state is JobState.RUNNING
        self._sign.set_icon(*_STATES[job.state])
        self._stop.setVisible(is_running)
        self._bar.setVisible(is_running)
        self._bar.show_part(job.fraction)
        self._remark.setText(time_left(job.progress) if is_running else job.remark)
        self._remark.setVisible(bool(self._remark.text()))


def _cancel(job: JobRow, _is_checked: bool = False) -> None:
    job.cancel()
