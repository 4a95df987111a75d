"""Canvas documents and citations in ChatGPT's messages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from privatus.core.conversation import Json, Part, PartKind
from support.chatgpt_records import (
    answered,
    chat,
    content,
    only,
    parts,
    read,
    read_message,
    said,
    text,
)


def test_a_canvas_document_is_an_artifact(tmp_path: Path) -> None:
    document = {"name": "Plan", "type": "document", "content": "# Plan\nDo it"}

    part = only(
        read_message(
            tmp_path,
            answered(
                "m",
                content("code", language="json", text=json.dumps(document)),
                recipient="canmore.create_textdoc",
            ),
        )
    )

    assert part == Part(
        kind=PartKind.ARTIFACT,
        text="# Plan\nDo it",
        name="Plan",
        data={"command": "create", "type": "document"},
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "body", "command"),
    [
        ("update", {"updates": [{"pattern": ".*", "replacement": "New"}]}, "New", "update"),
        (
            "update",
            {
                "updates": [
                    {"pattern": "a+", "replacement": "b"},
                    {"pattern": "x", "replacement": "y"},
                ]
            },
            "b\n\ny",
            "update",
        ),
        ("comment", {"comments": [{"pattern": "a", "comment": "Why?"}]}, "Why?", "comment"),
    ],
)
def test_what_is_done_to_a_canvas_document_is_an_artifact(
    tmp_path: Path, tool: str, arguments: dict[str, Json], body: str, command: str
) -> None:
    call = answered("m", text(json.dumps(arguments)), recipient=f"canmore.{tool}_textdoc")

    part = only(read_message(tmp_path, call))

    assert (part.kind, part.text, part.data["command"]) == (PartKind.ARTIFACT, body, command)


@pytest.mark.parametrize("arguments", ["{broken", "[1]", ""])
def test_a_canvas_call_that_is_no_json_is_kept_as_a_call(tmp_path: Path, arguments: str) -> None:
    code = content("code", language="json", text=arguments)
    call = answered("m", code, recipient="canmore.accept_textdoc")

    assert only(read_message(tmp_path, call)).kind is PartKind.TOOL_CALL


def test_citations_become_links_and_the_original_stays(tmp_path: Path) -> None:
    mark = "\ue200cite\ue202turn0search1\ue201"
    reference = {
        "matched_text": mark,
        "type": "grouped_webpages",
        "items": [{"title": "News", "url": "https://n.example/"}],
    }

    part = only(
        read_message(
            tmp_path,
            answered("m", f"It rains {mark}.", metadata={"content_references": [reference]}),
        )
    )

    assert part.text == "It rains ([News](https://n.example/))."
    assert part.data == {"original": f"It rains {mark}."}


def test_marks_in_speech_and_thoughts_are_removed(tmp_path: Path) -> None:
    spoken = {
        "content_type": "audio_transcription",
        "text": "Rain 【4†source】",
        "direction": "out",
    }
    thoughts = content("thoughts", thoughts=[{"summary": "S", "content": "Rain 【4†source】"}])

    [found], _ = read(tmp_path, chat(answered("m", parts(spoken)), answered("n", thoughts)))

    original = "Rain 【4†source】"
    assert [(p.text, dict(p.data)) for m in found.messages for p in m.parts] == [
        ("Rain", {"direction": "out", "original": original}),
        ("Rain", {"original": original}),
    ]


def test_marks_that_a_person_wrote_stay(tmp_path: Path) -> None:
    message = read_message(tmp_path, said("m", text("see 【4†source】", "and 【5†source】")))

    assert message.text == "see 【4†source】\n\nand 【5†source】"
