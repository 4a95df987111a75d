"""Gemini's activity as JSON, and what its rows become."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Conversation, Json, PartKind, Role
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from privatus.importers.gemini import IMPORTER
from support.exports import read_export, write_json, write_zip

FOLDER = "Takeout/My Activity/Gemini Apps"


def row(title: str, time: str, answer: str | None = None, **more: Json) -> dict[str, Any]:
    record = {"header": "Gemini Apps", "title": title, "time": time, "products": ["Gemini Apps"]}
    return {**record, **({"safeHtmlItem": [{"html": answer}]} if answer else {}), **more}


def thread(name: str) -> str:
    return f"https://gemini.google.com/app/{name}"


def read(folder: Path, *rows: Json) -> tuple[list[Conversation], Notes]:
    return read_export(IMPORTER, write_json(folder / "MyActivity.json", list(rows)))


def texts(conversation: Conversation) -> list[str]:
    return [message.text for message in conversation.messages]


def test_a_row_becomes_a_question_and_its_answer(tmp_path: Path) -> None:
    title = "Prompted What is a keel?"

    [conversation], notes = read(
        tmp_path, row(title, "2026-03-01T10:00:00.250Z", "<p>The <b>spine</b> of a ship.</p>")
    )

    question, answer = conversation.messages
    assert (question.role, question.text) == (Role.USER, "What is a keel?")
    assert question.parts[0].data == {"original": title}
    assert (answer.role, answer.text) == (Role.ASSISTANT, "The **spine** of a ship.")
    assert answer.parts[0].data == {"original": "<p>The <b>spine</b> of a ship.</p>"}
    assert (question.parent, answer.parent, conversation.active) == (None, 1, 2)
    assert question.created_at_ms == answer.created_at_ms == 1772359200250
    assert conversation.title == "What is a keel?"
    assert (notes.conversations_seen, notes.messages_seen) == (1, 2)


def test_half_an_hour_of_silence_ends_a_conversation(tmp_path: Path) -> None:
    conversations, _ = read(
        tmp_path,
        row("Prompted d", "2026-03-01T11:31:00Z"),
        row("Prompted c", "2026-03-01T11:00:00Z"),
        row("Prompted b", "2026-03-01T10:30:00Z"),
        row("Prompted a", "2026-03-01T10:00:00Z"),
    )

    by_start = sorted(conversations, key=lambda c: c.created_at_ms or 0)
    assert [texts(c) for c in by_start] == [["a", "b", "c"], ["d"]]
    assert by_start[0].metadata["grouped_by"] == "time"
    assert by_start[0].metadata["gap_minutes"] == 30


def test_rows_of_one_thread_are_one_conversation_however_far_apart(tmp_path: Path) -> None:
    conversations, _ = read(
        tmp_path,
        row("Prompted c", "2026-06-01T10:00:00Z", titleUrl=thread("abc123") + "?hl=en"),
        row("Prompted b", "2026-04-01T10:00:00Z"),
        row("Prompted a", "2026-03-01T10:00:00Z", titleUrl=thread("c/abc123")),
    )

    assert {c.external_id: texts(c) for c in conversations}["abc123"] == ["a", "c"]
    assert len(conversations) == 2


def test_a_row_with_two_threads_joins_them(tmp_path: Path) -> None:
    conversations, _ = read(
        tmp_path,
        row("Prompted c", "2026-06-01T10:00:00Z", titleUrl=thread("second")),
        row("Prompted b", "2026-05-01T10:00:00Z", details=[
            {"name": thread("second")}, {"name": thread("first")},
        ]),
        row("Prompted a", "2026-03-01T10:00:00Z", titleUrl=thread("first")),
    )  # fmt: skip

    [conversation] = conversations
    assert texts(conversation) == ["a", "b", "c"]
    assert conversation.external_id == "first"
    assert conversation.messages[1].metadata["threads"] == ["second", "first"]


def test_a_longer_export_matches_the_shorter_one(tmp_path: Path) -> None:
    older = row("Prompted a", "2026-03-01T10:00:00Z", "<p>A</p>")
    newer = row("Prompted b", "2026-03-01T10:10:00Z", "<p>B</p>")

    [before], _ = read(tmp_path, older)
    [after], _ = read(tmp_path, newer, older)

    assert before.external_id == after.external_id
    known = [message.external_id for message in before.messages]
    assert [message.external_id for message in after.messages][:2] == known
    assert len({message.external_id for message in after.messages}) == 4


@pytest.mark.parametrize(
    ("title", "prompt"),
    [
        ("Prompted Why?", "Why?"),
        ("Prompted\u00a0Why?", "Why?"),
        ("Eingegebener Prompt: Warum?", "Warum?"),
        ("送信したメッセージ: なぜ?", "なぜ?"),
        ("Upit:\u00a0Zašto?", "Zašto?"),
        ("Asked Bard: Why?", "Why?"),
    ],
)
def test_the_verb_before_the_prompt_is_cut_off(tmp_path: Path, title: str, prompt: str) -> None:
    [conversation], _ = read(tmp_path, row(title, "2026-03-01T10:00:00Z"))

    assert texts(conversation) == [prompt]
    assert conversation.messages[0].role is Role.USER


def test_a_verb_that_answered_rows_share_is_cut_off_where_there_is_no_answer(
    tmp_path: Path,
) -> None:
    [conversation], notes = read(
        tmp_path,
        row("Kysymys: kolme", "2026-03-01T10:02:00Z"),
        row("Kysymys: kaksi", "2026-03-01T10:01:00Z", "<p>2</p>"),
        row("Kysymys: yksi", "2026-03-01T10:00:00Z", "<p>1</p>"),
    )

    assert texts(conversation) == ["yksi", "1", "kaksi", "2", "kolme"]
    assert not notes.unknown


def test_a_row_with_an_answer_is_a_turn_whatever_its_verb(tmp_path: Path) -> None:
    [conversation], _ = read(tmp_path, row("Kérdeztem valamit", "2026-03-01T10:00:00Z", "<p>x</p>"))

    assert texts(conversation) == ["Kérdeztem valamit", "x"]


def test_a_title_that_nobody_knows_is_kept_as_a_notice(tmp_path: Path) -> None:
    [conversation], notes = read(tmp_path, row("Kérdeztem valamit", "2026-03-01T10:00:00Z"))

    [part] = conversation.messages[0].parts
    assert (part.kind, part.text) == (PartKind.NOTICE, "Kérdeztem valamit")
    assert notes.unknown["Gemini activity of an unknown sort"] == 1


def test_events_and_other_products_are_counted(tmp_path: Path) -> None:
    conversations, notes = read(
        tmp_path,
        row("Gave feedback: Good response", "2026-03-01T10:00:00Z"),
        row("Used Gemini Apps", "2026-03-01T10:00:00Z"),
        row("Used Gemini Apps", "2026-03-01T10:05:00Z"),
        row("Searched for kettles", "2026-03-01T10:00:00Z", header="Search", products=["Search"]),
    )

    assert conversations == []
    assert notes.ignored == {
        "Gemini event: Gave feedback": 1,
        "Gemini event: Used Gemini Apps": 2,
        "row of another product: Search": 1,
    }


def test_a_canvas_with_content_is_kept(tmp_path: Path) -> None:
    canvas = row(
        "Created Gemini Canvas titled Knots",
        "2026-03-01T10:01:00Z",
        subtitles=[{"name": "# Bowline\n\nA loop."}],
    )

    [conversation], notes = read(tmp_path, canvas, row("Prompted knots", "2026-03-01T10:00:00Z"))

    notice, artifact = conversation.messages[1].parts
    assert (notice.kind, notice.text) == (PartKind.NOTICE, "Created Gemini Canvas titled Knots")
    assert (artifact.kind, artifact.name) == (PartKind.ARTIFACT, "Knots")
    assert artifact.text == "# Bowline\n\nA loop."
    assert not notes.ignored


def test_a_canvas_whose_content_is_html_is_a_canvas(tmp_path: Path) -> None:
    title = "Created Gemini Canvas titled Knots"

    [conversation], _ = read(tmp_path, row(title, "2026-03-01T10:00:00Z", "<h1>Bowline</h1>"))

    [message] = conversation.messages
    assert [(p.kind, p.text) for p in message.parts] == [
        (PartKind.NOTICE, title),
        (PartKind.ARTIFACT, "# Bowline"),
    ]


def test_attached_files_are_found_beside_the_activity(tmp_path: Path) -> None:
    record = row(
        "Prompted Look",
        "2026-03-01T10:00:00Z",
        '<p>Here:</p><img src="made-77.png">',
        attachedFiles=["photo 1-ab.png", {"name": "gone.pdf"}, "made-77.png"],
        imageFile="photo 1-ab.png",
        subtitles=[
            {"name": "Attached 2 files."},
            {"name": "-  photo.png", "url": "photo 1-ab.png"},
            {"name": "Manage your Gems.", "url": "https://gemini.google.com/gems/view"},
        ],
    )
    files = {"photo 1-ab.png": b"\x89PNG\r\n\x1a\nphoto", "made-77.png": b"\x89PNG\r\n\x1a\nmade"}
    path = write_zip(
        tmp_path / "t.zip",
        {
            f"{FOLDER}/MyActivity.json": [record],
            **{f"{FOLDER}/{name}": raw for name, raw in files.items()},
        },
    )

    with open_export(path) as export:
        [conversation] = IMPORTER.read(export, Notes())
        question, answer = conversation.messages
        opened = [a.open().read() if a.open else None for a in question.attachments]
        made = [a.open().read() if a.open else None for a in answer.attachments]

    assert [a.name for a in question.attachments] == ["photo.png", "gone.pdf"]
    assert opened == [files["photo 1-ab.png"], None]
    assert made == [files["made-77.png"]]
    assert [p.kind for p in question.parts] == [PartKind.TEXT, PartKind.IMAGE, PartKind.FILE]
    # The Gem's address is nowhere else.
    assert question.metadata["subtitles"] == record["subtitles"]


def test_the_list_of_attached_files_is_not_kept_beside_them(tmp_path: Path) -> None:
    listed = [{"name": "Attached 1 file."}, {"name": "-  photo.png", "url": "photo-ab.png"}]

    [conversation], _ = read(
        tmp_path, row("Prompted Look", "2026-03-01T10:00:00Z", subtitles=listed)
    )

    [question] = conversation.messages
    assert [a.name for a in question.attachments] == ["photo.png"]
    assert question.metadata == {}


def test_several_answers_stay_apart(tmp_path: Path) -> None:
    record = row("Prompted x", "2026-03-01T10:00:00Z")
    record["safeHtmlItem"] = [{"html": "<p>one</p>"}, {"html": ""}, {"html": "<p>two</p>"}]

    [conversation], _ = read(tmp_path, record)

    assert [part.text for part in conversation.messages[1].parts] == ["one", "two"]


@pytest.mark.parametrize(
    "more",
    [
        {"details": [{"name": "Request", "value": "Why?"}, {"name": "Response", "value": "So."}]},
        {
            "userInteractions": [
                {"userInteraction": {"request": '{"text": "Why?"}', "response": '{"text": "So."}'}}
            ]
        },
        {"title": "Prompted Why?", "description": "So."},
    ],
)
def test_older_shapes_are_read(tmp_path: Path, more: dict[str, Json]) -> None:
    [conversation], _ = read(tmp_path, {**row("Used Bard", "2024-01-01T10:00:00Z"), **more})

    assert texts(conversation) == ["Why?", "So."]


def test_a_row_without_a_time_stands_alone_and_is_noted(tmp_path: Path) -> None:
    conversations, notes = read(
        tmp_path,
        row("Prompted b", "2026-03-01T10:01:00Z"),
        row("Prompted when", "not a time"),
        row("Prompted when", "not a time"),
        row("Prompted a", "2026-03-01T10:00:00Z"),
    )

    alone = [c for c in conversations if c.metadata["grouped_by"] == "row"]
    assert [texts(c) for c in alone] == [["when"], ["when"]]
    assert len({c.external_id for c in conversations}) == 3
    assert alone[0].messages[0].metadata == {"time": "not a time"}
    assert notes.warnings_count == 2


def test_a_row_without_a_time_keeps_its_place_in_its_thread(tmp_path: Path) -> None:
    [conversation], _ = read(
        tmp_path,
        row("Prompted c", "2026-03-03T10:00:00Z", titleUrl=thread("abc123")),
        row("Prompted b", "not a time", titleUrl=thread("abc123")),
        row("Prompted a", "2026-03-01T10:00:00Z", titleUrl=thread("abc123")),
    )

    assert texts(conversation) == ["a", "b", "c"]


def test_a_row_that_is_there_twice_is_imported_once(tmp_path: Path) -> None:
    same = row("Prompted a", "2026-03-01T10:00:00Z", "<p>A</p>")

    [conversation], notes = read(tmp_path, same, same, {**same, "imageFile": "x.png"})

    assert len(conversation.messages) == 4
    assert notes.ignored["row that is there twice"] == 1


def test_rows_that_are_none_are_noted_and_the_rest_comes(tmp_path: Path) -> None:
    conversations, notes = read(
        tmp_path,
        None,
        "text",
        {"other": 1},
        row("Prompted a", "2026-03-01T10:00:00Z", details=7, safeHtmlItem="x", subtitles=[None]),
    )

    assert [texts(c) for c in conversations] == [["a"]]
    assert notes.skipped_count == 3


def test_an_activity_that_is_sorted_the_other_way_keeps_its_order(tmp_path: Path) -> None:
    same_moment = "2026-03-01T10:00:00Z"

    [conversation], _ = read(
        tmp_path,
        row("Prompted a", "2026-03-01T09:59:00Z"),
        row("Prompted b", same_moment),
        row("Prompted c", same_moment),
    )

    assert texts(conversation) == ["a", "b", "c"]


def test_of_a_page_in_both_formats_the_json_is_read(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "t.zip",
        {
            f"{FOLDER}/MyActivity.html": b'<div class="outer-cell"></div>',
            f"{FOLDER}/MyActivity.json": [row("Prompted a", "2026-03-01T10:00:00Z")],
        },
    )

    conversations, notes = read_export(IMPORTER, path)

    assert [texts(c) for c in conversations] == [["a"]]
    assert notes.ignored == {"HTML page beside the same as JSON": 1}


@pytest.mark.parametrize(
    "header", ["Gemini Apps", "Gemini アプリ", "Aplicaciones de Gemini", "Bard"]
)
def test_the_product_is_recognised_in_any_language(tmp_path: Path, header: str) -> None:
    record = row("Prompted a", "2026-03-01T10:00:00Z", header=header, products=[header])
    path = write_zip(tmp_path / "t.zip", {"Takeout/活動/x/記録.json": [record]})

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
    assert len(read_export(IMPORTER, path)[0]) == 1


def test_the_activity_of_another_product_is_not_recognised(tmp_path: Path) -> None:
    record = row("Searched for gemini", "2026-03-01T10:00:00Z", header="Search", products=[])

    with open_export(write_json(tmp_path / "MyActivity.json", [record])) as export:
        assert not IMPORTER.recognises(export)


def test_a_workspace_conversation_is_read(tmp_path: Path) -> None:
    document = {
        "title": "Knots",
        "creation_time": "2026-03-01T10:00:00Z",
        "last_modification_time": "2026-03-01T10:05:00Z",
        "conversation_turns": [
            {"user_turn": {"prompt": "Which?", "turn_last_modified": "2026-03-01T10:00:00Z"}},
            {"system_turn": {"text": [{"data": "Bowline.", "citations": [{"uri": "u"}]}]}},
            {"new_turn": {"x": 1}},
        ],
    }
    path = write_zip(
        tmp_path / "t.zip",
        {
            "Takeout/Gemini/Conversation History/conversation_1.txt": document,
            "Takeout/Gemini/Conversation History/conversation_2.txt": b"{broken",
        },
    )

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
    [conversation], notes = read_export(IMPORTER, path)

    assert (conversation.title, texts(conversation)[:2]) == ("Knots", ["Which?", "Bowline."])
    assert [m.role for m in conversation.messages[:2]] == [Role.USER, Role.ASSISTANT]
    assert conversation.messages[1].parts[0].data == {"citations": [{"uri": "u"}]}
    assert conversation.messages[2].parts[0].data == {"turn": {"new_turn": {"x": 1}}}
    assert notes.unknown["turn"] == 1
