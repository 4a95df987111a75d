"""The passage of a message that a search shows."""

from __future__ import annotations

from collections.abc import Sequence

from privatus.core.conversation import Part
from privatus.search.plain import plain
from privatus.search.snippets import Snippet, snippet
from privatus.search.syntax import Query


def passage_of(parts: Sequence[Part], query: Query) -> Snippet:
    """Return what *query* finds in a message, from what is read of it if possible."""
    shown = snippet(plain(parts), query)
    if query.terms and not shown.highlights:
        # It was found in what is not for reading: where a link leads, the language of a fence.
        text = "\n".join(text for part in parts for text in (part.name, part.text) if text)
        written = snippet(text.replace("`", " "), query)
        return written if written.highlights else shown
    return shown
