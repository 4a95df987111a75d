"""Adding one message: durable and found when the call returns."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import floors, generate, ours
from benchmarks.harness import Spread, alternate, call, write_out
from benchmarks.lab import SEED, Lab
from benchmarks.report import Row, Section
from privatus.core.conversation import Role

_ROUNDS = 4
_APPENDED = 500  # a round
_CHATS = 50
_MAX_P99_MS = 10
_MAX_MS = 20
_KINDS = ("", " cpu")

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
    write_out(vault_copy)
    write_out(floor_copy)
    seeds = iter(range(SEED + 1, SEED + 1 + 2 * _ROUNDS))
    runs = alternate(
        _ROUNDS,
        vault=lambda: call(append_to_vault, folder=vault_copy, seed=next(seeds)).result,
        floor=lambda: call(append_to_floor, path=floor_copy, seed=next(seeds)).result,
    )
    shutil.rmtree(vault_copy)
    floor_copy.unlink()
    found = {
        f"{way}{kind}": [ms for run in runs[way] for ms in run[kind]]
        for way in ("vault", "floor")
        for kind in _KINDS
    }
    spreads = {name: Spread.of(values) for name, values in found.items()}
    return Section(
        title=f"Adding messages one by one to {lab.messages:,}",
        rows=[
            *_rows(spreads["vault"], spreads["floor"]),
            *_processor_rows(spreads["vault cpu"], spreads["floor cpu"]),
        ],
        notes=[
            f"{_ROUNDS * _APPENDED:,} messages to the {_CHATS} newest chats, in {_ROUNDS} processes"
            " a side, in turn. Both are safe against a power cut when the call returns; the floor's"
            " index merges as FTS5 does by itself."
            " What other programs write meanwhile is in the times, and not in the processor times."
        ],
        numbers=found,
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


def _processor_rows(vault: Spread, floor: Spread) -> list[Row]:
    pairs = {
        "median": (vault.median, floor.median),
        "99th percentile": (vault.p99, floor.p99),
        "longest": (vault.max, floor.max),
    }
    return [
        Row(
            figure=f"processor time, {name}",
            ours=f"{ours_ms:.2f} ms",
            floor=f"{floor_ms:.2f} ms",
            ratio=ours_ms / floor_ms,
        )
        for name, (ours_ms, floor_ms) in pairs.items()
    ]


class _Clock:
    """How many ms each of many took, by the wall and of the processor."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {kind: [] for kind in _KINDS}

    @contextmanager
    def running(self) -> Iterator[None]:
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        yield
        wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
        for kind, took_s in zip(_KINDS, (wall_s, cpu_s), strict=True):
            self.times[kind].append(took_s * 1000)


def append_to_vault(folder: str, seed: int) -> dict[str, list[float]]:
    """Return what each message took; runs in a process of its own."""
    texts, clock = generate.texts(_APPENDED, seed), _Clock()
    with ours.open_vault(Path(folder)) as vault:
        chats = [chat.id for chat in vault.conversations.list(limit=_CHATS)]
        for number, text in enumerate(texts):
            with clock.running():
                vault.conversations.append(chats[number % len(chats)], Role.USER, text)
    return clock.times


def append_to_floor(path: str, seed: int) -> dict[str, list[float]]:
    """Do the same with the floor's file."""
    texts, clock = generate.texts(_APPENDED, seed), _Clock()
    db: Any = floors.connect(path)
    chats = [row[0] for row in db.execute(_LAST, (_CHATS,)).fetchall()]
    for number, text in enumerate(texts):
        chat = chats[number % len(chats)]
        with clock.running():
            now_ms = time.time_ns() // 1_000_000
            db.execute("BEGIN IMMEDIATE")
            row_id = db.execute(_INSERT, {"chat": chat, "now": now_ms, "text": text}).lastrowid
            db.execute(_INDEX, (row_id, text))
            db.execute(_TOUCH, (now_ms, chat))
            db.execute("COMMIT")
    db.close()
    return clock.times
