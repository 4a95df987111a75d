"""What importers share: notes that stay small, ids that stay unique, parts that stay readable."""

from __future__ import annotations

from typing import Any

import pytest

from privatus.core.conversation import Attachment, Conversation, Json, PartKind, Role
from privatus.importers import content, records
from privatus.importers.base import Notes, Tally
from privatus.importers.content import Content
from privatus.importers.document import Sheet, document
from privatus.importers.external_ids import ExternalIds
from support.conversations import conversation


def test_a_tally_counts_by_name() -> None:
    tally = Tally()

    tally["a"] += 1
    tally["b"] += 2
    tally["a"] += 1

    assert tally == {"a": 2, "b": 2}


def test_names_from_a_hostile_file_cannot_fill_a_tally() -> None:
    tally = Tally()

    for number in range(1000):
        tally[f"name {number}"] += 1
        tally["x" * 10_000] += 1

    assert len(tally) == Tally.MAX_NAMES + 1
    assert max(map(len, tally)) == Tally.MAX_CHARS
    assert tally.total() == 2000
    assert tally[Tally.OTHERS] == 801


@pytest.mark.parametrize(
    "error",
    [AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError, RecursionError],
)
def test_one_bad_record_does_not_stop_the_rest(error: type[Exception]) -> None:
    def read(record: dict[str, Json], where: str) -> Conversation | None:
        if "bad" in record:
            raise error
        return conversation("Hello", external_id=where)

    notes = Notes()
    found = records.conversations(
        [("f[0]", {"bad": 1, "title": "T" * 100}), ("f[1]", None), ("f[2]", 7), ("f[3]", {})],
        read,
        notes,
    )

    assert [c.external_id for c in found] == ["f[3]"]
    assert [note.where for note in notes.skipped] == [f"f[0] «{'T' * 60}…»", "f[2]"]
    assert notes.ignored == {"null record": 1}
    assert (notes.conversations_seen, notes.messages_seen) == (1, 1)


def test_a_key_is_found_as_a_key_only() -> None:
    key = records.key("one", "two")

    assert key.search(b'{"two" : 1}')
    assert not key.search(b'{"a": "one"}')
    assert not key.search(rb'{"a": "{\"one\": 1}"}')
    assert not key.search(b'{"none": 1}')


def test_ids_that_come_again_get_a_number() -> None:
    ids = ExternalIds()

    assert [ids.take(name) for name in ("a", "a", "a#2", "b", "a")] == [
        "a",
        "a#2",
        "a#2#2",
        "b",
        "a#3",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ({}, ""), ([], ""), ("as is", "as is"), ({"é": 1}, '{\n  "é": 1\n}'), (0, "0")],
)
def test_json_is_shown_as_a_person_reads_it(value: Json, text: str) -> None:
    assert content.readable_json(value) == text


def test_json_nested_past_all_sense_is_shown_all_the_same() -> None:
    value: Any = 1
    for _ in range(900):
        value = [value]

    assert content.readable_json(value).count("[") == 900


def test_false_and_nothing_are_not_worth_keeping() -> None:
    record = {"a": False, "b": None, "c": "", "d": [], "e": 0, "f": True, "g": 1}

    assert content.leftover(record, "g") == {"e": 0, "f": True}


def test_an_attachment_stands_where_its_part_stands() -> None:
    gathered = Content()
    gathered.add(PartKind.TEXT, "Look")
    gathered.attach(Attachment(name="a.png", media_type="image/png"), text="A rose")
    gathered.attach(content.text_attachment("b.txt", "né"))

    assert [(p.kind, p.text, p.attachment, p.name) for p in gathered.parts] == [
        (PartKind.TEXT, "Look", None, None),
        (PartKind.IMAGE, "A rose", 0, "a.png"),
        (PartKind.FILE, "", 1, "b.txt"),
    ]
    written = gathered.attachments[1]
    assert written.open is not None
    # Each time anew.
    assert [written.open().read(), written.open().read()] == ["né".encode()] * 2
    assert (written.size_bytes, written.media_type) == (3, "text/plain")


def test_a_document_shows_all_its_sheets_or_those_up_to_the_active_one() -> None:
    def made(active: str | None) -> Conversation:
        sheets = [
            Sheet(external_id=name, role=Role.USER, content=Content()) for name in ("a", "b", "b")
        ]
        return document(
            source="x", external_id="d", title="t", sheets=sheets, active=active, metadata={}
        )

    assert [m.external_id for m in made(None).active_path()] == ["a", "b", "b#2"]
    assert [m.external_id for m in made("a").active_path()] == ["a"]
    assert made("gone").active == 3
