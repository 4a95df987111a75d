"""One JSON text and its value, however odd the text is."""

from __future__ import annotations

import json
import re

import msgspec

from privatus.core.conversation import Json

# A regular expression: a string as it stands in JSON.
STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

# A chat of 100,000 messages has some three million. Three bytes of `[],` become 80 in memory: a ZIP
# of a few kilobytes would fill it.
_MAX_VALUES = 8_000_000
# A quote that ends nowhere takes the rest along: one search, and not one for each quote in it.
_TEXT = re.compile(STRING + rb'|".*', re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F].{2})|.)",
    re.DOTALL,
)

_decode = msgspec.json.Decoder().decode


class TooLarge(ValueError):
    """A JSON text holds more values than any export; the text says so."""


def decode(raw: bytes | bytearray | msgspec.Raw) -> Json:
    """Return the value of one JSON text.

    NaN and infinite numbers become None, half surrogate pairs and broken UTF-8 become U+FFFD,
    control characters in strings stay, of duplicate keys the last one counts.

    Raises:
        TooLarge: it holds more than eight million values.
        ValueError: it is no JSON even so.
    """
    # A value takes a byte at least.
    if memoryview(raw).nbytes > _MAX_VALUES:
        _require_few_values(bytes(raw))
    try:
        return _decode(raw)
    except NOT_JSON:
        pass
    text = bytes(raw).decode("utf-8", errors="replace")
    if "\\u" in text:
        text = _ESCAPE.sub(_whole_pair, text)
    try:
        return _TOLERANT.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _require_few_values(raw: bytes) -> None:
    # Most texts have few commas even in their strings.
    if _values(raw) > _MAX_VALUES and _values(_TEXT.sub(b"", raw)) > _MAX_VALUES:
        raise TooLarge("it holds more values than any export of chats; it was left out")


def _values(raw: bytes) -> int:
    return raw.count(b",") + raw.count(b"[") + raw.count(b"{")


def _whole_pair(match: re.Match[str]) -> str:
    return "\\ufffd" if match[1] else match[0]


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if abs(value) != float("inf") else None


_TOLERANT = json.JSONDecoder(parse_float=_finite, parse_constant=lambda _name: None, strict=False)
