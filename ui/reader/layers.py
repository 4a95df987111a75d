"""What other features paint into the messages and beside them, and what a click there does."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QAbstractTextDocumentLayout, QPainter

from ui.reader.flow import Placed


class Layer:
    """One feature's part of the picture. Subclasses override what they need."""

    def selections(self, placed: Placed) -> list[QAbstractTextDocumentLayout.Selection]:
        """Return the formats of words in a cell, below those of what is found and selected."""
        return []

    def paint(self, painter: QPainter, left: float, width: float) -> None:
        """Paint over the messages, whose column begins at *left*, in coordinates of the view."""

    def tip(self, point: QPointF) -> str | None:
        """Return what is said of what can be clicked at *point*, None if nothing can."""
        return None

    def click(self, point: QPointF) -> bool:
        """Do what a click at *point* means; return whether it means something."""
        return False
