"""Colours of code, by Pygments' lexers and the theme's tokens."""

from __future__ import annotations

import contextlib
import threading
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
    lexer = _lexer(language) if is_wanted else None
    shown = text.replace("\r\n", "\n").replace("\r", "\n")
    if lexer is None:
        return (Run(shown.replace("\n", LINE_BREAK)),) if shown else ()
    runs: list[Run] = []
    colour, gathered = "", list[str]()
    for kind, piece in lexer.get_tokens(shown):
        wanted = _colour(kind)
        if wanted != colour and piece.strip():
            if gathered:
                runs.append(Run("".join(gathered).replace("\n", LINE_BREAK), colour=colour))
            gathered, colour = [], wanted
        gathered.append(piece)
    if gathered:
        runs.append(Run("".join(gathered).replace("\n", LINE_BREAK), colour=colour))
    return tuple(runs)


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
