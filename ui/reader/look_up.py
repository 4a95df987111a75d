"""Goes from place to place of what was found, onto other branches and into what is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.reader.blocks import everything
from ui.reader.find_bar import FindBar
from ui.reader.finding import Finder, Hit, pattern
from ui.reader.items import MessageItem

if TYPE_CHECKING:
    from ui.reader.model import Messages
    from ui.reader.view import MessageView
    from ui.session import Session


class LookUp:
    """Joins the bar, the finder and the view."""

    def __init__(self, view: MessageView, bar: FindBar) -> None:
        self._view, self._bar = view, bar
        self._finder: Finder | None = None
        self._model: Messages | None = None
        self._current: int | None = None
        # Where it must still go when the message's words have come.
        self._waiting: Hit | None = None
        bar.text_asked.connect(self._on_text)
        bar.step_asked.connect(self.step)
        bar.closed.connect(self.hide)
        view.settled.connect(self._on_settled)

    def begin(self, session: Session, model: Messages) -> None:
        """Find in *model* from now on."""
        self._model = model
        self._finder = Finder(session, model, model)
        self._finder.found.connect(self._on_found)
        self._finder.finished.connect(self._on_found)

    def close(self) -> None:
        """Let go of the chat."""
        if self._finder is not None:
            self._finder.cancel()
        self._finder = self._model = self._current = self._waiting = None
        self._bar.clear()
        self._bar.hide()
        self._view.painting.current = None

    def arrive(self, number: int) -> None:
        """Show the first place in message *number* that is wanted, also if it is folded."""
        self._waiting = Hit(number=number, index=0, is_folded=False)
        self._on_settled()

    def open(self) -> None:
        """Show the bar."""
        self._bar.open()

    def hide(self) -> None:
        """Hide the bar, and mark nothing any more."""
        if self._finder is not None:
            self._finder.cancel()
            self._finder.hits = []
        self._current = self._waiting = None
        self._bar.hide()
        self._view.painting.wanted = self._view.painting.current = None
        self._view.viewport().update()
        self._view.setFocus()

    def next(self) -> None:
        self.step(1)

    def previous(self) -> None:
        self.step(-1)

    def step(self, direction: int) -> None:
        """Go to the next place or the one before, round the end."""
        hits = self._finder.hits if self._finder is not None else []
        if not hits:
            return
        if self._current is None:
            self._current = self._first_in_view(hits)
        else:
            self._current = (self._current + direction) % len(hits)
        self._go(hits[self._current])
        self._tell()

    def _on_text(self, text: str) -> None:
        if self._finder is None:
            return
        wanted = pattern(text)
        self._current = self._waiting = None
        self._view.painting.wanted = wanted
        self._view.painting.current = None
        self._view.viewport().update()
        self._finder.start(text)
        self._tell()

    def _on_found(self) -> None:
        if self._finder is not None and self._finder.hits and self._current is None:
            self.step(0)
        self._tell()

    def _tell(self) -> None:
        if self._finder is None or self._model is None:
            return
        hits = self._finder.hits
        path = self._model.path
        others = 0
        if len(self._model.tree.runs) > 1:
            others = sum(1 for hit in hits if path.row(hit.number) is None)
        self._bar.tell(self._current, len(hits), others, is_searching=self._finder.is_searching)

    def _first_in_view(self, hits: list[Hit]) -> int:
        """Return the first place that does not stand above what is seen."""
        placed = self._view.stack.placed
        if placed and self._model is not None:
            for at, hit in enumerate(hits):
                row = self._model.path.row(hit.number)
                if row is not None and row >= placed[0].row:
                    return at
        return 0

    def _go(self, hit: Hit) -> None:
        if self._model is None:
            return
        row = self._model.row_of(hit.number)
        if row is None:
            return
        self._waiting = hit
        # What is selected has a colour that would hide the place.
        self._view.selecting.clear()
        if all(placed.row != row for placed in self._view.stack.placed):
            self._view.jump_to_row(row)
        self._on_settled()

    def _on_settled(self) -> None:
        """Go on to the place itself if its message is there."""
        hit, model = self._waiting, self._model
        row = model.path.row(hit.number) if hit is not None and model is not None else None
        if hit is None or row is None:
            return
        item = self._view.stack.item(row)
        if not isinstance(item, MessageItem):
            return
        self._waiting = None
        if hit.is_folded or self._is_all_folded(item):
            item = self._unfolded(item, row)
        left = hit.index
        for at, cell in enumerate(item.cells):
            spans = self._view.painting.spans(cell)
            if left < len(spans):
                self._view.painting.current = (row, at, spans[left][0])
                self._view.show_position(row, at, spans[left][0])
                return
            left -= len(spans)

    def _is_all_folded(self, item: MessageItem) -> bool:
        """Say whether what is wanted stands in the message, and only where it is folded."""
        wanted = self._view.painting.wanted
        if wanted is None or any(self._view.painting.spans(cell) for cell in item.cells):
            return False
        return any(wanted.search(block.plain) for block, _ in everything(item.prepared.blocks))

    def _unfolded(self, item: MessageItem, row: int) -> MessageItem:
        """Return the message with everything open."""
        self._view.choices.turned[item.prepared.message.number] = item.prepared.closed
        self._view.stack.forget([row])
        made = self._view.stack.item(row)
        return made if isinstance(made, MessageItem) else item
