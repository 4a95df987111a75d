"""Comparing what was drawn, as a person would: by the pixels that are visibly different."""

from __future__ import annotations

from PySide6.QtGui import QImage

# Of 255, in any of the channels: what the edge of a letter moves by is less.
_VISIBLE = 24


def difference(one: QImage, other: QImage) -> float:
    """Return the share of pixels that differ visibly; 1 if the sizes do."""
    if one.size() != other.size():
        return 1.0
    first, second = _channels(one), _channels(other)
    if first == second:
        return 0.0
    pixels = len(first) // 4
    differing = sum(
        max(abs(a - b) for a, b in zip(first[at : at + 4], second[at : at + 4], strict=True))
        > _VISIBLE
        for at in range(0, len(first), 4)
        if first[at : at + 4] != second[at : at + 4]
    )
    return differing / pixels


def _channels(image: QImage) -> bytes:
    # A name for the converted image: its memory goes with it.
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    plain.setDevicePixelRatio(1)
    return bytes(plain.constBits())
