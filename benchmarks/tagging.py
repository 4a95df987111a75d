"""Tags at a size: giving one to what a search finds, taking it back, and finding by it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from benchmarks import floors, ours
from benchmarks.harness import alternate, call, write_out
from benchmarks.lab import Lab
from benchmarks.report import Row, Section
from privatus import Vault

_TAGGED = 10_000  # messages at least, or as many as there are
_MAX_ADD_S = 2.0
_ADD, _UNDO, _MERGE = "a tag for what a search finds", "taking that back", "merging two tags"
_LIST, _SEARCH, _OPEN = "all tags with their counts", "a search in the tag", "50 chats of the tag"
_TIMED = (_ADD, _UNDO, _MERGE, _LIST, _SEARCH, _OPEN)

_SCHEMA = """
CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT UNIQUE, colour TEXT);
CREATE TABLE message_tags (
    tag_id INTEGER, message_id INTEGER, actor TEXT, added_at_ms INTEGER,
    PRIMARY KEY (tag_id, message_id)
) WITHOUT ROWID;
INSERT INTO tags VALUES (1, 'one', 'red'), (2, 'two', 'green');
"""
_FOUND = "SELECT id FROM messages WHERE created_at_ms BETWEEN ? AND ?"
_GIVE = f"INSERT INTO message_tags SELECT 1, id, 'person', ? FROM ({_FOUND})"  # noqa: S608
_TAKE = "DELETE FROM message_tags WHERE tag_id = 2"
_MOVE = "UPDATE message_tags SET tag_id = 2 WHERE tag_id = 1"


def run(lab: Lab) -> Section:
    vault, floor = lab.vault(), lab.floor()
    # On copies: the others measure what was imported.
    vault_copy, floor_copy = lab.folder / "tags-vault", lab.folder / "tags-floor.db"
    shutil.rmtree(vault_copy, ignore_errors=True)
    shutil.copytree(vault, vault_copy)
    shutil.copyfile(floor, floor_copy)
    write_out(vault_copy)
    write_out(floor_copy)
    span = call(find_span, folder=vault_copy).result
    runs = alternate(
        lab.repeat,
        vault=lambda: call(tag_vault, folder=vault_copy, span=span).result,
        floor=lambda: call(tag_floor, path=floor_copy, span=span).result,
    )
    shutil.rmtree(vault_copy)
    floor_copy.unlink()
    tagged = runs["vault"][0]["tagged"]
    return Section(
        title=f"Tags on {tagged:,} of {lab.messages:,} messages",
        rows=[_row(figure, runs) for figure in _TIMED],
        notes=[
            "The median of the rounds. The floor gives, takes and moves rows in a table of tags by"
            " message, in one transaction each; its messages are found by time, too."
        ],
        numbers=runs,
    )


def _row(figure: str, runs: dict[str, list[Any]]) -> Row:
    ours_s = median(run[figure] for run in runs["vault"])
    plain = [run[figure] for run in runs["floor"] if figure in run]
    is_promised = figure == _ADD
    return Row(
        figure=figure,
        ours=f"{ours_s * 1000:.1f} ms",
        floor=f"{median(plain) * 1000:.1f} ms" if plain else "",
        ratio=ours_s / median(plain) if plain else None,
        wanted=f"under {_MAX_ADD_S:g} s" if is_promised else "",
        is_met=ours_s < _MAX_ADD_S if is_promised else None,
    )


def find_span(folder: str) -> list[str]:
    """Return the first and the last day of a time that has enough messages."""
    with ours.open_vault(folder) as vault:
        [newest] = vault.search.find("since:1970", order="newest", limit=1).hits
        last = datetime.fromtimestamp((newest.created_at_ms or 0) / 1000, UTC).date()
        days = 1
        while True:
            first = last - timedelta(days=days)
            found = vault.search.message_ids(_between(first.isoformat(), last.isoformat()))
            if len(found) >= _TAGGED or first.year < 2000:
                return [first.isoformat(), last.isoformat()]
            days *= 2


def tag_vault(folder: str, span: list[str]) -> dict[str, Any]:
    """Return what each step took in s, and how many messages had the tag."""
    took: dict[str, Any] = {}
    with ours.open_vault(folder) as vault:
        tags, query = vault.tags, _between(*span)
        with _timed(took, _ADD):
            change = tags.add_to_found("one", query, messages=True)
        took["tagged"] = change.messages
        with _timed(took, _LIST):
            tags.list()
        with _timed(took, _SEARCH):
            vault.search.find("role:user tag:one")
        with _timed(took, _OPEN):
            vault.conversations.list(tag="one", limit=50)
        with _timed(took, _UNDO):
            tags.undo(change)
        _merge(vault, query, took)
    return took


def _merge(vault: Vault, query: str, took: dict[str, Any]) -> None:
    tags = vault.tags
    given = tags.add_to_found("one", query, messages=True)
    other = tags.add_to_found("two", "since:1970-01-01 until:1970-01-01")
    with _timed(took, _MERGE):
        merged = tags.merge("one", "two")
    for change in (merged, other, given):
        tags.undo(change)


def tag_floor(path: str, span: list[str]) -> dict[str, Any]:
    """Do the same with the floor's file, as far as it has the like."""
    took: dict[str, Any] = {}
    first_ms, end_ms = (
        int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000) for day in span
    )
    last_ms = end_ms + 86_400_000 - 1
    db: Any = floors.connect(path)
    db.executescript("DROP TABLE IF EXISTS tags; DROP TABLE IF EXISTS message_tags;" + _SCHEMA)
    steps: dict[str, Callable[[], Any]] = {
        _ADD: lambda: db.execute(_GIVE, (time.time_ns() // 1_000_000, first_ms, last_ms)),
        _MERGE: lambda: db.execute(_MOVE),
        _UNDO: lambda: db.execute(_TAKE),
    }
    for figure, step in steps.items():
        with _timed(took, figure):
            db.execute("BEGIN IMMEDIATE")
            step()
            db.execute("COMMIT")
    db.close()
    return took


@contextmanager
def _timed(took: dict[str, Any], figure: str) -> Any:
    started_s = time.perf_counter()
    yield
    took[figure] = time.perf_counter() - started_s


def _between(first: str, last: str) -> str:
    return f"since:{first} until:{last}"
