"""Checked ways into JSON that nobody vouches for: each returns its type, whatever stands there."""

from __future__ import annotations

import contextlib
import hashlib
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from privatus.core.conversation import Json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The year 10000 in each unit; above it, a number must be of the next finer one.
_END_S = 253_402_300_800
_MILLISECOND = timedelta(milliseconds=1)
_NUMBER = re.compile(r"\s*\d+(\.\d*)?([eE]\+?\d+)?\s*")
_MIN_INT, _MAX_INT = -(1 << 63), (1 << 63) - 1
_EMPTY: tuple[Json, ...] = (None, "", [], {})


def text(value: Json) -> str:
    """Return a string as it is, a number as digits, anything else as ""."""
    if type(value) is str:
        return value if value.isascii() else _encodable(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def optional_text(value: Json) -> str | None:
    """Return a string that is not empty, else None."""
    return text(value) or None if type(value) is str else None


def mapping(value: Json) -> dict[str, Json]:
    """Return an object as it is, anything else as an empty one."""
    return value if type(value) is dict else {}


def sequence(value: Json) -> list[Json]:
    """Return a list as it is, anything else as an empty one."""
    return value if type(value) is list else []


def whole(value: Json) -> int | None:
    """Return a whole number of 64 bits, also from a float or digits, else None."""
    number: int | None = None
    if type(value) is int:
        number = value
    elif type(value) is float:
        number = int(value) if math.isfinite(value) else None
    # 20 digits hold any 64-bit number; int() of a million digits takes minutes.
    elif type(value) is str and len(value) <= 20:
        with contextlib.suppress(ValueError):
            number = int(value)
    return number if number is not None and _MIN_INT <= number <= _MAX_INT else None


def size_bytes(value: Json) -> int | None:
    """Return the size of a file, else None: no file is smaller than nothing."""
    number = whole(value)
    return number if number is not None and number >= 0 else None


def time_ms(value: Json) -> int | None:
    """Return the unix time in milliseconds that *value* says, or None.

    Understands unix times in seconds up to nanoseconds, as number or digits, ISO 8601 (taken as
    UTC if it names no zone) and MongoDB's {"$date": ...}. Zero, negative and absurd times are
    None: programs write them for "unknown".
    """
    if type(value) is float or type(value) is int:
        if 0 < value < _END_S:
            return round(value * 1000)
        return _number_ms(value)
    if type(value) is str:
        return _text_ms(value)
    if type(value) is dict:
        for key in ("$date", "$numberLong"):
            if key in value:
                return time_ms(value[key])
    return None


def rest(record: Mapping[str, Json], *known: str) -> dict[str, Json]:
    """Return the fields that are not among *known* and say something."""
    return {k: v for k, v in record.items() if k not in known and v not in _EMPTY}


def stable_id(*parts: str) -> str:
    """Return an id made of *parts*: the same for the same parts, at each import."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", errors="replace")
        # The length keeps ("ab", "c") apart from ("a", "bc").
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return "sha256:" + digest.hexdigest()[:32]


def _encodable(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair, which neither UTF-8 nor SQLite can hold.
        return value.encode("utf-16-le", errors="surrogatepass").decode("utf-16-le", "replace")
    return value


def _number_ms(value: float) -> int | None:
    # NaN fails the comparison, too.
    if not 0 < value < _END_S * 1e9:
        return None
    if value < _END_S:
        return round(value * 1000)
    if value < _END_S * 1e3:
        return int(value)
    return int(value // (1e3 if value < _END_S * 1e6 else 1e6))


def _text_ms(value: str) -> int | None:
    # No time takes more; float() and fromisoformat() of a megabyte do.
    if len(value) > 64:
        return None
    if _NUMBER.fullmatch(value):
        return _number_ms(float(value))
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        ms: Any = (moment - _EPOCH) // _MILLISECOND
    except OverflowError:
        return None
    return ms if ms > 0 else None
