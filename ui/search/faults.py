"""What the search says of a query, in the words of the person.

The core speaks English; here its sentences are known, so that they can be said in any language.
"""

from __future__ import annotations

import re

from ui.i18n import _, mark

# The sentence with what varies as {0}, {1}: a test holds it against what the search can say.
SENTENCES = (
    mark("a quote is not closed, add the second one"),
    mark("a NEAR is not closed, add a parenthesis"),
    mark("a parenthesis is not closed, add the second one"),
    mark("there is a parenthesis too many, leave it out"),
    mark("a search needs something to find, not only what to leave out"),
    mark("each side of OR needs something to find, not only what to leave out"),
    mark("NOT needs something after it"),
    mark("the parentheses are too many in one another"),
    mark("what is left out holds only what is left out"),
    mark("{0} needs something on both sides"),
    mark("{0}: counts for all of a search, so it cannot be part of OR"),
    mark("{0}: counts for all of a search, so it cannot be part of what is left out"),
    mark("NEAR needs words, as in NEAR(key rotation)"),
    mark("in: needs words to look for, as in in:title rotation"),
    mark("in: leaves no place to look in"),
    mark("a search has at most {0} characters, leave some out"),
    mark("{0}: is not a filter, did you mean {1}: (quotes would make it words)"),
    mark("{0}: needs a value, as in {1}"),
    mark("{0}: takes no star, only words and model: do"),
    mark("{0}: is one of {1}"),
    mark("{0}: names no day, write 2025, 2025-03, 2025-03-31, yesterday or 3w"),
    mark("{0}: cannot be left out, use {1}:"),
    mark("no tag is called {0}, there are none yet"),
    mark("no tag is called {0}, did you mean {1}"),
    mark("no tag is called {0}, and none is called nearly so"),
    # Notes on how a search was read.
    mark("OR joins only the words beside it; this was read as {0}"),
    mark("{0} was left out: it has no letters and no digits"),
    mark("a star counts only at the end of a word"),
    mark("a star inside quotes does not count, write it after them"),
    mark("{0} was searched as {1}"),
    mark("{0}: is not a filter, and was searched as words"),
    mark("before: includes the day that it names, as until: does"),
    mark("a message has one {0}; any of those named was taken"),
    mark("thinking and tools are searched together"),
    mark("since: is later than until:, so that nothing can be found"),
    mark("of two is: that contradict one another the last was taken"),
)
_FILTER = re.compile(r"\w+:")
_PATTERNS: list[tuple[re.Pattern[str], str]] = []


def said(sentence: str) -> str:
    """Return *sentence* of the search in the person's language, as a sentence of its own."""
    source, values = _known(sentence)
    text = _(source).format(*values) if values or source != sentence else _(source)
    # The name of a filter is written small.
    first = text[:1] if _FILTER.match(text) else text[:1].upper()
    return f"{first}{text[1:]}."


def is_known(sentence: str) -> bool:
    """Say whether *sentence* can be said in other languages."""
    return any(pattern.fullmatch(sentence) for pattern, _source in _patterns())


def _known(sentence: str) -> tuple[str, tuple[str, ...]]:
    for pattern, source in _patterns():
        if found := pattern.fullmatch(sentence):
            return source, found.groups()
    return sentence, ()


def _patterns() -> list[tuple[re.Pattern[str], str]]:
    if not _PATTERNS:
        for source in SENTENCES:
            escaped = re.escape(source)
            pattern = re.sub(r"\\\{\d\\\}", "(.+)", escaped)
            _PATTERNS.append((re.compile(pattern, re.DOTALL), source))
    return _PATTERNS
