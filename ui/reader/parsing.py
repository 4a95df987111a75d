"""The Markdown that is read: CommonMark with tables and formulas, without HTML."""

from __future__ import annotations

import threading

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.texmath import texmath_plugin

from ui.reader.tracking import is_tracking, track

# What is nested deeper, the parser leaves out.
MOST_NESTED = 40
_FORMULA_CHARS = 2_000
_local = threading.local()


def parser() -> MarkdownIt:
    """Return the parser of this thread."""
    name = "tracked" if is_tracking() else "parser"
    made: MarkdownIt | None = getattr(_local, name, None)
    if made is None:
        made = MarkdownIt("commonmark", {"html": False, "linkify": False})
        made.enable(["table", "strikethrough"])
        made.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
        made.use(texmath_plugin, delimiters="brackets")
        made.inline.ruler.before("escape", "display_in_brackets", _display_in_brackets)
        made.inline.ruler.before("escape", "in_dollars", _in_dollars)
        made.options["maxNesting"] = MOST_NESTED
        if is_tracking():
            track(made)
        setattr(_local, name, made)
    return made


def _display_in_brackets(state: StateInline, silent: bool) -> bool:
    r"""Read a formula between \\[ and \\] in the middle of a line, as many models write it."""
    if not state.src.startswith("\\[", state.pos):
        return False
    end = state.src.find("\\]", state.pos + 2, state.pos + _FORMULA_CHARS)
    if end < 0:
        return False
    if not silent:
        state.push("math_display", "math", 0).content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True


def _in_dollars(state: StateInline, silent: bool) -> bool:
    """Read a formula between dollars, by Pandoc's rule, so that prices are none."""
    source, start = state.src, state.pos
    mark = "$$" if source.startswith("$$", start) else "$"
    if not source.startswith(mark, start):
        return False
    inside = start + len(mark)
    end = source.find(mark, inside + 1, inside + _FORMULA_CHARS)
    while end > 0 and source[end - 1] == "\\":
        end = source.find(mark, end + 1, inside + _FORMULA_CHARS)
    content = source[inside:end] if end > 0 else ""
    is_price = mark == "$" and source[end + 1 : end + 2].isdigit()
    if not content.strip() or is_price or (mark == "$" and content != content.strip()):
        return False
    if not silent:
        kind = "math_inline" if mark == "$" else "math_display"
        state.push(kind, "math", 0).content = content
    state.pos = end + len(mark)
    return True
