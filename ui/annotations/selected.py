"""What of a chat is selected, on the screen and in the text of its messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from privatus.bootstrap import Vault
from privatus.core.conversation import Message
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from ui.annotations.mapping import span_between, span_of, whole_spans
from ui.reader.highlighting import without_colours
from ui.reader.preparing import prepare
from ui.reader.selecting import BEHIND_ALL, Position
from ui.reader.tracking import Span, follow, tracked

if TYPE_CHECKING:
    from ui.reader.reader import Reader

# The tab of the text pane; behind it stands what is no text of a message.
_MARKDOWN_TAB = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What of a chat is selected, as the worker needs it: by rows, or one passage."""

    conversation_id: UUID
    numbers: Sequence[range]
    first: Position
    last: Position
    turned: dict[int, frozenset[int]]
    # Of the only message, shown as text or as Markdown: between these positions of that.
    in_text: tuple[int, int] | None = None
    is_markdown: bool = False


def selected_in(reader: Reader, *, is_first_only: bool = False) -> Selected | None:
    """Return what is selected in *reader*, or of that what stands in its first message."""
    if reader.stack.currentWidget() is reader.text_pane:
        return _selected_in_text(reader)
    span, model = reader.view.selecting.span, reader.model
    if span is None or model is None:
        return None
    first, last = span
    if is_first_only and last.row > first.row:
        last = Position(first.row, BEHIND_ALL, 0)
    return Selected(
        conversation_id=model.conversation_id,
        numbers=model.path.numbers(first.row, last.row + 1),
        first=first,
        last=last,
        turned=dict(reader.view.choices.turned),
    )


def _selected_in_text(reader: Reader) -> Selected | None:
    """Return what is selected where a message is shown as text."""
    pane, model = reader.text_pane, reader.model
    tab = pane.tabs.currentIndex()
    if model is None or pane.selected is None or tab > _MARKDOWN_TAB:
        return None
    nowhere = Position(0, 0, 0)
    return Selected(
        conversation_id=model.conversation_id,
        numbers=[range(pane.number, pane.number + 1)],
        first=nowhere,
        last=nowhere,
        turned={},
        in_text=pane.selected,
        is_markdown=tab == _MARKDOWN_TAB,
    )


def spans_of(vault: Vault, selected: Selected, job: Job) -> list[tuple[str, Span]]:
    """Return the messages, by their ids, and which passage of each is selected.

    Raises:
        UserError: nothing of it stands in the text of a message.
    """
    found: list[tuple[str, Span]] = []
    with tracked(), without_colours():
        messages = vault.pages.messages(selected.conversation_id, selected.numbers)
        for row, message in enumerate(messages, selected.first.row):
            job.check()
            turned = selected.turned.get(message.number, frozenset())
            if selected.in_text is not None:
                span = _span_in_text(message, selected.in_text, is_markdown=selected.is_markdown)
            else:
                made = prepare(message)
                span = span_of(made, row, selected.first, selected.last, turned)
            if span is not None:
                found.append((f"{selected.conversation_id}.{message.number}", span))
    if not found:
        raise UserError("nothing that is selected is text of a message; select words of one")
    return found


def _span_in_text(message: Message, between: tuple[int, int], *, is_markdown: bool) -> Span | None:
    if is_markdown:
        # As a field shows it, which knows one kind of break only.
        text = message.text.replace("\r\n", "\n").replace("\r", "\n")
        return span_between(text, follow(text, message.text), *between)
    return span_between(*whole_spans(prepare(message)), *between)
