"""Privatus' own JSON, as docs/json-format.md describes it."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from privatus.core.annotation import Passage
from privatus.core.conversation import Kind, Part, PartKind, Role
from privatus.core.marks import Mark, SetMark
from privatus.core.summary import Summary, SummaryAuthor
from privatus.core.tag import TagActor
from privatus.exporters import privatus_json as exporter
from privatus.importers import privatus_json as importer
from support.conversations import annotation, attachment, conversation, message, tagging
from support.privatus_exports import write_json

ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
# SHA-256 of "abc", from FIPS 180-2.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

CHAT = conversation(
    message(
        1,
        parts=(
            Part(kind=PartKind.TEXT, text="Hi"),
            Part(kind=PartKind.IMAGE, name="a", url="u", attachment=0, data={"k": [1]}),
        ),
        attachments=(
            attachment("a.txt", b"abc", media_type="text/plain", size_bytes=3),
            attachment("lost.txt", None, external_id="f1", metadata={"why": None}),
        ),
        created_at_ms=1_735_812_672_345,
        author="Ada",
    ),
    message(4, "Yes", parent=1, model="m", is_hidden=True, metadata={"x": 1.5}),
    id=UUID(ID),
    kind=Kind.GROUP,
    account="acc",
    title="Title",
    created_at_ms=1_735_812_672_345,
    updated_at_ms=2**60,
    model="m",
    project="p",
    is_archived=True,
    is_starred=True,
    is_missing_at_source=True,
    folder="letters/old",
    marks=(SetMark(mark=Mark.PINNED, is_set=True, set_at_ms=1_735_812_672_345),),
    tags=(tagging("a", colour="red"), tagging("a/b", 4, actor=TagActor.RULE)),
    annotations=(
        annotation("so be it"),
        annotation("why", 4, colour="pink", passage=Passage(start=1, quote="b", prefix="a")),
    ),
    summary=Summary(author=SummaryAuthor.PERSON, text="It is so", made_at_ms=1_735_812_672_345),
    active=4,
    metadata={"z": 1, "a": {}},
)
DOCUMENT = {
    "format": "privatus-export",
    "version": 1,
    "conversations": [
        {
            "id": ID,
            "kind": "group",
            "source": "claude",
            "external_id": "c1",
            "account": "acc",
            "title": "Title",
            "created_at": "2025-01-02T10:11:12.345Z",
            "updated_at": 2**60,
            "model": "m",
            "project": "p",
            "is_archived": True,
            "is_starred": True,
            "is_missing_at_source": True,
            "folder": "letters/old",
            "marks": [{"mark": "pinned", "is_set": True, "set_at": "2025-01-02T10:11:12.345Z"}],
            "tags": [
                {
                    "name": "a",
                    "colour": "red",
                    "message_id": None,
                    "added_by": "person",
                    "added_at": "2025-01-02T10:11:12.345Z",
                },
                {
                    "name": "a/b",
                    "colour": None,
                    "message_id": f"{ID}.4",
                    "added_by": "rule",
                    "added_at": "2025-01-02T10:11:12.345Z",
                },
            ],
            "annotations": [
                {
                    "message_id": None,
                    "passage": None,
                    "colour": None,
                    "text": "so be it",
                    "created_at": "2025-01-02T10:11:12.345Z",
                },
                {
                    "message_id": f"{ID}.4",
                    "passage": {"start": 1, "quote": "b", "prefix": "a", "suffix": ""},
                    "colour": "pink",
                    "text": "why",
                    "created_at": "2025-01-02T10:11:12.345Z",
                },
            ],
            "summary": {"text": "It is so", "written_at": "2025-01-02T10:11:12.345Z"},
            "active_id": f"{ID}.4",
            "metadata": {"z": 1, "a": {}},
            "messages": [
                {
                    "id": f"{ID}.1",
                    "parent_id": None,
                    "role": "user",
                    "external_id": "m1",
                    "created_at": "2025-01-02T10:11:12.345Z",
                    "author": "Ada",
                    "model": None,
                    "is_hidden": False,
                    "is_missing_at_source": False,
                    "parts": [
                        {"kind": "text", "text": "Hi"},
                        {
                            "kind": "image",
                            "text": "",
                            "name": "a",
                            "url": "u",
                            "attachment": 0,
                            "data": {"k": [1]},
                        },
                    ],
                    "attachments": [
                        {
                            "name": "a.txt",
                            "media_type": "text/plain",
                            "size_bytes": 3,
                            "external_id": None,
                            "sha256": ABC,
                            "metadata": {},
                        },
                        {
                            "name": "lost.txt",
                            "media_type": None,
                            "size_bytes": None,
                            "external_id": "f1",
                            "sha256": None,
                            "metadata": {"why": None},
                        },
                    ],
                    "metadata": {},
                },
                {
                    "id": f"{ID}.4",
                    "parent_id": f"{ID}.1",
                    "role": "assistant",
                    "external_id": "m4",
                    "created_at": None,
                    "author": None,
                    "model": "m",
                    "is_hidden": True,
                    "is_missing_at_source": False,
                    "parts": [{"kind": "text", "text": "Yes"}],
                    "attachments": [],
                    "metadata": {"x": 1.5},
                },
            ],
        }
    ],
}


def test_the_document_is_as_its_description_says(tmp_path: Path) -> None:
    document = write_json([CHAT], tmp_path)

    assert json.loads(document) == DOCUMENT
    assert (tmp_path / "files" / ABC).read_bytes() == b"abc"


def test_each_conversation_has_a_line_of_its_own(tmp_path: Path) -> None:
    chats = [conversation("line\nend\u2028"), conversation(title="b"), conversation(title="a")]

    lines = write_json(chats, tmp_path).split(b"\n")

    assert lines[0] == b'{"format":"privatus-export","version":1,"conversations":['
    assert [json.loads(line.rstrip(b","))["title"] for line in lines[1:4]] == ["", "b", "a"]
    assert lines[4:] == [b"]}", b""]


def test_no_conversation_is_a_document_too(tmp_path: Path) -> None:
    assert json.loads(write_json([], tmp_path))["conversations"] == []


def test_half_a_surrogate_pair_becomes_a_question_mark(tmp_path: Path) -> None:
    chat = conversation(message(1, "x\ud83d", metadata={"\udc00": ["\ud800"]}))

    [written] = json.loads(write_json([chat], tmp_path))["conversations"]

    assert written["messages"][0]["parts"][0]["text"] == "x?"
    assert written["messages"][0]["metadata"] == {"?": ["?"]}


def test_what_is_written_is_what_is_read() -> None:
    assert exporter.VERSION == importer.VERSION


def test_docs_name_every_field_and_every_word(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "json-format.md").read_text(encoding="utf-8")
    chat = conversation(message(1, attachments=(attachment("a", b""),)))

    [record] = json.loads(write_json([chat], tmp_path))["conversations"]

    fields = {*record, *record["messages"][0], *record["messages"][0]["attachments"][0]}
    fields |= {"kind", "text", "name", "url", "attachment", "data"}
    words = {word.value for words in (Kind, Role, PartKind) for word in words}
    assert {name for name in fields | words if f"`{name}`" not in text} == set()
