"""Merging two long chats, and looking for chats that are there twice."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
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
_IMPORT, _PREVIEW, _MERGE, _UNDO = "importing both", "the preview", "merging", "taking it back"
_READ, _FIRST, _AGAIN = "reading all chats", "the first search", "the second"


def run(lab: Lab) -> Section:
    folder = lab.folder / "merging"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    library = lab.vault()

    def once() -> dict[str, float]:
        copy = folder / "library"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(library, copy)
        found: dict[str, float] = call(look, folder=copy).result
        return found

    runs = alternate(lab.repeat, merge=lambda: call(merge, folder=folder).result, duplicates=once)
    shutil.rmtree(folder)
    chats = round(_median(runs["duplicates"], "chats"))
    imported_s, read_s = _median(runs["merge"], _IMPORT), _median(runs["duplicates"], _READ)
    rows = [
        _row(f"{figure} of two chats of {_MESSAGES:,} messages", runs["merge"], figure, imported_s)
        for figure in (_PREVIEW, _MERGE, _UNDO)
    ]
    rows += [
        _row(f"{figure} for duplicates, a chat", runs["duplicates"], figure, read_s, chats)
        for figure in (_FIRST, _AGAIN)
    ]
    return Section(
        title=f"Merging, and duplicates among {chats:,} chats",
        rows=rows,
        notes=[
            "A merge writes what an import of both chats writes, and links beside it: that import"
            " is its floor. The floor of looking for duplicates is reading and decoding all chats.",
        ],
        numbers=runs,
    )


def _row(
    figure: str, found: list[dict[str, float]], name: str, floor_s: float, count: int = 1
) -> Row:
    ours_s = _median(found, name)
    return Row(
        figure=figure,
        ours=f"{ours_s * 1000 / count:.2f} ms",
        floor=f"{floor_s * 1000 / count:.2f} ms",
        ratio=ours_s / floor_s,
    )


def _median(found: list[dict[str, float]], figure: str) -> float:
    return median(each[figure] for each in found)


def merge(folder: str) -> dict[str, float]:
    """Return what each figure took in s, of two chats that begin with the same 1,000 messages."""
    place = Path(folder, f"vault-{time.monotonic_ns()}")
    Vault.create(place, ours.PASSWORD, kdf=KdfParameters.for_tests()).vault.lock()
    first, second = (generate.one_chat(_MESSAGES, seed) for seed in (SEED, SEED + 1))
    second["id"] = f"{second.get('id', '')}-2"
    second["messages"][: _MESSAGES // 2] = first["messages"][: _MESSAGES // 2]
    path, took = place.with_suffix(".json"), dict[str, float]()
    path.write_text(json.dumps([first, second]), encoding="utf-8")
    with ours.open_vault(place) as vault:
        took[_IMPORT], _ = _timed(lambda: vault.imports.run(path))
        ids = [chat.id for chat in vault.conversations.list()]
        took[_PREVIEW], _ = _timed(lambda: vault.merging.preview(ids))
        took[_MERGE], change = _timed(lambda: vault.merging.merge(ids))
        assert change.messages + change.duplicates == 2 * _MESSAGES
        took[_UNDO], _ = _timed(lambda: vault.merging.undo(change))
    shutil.rmtree(place)
    return took


def look(folder: str) -> dict[str, float]:
    """Return what looking for duplicates took in s, and in how many chats."""
    took = dict[str, float]()
    with ours.open_vault(folder) as vault:
        took["chats"] = vault.statistics.get().conversations
        took[_READ], _ = _timed(
            lambda: sum(len(chat.messages) for chat in vault.conversations.each())
        )
        took[_FIRST], _ = _timed(vault.duplicates.find)
        took[_AGAIN], _ = _timed(vault.duplicates.find)
    return took


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started_s = time.perf_counter()
    result = work()
    return time.perf_counter() - started_s, result
