"""While exports are looked into or imported: how far it is, and how to pause and stop it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from privatus.core.jobs import Progress
from ui.flow import Flow
from ui.i18n import _, size
from ui.imports.importing import Importing, Phase
from ui.layouts import breakable, button, card, column, keep_lines, label
from ui.progress_bar import ProgressBar, time_left

# The end of a name tells more than its middle: "…batch-0000.zip".
_NAME_CHARS = 32


class ProgressView(QWidget):
    """A bar, what is done, what time is left."""

    def __init__(self, importing: Importing) -> None:
        super().__init__()
        self._importing = importing
        is_looking = importing.phase is Phase.LOOKING
        title = _("Looking into your files") if is_looking else _("Importing")
        self.bar = ProgressBar(title)
        self.stage = label("", "body")
        self.left = keep_lines(label("", "muted"), 1)
        self.pause_button = button(_("Pause"), icon_name="pause")
        if is_looking:
            self.pause_button.hide()
        self.pause_button.clicked.connect(self._on_pause)
        self.import_button = button(_("Import now"), icon_name="import")
        self.import_button.clicked.connect(importing.start)
        if not is_looking:
            self.import_button.hide()
        self.stop_button = button(_("Stop"), icon_name="square")
        self.stop_button.clicked.connect(importing.stop)
        hint = (
            _("Nothing is written yet.")
            if is_looking
            else _("You can go on reading meanwhile. If you stop, what came in stays.")
        )
        buttons = Flow(gap=8, side=1)
        for shown in (self.import_button, self.pause_button, self.stop_button):
            buttons.addWidget(shown)
        inside = column(self.stage, self.bar, self.left, 6, buttons, gap=10)
        self.setLayout(column(label(title, "title"), card(inside), label(hint, "muted"), gap=14))
        self.show_progress()

    def show_progress(self) -> None:
        """Show how far it is now."""
        importing, progress = self._importing, self._importing.progress
        is_paused = importing.is_paused
        self.pause_button.setText(_("Go on") if is_paused else _("Pause"))
        fraction = None if progress is None else progress.fraction
        # A bar that moves would say that something is done.
        self.bar.show_part(fraction or 0.0 if is_paused else fraction)
        self.stage.setText(stage_text(importing.phase, progress))
        self.left.setText(_("Paused") if is_paused else time_left(progress))

    def _on_pause(self) -> None:
        self._importing.set_paused(not self._importing.is_paused)
        self.show_progress()


def stage_text(phase: Phase, progress: Progress | None) -> str:
    """Return what is being done, and how much of it is done."""
    if progress is None:
        return _("Beginning…")
    for prefix in ("importing ", "looking into "):
        if progress.stage.startswith(prefix) and progress.total:
            name = _short(progress.stage.removeprefix(prefix))
            return _("{file}: {done} of {all}").format(
                file=breakable(name), done=size(progress.done), all=size(progress.total)
            )
    return _("Bringing the search index up to date") if phase is Phase.RUNNING else ""


def _short(name: str) -> str:
    half = _NAME_CHARS // 2
    return name if len(name) <= _NAME_CHARS else f"{name[:half]}…{name[-half:]}"
