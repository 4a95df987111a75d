"""A plot that is drawn here, and is a list of points to the keyboard and to screen readers.

It is a QListView because Qt then tells of each point by its name; what it looks like, and where a
point lies, is the matter of its subclasses.
"""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QToolTip

from ui import theme
from ui.analytics.plot import Plot, Point
from ui.i18n import _
from ui.layouts import tip

Index = QModelIndex | QPersistentModelIndex
_SERIES = ("accent", "code_number", "code_type", "code_keyword", "code_string", "code_name",
           "danger", "warn", "muted")  # fmt: skip
# Nearer than this a person means the mark that they point at.
_NEAR = 3


def series_colour(place: int) -> QColor:
    """Return the colour of one of several things; the last is that of all others."""
    return theme.colour(_SERIES[min(place, len(_SERIES) - 1)])


def shade(part: float) -> QColor:
    """Return the colour of a share from 0 to 1."""
    low, high = theme.colour("hover"), theme.colour("accent")
    if part <= 0:
        return low
    # The least that there is has to be told from nothing.
    part = 0.25 + 0.75 * min(part, 1.0)
    parts = (
        (low.redF(), high.redF()), (low.greenF(), high.greenF()), (low.blueF(), high.blueF())
    )  # fmt: skip
    return QColor.fromRgbF(*(a + (b - a) * part for a, b in parts))


class PointsModel(QAbstractListModel):
    """The points of a plot."""

    def __init__(self) -> None:
        super().__init__()
        self.points: tuple[Point, ...] = ()

    def show(self, points: tuple[Point, ...]) -> None:
        self.beginResetModel()
        self.points = points
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.points)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.points):
            return None
        point = self.points[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return point.label
            case Qt.ItemDataRole.AccessibleTextRole:
                return point.text
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return _("Enter shows the chats") if point.opens else ""
        return None


class Chart(QListView):
    """Draws points where `_place` puts them, as `_draw` says."""

    opened = Signal(object)  # the Point

    def __init__(self) -> None:
        super().__init__()
        self.plot: Plot | None = None
        self._model = PointsModel()
        self.setModel(self._model)
        self._rects: list[QRectF] = []
        self._placed_for = QSizeF()
        self._hovered = -1
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        theme.theme().changed.connect(self.viewport().update)

    # What subclasses say.

    @abstractmethod
    def _place(self, size: QSizeF) -> list[QRectF]:
        """Return where the points lie, from left to right."""

    @abstractmethod
    def _draw(self, painter: QPainter, size: QSizeF, rects: list[QRectF]) -> None:
        """Draw the points and what is around them."""

    @abstractmethod
    def height_for(self, width: float) -> float:
        """Return how tall the plot is."""

    def _step(self, row: int, across: int, down: int) -> int:
        """Return the point that lies beside *row*."""
        return row + across + down

    # What is shown.

    def show_plot(self, plot: Plot) -> None:
        """Show other points; who was on one stays on the one in its place."""
        row = self.currentIndex().row()
        self.plot = plot
        self._placed_for = QSizeF()
        self.setAccessibleName(plot.title)
        self.setAccessibleDescription(plot.hint)
        self._model.show(plot.points)
        if plot.points and row >= 0:
            self.setCurrentIndex(self._model.index(min(row, len(plot.points) - 1)))
        self.updateGeometry()
        self._fit()
        self.viewport().update()

    def forget(self) -> None:
        """Let go of all points."""
        self.plot = None
        self._model.show(())

    def _fit(self) -> None:
        self.setFixedHeight(round(self.height_for(self.viewport().width())))

    def rects(self) -> list[QRectF]:
        """Return where the points lie in the view."""
        size = QSizeF(self.viewport().size())
        if size != self._placed_for:
            self._rects = self._all_placed(size)
            self._placed_for = size
        return self._rects

    def _all_placed(self, size: QSizeF) -> list[QRectF]:
        rects = self._place(size) if self.plot is not None else []
        return [self._mirrored(rect, size) for rect in rects] if self.is_rtl else rects

    @property
    def is_rtl(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _mirrored(self, rect: QRectF, size: QSizeF) -> QRectF:
        if not self.is_rtl:
            return rect
        return QRectF(size.width() - rect.right(), rect.top(), rect.width(), rect.height())

    def render_on(self, painter: QPainter, size: QSizeF) -> None:
        """Draw the plot as it would be in this size, for a file."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), theme.colour("raised"))
        self._draw(painter, size, self._all_placed(size))

    def _text(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        size: QSizeF,
        *,
        colour: str = "muted",
        aligned: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        pixels: float = 12,
    ) -> None:
        """Draw one line into a place that is said as from left to right."""
        font = theme.font(pixels)
        painter.setFont(font)
        painter.setPen(theme.colour(colour))
        if self.is_rtl and aligned in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight):
            is_left = aligned == Qt.AlignmentFlag.AlignLeft
            aligned = Qt.AlignmentFlag.AlignRight if is_left else Qt.AlignmentFlag.AlignLeft
        elided = painter.fontMetrics().elidedText(
            " ".join(text.split()), Qt.TextElideMode.ElideRight, int(rect.width())
        )
        flags = aligned | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(self._mirrored(rect, size), int(flags) | _ONE_LINE, elided)

    # What Qt asks.

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.plot is None:
            return
        rects = self.rects()
        self._draw(painter, QSizeF(self.viewport().size()), rects)
        row = self.currentIndex().row()
        if self.hasFocus() and 0 <= row < len(rects):
            self._ring(painter, rects[row], "text")
        elif 0 <= self._hovered < len(rects):
            self._ring(painter, rects[self._hovered], "muted")

    def _ring(self, painter: QPainter, rect: QRectF, colour: str) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour(colour), theme.px(2)))
        painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), theme.px(3), theme.px(3))

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(40))

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            point = self._point(self.point_at(QPointF(event.pos())))
            if point is not None:
                QToolTip.showText(event.globalPos(), tip(self.tip_of(point)), self.viewport())
            else:
                QToolTip.hideText()
            return True
        return bool(super().viewportEvent(event))

    def tip_of(self, point: Point) -> str:
        """Return what is said of a point that somebody points at."""
        return "\n".join(filter(None, (point.label, point.shown, point.detail)))

    def _point(self, row: int) -> Point | None:
        points = self._model.points
        return points[row] if 0 <= row < len(points) else None

    def point_at(self, place: QPointF) -> int:
        """Return the point at a place of the view, -1 if there is none."""
        near = theme.px(_NEAR)
        for row, rect in enumerate(self.rects()):
            if rect.adjusted(-near, -near, near, near).contains(place):
                return row
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self.point_at(event.position())
        if row != self._hovered:
            self._hovered = row
            point = self._point(row)
            is_open = point is not None and point.opens
            shape = Qt.CursorShape.PointingHandCursor if is_open else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.point_at(event.position())
        if row >= 0:
            self.setCurrentIndex(self._model.index(row))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._open(self.point_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Do nothing more than the first click did."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        if not self.currentIndex().isValid() and self._model.points:
            self.setCurrentIndex(self._model.index(self._first()))
        self.viewport().update()

    def focusOutEvent(self, event: object) -> None:
        self.viewport().update()

    def _first(self) -> int:
        """Return the point that the keys begin with."""
        return 0

    def _open(self, row: int) -> None:
        point = self._point(row)
        if point is not None and point.opens:
            self.opened.emit(point)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        move, last = QAbstractItemView.CursorAction, len(self._model.points) - 1
        if last < 0:
            return QModelIndex()
        row, forth = max(self.currentIndex().row(), 0), -1 if self.is_rtl else 1
        across = {move.MoveLeft: -forth, move.MoveRight: forth}.get(action, 0)
        down = {move.MoveUp: -1, move.MovePrevious: -1, move.MoveDown: 1, move.MoveNext: 1}
        row = {move.MoveHome: 0, move.MoveEnd: last}.get(
            action, self._step(row, across, down.get(action, 0))
        )
        return self._model.index(max(0, min(last, row)))

    def visualRect(self, index: Index) -> QRect:
        rects = self.rects()
        return rects[index.row()].toAlignedRect() if 0 <= index.row() < len(rects) else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self.point_at(QPointF(point))
        return self._model.index(row) if row >= 0 else QModelIndex()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Do nothing: all points are in the view; the page scrolls."""

    def setSelection(self, rect: QRect, flags: QItemSelectionModel.SelectionFlag) -> None:
        """Do nothing: points are not selected."""

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return 0

    def updateGeometries(self) -> None:
        """Leave the scroll bars: there are none."""

    def doItemsLayout(self) -> None:
        self._placed_for = QSizeF()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()


_ONE_LINE = int(Qt.TextFlag.TextSingleLine)
