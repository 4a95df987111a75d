"""How far something is: a bar, and how long it still takes, in words."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar

from privatus.core.jobs import Progress
from ui.i18n import _, ngettext

_STEPS = 1000


class ProgressBar(QProgressBar):
    """Shows how much of *name* is done, to who cannot see it, too."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setTextVisible(False)
        self.setAccessibleName(name)

    def show_part(self, fraction: float | None) -> None:
        """Show how much is done, from 0 to 1; None while nobody knows."""
        # A range of nothing is how Qt is told that.
        self.setRange(0, 0 if fraction is None else _STEPS)
        if fraction is not None:
            self.setValue(round(fraction * _STEPS))


def time_left(progress: Progress | None) -> str:
    """Return how long it still takes; "" while nobody knows."""
    seconds = None if progress is None else progress.remaining_s
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes:
        return ngettext("about {n} minute left", "about {n} minutes left", minutes)
    return _("less than a minute left")
