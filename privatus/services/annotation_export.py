"""Writes a list of annotations as Markdown, CSV or JSON, for people and other programs."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path

import msgspec

from privatus.core.annotation import Fit, FoundAnnotation
from privatus.core.conversation import Json
from privatus.core.errors import DeviceError, UserError
from privatus.services.rendering import iso, minute

_UNTITLED = "Untitled"
_COLUMNS = ("number", "chat", "message", "fit", "colour", "quote", "text", "created_at", "id")
_FITS = {Fit.CHANGED: "changed since", Fit.LOST: "no longer found"}
# What a table calculates with where a text begins so.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def written(found: Iterable[FoundAnnotation], format_name: str) -> str:
    """Return annotations as a document of this format; those of a chat stand together in Markdown.

    Raises:
        UserError: there is no such format.
    """
    writer = _WRITERS.get(format_name)
    if writer is None:
        raise UserError(f"notes are written as {', '.join(_WRITERS)}; choose one of them")
    return writer(list(found))


def save(found: Iterable[FoundAnnotation], format_name: str, path: Path) -> int:
    """Write annotations to a new file, which is not encrypted; return how many.

    Raises:
        UserError: there is a file of this name already.
        DeviceError: it cannot be written there.
    """
    listed = list(found)
    document = written(listed, format_name).encode()
    try:
        # Other people of this computer need not read along.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(document)
    except FileExistsError:
        raise UserError("there is a file of this name already; choose another name") from None
    except OSError:
        raise DeviceError("the file cannot be written there; choose another folder") from None
    return len(listed)


def record(found: FoundAnnotation) -> dict[str, Json]:
    """Return an annotation as JSON has it, and where it stands now, in characters."""
    said = found.annotation
    whole = str(found.conversation_id)
    start, end = found.place.span or (None, None)
    return {
        "number": said.id,
        "conversation_id": whole,
        "message_id": None if said.number is None else f"{whole}.{said.number}",
        "title": found.title,
        "text": said.text,
        "colour": said.colour,
        "quote": said.passage.quote if said.passage else None,
        "fit": found.place.fit.value,
        "start": start,
        "end": end,
        "created_at": iso(said.created_at_ms),
    }


def _json(found: Sequence[FoundAnnotation]) -> str:
    document = {"notes": [record(each) for each in found]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _csv(found: Sequence[FoundAnnotation]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_COLUMNS)
    for each in found:
        said = each.annotation
        row = (
            said.id,
            each.title,
            said.number,
            each.place.fit.value,
            said.colour,
            said.passage.quote if said.passage else "",
            said.text,
            iso(said.created_at_ms),
            each.conversation_id,
        )
        table.writerow([_harmless(value) for value in row])
    return out.getvalue()


def _harmless(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def _markdown(found: Sequence[FoundAnnotation]) -> str:
    lines = ["# Notes", ""]
    order = sorted(found, key=lambda each: (each.title.casefold(), str(each.conversation_id)))
    for _chat, several in groupby(order, key=lambda each: each.conversation_id):
        notes = sorted(several, key=_by_place)
        lines += [f"## {_line(notes[0].title) or _UNTITLED}", ""]
        for each in notes:
            lines += _note(each)
    return "\n".join(lines)


def _by_place(found: FoundAnnotation) -> tuple[int, int, int]:
    start = found.place.span[0] if found.place.span else 0
    return found.annotation.number or 0, start, found.annotation.id or 0


def _note(found: FoundAnnotation) -> list[str]:
    said = found.annotation
    where = "the chat" if said.number is None else f"message {said.number}"
    facts = [where, minute(said.created_at_ms), said.colour or "", _FITS.get(found.place.fit, "")]
    lines = []
    if said.passage is not None:
        lines += [f"> {line}" for line in said.passage.quote.splitlines()] + [""]
    if said.text:
        lines += [said.text, ""]
    return [*lines, f"*{', '.join(filter(None, facts))}*", ""]


def _line(text: str) -> str:
    return " ".join(text.split())


_WRITERS: dict[str, Callable[[Sequence[FoundAnnotation]], str]] = {
    "markdown": _markdown,
    "csv": _csv,
    "json": _json,
}
