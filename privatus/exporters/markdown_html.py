"""Markdown that anyone may have written, as HTML that can do nothing but be read.

No HTML of the text passes through, links lead to http, https and mailto only, and images are
not loaded: they become links. Text that would take too long to render is shown as it stands.
"""

from __future__ import annotations

import html
import re
import time
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import format as format_tokens
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from privatus.exporters.characters import readable

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
_TABLE_RULE = re.compile(r"^[ \t>|:-]*\|[ \t|:-]*$", re.MULTILINE)
_LINKED = re.compile(r"https?://|mailto:", re.IGNORECASE)
_RIGHT = {"text-align:right": "right", "text-align:center": "center"}
_DIRECTED = frozenset(
    f"{name}_open"
    for name in ("paragraph", "heading", "blockquote", "bullet_list", "ordered_list", "th", "td")
)
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
    return str(_renderer(keeps_lines).render(text))


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


def _coloured(text: str, name: str) -> str:
    """Return *text* with colours, "" if that takes too long."""
    lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    ends_at_s = time.monotonic() + _MAX_LEXING_S
    tokens = []
    for token in lexer.get_tokens(text):
        if time.monotonic() > ends_at_s:
            return ""
        tokens.append(token)
    return format_tokens(tokens, HtmlFormatter(nowrap=True))


def _cells(text: str) -> int:
    """Return the most table cells that *text* can become: a short row is filled up."""
    widest = max((rule.count("|") for rule in _TABLE_RULE.findall(text)), default=0)
    return widest * text.count("\n")


class _Renderer(RendererHTML):
    """Renders what the parser lets through; no attribute of it is a style or an address."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        name = self.renderInlineAsText(token.children or [], options, env) or "image"
        label = html.escape(f"{name} (image on the web)")
        nesting = [t.type for t in tokens[:idx]]
        if nesting.count("link_open") > nesting.count("link_close"):
            return f'<span class="remote">{label}</span>'
        address = html.escape(str(token.attrs["src"]))
        return f'<a class="remote" href="{address}" rel="noreferrer noopener">{label}</a>'

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        words = tokens[idx].info.split(maxsplit=1)
        return code(tokens[idx].content, words[0] if words else "")

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return code(tokens[idx].content, "")

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return '<div class="table"><table>\n'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</table></div>\n"


@cache
def _renderer(keeps_lines: bool) -> MarkdownIt:
    options = {"html": False, "linkify": False, "breaks": keeps_lines, "xhtmlOut": False}
    parser = MarkdownIt("commonmark", options, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    # Shadows a method: markdown-it's own rule allows relative addresses, and images as data.
    parser.validateLink = _is_linked  # type: ignore[method-assign]
    parser.core.ruler.push("fit_for_page", _fit_for_page)
    return parser


def _is_linked(url: str) -> bool:
    return _LINKED.match(url) is not None


def _fit_for_page(state: StateCore) -> None:
    """Give each block its own direction, each cell a class for its style, each link its rel."""
    for token in state.tokens:
        if token.type in _DIRECTED:
            token.attrSet("dir", "auto")
        if style := token.attrs.pop("style", None):
            # The page's policy forbids style attributes.
            token.attrSet("class", _RIGHT.get(str(style), "left"))
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("rel", "noreferrer noopener")
