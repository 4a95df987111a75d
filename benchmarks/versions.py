"""Former versions of a long chat: comparing two, reading one, and what a version costs on disk."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import generate, ours
from benchmarks.harness import alternate, call
from benchmarks.lab import SEED, Lab
from benchmarks.report import Row, Section
from privatus import Vault
from privatus.services.kdf import KdfParameters

_MESSAGES = 2_000
_MAX_DIFF_S = 0.3
_ROUNDS = 5
# Of the export's messages, one in so many says something else in the next one.
_CHANGED = (100, 3, 1)
_READ = "reading the chat twice"


def run(lab: Lab) -> Section:
    folder = lab.folder / "versions"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    runs = alternate(lab.repeat, vault=lambda: call(measure, folder=folder).result)
    shutil.rmtree(folder)
    found = runs["vault"]
    floor_s = median(each[_READ] for each in found)
    rows = [
        Row(
            figure=f"diff of two versions, {_MESSAGES // every:,} messages changed",
            ours=f"{_median(found, f'diff {every}') * 1000:.0f} ms",
            floor=f"{floor_s * 1000:.0f} ms",
            ratio=_median(found, f"diff {every}") / floor_s,
            wanted=f"under {_MAX_DIFF_S * 1000:.0f} ms",
            is_met=_median(found, f"diff {every}") < _MAX_DIFF_S,
        )
        for every in _CHANGED
    ]
    rows.append(
        Row(
            figure=f"a version of {_MESSAGES // 3} changed messages, on disk",
            ours=f"{_median(found, 'bytes 3') / 1024:.0f} KB",
            floor=f"{_median(found, 'chat bytes') / 1024:.0f} KB",
            ratio=_median(found, "bytes 3") / _median(found, "chat bytes"),
        )
    )
    return Section(
        title=f"Versions of a chat of {_MESSAGES:,} messages",
        rows=rows,
        notes=[
            "Diffs: by message and by word, of versions that are rebuilt from what lies in the"
            " vault. Their floor is reading and decoding the chat twice, as it is now.",
            "On disk: how much the database grows; beside it what the whole chat takes.",
        ],
        numbers=runs,
    )


def _median(found: list[dict[str, float]], figure: str) -> float:
    return median(each[figure] for each in found)


def measure(folder: str) -> dict[str, float]:
    """Return what each figure took in s, or bytes, in a vault with this one chat."""
    place = Path(folder, f"vault-{time.monotonic_ns()}")
    Vault.create(place, ours.PASSWORD, kdf=KdfParameters.for_tests()).vault.lock()
    chat, took = generate.one_chat(_MESSAGES, SEED), dict[str, float]()
    took["chat bytes"] = _bring(place, chat)
    for number, every in enumerate(_CHANGED):
        _change(chat, every, number + 1)
        took[f"bytes {every}"] = _bring(place, chat)
    with ours.open_vault(place) as vault:
        [summary] = vault.conversations.list()
        assert len(vault.versions.list(summary.id)) == 1 + len(_CHANGED)
        for number, every in enumerate(_CHANGED, 1):
            took[f"diff {every}"] = _timed(
                partial(vault.versions.diff, summary.id, number, number + 1)
            )
        took[_READ] = 2 * _timed(partial(vault.conversations.get, summary.id))
    return took


def _timed(work: Callable[[], Any]) -> float:
    """Return the median of some runs in s."""
    found = []
    for _ in range(_ROUNDS):
        started_s = time.perf_counter()
        work()
        found.append(time.perf_counter() - started_s)
    return median(found)


def _bring(place: Path, chat: dict[str, Any]) -> float:
    """Import the chat; return by how many bytes the database has grown."""
    path, database = place.with_suffix(".json"), place / "vault.db"
    before = database.stat().st_size
    path.write_text(json.dumps([chat]), encoding="utf-8")
    with ours.open_vault(place) as vault:
        total = vault.imports.run(path).total
    assert total.messages_new or total.messages_updated
    return database.stat().st_size - before


def _change(chat: dict[str, Any], every: int, number: int) -> None:
    """Put a word into the middle of each *every*th message."""
    for message in chat["messages"][::every]:
        words = message["content"].split(" ")
        words.insert(len(words) // 2, f"changed{number}")
        message["content"] = " ".join(words)
