"""Highlights and notes in the reader: what is painted, and what the keys, menus and clicks do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu

from privatus.core.annotation import FoundAnnotation
from ui import theme
from ui.annotations.bar import SelectionBar
from ui.annotations.card import Draft, NoteCard
from ui.annotations.changing import MOST_MESSAGES, Changing
from ui.annotations.chat_button import ChatNotesButton
from ui.annotations.chat_notes import ChatNotes
from ui.annotations.layer import NotesLayer, said
from ui.annotations.selected import selected_in
from ui.annotations.tints import NAMES, ORDER
from ui.commands import Command
from ui.i18n import _, mark, ngettext
from ui.icons import icon
from ui.reader.additions import Addition
from ui.reader.flow import Placed
from ui.reader.items import MessageItem
from ui.reader.selecting import Position, part_of
from ui.tags.dots import dot_icon

if TYPE_CHECKING:
    from ui.reader.model import Messages
    from ui.reader.reader import Reader
    from ui.session import Session

_COLOUR_STATE = "highlight-colour"
_MENU_CHARS = 60
_DIGITS = "1234567890"


class NotesInReader(Addition):
    """Joins the annotations of the open chat with the view."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._view = reader.view
        self._session: Session | None = None
        self._changing: Changing | None = None
        self.notes = ChatNotes(self)
        self.layer = NotesLayer(self._view, reader.margin, self.notes, self.edit)
        self.card = NoteCard(reader)
        self.bar = SelectionBar(self._view)
        self.button = ChatNotesButton(self)
        self.notes.changed.connect(self._on_changed)
        self.notes.placed.connect(self._on_placed)
        self._view.settled.connect(self._on_settled)
        self._view.clicked_in.connect(self._on_clicked)
        self.card.saved.connect(self._on_saved)
        self.card.deleted.connect(self._on_deleted)
        self.card.closed.connect(self._on_card_closed)
        self.bar.highlighted.connect(self.highlight)
        self.bar.note_wanted.connect(self.note)
        self.bar.copy_wanted.connect(reader.actions_.copy)
        reader.text_pane.text.installEventFilter(self)
        self._add_commands()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that mean the message, where it is shown as text."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key_in_text(event)
        return super().eventFilter(watched, event)

    def _on_key_in_text(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() == Qt.Key.Key_H:
            self.highlight()
        elif event.key() == Qt.Key.Key_N:
            self.note()
        elif event.text() and event.text() in _DIGITS:
            self.highlight(ORDER[_DIGITS.index(event.text())])
        else:
            return False
        return True

    def _add_commands(self) -> None:
        add = self.reader.shell.commands.add
        for at, colour in enumerate(ORDER, 1):
            title, run = _COLOUR_TITLES[colour], partial(self.highlight, colour)
            command = Command(name=f"highlight-{colour}", title=title, run=run, keys=str(at % 10))
            add(command, self._view)
        commands: tuple[tuple[str, str, Callable[[], None], str, str], ...] = (
            ("highlight", mark("Highlight what is selected"), self.highlight, "H", "highlighter"),
            ("note", mark("Attach a note"), self.note, "N", "message-square"),
            ("edit-notes", mark("Notes of this message"), self.edit_current, "E", "pencil"),
            ("next-note", mark("Next note or highlight"), partial(self.step, 1), ".", ""),
            ("previous-note", mark("Previous note or highlight"), partial(self.step, -1), ",", ""),
        )
        for name, title, act, keys, drawing in commands:
            add(Command(name=name, title=title, run=act, keys=keys, icon=drawing), self._view)

    # ------------------------------------------------------------------ the chat

    def show_chat(self, model: Messages) -> None:
        session = self.reader.session
        if session is None:
            return
        if session is not self._session:
            self._session = session
            self._changing = Changing(self.reader.shell, session, self)
            session.changed.connect(self._on_vault_changed)
            session.closing.connect(self.card.save)
        model.remarks[self] = self.notes.spoken
        self.notes.open(session, model.conversation_id)

    def clear(self) -> None:
        self.card.save()
        self.bar.hide()
        self.notes.clear()

    def _on_vault_changed(self, what: str) -> None:
        model, session = self.reader.model, self._session
        # An import may have moved what they stand on.
        if what in ("annotations", "conversations") and model is not None and session is not None:
            self.notes.open(session, model.conversation_id)

    def _on_changed(self) -> None:
        self._on_settled()
        self._view.viewport().update()

    def _on_settled(self) -> None:
        model = self.reader.model
        if model is not None:
            rows = {placed.row for placed in self._view.stack.placed}
            self.notes.want([model.path.number(row) for row in sorted(rows)])

    def _on_placed(self) -> None:
        self._view.viewport().update()
        self._arrive()

    def _arrive(self) -> None:
        """Show the passage that somebody was sent to, as soon as its place is known."""
        wanted, model = self.reader.wanted_annotation, self.reader.model
        found = self.notes.find(wanted) if wanted is not None else None
        row = model.path.row(found.annotation.number or 0) if found and model else None
        item = self._view.stack.known(row) if row is not None else None
        if row is None or not isinstance(item, MessageItem):
            return
        pieces = self.notes.pieces(item.prepared.message.number)
        for at, cell in enumerate(item.cells):
            own = pieces.get(item.prepared.place_of(cell.block), []) if cell.block else []
            start = next((p.start for p in own if p.annotation_id == wanted), None)
            if start is not None:
                self.reader.wanted_annotation = None
                self._view.show_position(row, at, start)
                return

    # ------------------------------------------------------------------ making

    @property
    def last_colour(self) -> str:
        """Return the colour that was used last."""
        state = bytes(self.reader.shell.settings.state(_COLOUR_STATE).data()).decode()
        return state if state in ORDER else ORDER[0]

    def highlight(self, colour: str | None = None) -> None:
        """Highlight what is selected, in the colour that was used last if none is said."""
        colour = colour or self.last_colour
        selected = selected_in(self.reader)
        if selected is None or self._changing is None:
            hint = _("Select words of a message first. Enter opens a message as text, in which"
                     " Shift and the arrows select.")  # fmt: skip
            self.reader.shell.toast(hint)
            return
        if sum(map(len, selected.numbers)) > MOST_MESSAGES:
            hint = ngettext("Select words of {n} message at most.",
                            "Select words of {n} messages at most.", MOST_MESSAGES)  # fmt: skip
            self.reader.shell.toast(hint, kind="warn")
            return
        self.reader.shell.settings.set_state(_COLOUR_STATE, QByteArray(colour.encode()))
        self._changing.highlight(selected, colour)
        self._view.selecting.clear()
        self.bar.hide()
        self._view.viewport().update()

    def note(self) -> None:
        """Write a note on what is selected, or on the current message."""
        span, model = self._view.selecting.span, self.reader.model
        if model is None:
            return
        if self.reader.stack.currentWidget() is self.reader.text_pane:
            quote = self.reader.text_pane.text.textCursor().selectedText()
            selected = selected_in(self.reader)
            if selected is None:
                self.note_on(self.reader.text_pane.number)
            else:
                self._open(Draft(selected=selected, quote=quote), None)
        elif span is not None:
            selected = selected_in(self.reader, is_first_only=True)
            draft = Draft(selected=selected, quote=self._words(span[0], span[1]))
            self._open(draft, None)
        elif self._view.currentIndex().isValid():
            self.note_on(model.path.number(self._view.currentIndex().row()))

    def note_on(self, number: int | None) -> None:
        """Write a note on a whole message; None: on the chat."""
        if self.reader.model is not None:
            chat = str(self.reader.model.conversation_id)
            self._open(Draft(target=chat if number is None else f"{chat}.{number}"), None)

    def _words(self, first: Position, last: Position) -> str:
        """Return what is selected of the first message, as it is shown."""
        item = self._view.stack.known(first.row)
        cells = item.cells if isinstance(item, MessageItem) else []
        found = []
        for at, cell in enumerate(cells):
            if cell.block is None or not first.at <= at or (last.row, last.at) < (first.row, at):
                continue
            start = first.character if at == first.at else 0
            end = last.character if (last.row, last.at) == (first.row, at) else None
            found.append(part_of(cell.block, start, end, as_markdown=False))
        return " ".join(found)

    # ------------------------------------------------------------------ the card

    def edit(self, annotation_id: int) -> None:
        """Open the card of an annotation."""
        found = self.notes.find(annotation_id)
        if found is not None:
            self._open(Draft(found=found), found.annotation.colour)

    def edit_current(self) -> None:
        """Open the card of the current message's annotation, or ask which of them."""
        model, row = self.reader.model, self._view.currentIndex().row()
        if model is None or row < 0:
            return
        there = self.notes.on(model.path.number(row))
        if len(there) == 1 and there[0].annotation.id is not None:
            self.edit(there[0].annotation.id)
        elif there:
            menu = QMenu(self.reader)
            self.offer(menu, there)
            menu.aboutToHide.connect(menu.deleteLater)
            rect = self._view.visualRect(self._view.currentIndex())
            where = QPointF(self._view.column()[0], max(0, rect.top()) + theme.px(24)).toPoint()
            menu.popup(self._view.viewport().mapToGlobal(where))
        else:
            self.reader.shell.toast(_("This message has no notes. N attaches one."))

    def _open(self, draft: Draft, colour: str | None) -> None:
        self.card.save()
        self.bar.hide()
        self.card.open(draft, colour)
        self._place_card(draft.found)

    def _place_card(self, found: FoundAnnotation | None) -> None:
        """Put the card below what it is about, or the top of the message, inside the reader."""
        room = self.reader.rect()
        view = self._view.geometry()
        row = self._view.currentIndex()
        tops = [placed.y + placed.cell.rect_of(piece.start).top()
                for placed in self._view.stack.placed for piece in self.layer.pieces_in(placed)
                if found is not None and piece.annotation_id == found.annotation.id]  # fmt: skip
        current = self._view.visualRect(row).top() if row.isValid() else 0
        top = round(tops[0]) if tops else current
        y = view.top() + self.reader.stack.y() + max(theme.px(12), top + theme.px(24))
        y = min(y, room.height() - self.card.height() - theme.px(12))
        x = room.width() - self.card.width() - theme.px(20)
        self.card.move(max(theme.px(8), x), max(theme.px(8), y))

    def _on_saved(self, draft: Draft, text: str, colour: str | None) -> None:
        if self._changing is None:
            return
        if draft.found is not None and draft.found.annotation.id is not None:
            self._changing.edit(draft.found.annotation.id, text, colour)
        elif draft.selected is not None and text:
            self._changing.note(draft.selected, text, colour)
        elif draft.selected is not None and colour is not None:
            self._changing.highlight(draft.selected, colour)
        elif draft.target and text:
            self._changing.add(draft.target, text)
        if colour is not None:
            self.reader.shell.settings.set_state(_COLOUR_STATE, QByteArray(colour.encode()))
        self._view.selecting.clear()

    def _on_deleted(self, annotation_id: int) -> None:
        if self._changing is not None:
            self._changing.remove([annotation_id])

    def _on_card_closed(self) -> None:
        if self.reader.isVisible():
            pane = self.reader.stack.currentWidget()
            focus = self.reader.text_pane.text if pane is self.reader.text_pane else self._view
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ clicks, keys, menus

    def _on_clicked(self, placed: Placed, inside: QPointF) -> None:
        character = placed.cell.text_at(inside, is_exact=True)
        found = self.layer.at(placed, character) if character >= 0 else None
        if found is not None:
            self.edit(found)

    def step(self, direction: int) -> None:
        """Go to the next message that has annotations, or the one before."""
        model = self.reader.model
        if model is None:
            return
        numbers = {found.annotation.number for found in self.notes.all} - {None}
        rows = sorted(row for n in numbers if n and (row := model.path.row(n)) is not None)
        current = self._view.currentIndex().row()
        ahead = [row for row in rows if (row > current if direction > 0 else row < current)]
        if ahead:
            self._view.jump_to_row(ahead[0] if direction > 0 else ahead[-1], is_marked=True)
        elif rows:
            self.reader.shell.toast(_("There are no more notes in this direction."))
        else:
            self.reader.shell.toast(_("This branch has no notes. N attaches one."))

    def fill(self, menu: QMenu, number: int) -> None:
        menu.addSeparator()
        if self._view.selecting.span is not None:
            colours = menu.addMenu(icon("highlighter"), _("Highlight"))
            for colour in ORDER:
                name, run = _(NAMES[colour]), partial(self.highlight, colour)
                colours.addAction(dot_icon(colour, theme.px(12)), name, run)
            menu.addAction(icon("message-square"), _("Note on what is selected…"), self.note)
        run = partial(self.note_on, number)
        menu.addAction(icon("message-square"), _("Note on this message…"), run)
        there = self.notes.on(number)
        if there:
            self.offer(menu.addMenu(icon("pencil"), _("Notes of this message")), there)

    def fill_chat(self, menu: QMenu) -> None:
        self.button.fill(menu)

    def offer(self, menu: QMenu, there: list[FoundAnnotation]) -> None:
        """Offer to open the cards of annotations."""
        for found in there:
            if found.annotation.id is None:
                continue
            text = " ".join(said(found).split()).replace("&", "&&")
            shown = text if len(text) <= _MENU_CHARS else text[: _MENU_CHARS - 1] + "…"
            drawing = dot_icon(found.annotation.colour, theme.px(12))
            menu.addAction(drawing, shown, partial(self.edit, found.annotation.id))


_COLOUR_TITLES = {
    "yellow": mark("Highlight in yellow"),
    "green": mark("Highlight in green"),
    "blue": mark("Highlight in blue"),
    "pink": mark("Highlight in pink"),
    "orange": mark("Highlight in orange"),
    "purple": mark("Highlight in purple"),
    "red": mark("Highlight in red"),
    "teal": mark("Highlight in teal"),
    "brown": mark("Highlight in brown"),
    "grey": mark("Highlight in grey"),
}
