"""A job that is under way: what it does, how fast, how long still; pause and stop."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from privatus.core.jobs import Progress
from ui.flow import buttons_row
from ui.i18n import _, mark, size
from ui.jobs import JobRow, JobState
from ui.layouts import button, column, label
from ui.progress_bar import ProgressBar, time_left

# Less is as good as nothing, and says nothing of the rest.
_LEAST_S = 0.5
# What the services call their work; these count bytes.
_STAGES = {
    "backing up": mark("Backing up"),
    "restoring": mark("Restoring"),
    "verifying": mark("Reading back"),
}


class Running(QWidget):
    """Shows *job* for as long as it runs."""

    def __init__(self, job: JobRow) -> None:
        super().__init__()
        self._job = job
        self.bar = ProgressBar(job.title)
        self.stage = label("", "muted")
        self.pause_button = button(_("Pause"), icon_name="pause")
        self.pause_button.clicked.connect(self._on_pause)
        self.stop_button = button(_("Stop"), icon_name="square")
        self.stop_button.clicked.connect(self._on_stop)
        buttons = buttons_row(self.pause_button, self.stop_button)
        self.setLayout(column(self.bar, self.stage, buttons, gap=6))
        job.changed.connect(self.show_progress)
        self.show_progress()

    def show_progress(self) -> None:
        """Show how far it is now."""
        job = self._job
        is_running = job.state is JobState.RUNNING
        for each in (self.pause_button, self.stop_button):
            each.setEnabled(is_running)
        self.pause_button.setText(_("Go on") if job.is_paused else _("Pause"))
        # A bar that moves would say that something is done.
        self.bar.show_part(job.fraction or 0.0 if job.is_paused else job.fraction)
        if is_running:
            self.stage.setText(_("Paused") if job.is_paused else _told(job.progress))
        else:
            self.stage.setText(job.remark)

    def _on_pause(self) -> None:
        self._job.set_paused(not self._job.is_paused)
        self.show_progress()

    def _on_stop(self) -> None:
        self.stop_button.setEnabled(False)
        self._job.cancel()


def _told(progress: Progress | None) -> str:
    """Return the stage, how much of it is done, how fast, and how long it still takes."""
    if progress is None:
        return _("Beginning…")
    stage = _STAGES.get(progress.stage)
    parts = [_(stage) if stage else _("Checking")]
    if progress.total and stage:
        parts.append(
            _("{done} of {all}").format(done=size(progress.done), all=size(progress.total))
        )
        if progress.elapsed_s >= _LEAST_S:
            speed = size(round(progress.done / progress.elapsed_s))
            parts.append(_("{size} a second").format(size=speed))
    parts.append(time_left(progress))
    return "  ·  ".join(filter(None, parts))
