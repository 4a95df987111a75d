"""Texts as plain words, for one line of them: no signs of Markdown, no punctuation of JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from privatus.core.conversation import Part, PartKind

# Of longer texts only the beginning is read so: their rest is seldom what a line shows.
_MOST_CHARS = 100_000
_MOST_JSON_CHARS = 200_000
_MOST_VALUES = 2_000
_MOST_LEVELS = 20
# Their texts are no Markdown. The name of code is its language.
_AS_WRITTEN = frozenset(
    {PartKind.CODE, PartKind.FILE, PartKind.TOOL_CALL, PartKind.TOOL_RESULT, PartKind.UNKNOWN}
)
_MAY_BE_JSON = frozenset(PartKind) - {PartKind.CODE, PartKind.FILE}

# Patterns begin with a character, which `re` finds fast, and none looks far ahead for its end.
_FENCED = re.compile(
    r"\n[ \t>]{0,12}(?:`{3,}|~{3,})[^\n`]{0,200}(?=\n|\Z)(?P<code>(?s:.*?))"
    r"(?:\n[ \t>]{0,12}(?:`{3,}|~{3,})(?=[ \t]*(?:\n|\Z))|\Z)"
)
_LINE_SIGNS = re.compile(
    r"""\n[ \t]{0,8}(?:
      (?:(?:-[ \t]?){3,}|(?:\*[ \t]?){3,}|(?:_[ \t]?){3,}|={3,})[ \t]*(?=\n|\Z)
    | \|?(?:[ \t]{0,8}:?-{2,}:?[ \t]{0,8}\|){1,60}(?:[ \t]{0,8}:?-{2,}:?)?[ \t]*(?=\n|\Z)
    | \|(?P<cells>[^\n]{0,2000}?)\|[ \t]*(?=\n|\Z)
    | (?:(?:\#{1,6}|>|[-*+](?:[ \t]+\[[ xX]\])?|\d{1,3}[.)])(?:[ \t]+|(?=\n|\Z))){1,8}
    )""",
    re.VERBOSE,
)
_SIGNS = re.compile(
    r"""
      `(?:(?P<span>[^`\n]{1,300})`)?
    | !(?=\[)
    | \[(?P<label>[^\[\]]{0,300})\]\((?:[^()\n]|\([^()\n]{0,300}\)){0,2000}\)
    | <(?P<address>https?://[^<>\s]{1,2000})>
    | \\(?P<escaped>[!-/:-@\[-`{-~])
    | \*(?:\*|(?<!\w\*)(?=\S)|(?<=\S\*)(?!\w))
    | _(?:_|(?<!\w_)(?=\S)|(?<=\S_)(?!\w))
    | ~~
    """,
    re.VERBOSE,
)
_APART = " · "


def plain(parts: Iterable[Part]) -> str:
    """Return what *parts* say, with their names: the words that a person would read aloud."""
    return "\n".join(text for part in parts for text in (_name(part), _text(part)) if text)


def unmarked(text: str) -> str:
    """Return Markdown without its signs; what is in code is left as it is."""
    looked_at, rest = "\n" + text[:_MOST_CHARS].replace("\r\n", "\n"), text[_MOST_CHARS:]
    pieces, place = [], 0
    for fenced in _FENCED.finditer(looked_at):
        pieces += [_prose(looked_at[place : fenced.start()]), fenced["code"]]
        place = fenced.end()
    return "".join((*pieces, _prose(looked_at[place:]), rest))[1:]


def _name(part: Part) -> str | None:
    return None if part.kind is PartKind.CODE else part.name


def _text(part: Part) -> str:
    said = _values(part.text) if part.kind in _MAY_BE_JSON else None
    if said is not None:
        return said
    return part.text if part.kind in _AS_WRITTEN else unmarked(part.text)


def _prose(text: str) -> str:
    return _SIGNS.sub(_within, _LINE_SIGNS.sub(_of_line, text))


def _of_line(found: re.Match[str]) -> str:
    cells = found["cells"]
    return "\n" + ("" if cells is None else _APART.join(c.strip() for c in cells.split("|")))


def _within(found: re.Match[str]) -> str:
    return found[found.lastgroup] if found.lastgroup else ""


def _values(text: str) -> str | None:
    """Return what JSON says, its names and values; None if *text* is no JSON."""
    if len(text) > _MOST_JSON_CHARS or not text.lstrip().startswith(("{", "[")):
        return None
    try:
        value = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return None
    return _APART.join(islice(_leaves(value), _MOST_VALUES))


def _leaves(value: object, name: str = "", levels: int = _MOST_LEVELS) -> Iterator[str]:
    if isinstance(value, dict) and levels:
        for key, inner in value.items():
            yield from _leaves(inner, str(key), levels - 1)
    elif isinstance(value, list) and levels:
        for inner in value:
            yield from _leaves(inner, name, levels - 1)
    elif value is not None and (said := _said(value)):
        yield f"{name}: {said}" if name else said


def _said(value: object) -> str:
    return value.strip() if isinstance(value, str) else msgspec.json.encode(value).decode()
