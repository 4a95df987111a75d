"""What is printed: answers on standard output, everything else on standard error."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import click

# JSON may hold these as they are. A terminal would act on the first ones, and on the marks that
# turn the direction of a line; a lone surrogate is no UTF-8.
_UNSAFE_IN_JSON = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_KB = 1000


def say(text: str = "") -> None:
    """Print a part of the answer."""
    click.echo(text)


def tell(text: str) -> None:
    """Tell the person something beside the answer."""
    click.echo(text, err=True)


def print_json(value: Any) -> None:
    """Print *value* as the one JSON document of a command, in UTF-8 wherever it goes."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=2)
    text = _SURROGATES.sub("\ufffd", text)
    text = _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    click.echo(text.encode())


# What ends so is a time; with `_ms` alone it may be how long something took.
_TIMES = ("at_ms", "since_ms")


def told(value: Any) -> Any:
    """Return a value as `print_json` takes it: times in ISO 8601, under names without `_ms`."""
    from privatus.services.rendering import iso

    match value:
        case dict():
            return {
                name[: -len("_ms")] if name.endswith(_TIMES) else name: iso(one)
                if name.endswith(_TIMES)
                else told(one)
                for name, one in value.items()
            }
        case list() | tuple():
            return [told(one) for one in value]
        case Enum():
            return value.value
        case bytes():
            return value.hex()
        case Path() | UUID():
            return str(value)
        case _ if is_dataclass(value):
            return told({one.name: getattr(value, one.name) for one in fields(value)})
        case _:
            return value


def bold(text: str) -> str:
    """Return *text*, bold if that can be seen and is wanted."""
    return f"\x1b[1m{text}\x1b[0m" if text and _is_colored() else text


def _is_colored() -> bool:
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def line_width(stream: TextIO | None = None) -> int | None:
    """Return how many columns a line of *stream* (standard output) may have; None: any number."""
    if not (stream or sys.stdout).isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def counted(number: int, noun: str) -> str:
    """Return "1 message", "2,345 messages"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(n_bytes: int) -> str:
    """Return "512 bytes", "1.5 MB"."""
    if n_bytes < _KB:
        return counted(n_bytes, "byte")
    value = float(n_bytes)
    for unit in ("kB", "MB", "GB"):
        value /= _KB
        if value < _KB or unit == "GB":
            break
    return f"{value:,.1f} {unit}"


def table(rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Return rows as lines with aligned columns; the columns *right* are aligned at their end."""
    cells = [list(row) for row in rows]
    if not cells:
        return []
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        padded = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - columns(cell))
            padded.append(space + cell if place in right else cell + space)
        lines.append("  ".join(padded).rstrip())
    return lines


def print_table(rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Print rows with a head, cut to the terminal; the columns *right* end where theirs does."""
    first, *others = (cut(line, line_width()) for line in table(rows, right=right))
    say(bold(first))
    for line in others:
        say(line)


def columns(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    if text.isascii():
        return len(text)
    return sum(map(_columns_of, text))


def cut(text: str, width: int | None) -> str:
    """Return *text* cut to *width* columns, with an ellipsis if something is missing."""
    if width is None or columns(text) <= width:
        return text
    kept, used = [], 1
    for character in text:
        used += _columns_of(character)
        if used > width:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def _columns_of(character: str) -> int:
    import unicodedata

    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
