"""While exports are looked into or imported: how far it is, and how to pause and stop it."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

from privatus.core.jobs import Progress
from ui.i18n import _, ngettext, size
from ui.imports.importing import Importing, Phase
from ui.layouts import button, card, column, label, row

_STEPS = 1000
# The end of a name tells more than its middle: "…batch-0000.zip".
_NAME_CHARS = 32


class ProgressView(QWidget):
    """A bar, what is done, what time is left."""

    def __init__(self, importing: Importing) -> None:
        super().__init__()
        self._importing = importing
        is_looking = importing.phase is Phase.LOOKING
        title = _("Looking into your files") if is_looking else _("Importing")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(title)
        # In one line, so that its room does not change with each report.
        self.stage = label("", "body", wraps=False)
        self.left = label("", "muted")
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
        inside = column(self.stage, self.bar, self.left, 6,
                        row(None, self.import_button, self.pause_button, self.stop_button),
                        gap=10)  # fmt: skip
        self.setLayout(column(label(title, "title"), card(inside), label(hint, "muted"), gap=14))
        self.show_progress()

    def show_progress(self) -> None:
        """Show how far it is now."""
        importing, progress = self._importing, self._importing.progress
        is_paused = importing.is_paused
        self.pause_button.setText(_("Go on") if is_paused else _("Pause"))
        # A range of nothing is how Qt is told that nobody knows how long it takes.
        known = progress is not None and bool(progress.total)
        self.bar.setRange(0, _STEPS if known or is_paused else 0)
        if progress is not None and progress.total:
            self.bar.setValue(round(_STEPS * min(1.0, progress.done / progress.total)))
        self.stage.setText(stage_text(importing.phase, progress))
        self.left.setText(_("Paused") if is_paused else left_text(progress))

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
                file=name, done=size(progress.done), all=size(progress.total)
            )
    return _("Bringing the search index up to date") if phase is Phase.RUNNING else ""


def _short(name: str) -> str:
    half = _NAME_CHARS // 2
    return name if len(name) <= _NAME_CHARS else f"{name[:half]}…{name[-half:]}"


def left_text(progress: Progress | None) -> str:
    """Return how long it still takes."""
    seconds = None if progress is None else progress.remaining_s
    if seconds is None:
        return " "
    minutes = round(seconds / 60)
    if minutes:
        return ngettext("about {n} minute left", "about {n} minutes left", minutes)
    return _("less than a minute left")
