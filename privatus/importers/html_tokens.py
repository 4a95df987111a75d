"""HTML cut into start tags, end tags and text, in time linear in its length.

The standard library's parser is not used: with Python 3.11 it took 23 seconds for 60 KB of
"<a <a <a" and raised AssertionError for "<![<![", and what it makes of a title or a comment
differs between the releases that we run on.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

# A tag has a handful of attributes; one that goes on is text with a "<" in it.
_MAX_ATTRIBUTES = 100
_RAW = ("script", "style")

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:-]*")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s\"'<>/=]+)(?:\s*=\s*([^\s\"'<>]+|(?=[\"'])))?")
_TAG_END = re.compile(r"[\s/]*>")
_RAW_END = {name: re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE) for name in _RAW}


class TokenKind(Enum):
    """What a token is."""

    START = "start"
    END = "end"
    TEXT = "text"


@dataclass(slots=True)
class Token:
    """One piece of a page; *value* is a tag's name in lower case, or text with entities read."""

    kind: TokenKind
    value: str
    attributes: dict[str, str] = field(default_factory=dict)


def tokens(source: str) -> Iterator[Token]:
    """Yield the tags and texts of *source* in order; comments and scripts are left out."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        # What was once looked for in vain is not there further on, either: without this, a page
        # of unclosed comments would be searched to its end for each of them.
        self._missing: set[str] = set()

    def read(self) -> Iterator[Token]:
        source, start, position = self._source, 0, 0
        while (at := source.find("<", position)) >= 0:
            token, end = self._tag(at)
            if end <= at:  # not a tag: the "<" is a character like others
                position = at + 1
                continue
            if at > start:
                yield Token(TokenKind.TEXT, html.unescape(source[start:at]))
            if token is not None:
                yield token
            start = position = end
        if start < len(source):
            yield Token(TokenKind.TEXT, html.unescape(source[start:]))

    def _tag(self, at: int) -> tuple[Token | None, int]:
        """Return the tag at "<" and where it ends; 0 if it is none."""
        source = self._source
        follows = source[at + 1 : at + 2]
        if follows == "!":
            return self._declaration(at)
        if follows == "?":
            return None, self._after(">", at)
        if follows == "/":
            name = _NAME.match(source, at + 2)
            end = self._after(">", at) if name else 0
            return (Token(TokenKind.END, name[0].lower()), end) if name and end else (None, 0)
        name = _NAME.match(source, at + 1)
        if name is None:
            return None, 0
        attributes: dict[str, str] = {}
        end = self._attributes(name.end(), attributes)
        if not end:
            return None, 0
        tag = name[0].lower()
        if tag in _RAW and (raw_end := self._raw_end(tag, end)):
            return None, raw_end
        return Token(TokenKind.START, tag, attributes), end

    def _declaration(self, at: int) -> tuple[Token | None, int]:
        if self._source.startswith("<!--", at):
            return None, self._after("-->", at + 2)
        if self._source.startswith("<![CDATA[", at):
            end = self._after("]]>", at)
            text = self._source[at + 9 : end - 3] if end else ""
            return (Token(TokenKind.TEXT, text) if text else None), end
        return None, self._after(">", at)

    def _attributes(self, position: int, into: dict[str, str]) -> int:
        """Read a start tag's attributes; return where the tag ends, 0 if it does not."""
        source = self._source
        for _ in range(_MAX_ATTRIBUTES):
            if end := _TAG_END.match(source, position):
                return end.end()
            attribute = _ATTRIBUTE.match(source, position)
            if attribute is None:
                return 0
            position = attribute.end()
            value = attribute[2] or ""
            if attribute[2] == "":  # a quoted value comes next
                after = self._after(source[position], position + 1)
                if not after:
                    return 0
                value, position = source[position + 1 : after - 1], after
            into.setdefault(attribute[1].lower(), html.unescape(value))
        return 0

    def _raw_end(self, tag: str, start: int) -> int:
        if tag in self._missing:
            return 0
        found = _RAW_END[tag].search(self._source, start)
        if found is None:
            self._missing.add(tag)
            return 0
        return found.end()

    def _after(self, mark: str, start: int) -> int:
        """Return the place behind the next *mark*, 0 if there is none."""
        if mark in self._missing:
            return 0
        at = self._source.find(mark, start)
        if at < 0:
            self._missing.add(mark)
            return 0
        return at + len(mark)
