"""A title for a conversation that has none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from privatus.core.conversation import Message, Role

# What a list shows of a title on a usual window.
_MAX_CHARS = 80
# More than that is never needed for a title, and a pasted file can be megabytes.
_MAX_READ_CHARS = 2000
_MARKS = re.compile(r"^(?:#{1,6}|[*+>-]|\d{1,3}[.)])\s+")
_FENCE = re.compile(r"^(?:`{3}|~{3})[\w+#.-]*$")


def from_text(text: str) -> str:
    """Return the first line of *text* that says something, cut at a word."""
    for line in text[:_MAX_READ_CHARS].splitlines():
        title = _MARKS.sub("", " ".join(line.split())).strip()
        if not any(char.isalnum() for char in title) or _FENCE.match(title):
            continue
        if len(title) <= _MAX_CHARS:
            return title
        cut = title[:_MAX_CHARS]
        # Chinese and Japanese have no spaces to cut at.
        return (cut.rsplit(" ", 1)[0] if " " in cut[_MAX_CHARS // 2 :] else cut) + "…"
    return ""


def from_messages(messages: Iterable[Message]) -> str:
    """Return a title from the first words of the person, else of anyone, else a file's name."""
    other = file = ""
    for message in messages:
        if message.is_hidden:
            continue
        title = from_text(message.text)
        if title and message.role is Role.USER:
            return title
        other = other or title
        if not file and message.attachments:
            file = message.attachments[0].name
    return other or file
