"""What the mouse, the wheel and the keys do in the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QToolTip

from ui import theme
from ui.reader.cells import Action, Cell
from ui.reader.flow import Placed
from ui.reader.items import MessageItem
from ui.reader.painting import origin_of
from ui.reader.selecting import Position

if TYPE_CHECKING:
    from ui.reader.view import MessageView

# Of a screen; the rest is seen on both pages.
_PAGE_PART = 0.9
_NOTCH = 120
_LINES_A_NOTCH = 3
_EDGE_MS = 30
_MOST_EMPTY = 200


class Pointing:
    """Turns positions in the view into characters, links and buttons."""

    def __init__(self, view: MessageView) -> None:
        self._view = view
        self.hot: Action | None = None
        self.hot_cell: Cell | None = None
        self.row = -1  # under the mouse
        self._is_selecting = False
        self._mouse = QPointF()
        # While one selects beyond the edge of the view.
        self._edge = QTimer(view, interval=_EDGE_MS)
        self._edge.timeout.connect(self._on_edge)

    # ------------------------------------------------------------------ where

    def place(self, point: QPointF) -> tuple[Placed, QPointF] | None:
        """Return the cell at *point*, and the point in its own coordinates."""
        placed = self._view.placed_at(point.y())
        if placed is None:
            return None
        left, width = self._view.column()
        return placed, point - origin_of(placed, left, width)

    def position(self, point: QPointF) -> Position | None:
        """Return the character nearest to *point*."""
        cells = self._view.stack.placed
        if not cells:
            return None
        found = self.place(point)
        if found is None:
            placed = cells[0] if point.y() < cells[0].y else cells[-1]
            inside = QPointF(0, -1 if placed is cells[0] else placed.cell.height)
        else:
            placed, inside = found
        return Position(placed.row, placed.at, max(0, placed.cell.text_at(inside)))

    def action(self, point: QPointF) -> tuple[Placed, Action] | None:
        """Return the button at *point*."""
        found = self.place(point)
        if found is None:
            return None
        placed, inside = found
        for action in placed.cell.actions:
            if action.rect.contains(inside):
                return placed, action
        return None

    # ------------------------------------------------------------------ mouse

    def press(self, event: QMouseEvent) -> None:
        """Begin to select, or do what a button says."""
        view, model = self._view, self._view.model()
        found = self.place(event.position())
        is_left = event.button() is Qt.MouseButton.LeftButton
        if is_left and any(layer.click(event.position()) for layer in view.layers):
            return
        if found is None or model is None:
            view.selecting.clear()
            view.viewport().update()
            return
        placed, _inside = found
        view.shows_focus = False
        view.make_current(placed.row)
        if event.button() is Qt.MouseButton.RightButton:
            view.menu_asked.emit(placed.row, event.globalPosition().toPoint())
            return
        if event.button() is not Qt.MouseButton.LeftButton or self.action(event.position()):
            return
        position = self.position(event.position())
        if position is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            view.selecting.extend(position)
        else:
            view.selecting.start(position)
        self._is_selecting = True
        view.viewport().update()

    def double_click(self, event: QMouseEvent) -> None:
        """Select a word."""
        found = self.place(event.position())
        document = found[0].cell.document if found else None
        if found is None or document is None or self.action(event.position()):
            return
        placed, inside = found
        cursor = QTextCursor(document)
        cursor.setPosition(max(0, placed.cell.text_at(inside)))
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        self._view.selecting.select(
            Position(placed.row, placed.at, cursor.selectionStart()),
            Position(placed.row, placed.at, cursor.selectionEnd()),
        )
        self._view.viewport().update()

    def move(self, event: QMouseEvent) -> None:
        """Select further, or show what is under the mouse."""
        self._mouse = event.position()
        if self._is_selecting:
            self._extend()
            height = self._view.viewport().height()
            if not 0 <= self._mouse.y() < height:
                self._edge.start()
            else:
                self._edge.stop()
            return
        self._hover(event)

    def _extend(self) -> None:
        position = self.position(self._mouse)
        if position is not None:
            self._view.selecting.extend(position)
            self._view.viewport().update()

    def _on_edge(self) -> None:
        height = self._view.viewport().height()
        beyond = self._mouse.y() - (height if self._mouse.y() > 0 else 0)
        self._view.scroll_by(max(-120.0, min(120.0, beyond)))
        self._extend()

    def _hover(self, event: QMouseEvent) -> None:
        view = self._view
        found, place = self.action(self._mouse), self.place(self._mouse)
        hot = found[1] if found else None
        row = place[0].row if place else -1
        if hot != self.hot or row != self.row:
            self.hot, self.hot_cell = hot, found[0].cell if found else None
            self.row = row
            view.wake_feet()
            view.viewport().update()
            QToolTip.hideText()
            if hot is not None and hot.name != "fold":
                QToolTip.showText(event.globalPosition().toPoint(), hot.tip, view)
        tips = (layer.tip(self._mouse) for layer in view.layers)
        beside = next((tip for tip in tips if tip is not None), None)
        if beside is not None:
            QToolTip.showText(event.globalPosition().toPoint(), beside, view)
        shape = Qt.CursorShape.ArrowCursor
        if hot is not None or beside is not None or (place and place[0].cell.link_at(place[1])):
            shape = Qt.CursorShape.PointingHandCursor
        elif place and place[0].cell.text_at(place[1], is_exact=True) >= 0:
            shape = Qt.CursorShape.IBeamCursor
        view.viewport().setCursor(shape)

    def release(self, event: QMouseEvent) -> None:
        """End selecting; without having selected, follow what was clicked."""
        self._edge.stop()
        was_selecting, self._is_selecting = self._is_selecting, False
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        found = self.action(event.position())
        if found is not None and not was_selecting:
            self.act(*found)
        elif was_selecting and self._view.selecting.span is not None:
            self._view.selected.emit(event.position().toPoint())
        elif was_selecting:
            place = self.place(event.position())
            link = place[0].cell.link_at(place[1]) if place else ""
            if link:
                self._view.link_asked.emit(link)
            elif place:
                self._view.clicked_in.emit(*place)

    def leave(self, _event: QEvent) -> None:
        """Forget what was under the mouse."""
        self.hot, self.hot_cell, self.row = None, None, -1
        self._view.wake_feet()
        self._view.viewport().update()

    def act(self, placed: Placed, action: Action) -> None:
        """Do what a button says."""
        view = self._view
        number = view.number_of(placed.item)
        if action.name == "fold" and isinstance(action.argument, int):
            self.fold(placed, number, action.argument)
        elif action.name == "wrap":
            view.choices.rewrapped ^= {(number, placed.at)}
            self._keep(placed)
        else:
            view.action_asked.emit(action.name, number, action.argument or placed.cell.block)

    def fold(self, placed: Placed, number: int, index: int) -> None:
        """Open what is folded, or fold it; the line that was clicked stays where it is."""
        turned = self._view.choices.turned
        turned[number] = turned.get(number, frozenset()) ^ {index}
        self._view.selecting.clear()
        self._keep(placed)

    def fold_all(self) -> None:
        """Open everything that is folded in the current message, or fold it again."""
        view = self._view
        row = view.currentIndex().row()
        item = view.stack.known(row)
        if not isinstance(item, MessageItem):
            return
        closed, number = item.prepared.closed, item.prepared.message.number
        was = view.choices.turned.get(number, frozenset())
        view.choices.turned[number] = frozenset() if was >= closed else closed
        view.selecting.clear()
        view.stack.forget([row])
        view.relay()

    def menu(self) -> None:
        """Ask for the menu of the current message, where it stands."""
        view = self._view
        rect = view.visualRect(view.currentIndex())
        if rect.isValid():
            y = min(max(rect.top(), 0), view.viewport().height() - 1) + theme.px(24)
            where = view.viewport().mapToGlobal(QPoint(round(view.column()[0]), y))
            view.menu_asked.emit(view.currentIndex().row(), where)

    def _keep(self, placed: Placed) -> None:
        self.hot = self.hot_cell = None
        self._view.stack.forget([placed.row])
        self._view.stack.jump(placed.row, placed.y, placed.at)
        self._view.relay()
        self._view.stack.hold()

    # ------------------------------------------------------------------ wheel and keys

    def wheel(self, event: QWheelEvent) -> None:
        """Scroll; to the side what is too wide."""
        delta, pixels = event.angleDelta(), event.pixelDelta()
        is_sideways = abs(delta.x()) > abs(delta.y()) or (
            event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )
        notches = (delta.x() or delta.y()) if is_sideways else delta.y()
        step = notches / _NOTCH * _LINES_A_NOTCH * theme.px(40)
        if is_sideways:
            found = self.place(event.position())
            if found is not None and found[0].cell.overflow:
                self.slide(found[0].cell, -(pixels.x() or step))
                event.accept()
                return
        self._view.scroll_by(-(pixels.y() or step))
        event.accept()

    def slide(self, cell: Cell, distance: float) -> None:
        """Move what is too wide to the side."""
        cell.scrolled = min(max(0.0, cell.scrolled + distance), cell.overflow)
        self._view.viewport().update()

    def key(self, event: QKeyEvent) -> bool:
        """Do what a key says; return whether it is one of ours."""
        view, key = self._view, Qt.Key(event.key())
        page = view.viewport().height() * _PAGE_PART
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        ):
            return False
        scrolls = {
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_Space: -page if is_shifted else page,
            Qt.Key.Key_Down: theme.px(60),
            Qt.Key.Key_Up: -theme.px(60),
        }
        steps = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
        if key in scrolls:
            view.scroll_by(scrolls[key])
            self._follow_scroll()
        elif key in steps:
            self.step(steps[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.to_end(is_last=key is Qt.Key.Key_End)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            return self._sideways(1 if key is Qt.Key.Key_Right else -1)
        else:
            return False
        return True

    def step(self, direction: int) -> None:
        """Go to the next message, or the one before."""
        view, model = self._view, self._view.messages
        if model is None:
            return
        current = view.currentIndex().row()
        row = self._spoken(current + direction, direction)
        if row is None:
            row = current
        view.shows_focus = True
        view.stack.jump(row, theme.px(20))
        view.make_current(row)
        view.relay()
        view.stack.hold()

    def leave_empty(self) -> None:
        """Let the current message be one of which something is shown."""
        view = self._view
        row = self._spoken(view.currentIndex().row(), 1)
        if row is not None and row != view.currentIndex().row():
            view.make_current(row)

    def _spoken(self, row: int, direction: int) -> int | None:
        """Return the first row from *row* on that is not known to show nothing."""
        for at in range(row, row + direction * _MOST_EMPTY, direction):
            if not 0 <= at < len(self._view.stack.heights):
                return None
            item = self._view.stack.item(at)
            if not isinstance(item, MessageItem) or not item.is_empty:
                return at
        return None

    def to_end(self, *, is_last: bool) -> None:
        """Go to the first message or the end of the last."""
        view, model = self._view, self._view.messages
        if model is None or not model.rowCount():
            return
        row = model.rowCount() - 1 if is_last else 0
        view.stack.jump(row, view.stack.top)
        if is_last:
            # As far down as it goes: the end of the last message, however long it is.
            view.stack.jump(row, 0.0, len(view.stack.item(row).cells) - 1)
        view.make_current(row)
        view.relay()

    def _follow_scroll(self) -> None:
        """Let the current message be one that is seen."""
        view, model = self._view, self._view.messages
        seen = view.stack.placed
        rows = {placed.row for placed in seen}
        if model is not None and seen and view.currentIndex().row() not in rows:
            view.make_current(seen[0].row)

    def _sideways(self, direction: int) -> bool:
        for placed in self._view.stack.placed:
            if placed.row == self._view.currentIndex().row() and placed.cell.overflow:
                self.slide(placed.cell, direction * theme.px(60))
                return True
        return False
