"""Colours of code, by Pygments' lexers and the theme's tokens."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

from ui.reader.blocks import LINE_BREAK, Run

# Some lexers take a second for a hundred kilobytes; whoever reads that much reads it plain.
_MOST_CHARS = 60_000
# Of the processor. Code that people write takes a few hundredths; some that is made for it takes
# hours, and lexers hold up the window while they work.
_MOST_S = 0.5
# A lexer's patterns may look at all that follows, for each letter: Pygments' C takes minutes for a
# page of blanks, and no other thread of Python runs meanwhile. People who write code end lines, and
# set signs between words.
_LONGEST_LINE = 2_000
_LONGEST_RUN = 1_500
_RUNS = re.compile(r"[\w\s*]+|[^\w\s*]+")
# Its lexer reads each letter once, and tools answer in one line of it.
_ANY_SHAPE = {"json"}
_COLOURS = {
    Token.Keyword: "code_keyword",
    Token.Keyword.Type: "code_type",
    Token.Keyword.Constant: "code_number",
    Token.Name.Function: "code_name",
    Token.Name.Class: "code_name",
    Token.Name.Tag: "code_keyword",
    Token.Name.Attribute: "code_name",
    Token.Name.Builtin: "code_type",
    Token.Name.Decorator: "code_number",
    Token.String: "code_string",
    Token.Number: "code_number",
    Token.Comment: "code_comment",
    Token.Generic.Inserted: "code_added",
    Token.Generic.Deleted: "code_removed",
    Token.Generic.Heading: "code_name",
}


_off = threading.local()


@contextlib.contextmanager
def without_colours() -> Iterator[None]:
    """Colour nothing in this thread: who only looks for words need not wait for it."""
    _off.is_on = True
    try:
        yield
    finally:
        _off.is_on = False


def coloured(text: str, language: str) -> tuple[Run, ...]:
    """Return *text* in runs of one colour each; plain if nobody knows the language."""
    is_wanted = language and len(text) <= _MOST_CHARS and not getattr(_off, "is_on", False)
    is_wanted = is_wanted and (language in _ANY_SHAPE or _looks_written(text))
    lexer = _lexer(language) if is_wanted else None
    shown = text.replace("\r\n", "\n").replace("\r", "\n")
    if lexer is None:
        return _plain(shown)
    runs: list[Run] = []
    colour, gathered = "", list[str]()
    end_s = time.thread_time() + _MOST_S
    for kind, piece in lexer.get_tokens(shown):
        if time.thread_time() > end_s:
            return _plain(shown)
        wanted = _colour(kind)
        if wanted != colour and piece.strip():
            if gathered:
                runs.append(Run("".join(gathered).replace("\n", LINE_BREAK), colour=colour))
            gathered, colour = [], wanted
        gathered.append(piece)
    if gathered:
        runs.append(Run("".join(gathered).replace("\n", LINE_BREAK), colour=colour))
    return tuple(runs)


def _looks_written(text: str) -> bool:
    return all(len(line) <= _LONGEST_LINE for line in text.split("\n")) and all(
        len(found.group()) <= _LONGEST_RUN for found in _RUNS.finditer(text)
    )


def _plain(shown: str) -> tuple[Run, ...]:
    return (Run(shown.replace("\n", LINE_BREAK)),) if shown else ()


@lru_cache(maxsize=128)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _colour(kind: Any) -> str:
    while kind is not None:
        if kind in _COLOURS:
            return _COLOURS[kind]
        kind = kind.parent
    return ""
