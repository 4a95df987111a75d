"""Blocks of Markdown around text that anyone may have written, so that none runs into the next."""

from __future__ import annotations

import re

from privatus.exporters.block_parser import block_parser
from privatus.exporters.characters import one_line, readable

_FENCE_RUNS = re.compile(r"`{3,}")
_MAY_STAY_OPEN = re.compile(r"```|~~~|<[!?a-z]", re.IGNORECASE)
# HTML blocks that go on to the end of the document if nothing ends them (CommonMark 4.6, 1 and 2);
# the others of their kind are none any more when `harmless` is done.
_OPEN_HTML = (
    (re.compile(r"\s*<!--"), "-->"),
    (re.compile(r"\s*<(pre|textarea)(?=[\s>]|$)", re.IGNORECASE), "</{}>"),
)
_MEANT = re.compile(r"([\\`*\[\]<>$]|%%|~~|==|\b_|_\b|&(?=#?\w+;))")
_LANGUAGE = re.compile(r"[^\w+#.-]+")


def escaped_line(text: str) -> str:
    """Return *text* as one line that Markdown shows as it stands, for headings and link texts."""
    line = one_line(text)
    body = line.rstrip("#")
    # At the end they close a heading; elsewhere they are what they are.
    return _MEANT.sub(r"\\\1", body) + r"\#" * (len(line) - len(body))


def fence(text: str, language: str = "") -> str:
    """Return *text* as a code block whose fence is longer than any in it."""
    text = readable(text)
    longest = max(map(len, _FENCE_RUNS.findall(text)), default=2)
    ticks = "`" * (longest + 1)
    end = "" if text.endswith("\n") else "\n"
    return f"{ticks}{_LANGUAGE.sub('', language)}\n{text}{end}{ticks}"


def callout(kind: str, title: str, body: str, *, folded: bool = True) -> str:
    """Return *body* as an Obsidian callout, which other readers show as a quotation."""
    lines = [f"[!{kind}]{'-' if folded else ''} {escaped_line(title)}".rstrip(), *body.split("\n")]
    return "\n".join(f"> {line}" if line else ">" for line in lines)


def closed(text: str) -> str:
    """Return Markdown *text* with what it left open closed: a code fence, an HTML comment.

    A message that was cut off in a code block would otherwise swallow all that follow it.
    """
    text = readable(text).strip("\n")
    if not _MAY_STAY_OPEN.search(text):
        return text
    tokens = block_parser().parse(text)
    # Only the last block can be open, and only at the outermost level: containers end anyway.
    if not tokens or tokens[-1].map is None:
        return text
    last = tokens[-1]
    if last.type == "fence":
        lines = text.split("\n")[last.map[0] :] if last.map else []
        ends = rf" {{0,3}}{re.escape(last.markup)}{re.escape(last.markup[0])}*[ \t]*"
        is_open = len(lines) < 2 or not re.fullmatch(ends, lines[-1])
        return f"{text}\n{last.markup}" if is_open else text
    if last.type == "html_block":
        for begins, end in _OPEN_HTML:
            found = begins.match(last.content)
            if found:
                end = end.format(*found.groups())
                is_open = end.lower() not in last.content[found.end() :].lower()
                return f"{text}\n{end}" if is_open else text
    return text
