"""The parser and the renderer behind `markdown_html`.

Apart from it, because markdown-it takes 20 ms to load, and most commands render nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from privatus.exporters.markdown_html import code

_LINKED = re.compile(r"https?://|mailto:", re.IGNORECASE)
_RIGHT = {"text-align:right": "right", "text-align:center": "center"}
_DIRECTED = frozenset(
    f"{name}_open"
    for name in ("paragraph", "heading", "blockquote", "bullet_list", "ordered_list", "th", "td")
)


class _Renderer(RendererHTML):
    """Renders what the parser lets through; no attribute of it is a style or an address."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        name = self.renderInlineAsText(token.children or [], options, env) or "image"
        label = html.escape(f"{name} (image on the web)")
        if token.meta.get("is_in_link"):
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


def renderer(*, keeps_lines: bool) -> MarkdownIt:
    """Return what renders Markdown; *keeps_lines*: each line end is one."""
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
        is_in_link = False
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("rel", "noreferrer noopener")
            is_in_link = (is_in_link or child.type == "link_open") and child.type != "link_close"
            child.meta["is_in_link"] = is_in_link
