"""Markdown's blocks, by the rules of CommonMark; what is inside a paragraph is left as it is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


@cache
def block_parser() -> MarkdownIt:
    """Return the parser, the same for all."""
    # It takes 20 ms to load, and most commands write no Markdown.
    from markdown_it import MarkdownIt

    # What is inside a paragraph cannot reach beyond it, and takes the most time.
    return MarkdownIt("commonmark").disable(["inline", "text_join"])
