"""When a file in a ZIP was changed."""

from __future__ import annotations

import struct
import zipfile
from datetime import UTC, datetime


def entry_time_ms(entry: zipfile.ZipInfo) -> int | None:
    """Return when the file was changed; the ZIP's own date knows no zone and is taken as UTC."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        # "UT", the extended timestamp: flags, then unix seconds if bit 0 is set.
        if kind == 0x5455 and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            seconds: int = struct.unpack_from("<i", extra, 5)[0]
            return seconds * 1000 if seconds > 0 else None
        extra = extra[4 + size :]
    # 1980-01-01 is what programs write that have no date.
    if entry.date_time[:3] <= (1980, 1, 1):
        return None
    try:
        return int(datetime(*entry.date_time, tzinfo=UTC).timestamp()) * 1000
    except ValueError:
        return None
