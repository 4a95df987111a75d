"""Lists of ids as parameters of SQL, of any length."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


def listed(ids: Iterable[int]) -> str:
    """Return *ids* as JSON, for `IN (SELECT value FROM json_each(?))`.

    One text has no limit, as `IN (?, ?, …)` has by the number of parameters.
    """
    return msgspec.json.encode(list(ids)).decode()
