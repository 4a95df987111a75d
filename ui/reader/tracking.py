"""Where each character that is shown stands in the Markdown: for annotations, which keep to that.

Only who asks for it by `tracked` gets it: it takes twice as long to read a message then. A place
is first and last code point of the source, the last one not included: of an escape, an entity or
a formula they are several. What was put in, as a mark of a table's cell, stands nowhere.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

Span = tuple[int, int]
NOWHERE: Span = (-1, -1)
# Under this name a token holds the place of each of its characters.
SPANS = "spans"
# An image without a name is shown as [image].
_NAMELESS = len("[image]")
_state = threading.local()


@contextlib.contextmanager
def tracked() -> Iterator[None]:
    """Keep track of places in this thread."""
    _state.is_on = True
    try:
        yield
    finally:
        _state.is_on = False


def is_tracking() -> bool:
    """Say whether this thread keeps track of places."""
    return getattr(_state, "is_on", False)


def follow(text: str, source: str, at: int = 0) -> list[Span]:
    """Return where the characters of *text* stand in *source*, of which it is a copy from *at* on.

    Breaks may be others, and blanks may have been put in or left out.
    """
    if source.startswith(text, at):
        return [(at + n, at + n + 1) for n in range(len(text))]
    found: list[Span] = []
    for character in text:
        at = _next(character, source, at)
        is_there = at < len(source) and _is_same(character, source[at])
        found.append((at, at + 1) if is_there else NOWHERE)
        at += is_there
    return found


def _next(character: str, source: str, at: int) -> int:
    """Return where *character* stands at *at* or behind what may have been left out there."""
    behind = at
    while behind < len(source) and not _is_same(character, source[behind]):
        if not (source[behind].isspace() or source[behind] == "\\"):
            return at
        behind += 1
    return behind


def _is_same(shown: str, written: str) -> bool:
    return shown == written or (shown.isspace() and written.isspace())


def moved(spans: Iterable[Span], through: Sequence[Span]) -> list[Span]:
    """Return *spans* of a text whose own characters stand where *through* says."""
    return [_moved(span, through) for span in spans]


def _moved(span: Span, through: Sequence[Span]) -> Span:
    inside = [place for place in through[span[0] : span[1]] if place != NOWHERE]
    return (inside[0][0], inside[-1][1]) if span != NOWHERE and inside else NOWHERE


def shifted(spans: Sequence[Span], by: int) -> list[Span]:
    """Return *spans* of a text that stands *by* characters further on."""
    return [span if span == NOWHERE else (span[0] + by, span[1] + by) for span in spans]


def of_lines(content: str, lines: Sequence[str], starts: Sequence[int], first: int) -> list[Span]:
    """Return where the characters of *content* stand, whose lines end those from *first* on.

    What lists, quotes and headings put before them was taken away.
    """
    found: list[Span] = []
    for number, line in enumerate(content.split("\n"), first):
        if number > first:
            found.append((starts[number] - 1, starts[number]) if number < len(starts) else NOWHERE)
        source = lines[number] if number < len(lines) else ""
        at = _begin(line, source)
        if at < 0:
            found += [NOWHERE] * len(line)
        else:
            found += shifted(follow(line, source, at), starts[number])
    return found


def _begin(line: str, source: str) -> int:
    wanted, there = line.rstrip(), source.rstrip()
    return len(there) - len(wanted) if there.endswith(wanted) else source.find(wanted)


class TrackedInline(ParserInline):
    """Reads the text of paragraphs, and says of each token where its characters stand."""

    def tokenize(self, state: StateInline) -> None:
        rules, end = self.ruler.getRules(""), state.posMax
        deepest = state.md.options["maxNesting"]
        while state.pos < end:
            begun, made = state.pos, len(state.tokens)
            if state.level < deepest and any(rule(state, False) for rule in rules):
                _place(state.tokens[made:], begun, state.pos, state.src)
            else:
                state.append_pending(state.src[state.pos])
                state.pos += 1
        if state.pending:
            state.pushPending()

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    """Remembers where the text stands that no token holds yet."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        self._places: list[Span] = []
        super().__init__(src, md, env, tokens)

    def append_pending(self, text: str) -> None:
        self._places += [(self.pos + n, self.pos + n + 1) for n in range(len(text))]
        super().append_pending(text)

    def pushPending(self) -> Token:
        # What ends a line takes the blanks before it away.
        del self._places[len(self.pending) :]
        token = super().pushPending()
        token.meta[SPANS], self._places = self._places, []
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if not self.pending:
            self._places = []
        return super().push(ttype, tag, nesting)


def track(parser: MarkdownIt) -> None:
    """Let *parser*, which has all its rules, say where each character stands."""
    made = TrackedInline()
    made.ruler, made.ruler2 = parser.inline.ruler, parser.inline.ruler2
    made.terminator_re = parser.inline.terminator_re
    # They join texts and forget where these stood.
    made.ruler2.disable("fragments_join")
    parser.inline = made
    parser.core.ruler.at("text_join", _join)


def _place(tokens: Sequence[Token], start: int, end: int, source: str) -> None:
    """Say of the tokens that were made of all from *start* to *end* where they stand."""
    at = start
    for token in tokens:
        if SPANS in token.meta:
            continue
        token.meta[SPANS] = [(start, end)] * max(1, len(token.content))
        if token.type == "text" and source.startswith(token.content, at):
            # Of marks of emphasis each is a text of its own, as long as nobody knows better.
            token.meta[SPANS] = follow(token.content, source, at)
            at += len(token.content)
        elif token.type == "text" and (found := source.find(token.content, start, end)) >= 0:
            token.meta[SPANS] = follow(token.content, source, found)
        elif token.type == "code_inline":
            token.meta[SPANS] = follow(token.content, source[:end], start + len(token.markup))
        elif token.type == "image" and token.content:
            # It is shown as its name between brackets.
            token.meta[SPANS] = follow(f"[{token.content}]", source[:end], start + 1)
        elif token.type == "image":
            token.meta[SPANS] = [(start, end)] * _NAMELESS


def _join(state: StateCore) -> None:
    for inline in state.tokens:
        joined: list[Token] = []
        for token in inline.children or ():
            if token.type == "text_special":
                token.type = "text"
            if token.type == "text":
                token.meta[SPANS] = _of(token)
            if token.type == "text" and joined and joined[-1].type == "text":
                joined[-1].meta[SPANS] += token.meta[SPANS]
                joined[-1].content += token.content
            else:
                joined.append(token)
        inline.children = joined


def _of(token: Token) -> list[Span]:
    found: list[Span] = token.meta.get(SPANS, [])
    # A mark of emphasis that was understood has no text any more.
    return found[: len(token.content)]


def of_inline(inline: Token, content: Sequence[Span]) -> list[Span]:
    """Return where the shown characters of a paragraph stand, whose content stands at *content*.

    They are those of `inline.runs_of`, before a box of a task is made of its three signs.
    """
    found: list[Span] = []
    for token in inline.children or ():
        if token.type == "text":
            found += _of(token)
        elif token.nesting == 0:
            spans = token.meta.get(SPANS, [])
            is_whole = token.type in ("code_inline", "image")
            found += spans if is_whole else spans[:1]
    return moved(found, content)


def cells(line: str) -> list[int]:
    """Return where the cells of a table's row begin."""
    begin = len(line) - len(line.lstrip())
    begin += line[begin : begin + 1] == "|"
    found = [begin]
    for at in range(begin, len(line)):
        if line[at] == "|" and line[at - 1] != "\\":
            found.append(at + 1)
    return found
