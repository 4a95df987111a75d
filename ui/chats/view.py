"""The list of chats on the screen.

A QListView for what it is to keyboards and screen readers, with a geometry of its own: Qt's asks
for every row before it shows the first one, which takes seconds for a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from ui import theme
from ui.chats.geometry import Geometry
from ui.chats.groups import Group, Part
from ui.chats.model import ChatsModel
from ui.chats.row import HEADING_HEIGHT, ROW_HEIGHT, RowPainter
from ui.i18n import _, locale, number
from ui.sources import label_of
from ui.tags.chips import ColourOf

Index = QModelIndex | QPersistentModelIndex
_Flag = QItemSelectionModel.SelectionFlag
_Move = QAbstractItemView.CursorAction
_AHEAD_ROWS = 24


class ChatsView(QListView):
    """Shows a ChatsModel, with headings that stay at the top while their rows pass."""

    typed = Signal(str)  # a letter, which is meant for the filter
    entered_chat = Signal()  # Enter: to the reader
    drag_wanted = Signal()
    menu_wanted = Signal(QPoint)  # where on the screen

    def __init__(self, chats: ChatsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chats = chats
        # Not while only the beginning of the list is here.
        self.shows_counts = True
        self._geometry = Geometry(0, [], theme.px(ROW_HEIGHT), theme.px(HEADING_HEIGHT))
        self._painter = RowPainter()
        self._hovered = -1
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        theme.theme().changed.connect(self.viewport().update)
        self.setModel(chats)
        chats.modelReset.connect(self._on_reset)

    def _on_reset(self) -> None:
        self._hovered = -1

    def show_tags_in(self, colour_of: ColourOf) -> None:
        """Show each tag in the colour that *colour_of* says."""
        self._painter.tag_colour = colour_of
        self.viewport().update()

    # Geometry: what QListView would do, from numbers alone.

    def doItemsLayout(self) -> None:
        self._geometry = Geometry(
            self.chats.rowCount(),
            [group.first for group in self.chats.groups],
            theme.px(ROW_HEIGHT),
            theme.px(HEADING_HEIGHT),
        )
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:
        bar, page = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(page)
        bar.setSingleStep(max(1, self._geometry.row_height // 2))
        bar.setRange(0, max(0, self._geometry.total + theme.px(8) - page))

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        # The heading at the top stays where it is, so nothing can be moved as pixels.
        self.viewport().update()

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        top = self._geometry.top(index.row()) - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), self._geometry.row_height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        y = point.y() + self.verticalOffset()
        if not self._geometry.is_row(y) or self._is_under_heading(point.y()):
            return QModelIndex()
        return self.model().index(self._geometry.row_at(y), 0)

    def _is_under_heading(self, y: int) -> bool:
        return bool(self.chats.groups) and y < self._geometry.heading_height

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid():
            return
        rect, bar, page = self.visualRect(index), self.verticalScrollBar(), self.viewport().height()
        covered = self._geometry.heading_height if self.chats.groups else 0
        if hint is QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(bar.value() + rect.center().y() - page // 2)
        elif rect.top() < covered:
            bar.setValue(bar.value() + rect.top() - covered)
        elif rect.bottom() >= page:
            bar.setValue(bar.value() + rect.bottom() - page + 1)

    def moveCursor(self, action: _Move, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        row, count = self.currentIndex().row(), self._geometry.count
        page = max(1, self.viewport().height() // self._geometry.row_height - 1)
        steps = {
            _Move.MoveUp: -1,
            _Move.MoveLeft: -1,
            _Move.MovePrevious: -1,
            _Move.MoveDown: 1,
            _Move.MoveRight: 1,
            _Move.MoveNext: 1,
            _Move.MovePageUp: -page,
            _Move.MovePageDown: page,
            _Move.MoveHome: -count,
            _Move.MoveEnd: count,
        }
        if not count:
            return QModelIndex()
        return self.model().index(min(max(0, row + steps[action]), count - 1), 0)

    def setSelection(self, rect: QRect, command: _Flag) -> None:
        offset = self.verticalOffset()
        top, bottom = rect.normalized().top() + offset, rect.normalized().bottom() + offset
        selection = QItemSelection()
        first, last = self._geometry.row_at(top), self._geometry.row_at(bottom)
        if self._geometry.count and bottom >= self._geometry.top(first):
            model = self.model()
            selection.select(model.index(first, 0), model.index(last, 0))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for part in _parts(selection):
            top = self._geometry.top(part.top()) - self.verticalOffset()
            bottom = self._geometry.top(part.bottom()) - self.verticalOffset()
            region += QRect(
                0, top, self.viewport().width(), bottom + self._geometry.row_height - top
            )
        return region

    # Selection, as rows.

    def selected_rows(self) -> Iterator[int]:
        """Yield the rows that are selected, the topmost first."""
        parts = sorted(
            (part.top(), part.bottom()) for part in _parts(self.selectionModel().selection())
        )
        for first, last in parts:
            yield from range(first, last + 1)

    def selectAll(self) -> None:
        # Qt's asks the model about each row.
        last = self.model().index(self.model().rowCount() - 1, 0)
        whole = QItemSelection(self.model().index(0, 0), last)
        self.selectionModel().select(whole, _Flag.ClearAndSelect)

    def selected_count(self) -> int:
        return sum(part.height() for part in _parts(self.selectionModel().selection()))

    def select_row(self, row: int, *, is_centred: bool = False) -> None:
        """Select *row* alone, and show it."""
        index = self.model().index(row, 0)
        self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect)
        rect, covered = self.visualRect(index), self._geometry.heading_height
        is_seen = covered <= rect.top() and rect.bottom() < self.viewport().height()
        if is_centred and not is_seen:
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        else:
            self.scrollTo(index)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select *rows*, ascending, and no others; the topmost has the keys."""
        indexes = [self.model().index(row, 0) for row in rows]
        selection, start = QItemSelection(), 0
        for end in range(1, len(rows) + 1):
            if end == len(rows) or rows[end] != rows[end - 1] + 1:
                selection.append(QItemSelectionRange(indexes[start], indexes[end - 1]))
                start = end
        self.selectionModel().setCurrentIndex(indexes[0], _Flag.NoUpdate)
        self.selectionModel().select(selection, _Flag.ClearAndSelect)

    def anchor(self) -> tuple[int, int] | None:
        """Return the chat at the top and where it lies; None: the list stands at its beginning."""
        if not self.verticalOffset() or not self._geometry.count:
            return None
        row = self._geometry.row_at(self.verticalOffset())
        return self.chats.row_id(row), self._geometry.top(row) - self.verticalOffset()

    def scroll_to_anchor(self, anchor: tuple[int, int] | None) -> None:
        """Show a list that was read anew where it was left, or its beginning."""
        row = None if anchor is None else self.chats.row_of(anchor[0])
        if row is None or anchor is None:
            self.verticalScrollBar().setValue(0)
        else:
            self.verticalScrollBar().setValue(self._geometry.top(row) - anchor[1])

    # Painting.

    def visible_rows(self) -> tuple[int, int]:
        """Return the first and the last row on the screen."""
        top = self.verticalOffset()
        bottom = top + self.viewport().height()
        return self._geometry.row_at(top), self._geometry.row_at(bottom)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._geometry.count:
            return
        first, last = self.visible_rows()
        self.chats.need(max(0, first - _AHEAD_ROWS), last + _AHEAD_ROWS)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        self._painter.begin()
        has_focus = self.hasFocus() and self.window().testAttribute(
            Qt.WidgetAttribute.WA_KeyboardFocusChange
        )
        current, selection = self.currentIndex().row(), self.selectionModel()
        for row in range(first, last + 1):
            index = self.model().index(row, 0)
            self._painter.is_under_month = self._is_under_month(row)
            self._painter.row(
                painter,
                self.visualRect(index),
                self.chats.chat(row),
                is_selected=selection.isSelected(index),
                is_hovered=row == self._hovered,
                has_focus=has_focus and row == current,
            )
        self._paint_headings(painter, first, last)

    def _is_under_month(self, row: int) -> bool:
        group = self._geometry.group_at(row)
        return group >= 0 and isinstance(self.chats.groups[group].key, tuple)

    def _paint_headings(self, painter: QPainter, first: int, last: int) -> None:
        geometry, groups, offset = self._geometry, self.chats.groups, self.verticalOffset()
        if not groups:
            return
        height = geometry.heading_height
        tops = {
            group: geometry.heading_top(group) - offset
            for group in range(geometry.group_at(first), geometry.group_at(last) + 1)
        }
        topmost = min(tops)
        for group, top in tops.items():
            # The one whose rows are at the top stays there, until the next pushes it out.
            y = max(top, 0) if group == topmost else top
            if group == topmost and group + 1 in tops:
                y = min(y, tops[group + 1] - height)
            rect = QRect(0, y, self.viewport().width(), height)
            text = heading_of(groups[group])
            count = number(groups[group].count) if self.shows_counts else ""
            self._painter.heading(painter, rect, text, count)

    # Mouse and keyboard.

    def selectionCommand(self, index: Index, event: QEvent | None = None) -> _Flag:
        if isinstance(event, QMouseEvent) and not index.isValid():
            # A heading is nothing to choose: the chat that is open stays chosen.
            is_click = event.type() != QEvent.Type.MouseMove
            if is_click and self._is_heading(event.position().toPoint().y()):
                return _Flag.NoUpdate
        return super().selectionCommand(index, event)

    def _is_heading(self, y: int) -> bool:
        offset = y + self.verticalOffset()
        return self._is_under_heading(y) or (
            offset < self._geometry.total and not self._geometry.is_row(offset)
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hovered(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hovered(-1)
        super().leaveEvent(event)

    def _set_hovered(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._want_menu_of_current()
            return
        index = self.indexAt(event.pos())
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.select_row(index.row())
        self.menu_wanted.emit(event.globalPos())

    def _want_menu_of_current(self) -> None:
        """Ask for the menu below the row that has the keys: of it, or of all that is selected."""
        index = self.currentIndex() if self.currentIndex().isValid() else self.model().index(0, 0)
        if not index.isValid():
            return
        if not self.selectionModel().isSelected(index):
            self.select_row(index.row())
        self.scrollTo(index)
        rect = self.visualRect(index)
        is_rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side = rect.topRight() if is_rtl else rect.topLeft()
        inset = rect.height() // 2
        point = side + QPoint(-inset if is_rtl else inset, inset)
        self.menu_wanted.emit(self.viewport().mapToGlobal(point))

    def startDrag(self, _actions: Qt.DropAction) -> None:
        self.drag_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not plain:
            self.entered_chat.emit()
        elif (
            event.text() and event.text().isprintable() and not event.text().isspace() and not plain
        ):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)


def _parts(selection: QItemSelection) -> list[QItemSelectionRange]:
    # It is a list; its type stub does not say so.
    return list(selection)  # type: ignore[call-overload,no-any-return]


def heading_of(group: Group) -> str:
    """Return what stands above a group: its month, its source, or that it is pinned."""
    if group.key is Part.UNDATED:
        return _("No date")
    if isinstance(group.key, Part):
        return _("Pinned") if group.key is Part.PINNED else _("Other chats")
    if isinstance(group.key, str):
        return label_of(group.key)
    year, month = group.key
    name = locale().standaloneMonthName(month)
    return f"{name[:1].upper()}{name[1:]} {year}"
