"""The text inside of paragraphs: runs of one style each, and how much of it a document may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from markdown_it.token import Token

from ui.reader.blocks import (
    BOLD,
    CODE,
    DISPLAY,
    FORMULA,
    ITALIC,
    LINE_BREAK,
    LINK,
    OBJECT,
    STRIKE,
    Run,
)

# A document of this many characters is laid out in a few milliseconds, and a formula takes as
# long as so many of them.
WORDS_CHARS = 6_000
_FORMULA_COST = 40
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\u2028|\\^{}]+")
_STYLES = {"strong": BOLD, "em": ITALIC, "s": STRIKE, "link": LINK}


def cut(text: str) -> list[str]:
    """Return *text* in parts that one document can show."""
    return [text[at : at + WORDS_CHARS] for at in range(0, len(text), WORDS_CHARS)]


def cost(run: Run) -> int:
    """Return as how many characters *run* counts."""
    return len(run.text) + (_FORMULA_COST if run.style & FORMULA else 0)


def parts(runs: tuple[Run, ...]) -> Iterator[tuple[Run, ...]]:
    """Yield the runs of an endless paragraph in parts that one document can show."""
    gathered: list[Run] = []
    size = 0
    for run in runs:
        for text in cut(run.text):
            part = replace(run, text=text)
            if gathered and size + cost(part) > WORDS_CHARS:
                yield tuple(gathered)
                gathered, size = [], 0
            gathered.append(part)
            size += cost(part)
    yield tuple(gathered)


def runs_of(inline: Token) -> tuple[Run, ...]:
    """Return the text of an inline token in runs of one style each."""
    runs: list[Run] = []
    styles, target = [0], [""]
    for token in inline.children or ():
        name, _, end = token.type.rpartition("_")
        if end == "open" and name in _STYLES:
            styles.append(styles[-1] | _STYLES[name])
            target.append(str(token.attrGet("href") or "") if name == "link" else target[-1])
        elif end == "close" and name in _STYLES:
            styles.pop()
            target.pop()
        else:
            runs.append(_run(token, styles[-1], target[-1]))
    return tuple(linked(_with_tasks(runs)))


def _run(token: Token, style: int, target: str) -> Run:
    # Where a line ends in a poem or an address it ends here, too, as most providers show it.
    if token.type in ("softbreak", "hardbreak"):
        return Run(LINE_BREAK, style, target)
    if token.type == "code_inline":
        return Run(token.content, style | CODE, target)
    if token.type.startswith("math_"):
        shown = FORMULA | (0 if token.type in ("math_inline", "math_single") else DISPLAY)
        return Run(OBJECT, shown, token.content)
    if token.type == "image":
        # It lies somewhere in the network: its name is shown, and leads there if one asks.
        return Run(f"[{token.content or 'image'}]", style | LINK, str(token.attrGet("src") or ""))
    return Run(token.content.replace(OBJECT, "\ufffd").replace("\n", LINE_BREAK), style, target)


def _with_tasks(runs: list[Run]) -> list[Run]:
    if runs and runs[0].text[:4] in ("[ ] ", "[x] ", "[X] "):
        box = "☐ " if runs[0].text[1] == " " else "☑ "
        runs[0] = Run(box + runs[0].text[4:], runs[0].style, runs[0].target)
    return runs


def _trimmed(address: str) -> str:
    """Return an address without what ends the sentence around it."""
    for _ in range(len(address)):
        last = address[-1:]
        opening = {")": "(", "]": "["}.get(last)
        is_open = opening is not None and address.count(opening) < address.count(last)
        if not (is_open or last in ".,;:!?*_"):
            break
        address = address[:-1]
    return address


def linked(runs: list[Run]) -> Iterator[Run]:
    """Yield *runs* with addresses that are written out made into links."""
    for run in runs:
        if run.style & (LINK | CODE | FORMULA) or "://" not in run.text:
            if run.text:
                yield run
            continue
        at = 0
        for found in _ADDRESS.finditer(run.text):
            address = _trimmed(found.group())
            if found.start() > at:
                yield Run(run.text[at : found.start()], run.style)
            yield Run(address, run.style | LINK, address)
            at = found.start() + len(address)
        if at < len(run.text):
            yield Run(run.text[at:], run.style)
