"""Text from outside made fit to be shown: no control character reaches a file or a terminal."""

from __future__ import annotations

import re

# Everything that steers a terminal or ends a C string; tab and line feed stay.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
# Marks that turn the direction of what follows them: in a title they turn the rest of the line.
BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_TURNS = re.compile(f"[{BIDI_CONTROLS}]")


def readable(text: str) -> str:
    r"""Return *text* with `\n` as its only line end, and U+FFFD for control characters."""
    return _CONTROLS.sub("\ufffd", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """Return *text* as one line that keeps its direction to itself, for titles and names."""
    return " ".join(_TURNS.sub("", readable(text)).split())


def encodable(text: str) -> str:
    """Return *text* with a question mark for each lone surrogate, which no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text
