"""Annotations as the texts of an export show them: footnotes in Markdown, remarks in plain text."""

from __future__ import annotations

from collections.abc import Iterator

from privatus.core.annotation import Annotation
from privatus.core.conversation import Conversation
from privatus.exporters.blocks import closed, escaped_line
from privatus.exporters.characters import one_line, readable
from privatus.exporters.harmless import harmless
from privatus.exporters.times import minute


class Footnotes:
    """The footnotes of one conversation, numbered as they are referred to."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._referred: list[Annotation] = []

    def references(self, number: int | None = None) -> Iterator[str]:
        """Yield a line that refers to the annotations of a message, or of the conversation."""
        found = self._conversation.annotations_of(number)
        first = len(self._referred) + 1
        self._referred += found
        if found:
            yield " ".join(f"[^note-{n}]" for n in range(first, first + len(found)))

    def definitions(self) -> Iterator[str]:
        """Yield what was referred to."""
        for n, said in enumerate(self._referred, start=1):
            quote = f"“{escaped_line(said.passage.quote)}”" if said.passage else ""
            head = f"[^note-{n}]: {' · '.join(filter(None, (quote, facts(said))))}"
            text = closed(harmless(said.text))
            # Indented, so that it all belongs to the footnote.
            body = "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
            yield f"{head}\n\n{body}" if text else head


class Quotations:
    """The annotations of one conversation as quotations, for what knows no footnotes."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def references(self, number: int | None = None) -> Iterator[str]:
        """Yield the annotations of a message, or of the conversation."""
        for said in self._conversation.annotations_of(number):
            quote = f"“{escaped_line(said.passage.quote)}”" if said.passage else ""
            head = f"*{' · '.join(filter(None, ('Note', quote, facts(said))))}*"
            text = closed(harmless(said.text))
            yield "\n".join(f"> {line}".rstrip() for line in (head, "", *text.split("\n")))

    def definitions(self) -> Iterator[str]:
        """Yield nothing: all of it stands where it belongs."""
        return iter(())


def facts(said: Annotation) -> str:
    """Return "highlighted in pink · 2025-01-02 10:11": how and when it was made."""
    colour = f"highlighted in {said.colour}" if said.colour else ""
    return " · ".join(filter(None, (colour, minute(said.created_at_ms)))) or "noted"


def plain_notes(conversation: Conversation, number: int | None = None) -> Iterator[str]:
    """Yield the annotations of a message, or of the conversation, for a terminal."""
    for said in conversation.annotations_of(number):
        quote = f" “{one_line(said.passage.quote)}”" if said.passage else ""
        text = readable(said.text).strip("\n")
        # A bar at the left shows where it ends, as beside what else is not the message itself.
        lines = "".join(f"\n| {line}" for line in text.split("\n") if text)
        yield f"[note: {facts(said)}]{quote}{lines}"
