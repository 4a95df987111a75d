"""JSON by records, trees and ChatGPT's exports, whatever comes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privatus.core.conversation import Json
from privatus.core.errors import UnreadableInputError
from privatus.importers import json_stream
from privatus.importers.base import Notes
from privatus.importers.chatgpt import IMPORTER
from privatus.importers.export import open_export
from privatus.importers.tree import Node, order
from support.chat_shapes import CHATGPT, CHATGPT_BESIDE, CITATION
from support.conversations import json_values
from support.exports import write_zip
from support.import_rules import check_import

_FOLDER_IS_SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
_KEYS = st.sampled_from(["id", "title", "inner", "rows", "a b", 'q"', "\\", ""])
_RECORDS = st.lists(st.dictionaries(_KEYS, json_values(), max_size=4) | json_values(), max_size=12)
_SPACES = st.sampled_from([None, 1, 4])


def items(folder: Path, raw: bytes, block: int, *keys: str) -> tuple[list[Json], Notes]:
    """Return what is found in *raw*, read in blocks of that size."""
    path = folder / "rows.json"
    path.write_bytes(raw or b" ")
    notes = Notes()
    with pytest.MonkeyPatch.context() as patch, open_export(path) as export:
        patch.setattr(json_stream, "_BLOCK_BYTES", block)
        if block % 2:
            patch.setattr(json_stream, "_WHOLE_BYTES", 0)
        return [value for _, value in json_stream.items(export.members[0], notes, *keys)], notes


@_FOLDER_IS_SHARED
@given(records=_RECORDS, indent=_SPACES, block=st.integers(1, 300), is_ascii=st.booleans())
def test_records_come_as_they_are_wherever_blocks_are_cut(
    tmp_path: Path, records: list[Json], indent: int | None, block: int, is_ascii: bool
) -> None:
    raw = json.dumps(records, indent=indent, ensure_ascii=is_ascii).encode()

    assert items(tmp_path, raw, block) == (records, Notes())


@_FOLDER_IS_SHARED
@given(
    records=_RECORDS,
    around=st.dictionaries(st.sampled_from(["a", "b", "rowsx", "é", '"rows"']), json_values()),
    is_last=st.booleans(),
    block=st.integers(1, 300),
)
def test_a_list_under_a_key_is_found_among_all_others(
    tmp_path: Path, records: list[Json], around: dict[str, Json], is_last: bool, block: int
) -> None:
    document = {**around, "rows": records} if is_last else {"rows": records, **around}

    found, notes = items(tmp_path, json.dumps(document, ensure_ascii=False).encode(), block, "rows")

    assert found == records
    assert not notes.skipped


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw a JSON file with some bytes gone, changed or put in."""
    records = draw(_RECORDS)
    raw = bytearray(json.dumps(records, indent=draw(_SPACES), ensure_ascii=False).encode())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        raw[at : at + draw(st.integers(0, 5))] = draw(
            st.binary(max_size=3)
            | st.sampled_from([b'"', b"}", b"{", b"]", b",", b"\\ud83d", b"NaN"])
        )
    return bytes(raw)


@_FOLDER_IS_SHARED
@given(raw=damaged() | st.binary(max_size=60), block=st.integers(1, 300))
def test_broken_json_never_stops_an_import(tmp_path: Path, raw: bytes, block: int) -> None:
    # With a space before it, it is no archive of any sort.
    found, notes = items(tmp_path, b" " + raw, block, "rows")

    # What came can be stored.
    json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    assert len(notes.skipped) == notes.skipped_count


@given(
    links=st.lists(st.tuples(st.integers(0, 9), st.integers(-1, 11), st.booleans()), max_size=12),
    active=st.integers(-1, 11),
    times=st.lists(st.none() | st.integers(1, 5), min_size=12, max_size=12),
    children=st.lists(st.lists(st.integers(0, 9).map(str), max_size=4), min_size=12, max_size=12),
)
def test_any_nodes_make_a_tree_with_each_message_once(
    links: list[tuple[int, int, bool]],
    active: int,
    times: list[int | None],
    children: list[list[str]],
) -> None:
    nodes = [
        Node(
            str(id),
            None if above < 0 else str(above),
            times[i],
            i if has_message else None,
            children[i],
        )
        for i, (id, above, has_message) in enumerate(links)
    ]

    placed, leaf = order(nodes, str(active))

    assert sorted(p.content for p in placed) == [i for i, link in enumerate(links) if link[2]]
    assert [p.number for p in placed] == list(range(1, len(placed) + 1))
    assert all(p.parent is None or 0 < p.parent < p.number for p in placed)
    assert (leaf is None) == (not placed)
    assert leaf is None or 1 <= leaf <= len(placed)
    assert order(nodes, str(active)) == (placed, leaf)


_WRONG = st.one_of(
    json_values(),
    st.sampled_from([None, "", 0, -1, 2**70, 1e308, True, [], {}, [[]], [None], {"a": None}]),
    st.sampled_from(
        ["a", "q", "root", "text", "code", "tool", "canmore.x", "\ud83d", "\0", CITATION]
    ),
)


def places(value: Json) -> list[tuple[Any, Any]]:
    """Return each (container, key) in *value*."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        for key in range(len(inner)) if isinstance(inner, list) else list(inner):
            found.append((inner, key))
            if isinstance(inner[key], list | dict):
                waiting.append(inner[key])
    return found


@st.composite
def mangled(draw: st.DrawFn) -> dict[str, Json]:
    """Draw an export some of whose fields are gone or something else."""
    members = copy.deepcopy({"conversations.json": [CHATGPT], **CHATGPT_BESIDE})
    for _ in range(draw(st.integers(1, 6))):
        container, key = draw(st.sampled_from(places(members)))
        if isinstance(container, dict) and container is not members and draw(st.booleans()):
            del container[key]
        else:
            # A copy: the next round may write into it.
            container[key] = copy.deepcopy(draw(_WRONG))
    return members


def test_the_chat_that_is_mangled_is_read_whole(tmp_path: Path) -> None:
    notes = Notes()
    members = {"conversations.json": [CHATGPT], **CHATGPT_BESIDE}

    with open_export(write_zip(tmp_path / "a.zip", members)) as export:
        [found] = IMPORTER.read(export, notes)

    assert len(found.messages) == 9
    assert not notes.skipped + notes.warnings
    assert not notes.unknown
    check_import([found], notes)


@settings(max_examples=300, parent=_FOLDER_IS_SHARED)
@given(members=mangled())
def test_whatever_fields_are_wrong_what_comes_is_in_order(
    tmp_path: Path, members: dict[str, Json]
) -> None:
    notes = Notes()
    with open_export(write_zip(tmp_path / "a.zip", members)) as export:
        IMPORTER.recognises(export)
        IMPORTER.is_whole_account(export)
        try:
            found = list(IMPORTER.read(export, notes))
        except UnreadableInputError:
            return

    check_import(found, notes)
    for conversation in found:
        json.dumps([conversation.metadata, conversation.title], ensure_ascii=False).encode()
        for message in conversation.messages:
            kept = [message.metadata, *(part.data for part in message.parts)]
            json.dumps(kept, ensure_ascii=False, allow_nan=False).encode()
