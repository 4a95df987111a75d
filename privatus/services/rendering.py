"""What is shown of the vault's content: safe text, times, whole conversations.

Whoever wrote a chat may have put escape sequences into it: nothing that came from an export
goes to a terminal but through here.
"""

from __future__ import annotations

import re
from dataclasses import replace

from privatus.core.conversation import Conversation
from privatus.core.errors import UserError
from privatus.exporters.characters import BIDI_CONTROLS, one_line, readable
from privatus.exporters.labels import source_label
from privatus.exporters.times import iso, minute

__all__ = [
    "as_markdown",
    "as_text",
    "inline",
    "iso",
    "minute",
    "one_line",
    "readable",
    "source_label",
    "with_message",
]

_TURNS = re.compile(f"[{BIDI_CONTROLS}]")


def inline(text: str) -> str:
    """Return a piece of a line, made safe; unlike `one_line` it keeps the spaces at its ends."""
    safe = readable(text).replace("\n", " ").replace("\t", " ")
    return _TURNS.sub("", safe)


def as_text(
    conversation: Conversation, *, all_branches: bool = False, marked: int | None = None
) -> str:
    """Return the conversation as text for a terminal; the message *marked* stands out."""
    # Here and not above: what makes whole texts takes time to import, and an error message
    # needs `one_line` alone.
    from privatus.exporters.text import conversation_text

    return conversation_text(conversation, all_branches, marked)


def as_markdown(conversation: Conversation, *, all_branches: bool = False) -> str:
    """Return the conversation as Markdown."""
    from privatus.exporters.text import conversation_markdown

    return conversation_markdown(conversation, all_branches)


def with_message(conversation: Conversation, number: int) -> Conversation:
    """Return the conversation with message *number* on the branch that is shown.

    Raises:
        UserError: it has no such message.
    """
    if number in {message.number for message in conversation.active_path()}:
        return conversation
    if number not in {message.number for message in conversation.messages}:
        raise UserError(f"the conversation has no message {number}; show it without the number")
    leaf = number
    for message in conversation.messages:
        # An answer stands behind what it answers, so one look at each goes down to a leaf.
        if message.parent == leaf:
            leaf = message.number
    return replace(conversation, active=leaf)
