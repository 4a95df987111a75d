"""Adding one message: durable and found when the call returns."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from benchmarks import floors, generate, ours
from benchmarks.harness import Spread, alternate, call
from benchmarks.lab import SEED, Lab
from benchmarks.report import Row, Section
from privatus.core.conversation import Role

_ROUNDS = 4
_APPENDED = 500  # a round
_CHATS = 50
_MAX_P99_MS = 10
_MAX_MS = 20

_LAST = "SELECT id, message_count FROM conversations ORDER BY updated_at_ms DESC LIMIT ?"
_INSERT = """
    INSERT INTO messages (conversation_id, number, role, created_at_ms, content)
    VALUES (:chat, (SELECT max(number) + 1 FROM messages WHERE conversation_id = :chat),
            'user', :now, :text)
"""
_INDEX = "INSERT INTO fts (rowid, title, body, aside, files) VALUES (?, '', ?, '', '')"
_TOUCH = (
    "UPDATE conversations SET updated_at_ms = ?, message_count = message_count + 1 WHERE id = ?"
)


def run(lab: Lab) -> Section:
    vault, floor = lab.vault(), lab.floor()
    # On copies: the others measure what was imported.
    vault_copy, floor_copy = lab.folder / "append-vault", lab.folder / "append-floor.db"
    shutil.rmtree(vault_copy, ignore_errors=True)
    shutil.copytree(vault, vault_copy)
    shutil.copyfile(floor, floor_copy)
    seeds = iter(range(SEED + 1, SEED + 1 + 2 * _ROUNDS))
    runs = alternate(
        _ROUNDS,
        vault=lambda: call(append_to_vault, folder=vault_copy, seed=next(seeds)).result,
        floor=lambda: call(append_to_floor, path=floor_copy, seed=next(seeds)).result,
    )
    shutil.rmtree(vault_copy)
    floor_copy.unlink()
    vault_ms, floor_ms = ([ms for r in runs[way] for ms in r] for way in ("vault", "floor"))
    return Section(
        title=f"Adding messages one by one to {lab.messages:,}",
        rows=_rows(Spread.of(vault_ms), Spread.of(floor_ms)),
        notes=[
            f"{len(vault_ms):,} messages to the {_CHATS} newest chats, in {_ROUNDS} processes a"
            " side, in turn. Both are safe against a power cut when the call returns; the floor's"
            " index merges as FTS5 does by itself."
        ],
        numbers={"vault": vault_ms, "floor": floor_ms},
    )


def _rows(vault: Spread, floor: Spread) -> list[Row]:
    wanted = {"99th percentile": _MAX_P99_MS, "longest": _MAX_MS}
    pairs = {
        "median": (vault.median, floor.median),
        "95th percentile": (vault.p95, floor.p95),
        "99th percentile": (vault.p99, floor.p99),
        "longest": (vault.max, floor.max),
    }
    return [
        Row(
            figure=figure,
            ours=f"{ours_ms:.2f} ms",
            floor=f"{floor_ms:.2f} ms",
            ratio=ours_ms / floor_ms,
            wanted=f"under {wanted[figure]} ms" if figure in wanted else "",
            is_met=ours_ms < wanted[figure] if figure in wanted else None,
        )
        for figure, (ours_ms, floor_ms) in pairs.items()
    ]


def append_to_vault(folder: str, seed: int) -> list[float]:
    """Return how many ms each message took; runs in a process of its own."""
    texts, times = generate.texts(_APPENDED, seed), []
    with ours.open_vault(Path(folder)) as vault:
        chats = [chat.id for chat in vault.conversations.list(limit=_CHATS)]
        for number, text in enumerate(texts):
            started_s = time.perf_counter()
            vault.conversations.append(chats[number % len(chats)], Role.USER, text)
            times.append((time.perf_counter() - started_s) * 1000)
    return times


def append_to_floor(path: str, seed: int) -> list[float]:
    """Do the same with the floor's file."""
    texts, times = generate.texts(_APPENDED, seed), []
    db: Any = floors.connect(path)
    chats = [row[0] for row in db.execute(_LAST, (_CHATS,)).fetchall()]
    for number, text in enumerate(texts):
        chat = chats[number % len(chats)]
        started_s = time.perf_counter()
        now_ms = time.time_ns() // 1_000_000
        db.execute("BEGIN IMMEDIATE")
        row_id = db.execute(_INSERT, {"chat": chat, "now": now_ms, "text": text}).lastrowid
        db.execute(_INDEX, (row_id, text))
        db.execute(_TOUCH, (now_ms, chat))
        db.execute("COMMIT")
        times.append((time.perf_counter() - started_s) * 1000)
    db.close()
    return times
