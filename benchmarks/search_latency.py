"""Searching: from the query to the first twenty results, opened, with their snippets."""

from __future__ import annotations

import random
import re
import time
from statistics import median
from typing import Any

from benchmarks import floors, ours, queries
from benchmarks.harness import Spread, alternate, call
from benchmarks.lab import Lab
from benchmarks.report import Row, Section

_LIMIT = 20
_MAX_MEDIAN_MS = 5
_MAX_P95_MS = 50
_MAX_RANK_ALL_MS = 500
# Ranking everything takes the floor a second a search.
_RANKED = 20
_UNCOUNTED = -1

_FLOOR = "SELECT rowid FROM fts WHERE fts MATCH :match ORDER BY {order} LIMIT :limit"
_FLOOR_FILTERED = """
    SELECT fts.rowid
      FROM fts
      JOIN messages AS m ON m.id = fts.rowid
      JOIN conversations AS c ON c.id = m.conversation_id
     WHERE fts MATCH :match AND c.source = 'chatgpt'
       AND m.created_at_ms BETWEEN :since_ms AND :until_ms
     ORDER BY {order} LIMIT :limit
"""
_FLOOR_ORDERS = {"relevance": "fts.rank", "newest": "fts.rowid DESC"}
_OPEN = """
    SELECT m.content, m.role, m.created_at_ms, c.title
      FROM messages AS m JOIN conversations AS c ON c.id = m.conversation_id
     WHERE m.id = ?
"""
_OPEN_TITLE = "SELECT title, source, created_at_ms, title FROM conversations WHERE id = ?"

# kind -> order -> milliseconds
Times = dict[str, dict[str, list[float]]]


def run(lab: Lab) -> Section:
    found = measure(lab, lab.messages)
    vault, floor = found["vault"], found["floor"]
    rows = []
    for kind in queries.KINDS:
        for order in queries.ORDERS:
            row = _row(kind, order, vault["times"], floor["times"])
            rows += [row] if row else []
    ranked, floor_ranked = vault["times"].get("ranked"), floor["times"].get("ranked")
    if ranked and floor_ranked:
        rows.append(_ranked_row(ranked["all"], floor_ranked["all"]))
    return Section(
        title=f"Search in {floor['messages']:,} messages, ms (median / 95th percentile / longest)",
        rows=rows,
        notes=_notes(found),
        numbers=found,
        columns=("first twenty results", "Privatus", "floor"),
    )


def measure(lab: Lab, messages: int) -> dict[str, Any]:
    """Search the vault and the floor, in turn; return the times by kind and order."""
    vault, floor = lab.vault(messages), lab.floor(messages)
    searches = call(queries.draw, database=floor).result
    runs = alternate(
        lab.repeat,
        vault=lambda: call(search_vault, folder=vault, searches=searches).result,
        floor=lambda: call(search_floor, path=floor, searches=searches).result,
    )
    return {
        "counts": {k: sum(s["kind"] == k for s in searches) for k in queries.KINDS},
        "vault": {**runs["vault"][0], "times": _together([r["times"] for r in runs["vault"]])},
        "floor": {**runs["floor"][0], "times": _together([r["times"] for r in runs["floor"]])},
    }


def _together(rounds: list[Times]) -> Times:
    """Return for each search the median of its rounds."""
    return {
        kind: {
            order: [
                median(values) for values in zip(*(r[kind][order] for r in rounds), strict=True)
            ]
            for order in orders
        }
        for kind, orders in rounds[0].items()
    }


def _row(kind: str, order: queries.Order, vault: Times, floor: Times) -> Row | None:
    if kind not in vault:
        return None
    ours_ms, floor_ms = Spread.of(vault[kind][order]), Spread.of(floor[kind][order])
    return Row(
        figure=f"{kind}, {queries.ORDERS[order]}",
        ours=str(ours_ms),
        floor=str(floor_ms),
        ratio=ours_ms.median / floor_ms.median,
        wanted=f"under {_MAX_MEDIAN_MS} / {_MAX_P95_MS}",
        is_met=ours_ms.median < _MAX_MEDIAN_MS and ours_ms.p95 < _MAX_P95_MS,
    )


def _ranked_row(vault_ms: list[float], floor_ms: list[float]) -> Row:
    ours_ms, floors_ms = Spread.of(vault_ms), Spread.of(floor_ms)
    return Row(
        figure="all matches of a common word ranked",
        ours=str(ours_ms),
        floor=str(floors_ms),
        ratio=ours_ms.median / floors_ms.median,
        wanted=f"under {_MAX_RANK_ALL_MS}",
        is_met=ours_ms.median < _MAX_RANK_ALL_MS,
    )


def _notes(found: dict[str, Any]) -> list[str]:
    counts = ", ".join(f"{count} × {kind}" for kind, count in found["counts"].items())  # noqa: RUF001
    notes = [
        f"Searches, all different: {counts}. A language has only some forty words that common.",
        "By relevance, a vault compares some of the newest matches, or gives the newest where a"
        " word is too common to tell messages apart; it compares all when asked to. The floor"
        " ranks all matches, or takes the last rows.",
        "The times are of a process that has just started; the files are in the system's memory.",
    ]
    totals = zip(found["vault"]["totals"], found["floor"]["totals"], strict=True)
    counted = [(ours, floor) for ours, floor in totals if ours != _UNCOUNTED]
    differing = sum(ours != floor for ours, floor in counted)
    notes.append(
        f"{len(counted)} rare words were counted to the end on both sides, and {differing} of them"
        " differently."
    )
    return notes


def search_vault(folder: str, searches: list[dict[str, Any]]) -> dict[str, Any]:
    """Search a vault as a person does; runs in a process of its own."""
    times: Times = {}
    totals: dict[str, int] = {}
    with ours.open_vault(folder) as vault:
        for order in queries.ORDERS:
            for at, search in _shuffled(searches):
                started_s = time.perf_counter()
                result = vault.search.find(search["text"], limit=_LIMIT, order=order)
                _put(times, search["kind"], order, at, time.perf_counter() - started_s)
                if search["kind"] == queries.RARE:
                    # Counting old matches is left out where it would take longer than finding.
                    totals[search["text"]] = result.total if result.total_is_exact else _UNCOUNTED
        for at, search in enumerate(_common(searches)):
            started_s = time.perf_counter()
            vault.search.find(search["text"], limit=_LIMIT, rank_all=True)
            _put(times, "ranked", "all", at, time.perf_counter() - started_s)
    return {"times": _listed(times), "totals": _in_order(totals, searches)}


def search_floor(path: str, searches: list[dict[str, Any]]) -> dict[str, Any]:
    """Search the floor; runs in a process of its own."""
    db = floors.connect(path)
    times: Times = {}
    totals: dict[str, int] = {}
    for order in queries.ORDERS:
        for at, search in _shuffled(searches):
            started_s = time.perf_counter()
            _floor_hits(db, search, order)
            _put(times, search["kind"], order, at, time.perf_counter() - started_s)
    for search in searches:
        if search["kind"] == queries.RARE:
            sql = "SELECT count(*) FROM fts WHERE fts MATCH ?"
            totals[search["text"]] = db.execute(sql, (search["match"],)).fetchone()[0]
    for at, search in enumerate(_common(searches)):
        started_s = time.perf_counter()
        _floor_hits(db, search, "relevance")
        _put(times, "ranked", "all", at, time.perf_counter() - started_s)
    messages = db.execute("SELECT count(*) FROM messages").fetchone()[0]
    return {"times": _listed(times), "totals": _in_order(totals, searches), "messages": messages}


def _floor_hits(db: Any, search: dict[str, Any], order: str) -> list[tuple[str, str]]:
    sql = _FLOOR_FILTERED if search["since_ms"] is not None else _FLOOR
    rows = db.execute(
        sql.format(order=_FLOOR_ORDERS[order]), {**search, "limit": _LIMIT}
    ).fetchall()
    first = re.compile(re.escape(search["text"].strip('"*').split(" ")[0]), re.IGNORECASE)
    hits = []
    for (row_id,) in rows:
        key = (row_id,) if row_id > 0 else (-row_id,)
        text, _, _, title = db.execute(_OPEN if row_id > 0 else _OPEN_TITLE, key).fetchone()
        found = first.search(text)
        at = found.start() if found else 0
        hits.append((title, text[max(0, at - 80) : at + 160]))
    return hits


def _common(searches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [s for s in searches if s["kind"] == queries.COMMON][:_RANKED]


def _shuffled(searches: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Return the searches with their places, in an order that favours no kind."""
    numbered = list(enumerate(searches))
    random.Random(0).shuffle(numbered)
    return numbered


def _put(times: Any, kind: str, order: str, at: int, seconds: float) -> None:
    times.setdefault(kind, {}).setdefault(order, {})[at] = seconds * 1000


def _listed(times: Any) -> Times:
    """Return the times as lists, in the order of the searches."""
    return {
        kind: {
            order: [ms for _, ms in sorted(by_place.items())] for order, by_place in orders.items()
        }
        for kind, orders in times.items()
    }


def _in_order(totals: dict[str, int], searches: list[dict[str, Any]]) -> list[int]:
    return [totals[s["text"]] for s in searches if s["kind"] == queries.RARE]
