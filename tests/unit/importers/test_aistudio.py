"""Prompts of Google AI Studio."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Conversation, Json, Message, PartKind, Role
from privatus.importers.aistudio import IMPORTER
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from support.exports import read_export, write_json, write_zip


def prompt(*chunks: Json, **more: Json) -> dict[str, Any]:
    return {
        "runSettings": {"model": "models/gemini-2.5-pro", "temperature": 1.0},
        "systemInstruction": {},
        "chunkedPrompt": {"chunks": list(chunks), "pendingInputs": [{"text": "", "role": "user"}]},
        **more,
    }


def read(folder: Path, value: Json, name: str = "My prompt") -> tuple[list[Conversation], Notes]:
    return read_export(IMPORTER, write_json(folder / name, value))


def only_message(folder: Path, chunk: Json) -> Message:
    [conversation], _ = read(folder, prompt(chunk))
    [message] = conversation.messages
    return message


def kinds(message: Message) -> list[tuple[PartKind, str]]:
    return [(part.kind, part.text) for part in message.parts]


def test_a_prompt_becomes_a_conversation(tmp_path: Path) -> None:
    value = prompt(
        {"role": "user", "text": "Why?", "tokenCount": 3},
        {"role": "model", "text": "So.", "finishReason": "STOP"},
        systemInstruction={"parts": [{"text": "Be brief."}]},
    )

    [conversation], notes = read(tmp_path, value)

    user, model = conversation.messages
    notice = user.parts[0]
    assert (notice.kind, notice.text) == (PartKind.NOTICE, "Be brief.")
    assert (user.role, user.text, user.parent, user.model) == (Role.USER, "Why?", None, None)
    assert (model.role, model.text, model.model) == (Role.ASSISTANT, "So.", "gemini-2.5-pro")
    assert (conversation.title, conversation.model) == ("My prompt", "gemini-2.5-pro")
    assert conversation.active == 2
    assert user.metadata == {"tokenCount": 3}
    assert conversation.metadata["runSettings"]["temperature"] == 1.0
    assert "pendingInputs" not in conversation.metadata
    assert (notes.conversations_seen, notes.messages_seen, notes.unknown) == (1, 2, {})


def test_pieces_that_were_streamed_are_one_text(tmp_path: Path) -> None:
    message = only_message(
        tmp_path,
        {
            "role": "model",
            "text": "Hello world",
            "parts": [
                {"text": "Let me", "thought": True},
                {"text": " think", "thought": True, "thoughtSignature": "sig"},
                {"text": "Hello "},
                {"text": "world"},
            ],
        },
    )

    assert kinds(message) == [(PartKind.THINKING, "Let me think"), (PartKind.TEXT, "Hello world")]
    assert message.parts[0].data == {"thoughtSignature": "sig"}


def test_white_space_makes_no_other_text(tmp_path: Path) -> None:
    message = only_message(
        tmp_path, {"role": "model", "text": "a b\n", "parts": [{"text": "a\n"}, {"text": "b"}]}
    )

    assert kinds(message) == [(PartKind.TEXT, "a\nb")]
    assert message.parts[0].data == {}


def test_an_edited_text_is_shown_and_its_pieces_are_kept(tmp_path: Path) -> None:
    message = only_message(
        tmp_path,
        {
            "role": "model",
            "text": "edited",
            "isEdited": True,
            "parts": [{"text": "hm", "thought": True}, {"text": "as it was"}],
        },
    )

    assert kinds(message) == [(PartKind.THINKING, "hm"), (PartKind.TEXT, "edited")]
    assert message.parts[1].data == {"parts": ["as it was"]}
    assert message.metadata == {"isEdited": True}


@pytest.mark.parametrize("parts", [[], [{"text": "hm", "thought": True}], [{"text": "hm"}]])
def test_a_chunk_that_is_a_thought_is_a_thought(tmp_path: Path, parts: Json) -> None:
    message = only_message(
        tmp_path, {"role": "model", "text": "hm", "isThought": True, "parts": parts}
    )

    assert kinds(message) == [(PartKind.THINKING, "hm")]


def test_code_that_ran_is_code_and_its_output_a_result(tmp_path: Path) -> None:
    message = only_message(
        tmp_path,
        {
            "role": "model",
            "parts": [
                {"text": "Run:"},
                {"executableCode": {"language": "PYTHON", "code": "print(1)"}},
                {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}},
                {"functionCall": {"name": "look", "args": {"q": 1}}},
                {"text": "Done."},
            ],
        },
    )

    assert kinds(message) == [
        (PartKind.TEXT, "Run:"),
        (PartKind.CODE, "print(1)"),
        (PartKind.TOOL_RESULT, "1\n"),
        (PartKind.TOOL_CALL, '{\n  "q": 1\n}'),
        (PartKind.TEXT, "Done."),
    ]
    assert message.parts[1].name == "python"
    assert message.parts[2].data == {"outcome": "OUTCOME_OK"}


@pytest.mark.parametrize("size", [0, 1, 2, 3, 1000])
def test_pasted_files_open_as_their_bytes(tmp_path: Path, size: int) -> None:
    raw = bytes(range(250)) * 4
    data = base64.b64encode(b"\x89PNG" + raw[:size]).decode()
    chunk = {"role": "user", "text": "x", "inlineImage": {"mimeType": "image/png", "data": data}}

    [attachment] = only_message(tmp_path, chunk).attachments

    assert attachment.open is not None
    assert attachment.open().read() == attachment.open().read() == b"\x89PNG" + raw[:size]
    assert attachment.size_bytes == 4 + size
    assert (attachment.name, attachment.media_type) == ("image.png", "image/png")


def test_url_safe_base64_with_line_ends_is_read(tmp_path: Path) -> None:
    chunk = {"role": "user", "inlineFile": {"mimeType": "text/plain", "data": "-_-_\nYQ"}}

    [attachment] = only_message(tmp_path, chunk).attachments

    assert attachment.open is not None
    assert attachment.open().read() == base64.b64decode("+/+/YQ==")


def test_what_is_no_base64_is_kept_without_bytes(tmp_path: Path) -> None:
    chunk = {"role": "user", "inlineFile": {"mimeType": "text/plain", "data": "näh"}}

    [attachment] = only_message(tmp_path, chunk).attachments

    assert attachment.open is None
    assert attachment.metadata == {"data": "näh"}


def test_a_file_that_is_there_twice_is_attached_once(tmp_path: Path) -> None:
    inline = {"mimeType": "image/png", "data": "iVBORw0KGgo="}
    chunk = {"role": "model", "inlineImage": inline, "parts": [{"inlineData": inline}]}

    assert len(only_message(tmp_path, chunk).attachments) == 1


def test_drive_files_are_named_without_bytes(tmp_path: Path) -> None:
    message = only_message(
        tmp_path,
        {
            "role": "user",
            "driveDocument": {"id": "doc1"},
            "driveImage": {"id": "img1"},
            "youtubeVideo": {"id": "vid1"},
        },
    )

    assert [(a.external_id, a.open) for a in message.attachments] == [
        ("doc1", None),
        ("img1", None),
    ]
    assert [p.kind for p in message.parts] == [PartKind.FILE, PartKind.IMAGE, PartKind.VIDEO]
    assert message.parts[2].url == "https://www.youtube.com/watch?v=vid1"


def test_sources_errors_and_branches_are_kept(tmp_path: Path) -> None:
    branch = {"promptId": "prompts/1", "displayName": "Stone"}
    message = only_message(
        tmp_path,
        {
            "role": "model",
            "text": "x",
            "grounding": {
                "groundingSources": [{"referenceNumber": 1, "title": "T", "uri": "https://e.org"}],
                "webSearchQueries": ["q"],
            },
            "errorMessage": "It stopped.",
            "branchParent": branch,
        },
    )

    text, error, quote = message.parts
    assert (error.kind, error.text) == (PartKind.NOTICE, "It stopped.")
    assert (quote.kind, quote.name, quote.url) == (PartKind.QUOTE, "T", "https://e.org")
    assert quote.data == {"referenceNumber": 1}
    assert message.metadata == {"branchParent": branch, "grounding": {"webSearchQueries": ["q"]}}
    assert text.text == "x"


def test_fields_and_parts_that_we_do_not_know_are_kept_and_counted(tmp_path: Path) -> None:
    [conversation], notes = read(
        tmp_path,
        prompt({"role": "wizard", "text": "x", "newField": 1, "parts": [{"hologram": 2}]}, "word"),
    )

    first, second = conversation.messages
    assert first.metadata == {"newField": 1}
    assert {"hologram": 2} in [part.data for part in first.parts]
    assert second.parts[0].data == {"chunk": "word"}
    assert notes.unknown["chunk field newField"] == 1
    assert notes.unknown["part hologram"] == 1
    assert notes.unknown["role wizard"] == 1


def test_times_come_from_the_chunks(tmp_path: Path) -> None:
    [conversation], _ = read(
        tmp_path,
        prompt(
            {"role": "user", "text": "a", "createTime": "2026-03-01T10:00:00Z"},
            {"role": "model", "text": "b", "createTime": "2026-03-01T10:00:09Z"},
        ),
    )

    assert conversation.created_at_ms == conversation.messages[0].created_at_ms == 1772359200000
    assert conversation.updated_at_ms == 1772359209000
    assert "time_from" not in conversation.metadata
    assert "createTime" not in conversation.messages[0].metadata


def test_without_times_the_file_has_one_and_the_messages_none(tmp_path: Path) -> None:
    path = write_json(tmp_path / "p", prompt({"role": "user", "text": "a"}))
    os.utime(path, (1_772_359_200, 1_772_359_200))

    [conversation], _ = read_export(IMPORTER, path)

    assert conversation.created_at_ms == conversation.updated_at_ms == 1_772_359_200_000
    assert conversation.metadata["time_from"] == "file"
    assert conversation.messages[0].created_at_ms is None


def test_a_draft_that_was_not_sent_is_kept(tmp_path: Path) -> None:
    value = prompt({"role": "user", "text": "a"})
    value["chunkedPrompt"]["pendingInputs"] = [{"text": "wait", "role": "user"}]

    [conversation], _ = read(tmp_path, value)

    assert conversation.metadata["pendingInputs"] == [{"text": "wait", "role": "user"}]


def test_a_list_of_prompts_is_read(tmp_path: Path) -> None:
    conversations, notes = read(
        tmp_path,
        [
            {"id": "p1", "title": "One", **prompt({"role": "user", "text": "a"})},
            {"other": 1},
            None,
            {"id": "p1", "title": "Two", **prompt()},
        ],
    )

    assert [(c.external_id, c.title) for c in conversations] == [("p1", "One"), ("p1#2", "Two")]
    assert (notes.skipped_count, notes.warnings_count) == (1, 1)
    assert notes.ignored == {"null record": 1}


def test_a_prompt_that_is_there_twice_comes_once(tmp_path: Path) -> None:
    one, other = prompt({"role": "user", "text": "Hi"}), prompt({"role": "user", "text": "Ho"})
    path = write_zip(
        tmp_path / "drive.zip",
        {"Drive/One": one, "Drive (1)/One": one, "Drive/Two": one, "Drive (1)/Two": other},
    )

    found, notes = read_export(IMPORTER, path)

    assert [(c.title, c.messages[0].text) for c in found] == [
        *(("One", "Hi"), ("Two", "Hi"), ("Two", "Ho")),
    ]
    assert notes.ignored == {"prompt that is there twice": 1}


def test_prompts_for_images_are_kept_as_they_are(tmp_path: Path) -> None:
    [conversation], notes = read(
        tmp_path, {"runSettings": {"model": "imagen"}, "imagenPrompt": {"prompt": "a keel", "n": 4}}
    )

    [part] = conversation.messages[0].parts
    assert (part.kind, part.text, part.data["n"]) == (PartKind.UNKNOWN, "a keel", 4)
    assert notes.unknown["prompt imagenPrompt"] == 1


def test_a_prompt_that_goes_on_keeps_its_id(tmp_path: Path) -> None:
    chunks = [{"role": "user", "text": "a"}, {"role": "model", "text": "b"}]

    [before], _ = read(tmp_path, prompt(chunks[0]))
    [after], _ = read(tmp_path, prompt(*chunks))
    [other], _ = read(tmp_path, prompt(chunks[0]), name="Copy of My prompt")

    assert before.external_id == after.external_id != other.external_id
    assert before.messages[0].external_id == after.messages[0].external_id


def test_a_drive_folder_holds_prompts_without_suffix_beside_other_files(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "drive.zip",
        {
            "Drive/a.png": b"\x89PNG",
            "Drive/Google AI Studio/v1.2 of it": prompt({"role": "user", "text": "a"}),
            "Drive/Google AI Studio/x.json": prompt({"role": "user", "text": "b"}),
        },
    )

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
    conversations, notes = read_export(IMPORTER, path)

    assert [c.title for c in conversations] == ["v1.2 of it", "x"]
    assert notes.ignored == {"file that is no prompt": 1}


def test_a_chat_about_ai_studio_is_not_recognised(tmp_path: Path) -> None:
    about = [{"text": 'it says {"chunkedPrompt": {}}'}]

    with open_export(write_json(tmp_path / "c.json", about)) as export:
        assert not IMPORTER.recognises(export)
