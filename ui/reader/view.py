"""The list of messages: any number of them, each laid out when it comes into view.

A QListView, so that screen readers find a list with one named item a message; its own geometry,
because Qt's lays out all rows again whenever one is measured.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.i18n import _
from ui.reader.anchored_list import JUMP_PART, AnchoredList, Index
from ui.reader.cells import Cell, WordsCell
from ui.reader.cells_media import FootCell, PictureCell
from ui.reader.documents import Documents
from ui.reader.flow import Flow, Item
from ui.reader.formulas import Formulas
from ui.reader.geometry import Heights
from ui.reader.items import Choices, Maker, MessageItem, measure
from ui.reader.layers import Layer
from ui.reader.model import Messages, Renewed
from ui.reader.painting import Painting
from ui.reader.pointing import Pointing
from ui.reader.selecting import Selecting
from ui.reader.turns import around

_GUESS = 170
_MARK_MS = 2_000
_PREFETCHED_CELLS = 12
_RESIZE_MS = 120


class MessageView(AnchoredList):
    """Shows the messages of one branch under each other."""

    link_asked = Signal(str)
    # A button in a message: its name, the message's number, and what it is about.
    action_asked = Signal(str, int, object)
    menu_asked = Signal(int, QPoint)
    picture_wanted = Signal(int, object)  # number, PictureCell
    settled = Signal()  # what is seen was placed anew
    opened = Signal(int)  # a row, by Enter
    selected = Signal(QPoint)  # words, by the mouse, which ended here
    clicked_in = Signal(object, QPointF)  # Placed, and where in its cell

    def __init__(self, formulas: Formulas, parent: QWidget | None = None) -> None:
        super().__init__(Flow(self._make, self._measure), parent)
        self.formulas = formulas
        self.choices = Choices()
        self.pictures: dict[str, QImage | None] = {}
        self.text_size, self.reading_width = 15.0, 740
        self.documents = Documents(formulas, self.text_size)
        self.selecting = Selecting(self)
        self.layers: list[Layer] = []
        self.painting = Painting(self)
        self.pointing = Pointing(self)
        self.marked: int | None = None  # the row that was jumped to
        self.shows_focus = False
        self._maker: Maker | None = None
        self._direction = 1
        self._width = 0.0
        self._idle = QTimer(self, interval=0)
        self._idle.timeout.connect(self._prefetch)
        self._resized = QTimer(self, interval=_RESIZE_MS, singleShot=True)
        self._resized.timeout.connect(self._guess_heights)
        self._unmark = QTimer(self, interval=_MARK_MS, singleShot=True)
        self._unmark.timeout.connect(self._on_mark_over)
        self._settle()
        self.relay_wanted.connect(self.relay)
        formulas.drawn.connect(self._on_formulas_drawn)
        theme.theme().changed.connect(self._on_theme_changed)
        self.verticalScrollBar().valueChanged.connect(self._on_bar_moved)

    def _settle(self) -> None:
        self.setAccessibleName(_("Messages"))
        self.setFrameShape(self.Shape.NoFrame)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.viewport().setMouseTracking(True)

    # ------------------------------------------------------------------ content

    def show_messages(self, model: Messages) -> None:
        """Show *model* from its beginning."""
        self.choices = Choices(wraps_code=self.choices.wraps_code)
        self.pictures.clear()
        self._maker = Maker(model, self.choices, self.pictures)
        self.setModel(model)
        model.arrived.connect(self._on_arrived)
        model.measured.connect(self._guess_heights)
        model.guessed.connect(self._on_guessed)
        model.modelReset.connect(self.restart)
        self.restart()

    def clear(self) -> None:
        """Let go of the conversation and of all that was made of it."""
        self._idle.stop()
        self._maker = None
        self.selecting.clear()
        self.stack.reset(Heights([]))
        self.pictures.clear()
        self.setModel(None)
        self.relay()

    @property
    def messages(self) -> Messages | None:
        """Return the model, None if nothing is shown."""
        model = self.model()
        return model if isinstance(model, Messages) else None

    def restart(self) -> None:
        """Begin at the top, with nothing known of any height."""
        self.selecting.clear()
        model = self.messages
        guess = theme.px(_GUESS)
        self._measure_column()
        self.stack.reset(Heights([guess] * (model.rowCount() if model else 0)))
        if model is not None and model.rowCount():
            self.make_current(0)
        # Also without a message: the scroll bar would stay the former chat's.
        self.relay()
        if model is not None:
            model.measure()

    def renew(self, renewed: Renewed) -> None:
        """Show what was read anew, without moving the text that is read."""
        model = self.messages
        if model is None:
            return
        anchor, current = self.stack.anchor, self.currentIndex().row()
        count = model.rowCount()
        numbers = [model.path.number(row) if 0 <= row < count else 0
                   for row in (anchor.row, current)]  # fmt: skip
        selected = [(end, model.get(end.row, ask=False)) for end in self.selecting.ends()]
        model.renew(renewed)
        held, chosen = (model.path.row(number) for number in numbers)
        if chosen is not None:
            self.make_current(chosen)
        if held is not None:
            self.stack.jump(held, anchor.y, anchor.at)
            self.relay()
        self.selecting.restore(selected, model)

    def set_reading(self, *, text_size: float, width: int, wraps_code: bool) -> None:
        """Read in this size, in a column as wide as this, code wrapped or not."""
        self.choices.wraps_code = wraps_code
        self.text_size, self.reading_width = text_size, width
        self._on_theme_changed()

    def _make(self, row: int) -> Item:
        if self._maker is None:
            return Item([Cell(None, 0)])
        return self._maker.make(row, self.stack.heights[row])

    def _measure(self, item: Item, cell: Cell) -> None:
        measure(item, cell, self.documents, self._width)
        number = self.number_of(item)
        if isinstance(cell, PictureCell) and cell.image is None and not cell.has_failed:
            self.picture_wanted.emit(number, cell)

    @staticmethod
    def number_of(item: Item) -> int:
        """Return the number of the message that *item* shows."""
        return item.prepared.message.number if isinstance(item, MessageItem) else 0

    # ------------------------------------------------------------------ geometry

    def column(self) -> tuple[float, float]:
        """Return where the column of text begins, and how wide it is."""
        room = self.viewport().width() - 2 * theme.px(24)
        width = max(120.0, float(min(theme.px(self.reading_width), room)))
        return max(theme.px(12), (self.viewport().width() - width) / 2), width

    def _measure_column(self) -> None:
        self._width = self.column()[1]
        self.stack.top, self.stack.bottom = theme.px(24), theme.px(32)
        self.stack.view_height = float(self.viewport().height())

    def relay(self) -> None:
        """Place what is seen, and let the scroll bar follow."""
        self._measure_column()
        placed = self.stack.lay_out()
        model = self.messages
        if placed and model is not None:
            model.want(placed[0].row, placed[-1].row)
        self._follow()
        self.wake_feet()
        self.viewport().update()
        if placed:
            self._idle.start()
        self.settled.emit()

    def _follow(self) -> None:
        bar = self.verticalScrollBar()
        bar.blockSignals(True)
        bar.setSingleStep(theme.px(40))
        bar.setPageStep(round(self.stack.view_height))
        bar.setRange(0, self.stack.maximum)
        bar.setValue(self.stack.value)
        bar.blockSignals(False)

    def scroll_by(self, distance: float) -> None:
        """Move down by *distance* pixels."""
        self._direction = 1 if distance > 0 else -1
        self.stack.scroll_by(distance)
        self.relay()
        self.stack.hold()

    def jump_to_row(self, row: int, *, is_marked: bool = False, at: int = 0) -> None:
        """Show *row* in the upper part of the view."""
        model = self.messages
        if model is None or not 0 <= row < model.rowCount():
            return
        self._measure_column()
        self.stack.jump(row, self.stack.view_height * JUMP_PART, at)
        self.make_current(row)
        if is_marked:
            self.marked = row
            self._unmark.start()
        self.relay()

    def show_position(self, row: int, at: int, position: int) -> None:
        """Show a character of a cell, if it is not in view."""
        item = self.stack.item(row)
        if at >= len(item.cells):
            return
        if not item.cells[at].is_measured:
            self.stack.jump(row, self.stack.view_height * 0.3, at)
        rect = item.cells[at].rect_of(position)
        placed = next((p for p in self.stack.placed if (p.row, p.at) == (row, at)), None)
        if placed is not None:
            y = placed.y + rect.top()
            if self.stack.view_height * 0.05 < y < self.stack.view_height * 0.85:
                self.relay()
                return
        self.stack.jump(row, self.stack.view_height * 0.33 - rect.top(), at)
        self.relay()

    def _on_bar_moved(self, value: int) -> None:
        self._direction = 1 if value >= self.stack.value else -1
        self.stack.scroll_to(value)
        self.relay()
        self.stack.hold()

    def _on_arrived(self, rows: range) -> None:
        known = self.stack.known
        stale = [row for row in rows if (item := known(row)) and item.is_waiting]
        model = self.messages
        if self._maker is not None and model is not None:
            beside = around(model, rows)
            stale += [row for row in beside if self._maker.is_stale(row, known(row))]
        self.stack.remake(stale)
        seen = {placed.row for placed in self.stack.placed}
        if seen.intersection([*rows, *stale]):
            self.relay()
        if self.currentIndex().row() in rows:
            self.pointing.leave_empty()

    def _guess_heights(self) -> None:
        """Guess the heights of all rows anew, from the lengths of their messages."""
        model = self.messages
        if model is None or len(model.sizes) != model.rowCount():
            return
        per_line = max(20.0, self._width / (self.documents.pixels * 0.5))
        line = self.documents.pixels * 1.5
        # Sealed texts are compressed to about half, and a third of all lines are not full.
        model.guess_heights(theme.px(100), 2.4 / per_line * line)

    def _on_guessed(self, heights: Heights) -> None:
        if len(heights) == len(self.stack.heights):
            self.stack.guess(heights)
            self.relay()

    def _prefetch(self) -> None:
        """Lay out one cell beyond the view in the direction of travel, while nothing happens."""
        placed = self.stack.placed
        if not placed:
            self._idle.stop()
            return
        row = placed[-1].row if self._direction > 0 else placed[0].row
        for _step in range(_PREFETCHED_CELLS):
            if not 0 <= row < len(self.stack.heights):
                break
            item = self.stack.item(row)
            if not item.is_waiting and self.stack.prepare(row):
                self._follow()
                return
            row += self._direction
        self.stack.evict()
        self._idle.stop()

    def take_picture(self, key: str, number: int, image: QImage | None) -> None:
        """Show an image that was decrypted; None: it cannot be shown."""
        model = self.messages
        row = None if model is None else model.path.row(number)
        if row is None:
            return
        self.pictures[key] = image
        self.stack.forget([row])
        self.relay()

    def _on_formulas_drawn(self) -> None:
        for row in {placed.row for placed in self.stack.placed}:
            for cell in self.stack.item(row).cells:
                if isinstance(cell, WordsCell) and cell.words.has_formula:
                    cell.drop()
        self.relay()

    def _on_theme_changed(self) -> None:
        self.documents = Documents(self.formulas, self.text_size)
        self.stack.drop_documents()
        self.stack.forget()
        self.relay()

    def _on_mark_over(self) -> None:
        self.marked = None
        self.viewport().update()

    # ------------------------------------------------------------------ what Qt asks of a view

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.column()[1] != self._width:
            self.stack.drop_documents()
            self._resized.start()
        self.relay()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painting.paint(event.rect())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.pointing.wheel(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pointing.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointing.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointing.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pointing.double_click(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointing.leave(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.pointing.key(event):
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.currentIndex().row())
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        reason = Qt.FocusReason
        self.shows_focus = event.reason() in (
            reason.TabFocusReason,
            reason.BacktabFocusReason,
            reason.ShortcutFocusReason,
        )
        super().focusInEvent(event)
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.wake_feet()
        self.viewport().update()

    def wake_feet(self) -> None:
        """Show the buttons of the current message and of the one under the mouse."""
        for placed in self.stack.placed:
            if isinstance(placed.cell, FootCell):
                row = placed.row
                placed.cell.is_awake = row in (self.currentIndex().row(), self.pointing.row)
