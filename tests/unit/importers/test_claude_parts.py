"""Claude's messages: their blocks, attachments and files."""

from __future__ import annotations

import base64
from pathlib import Path

from privatus.core.conversation import Json, PartKind, Role
from support.claude_records import answered, chat, kinds, read, read_one, said

# ---------------------------------------------------------------- blocks


def test_each_block_becomes_its_kind_of_part(tmp_path: Path) -> None:
    blocks = [
        {"type": "thinking", "thinking": "Hm", "summaries": [{"summary": "A"}, {"summary": "B"}]},
        {"type": "redacted_thinking", "data": "xyz"},
        "Looking it up",
        {"type": "tool_use", "id": "t1", "name": "web_search", "input": {"query": "x"}},
        {"type": "tool_result", "tool_use_id": "t1", "name": "web_search", "content": "Found"},
        {"type": "voice_note", "title": "Note", "text": "Spoken"},
        {"type": "flag", "flag": "careful", "helpline": {"name": "h"}},
        {"type": "injected_prompt_block", "prompt": "Be brief"},
        {"type": "hologram", "content": "New", "id": "h1"},
    ]
    [found], notes = read(tmp_path, [chat(answered("m", 0, *blocks))])

    assert [(p.kind, p.text, p.name) for p in found.messages[0].parts] == [
        (PartKind.THINKING, "Hm", "B"),
        (PartKind.THINKING, "", "redacted by the provider"),
        (PartKind.TEXT, "Looking it up", None),
        (PartKind.TOOL_CALL, '{\n  "query": "x"\n}', "web_search"),
        (PartKind.TOOL_RESULT, "Found", "web_search"),
        (PartKind.AUDIO, "Spoken", "Note"),
        (PartKind.NOTICE, "flagged: careful", None),
        (PartKind.NOTICE, "Be brief", "added by the provider"),
        (PartKind.UNKNOWN, "New", "hologram"),
    ]
    assert found.messages[0].parts[-1].data == blocks[-1]
    assert [p.data for p in found.messages[0].parts[:-1]] == [
        {"summaries": blocks[0]["summaries"]},
        {"data": "xyz"},
        {},
        {"id": "t1"},
        {"tool_use_id": "t1"},
        {},
        {"flag": "careful", "helpline": {"name": "h"}},
        {},
    ]
    assert notes.unknown == {"content block hologram": 1}


def test_times_of_a_block_are_kept_where_they_say_more_than_the_message(tmp_path: Path) -> None:
    at, later = "2026-01-02T10:00:00.000000Z", "2026-01-02T10:00:09.000000Z"
    same = {"type": "text", "text": "a", "start_timestamp": at, "stop_timestamp": at, "flags": None}
    longer = {**same, "stop_timestamp": later}

    [message] = read_one(tmp_path, answered("m", 0, same, longer)).messages

    assert [p.data for p in message.parts] == [{}, {"stop_timestamp": later}]


def test_a_tool_may_answer_with_little_or_oddly(tmp_path: Path) -> None:
    results: list[Json] = [
        {"type": "tool_result", "message": "Fetch failed"},
        {"type": "tool_result", "content": {"type": "text", "text": "one"}, "message": "m"},
        {"type": "tool_result", "content": ["a", "b"]},
        {"type": "tool_result", "content": [{"type": "local_resource", "file_path": "/x/y.md"}]},
        {"type": "tool_result", "content": [{"type": "image", "file_name": "n", "source": 7}, {}]},
        {"type": "tool_use", "name": "artifacts", "input": "no record"},
    ]

    [message] = read_one(tmp_path, answered("m", 0, *results)).messages

    assert [(p.kind, p.text) for p in message.parts] == [
        (PartKind.TOOL_RESULT, "Fetch failed"),
        (PartKind.TOOL_RESULT, "one"),
        (PartKind.TOOL_RESULT, "a\n\nb"),
        (PartKind.TOOL_RESULT, ""),
        (PartKind.FILE, ""),
        (PartKind.TOOL_RESULT, ""),
        (PartKind.IMAGE, ""),
        (PartKind.TOOL_CALL, "no record"),
    ]
    assert [p.data for p in message.parts[:2]] == [{}, {"message": "m"}]
    assert [(a.name, a.metadata) for a in message.attachments] == [
        ("y.md", {"file_path": "/x/y.md"}),
        ("n", {"source": 7}),
    ]


def test_the_budget_of_the_model_is_kept_out_of_sight(tmp_path: Path) -> None:
    [message] = read_one(
        tmp_path, answered("m", 0, {"type": "token_budget", "remaining": 9}, "Hi")
    ).messages

    assert (kinds(message), message.text) == ([PartKind.TEXT], "Hi")
    assert message.metadata == {"token_budgets": [{"remaining": 9}]}


def test_citations_stay_with_the_text_and_each_page_is_shown_once(tmp_path: Path) -> None:
    page = {"url": "https://example.org/a", "title": "A page"}
    text = {
        "type": "text",
        "text": "Water is wet.",
        "citations": [
            {"uuid": "1", "start_index": 0, "end_index": 5, **page},
            {"uuid": "2", "details": {"type": "web_search_citation", **page}},
            {"uuid": "3", "title": "A book"},
        ],
    }
    [message] = read_one(tmp_path, answered("m", 0, text)).messages

    assert message.text == "Water is wet."
    assert message.parts[0].data["citations"] == text["citations"]
    assert [(p.kind, p.name, p.url) for p in message.parts[1:]] == [
        (PartKind.QUOTE, "A page", "https://example.org/a"),
        (PartKind.QUOTE, "A book", None),
    ]


def test_a_tool_may_give_pages_pictures_and_files(tmp_path: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n0000"
    result = {
        "type": "tool_result",
        "name": "web_search",
        "is_error": True,
        "content": [
            {"type": "text", "text": "Two things"},
            {"type": "knowledge", "title": "A page", "url": "https://e.org", "text": "Words"},
            {
                "type": "image",
                "source": {"type": "base64", "data": base64.b64encode(png).decode()},
            },
            {"type": "image", "file_uuid": "f-1"},
            {"type": "local_resource", "file_path": "/out/a.csv", "name": "a.csv", "uuid": "r"},
            {"type": "hologram", "x": 1},
        ],
    }
    [found], notes = read(tmp_path, [chat(answered("m", 0, result))])
    message = found.messages[0]

    assert [(p.kind, p.text, p.url) for p in message.parts] == [
        (PartKind.TOOL_RESULT, "Two things", None),
        (PartKind.QUOTE, "Words", "https://e.org"),
        (PartKind.IMAGE, "", None),
        (PartKind.IMAGE, "", None),
        (PartKind.FILE, "", None),
        (PartKind.UNKNOWN, "", None),
    ]
    assert message.parts[0].data == {"is_error": True}
    picture, named, table = message.attachments
    assert picture.open is not None
    assert (picture.media_type, picture.open().read()) == ("image/png", png)
    assert (named.external_id, named.open) == ("f-1", None)
    assert (table.name, table.media_type, table.open) == ("a.csv", "text/csv", None)
    assert notes.unknown == {"tool result item hologram": 1}


def test_what_the_api_sends_in_the_persons_name_is_the_tools(tmp_path: Path) -> None:
    result = {"type": "tool_result", "tool_use_id": "t", "content": "42"}

    found = read_one(tmp_path, said("a", 0, result), said("b", 1, result, "Thanks"))

    assert [m.role for m in found.messages] == [Role.TOOL, Role.USER]


def test_the_flattened_text_counts_only_where_the_blocks_hold_none(tmp_path: Path) -> None:
    unsupported = "```\nThis block is not supported on your current device yet.\n```"
    call = {"type": "tool_use", "name": "repl", "input": {"code": "1"}}

    found = read_one(
        tmp_path,
        said("a", 0, text="Only here"),
        answered("b", 1, "In the block", text="In the block"),
        answered("c", 2, call, text=unsupported),
        answered("d", 3, call, "Done", text=f"{unsupported}\n\nDone"),
        answered("e", 4, {"type": "text", "text": None}, text="Instead"),
        answered("f", 5, "This", text="That"),
        said("g", 6, content="A bare string", text=""),
        said("h", 7, content=None, text="Old style"),
    )

    assert [m.text for m in found.messages] == [
        *("Only here", "In the block", "", "Done", "Instead", "This"),
        *("A bare string", "Old style"),
    ]
    # What says something else is kept, where it is in nobody's way.
    assert [m.metadata for m in found.messages if m.metadata] == [{"text": "That"}]


# ---------------------------------------------------------------- attachments


def test_the_text_of_a_text_file_is_the_file_and_other_files_are_named(tmp_path: Path) -> None:
    message = said(
        "m",
        0,
        "Look",
        attachments=[
            {"file_name": "a.py", "file_size": 9, "file_type": "txt", "extracted_content": "x = 1"},
            {"file_name": "b.pdf", "file_size": 9, "extracted_content": "A report"},
            {"file_name": "", "file_type": "txt", "extracted_content": "pasted"},
        ],
        files=[
            {"file_name": "a.py"},
            {"file_uuid": "f-1", "file_name": "photo.png"},
            {"file_uuid": "f-2", "file_name": "", "file_kind": "image"},
        ],
    )

    [found] = read_one(tmp_path, message).messages

    assert [(a.name, a.media_type, a.open is not None) for a in found.attachments] == [
        ("a.py", "text/x-python", True),
        ("b.pdf", "application/pdf", False),
        ("pasted text", "text/plain", True),
        ("photo.png", "image/png", False),
        ("unnamed file", None, False),
    ]
    assert [(p.kind, p.text, p.attachment) for p in found.parts[1:]] == [
        (PartKind.FILE, "x = 1", 0),
        (PartKind.FILE, "A report", 1),
        (PartKind.FILE, "pasted", 2),
        (PartKind.IMAGE, "", 3),
        (PartKind.IMAGE, "", 4),
    ]
    assert found.attachments[0].open is not None
    assert found.attachments[0].open().read() == b"x = 1"
    assert found.text == "Look"
