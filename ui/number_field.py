"""A field for a number that is typed or stepped."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QSpinBox

from ui import theme


class NumberField(QSpinBox):
    """Takes numbers from *least* to *most*; called *name* for who cannot see it."""

    def __init__(self, name: str, least: int, most: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setRange(least, most)
        self._keep_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._keep_room()

    def _keep_room(self) -> None:
        """Keep the number away from the border: style sheets leave a spin box no room there."""
        self.lineEdit().setTextMargins(theme.px(8), 0, 0, 0)
