"""Opening: from the password to the list of the newest chats, and the first page of a long one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import floors, ours
from benchmarks.harness import Spread, alternate, call, forget_cached_pages
from benchmarks.lab import Lab
from benchmarks.report import Row, Section
from privatus.core.secret import SecretBytes
from privatus.vault import unlock
from privatus.vault.kdf import SALT_BYTES, derive_password_key

_ROUNDS = 15
_PAGE = 50
_MAX_OPEN_MS = 100
_MAX_PAGE_MS = 50
_KDF_TRIES = 5

_NEWEST = """
    SELECT id, source, title, created_at_ms, updated_at_ms, model, message_count
      FROM conversations ORDER BY updated_at_ms DESC, id DESC LIMIT ?
"""
_FIRST_PAGE = """
    SELECT number, role, model, created_at_ms, content, metadata FROM messages
     WHERE conversation_id = (SELECT id FROM conversations ORDER BY message_count DESC LIMIT 1)
     ORDER BY number LIMIT ?
"""


def run(lab: Lab) -> Section:
    found = measure(lab, lab.messages)
    rows = [
        _row(found, "open", "open and list the newest 50", _MAX_OPEN_MS),
        _row(found, "page", f"first {_PAGE} of {found['longest']:,} messages", _MAX_PAGE_MS),
        _row(found, "cold_open", "open and list, not in the system's memory", _MAX_OPEN_MS),
        _row(found, "cold_page", "first page, not in the system's memory", _MAX_PAGE_MS),
    ]
    return Section(
        title=f"Opening {lab.messages:,} messages, ms (median / 95th percentile / longest)",
        rows=rows,
        notes=[
            f"Each time in a new process, {_ROUNDS} times. Opening is without the derivation of the"
            f" key from the password ({median(found['kdf']):.1f} ms here, a second for a person),"
            " measured in the same process and taken off."
        ],
        numbers=found,
    )


def measure(lab: Lab, messages: int) -> dict[str, Any]:
    """Open the vault and the floor, in turn, each time in a new process."""
    vault, floor = lab.vault(messages), lab.floor(messages)
    chat_id, longest = call(longest_chat, folder=vault).result

    def cold(path: Path, function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        forget_cached_pages(path)
        return call(function, **arguments).result

    runs = alternate(
        _ROUNDS,
        vault=lambda: call(open_vault, folder=vault, chat_id=chat_id).result,
        floor=lambda: call(open_floor, path=floor).result,
        cold_vault=lambda: cold(vault, open_vault, {"folder": vault, "chat_id": chat_id}),
        cold_floor=lambda: cold(floor, open_floor, {"path": floor}),
    )
    found: dict[str, Any] = {"longest": longest, "kdf": [r["kdf"] for r in runs["vault"]]}
    for prefix in ("", "cold_"):
        for what in ("open", "page"):
            found[prefix + what] = [r[what] for r in runs[prefix + "vault"]]
            found[f"floor_{prefix}{what}"] = [r[what] for r in runs[prefix + "floor"]]
    return found


def _row(found: dict[str, Any], what: str, figure: str, max_ms: float) -> Row:
    ours_ms, floor_ms = Spread.of(found[what]), Spread.of(found[f"floor_{what}"])
    return Row(
        figure=figure,
        ours=str(ours_ms),
        floor=str(floor_ms),
        ratio=ours_ms.median / floor_ms.median,
        wanted=f"under {max_ms}",
        is_met=ours_ms.median < max_ms,
    )


def longest_chat(folder: str) -> tuple[str, int]:
    """Return the id of the longest chat, and how many messages it has."""
    with ours.open_vault(folder) as vault:
        chats = vault.conversations.list()
        longest = max(chats, key=lambda chat: chat.messages)
        return str(longest.id), longest.messages


def open_vault(folder: str, chat_id: str) -> dict[str, float]:
    """Return how many ms it took to open and list, and to open a chat; in its own process."""
    derivation_ms = kdf_ms(Path(folder))
    started_s = time.perf_counter()
    with ours.open_vault(folder) as vault:
        vault.conversations.list(limit=_PAGE)
        listed_s = time.perf_counter()
        vault.conversations.page(chat_id, limit=_PAGE)
        paged_s = time.perf_counter()
    return {
        "kdf": derivation_ms,
        "open": max((listed_s - started_s) * 1000 - derivation_ms, 0.001),
        "page": (paged_s - listed_s) * 1000,
    }


def kdf_ms(folder: Path) -> float:
    """Return how long a vault's key takes to derive, at the fastest of some tries."""
    parameters = unlock.kdf_parameters(folder)
    times = []
    for _ in range(_KDF_TRIES):
        started_s = time.perf_counter()
        derive_password_key(SecretBytes(b"x"), bytes(SALT_BYTES), parameters).wipe()
        times.append((time.perf_counter() - started_s) * 1000)
    return min(times)


def open_floor(path: str) -> dict[str, float]:
    """Do the same with the floor's file."""
    started_s = time.perf_counter()
    db = floors.connect(path)
    db.execute(_NEWEST, (_PAGE,)).fetchall()
    listed_s = time.perf_counter()
    # The longest chat is looked for beforehand: that is not what is measured.
    db.execute(_FIRST_PAGE, (0,)).fetchall()
    found_s = time.perf_counter()
    db.execute(_FIRST_PAGE, (_PAGE,)).fetchall()
    return {"open": (listed_s - started_s) * 1000, "page": (time.perf_counter() - found_s) * 1000}
