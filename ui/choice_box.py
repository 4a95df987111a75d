"""A box of choices that gives way where there is little room, and says so by an ellipsis.

Qt's own one asks for the width of its longest choice, and cuts what it shows.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QWidget

from ui import theme

_LEAST = 90


class ChoiceBox(QComboBox):
    """As wide as its longest choice and at least *width*, if there is the room."""

    def __init__(self, width: float = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._width = theme.px(width)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(self._width, 0))

    def minimumSizeHint(self) -> QSize:
        own = super().minimumSizeHint()
        return QSize(min(own.width(), theme.px(_LEAST)), own.height())

    @property
    def shown_text(self) -> str:
        """Return what of the choice there is room for."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        return option.currentText

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        room = field.width() - 2
        if not option.currentIcon.isNull():
            # The gap is the style's.
            room -= option.iconSize.width() + 4
        elide = Qt.TextElideMode.ElideRight
        option.currentText = option.fontMetrics.elidedText(option.currentText, elide, room)
