"""Collects cyclic garbage on the GUI thread only.

A collection on a worker thread may destroy a QObject there, and Qt then ends the process at some
later moment. Reference counting goes on everywhere; only the search for cycles is bound.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 1000


class GuiCollector(QObject):
    """Collects from a timer what the interpreter would have collected by itself.

    Lives as long as the application; `stop` gives the work back to the interpreter.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start()

    def collect_due(self) -> None:
        """Collect the oldest generation that is due, if any."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        self._timer.stop()
        gc.enable()
