"""Markdown that anyone may have written, as HTML that can do nothing but be read.

No HTML of the text passes through, links lead to http, https and mailto only, and images are
not loaded: they become links. Text that would take too long to render is shown as it stands.
"""

from __future__ import annotations

import html
import io
import re
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from privatus.exporters.characters import readable

if TYPE_CHECKING:
    from pygments.formatters import HtmlFormatter
    from pygments.lexer import Lexer

# At these limits the worst of fifty pathological texts took 1 s; without them, one table took 21 s.
_MAX_CHARS = 100_000
_MAX_MARKS = 20_000
_MAX_CELLS = 50_000
# A lexer is a heap of regular expressions, and most are quadratic in something: 10,000 empty lines
# of C took 4 s, one line of 50,000 letters 20 s. What no person writes, and what takes too long
# all the same, is shown without colours.
_MAX_CODE_CHARS = 20_000
_MAX_LEXING_S = 2.0
_ODD_CODE = re.compile(r"[^\n]{400}|\s{100}|(.)\1{99}")
_MARKS = re.compile(r"[*_~`\[\]<>&\\|!]")
# All that the line between the head and the body of a table is made of.
_TABLE_RULE = " \t>|:-"
# Languages with a lexer that is in wide use; any other code is shown plain. Named one by one, so
# that no plug-in of Pygments is ever loaded.
_LEXERS_LIST = """
    bash c clojure cmake console cpp csharp css dart diff docker dockerfile elixir erlang go
    graphql groovy haskell hcl html http ini java javascript jinja js json jsx julia kotlin
    latex less lua make makefile markdown matlab md nginx nim nix objective-c ocaml perl php
    postgresql powershell properties protobuf py python python3 r rb ruby rs rust sass scala
    scheme scss sh shell solidity sql swift tcl terraform tex toml ts tsx typescript vim
    vue xml yaml yml zig zsh
"""
# Their own lexers did not end in 4 s on 10,000 short lines; JavaScript's knows most of their words.
_STAND_INS = dict.fromkeys(("csharp", "groovy", "java", "solidity"), "javascript")
_LEXERS = frozenset(_LEXERS_LIST.split())


def rendered(text: str, *, keeps_lines: bool = False) -> str:
    """Return Markdown *text* as HTML; *keeps_lines*: each line end is one, as people type."""
    text = readable(text)
    if (
        len(text) > _MAX_CHARS
        or len(_MARKS.findall(text)) > _MAX_MARKS
        or _cells(text) > _MAX_CELLS
    ):
        return plain(text)
    return _renderer(keeps_lines)(text)


def plain(text: str) -> str:
    """Return *text* as HTML that shows it as it stands."""
    return f'<pre class="plain" dir="auto">{html.escape(readable(text))}</pre>\n'


def code(text: str, language: str) -> str:
    """Return *text* as a block of code, coloured if the language is a known one."""
    text = readable(text)
    name = language.strip().lower()
    shown = html.escape(text)
    if name in _LEXERS and len(text) <= _MAX_CODE_CHARS and not _ODD_CODE.search(text):
        shown = _coloured(text, _STAND_INS.get(name, name)) or shown
    caption = f"<figcaption>{html.escape(readable(language[:40]))}</figcaption>" if name else ""
    return f'<figure class="code">{caption}<pre><code>{shown}</code></pre></figure>\n'


@cache
def _renderer(keeps_lines: bool) -> Callable[[str], str]:
    from privatus.exporters.markdown_renderer import renderer

    return renderer(keeps_lines=keeps_lines).render


def _coloured(text: str, name: str) -> str:
    """Return *text* with colours, "" if that takes too long."""
    lexer, formatter = _highlighter(name)
    ends_at_s = time.monotonic() + _MAX_LEXING_S
    tokens = []
    for token in lexer.get_tokens(text):
        if time.monotonic() > ends_at_s:
            return ""
        tokens.append(token)
    shown = io.StringIO()
    formatter.format(tokens, shown)
    return shown.getvalue()


@cache
def _highlighter(name: str) -> tuple[Lexer, HtmlFormatter[str]]:
    # They take 15 ms to load, and most commands show no code.
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(name, stripnl=False, ensurenl=False), HtmlFormatter(nowrap=True)


def _cells(text: str) -> int:
    """Return the most table cells that *text* can become: a short row is filled up."""
    lines = text.split("\n")
    widest = max((line.count("|") for line in lines if not line.strip(_TABLE_RULE)), default=0)
    return widest * (len(lines) - 1)
