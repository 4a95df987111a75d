"""The encodings in which JSON, CSV and HTML exports come: UTF-8 or UTF-16, with or without mark."""

from __future__ import annotations

import codecs
from typing import TypeVar

Buffer = TypeVar("Buffer", bytes, bytearray)

# The longest first: the mark of UTF-32 LE begins with that of UTF-16 LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def detect(start: bytes | bytearray) -> tuple[str, int]:
    """Return the encoding of a text that begins with *start*, and the length of its mark."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name, len(mark)
    # Without a mark: JSON, CSV and HTML begin with an ASCII character, which shows in the zeros.
    if start[1:2] == b"\0" and start[:1] != b"\0":
        return "utf-16-le", 0
    if start[:1] == b"\0" and start[1:2] != b"\0":
        return "utf-16-be", 0
    return "utf-8", 0


def to_utf8(raw: Buffer) -> Buffer:
    """Return *raw* in UTF-8 without a mark; what does not decode becomes U+FFFD."""
    name, skip = detect(raw[:4])
    if name == "utf-8":
        return raw[skip:] if skip else raw
    return type(raw)(raw[skip:].decode(name, errors="replace").encode())
