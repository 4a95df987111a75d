"""Looks at the beginning of a picture, so that only small ones of known kinds are kept.

Nothing is decoded here: who shows it does that, with its own limits.
"""

from __future__ import annotations

import struct

from privatus.core.contact import MAX_PICTURE_BYTES
from privatus.core.errors import UserError

PNG = "image/png"
JPEG = "image/jpeg"
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_HEAD = struct.Struct(">8sI4sII")
_MAX_SIDE = 4_096
# Frames whose head says how large the picture is: all but the tables that look like them.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


def media_type(content: bytes) -> str:
    """Return what *content* is, by its own header.

    Raises:
        UserError: it is no PNG or JPEG, or larger than a picture of a contact may be.
    """
    if len(content) > MAX_PICTURE_BYTES:
        limit = MAX_PICTURE_BYTES // 1024
        raise UserError(f"a picture has at most {limit} KiB; make it smaller first")
    kind, size = (PNG, _png_size(content)) if content[:8] == _PNG_START else (JPEG, None)
    if kind == JPEG and content[:2] == b"\xff\xd8":
        size = _jpeg_size(content)
    if size is None or not (0 < size[0] <= _MAX_SIDE and 0 < size[1] <= _MAX_SIDE):
        raise UserError(
            f"a picture is a PNG or a JPEG of at most {_MAX_SIDE} pixels a side; convert it first"
        )
    return kind


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < _PNG_HEAD.size:
        return None
    _, length, name, width, height = _PNG_HEAD.unpack_from(content)
    return (width, height) if (length, name) == (13, b"IHDR") else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in _JPEG_ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in _JPEG_FRAMES:
            if at + 9 > len(content):
                return None
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + max(length, 2)
    return None
