"""What ChatGPT's messages hold, by content type."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.core.conversation import Json, Part, PartKind, Role
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
    told,
)


@pytest.mark.parametrize(
    ("strings", "texts"),
    [
        (["Hello"], ["Hello"]),
        (["one", "two"], ["one", "two"]),
        ([""], []),
        ([], []),
        ([None, "x", ""], ["x"]),
    ],
)
def test_texts_are_parts_and_nothing_is_none(
    tmp_path: Path, strings: list[Json], texts: list[str]
) -> None:
    message = read_message(tmp_path, said("m", text(*strings)))

    assert [(part.kind, part.text) for part in message.parts] == [(PartKind.TEXT, t) for t in texts]


@pytest.mark.parametrize(
    "value", ["Hello", ["Hello"], {"parts": ["Hello"]}, {"content_type": "text", "text": "Hello"}]
)
def test_content_as_other_programs_write_it_is_read(tmp_path: Path, value: Json) -> None:
    [found], notes = read(tmp_path, chat({**said("m", ""), "content": value}))

    assert found.messages[0].text == "Hello"
    assert not notes.unknown


@pytest.mark.parametrize("value", [None, 3, {}, {"content_type": "text"}])
def test_a_message_without_content_is_a_message(tmp_path: Path, value: Json) -> None:
    assert read_message(tmp_path, {**said("m", ""), "content": value}).parts == ()


@pytest.mark.parametrize(
    ("author", "metadata", "role"),
    [
        ({"role": "user"}, {}, Role.USER),
        ({"role": "assistant"}, {}, Role.ASSISTANT),
        ({"role": "system"}, {}, Role.SYSTEM),
        ({"role": "tool"}, {}, Role.TOOL),
        (None, {"model_slug": "gpt-5"}, Role.ASSISTANT),
        (None, {}, Role.SYSTEM),
        ({"role": ["user"]}, {}, Role.SYSTEM),
    ],
)
def test_roles(tmp_path: Path, author: Json, metadata: Json, role: Role) -> None:
    message = read_message(tmp_path, said("m", "Hello", author=author, metadata=metadata))

    assert message.role is role


def test_an_unknown_role_is_counted_and_kept(tmp_path: Path) -> None:
    [found], notes = read(tmp_path, chat(said("m", "Hello", author={"role": "critic"})))

    assert found.messages[0].metadata["role"] == "critic"
    assert notes.unknown == {"role critic": 1}


@pytest.mark.parametrize(
    ("fields", "is_hidden"),
    [
        ({}, False),
        ({"weight": 0.0}, True),
        ({"weight": 1}, False),
        ({"metadata": {"is_visually_hidden_from_conversation": True}}, True),
        ({"metadata": {"is_visually_hidden_from_conversation": False}}, False),
        ({"metadata": {"is_user_system_message": True}}, True),
        ({"metadata": {"is_visually_hidden_reasoning_group": True}}, True),
        ({"content": content("user_editable_context", user_profile="x")}, True),
        ({"content": content("model_editable_context", model_set_context="x")}, True),
        ({"author": {"role": "system"}}, False),
        ({"author": {"role": "system"}, "content": text("")}, True),
        ({"author": {"role": "assistant"}, "content": text("")}, False),
    ],
)
def test_what_the_provider_hides_is_kept_hidden(
    tmp_path: Path, fields: dict[str, Json], is_hidden: bool
) -> None:
    message = read_message(tmp_path, {**said("m", "Hello"), **fields})

    assert message.is_hidden is is_hidden


def test_what_the_model_does_not_name_is_kept_and_the_usual_is_not(tmp_path: Path) -> None:
    message = answered(
        "m",
        "Hello",
        status="finished_successfully",
        end_turn=True,
        weight=1.0,
        recipient="all",
        channel="final",
        update_time=None,
        metadata={
            "message_type": "next",
            "timestamp_": "absolute",
            "can_save": True,
            "model_slug": "gpt-5",
            "request_id": "r-1",
            "finished_duration_sec": 0,
            "citations": [],
            "is_complete": False,
        },
        author={"role": "assistant", "name": None, "metadata": {"real_author": "tool:web"}},
    )

    assert read_message(tmp_path, message).metadata == {
        "channel": "final",
        "request_id": "r-1",
        "finished_duration_sec": 0,
        "author": {"real_author": "tool:web"},
    }


def test_an_unfinished_answer_is_kept_as_such(tmp_path: Path) -> None:
    message = read_message(tmp_path, answered("m", "Hel", status="in_progress", end_turn=False))

    assert message.metadata == {"status": "in_progress"}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            answered("m", content("code", language="python", text="1+1"), recipient="python"),
            Part(kind=PartKind.TOOL_CALL, text="1+1", name="python", data={"language": "python"}),
        ),
        (
            answered("m", content("code", language="unknown", text="{}"), recipient="web.run"),
            Part(kind=PartKind.TOOL_CALL, text="{}", name="web.run"),
        ),
        (
            answered("m", content("code", language="rust", text="fn"), recipient="all"),
            Part(kind=PartKind.CODE, text="fn", name="rust"),
        ),
        (
            answered("m", "a cat", recipient="dalle.text2im"),
            Part(kind=PartKind.TOOL_CALL, text="a cat", name="dalle.text2im"),
        ),
        (
            told("m", "python", content("execution_output", text="2")),
            Part(kind=PartKind.TOOL_RESULT, text="2", name="python"),
        ),
        (
            told("m", "bio", "Model set context updated."),
            Part(kind=PartKind.TOOL_RESULT, text="Model set context updated.", name="bio"),
        ),
        (
            told("m", "browser", content("tether_browsing_display", result="R", summary="S")),
            Part(kind=PartKind.TOOL_RESULT, text="R", name="browser", data={"summary": "S"}),
        ),
        (
            told("m", "browser", content("tether_browsing_display", result="", summary="S")),
            Part(kind=PartKind.TOOL_RESULT, text="S", name="browser"),
        ),
        (
            told("m", "x", content("citable_code_output", output_str="3")),
            Part(kind=PartKind.TOOL_RESULT, text="3", name="x"),
        ),
        (
            told(
                "m", "b", content("tether_quote", url="http://u", domain="d", title="T", text="q")
            ),
            Part(kind=PartKind.QUOTE, text="q", name="T", url="http://u", data={"domain": "d"}),
        ),
        (
            told("m", "w", content("sonic_webpage", url="http://u", title="T", snippet="s")),
            Part(kind=PartKind.QUOTE, text="s", name="T", url="http://u"),
        ),
        (
            answered("m", content("reasoning_recap", content="Thought for 12 seconds")),
            Part(kind=PartKind.NOTICE, text="Thought for 12 seconds"),
        ),
        (
            told("m", "w", content("system_error", name="TimeoutError", text="too slow")),
            Part(kind=PartKind.NOTICE, text="too slow", name="TimeoutError"),
        ),
        (
            answered("m", content("commentary", text="Let me see", extra=1)),
            Part(kind=PartKind.THINKING, text="Let me see", data={"extra": 1}),
        ),
        (
            said("m", content("model_editable_context", model_set_context="likes tea", x=[1])),
            Part(kind=PartKind.TEXT, text="likes tea", data={"x": [1]}),
        ),
    ],
)
def test_content_types(tmp_path: Path, message: dict[str, Json], expected: Part) -> None:
    [found], notes = read(tmp_path, chat(message))

    assert only(found.messages[0]) == expected
    assert not notes.unknown


def test_thoughts_are_parts_of_their_own(tmp_path: Path) -> None:
    thoughts = [
        {"summary": "Plan", "content": "First this", "chunks": ["First this"], "finished": True},
        {"summary": "Check", "content": "", "chunks": ["then ", "that"]},
        {"summary": "", "content": ""},
        "odd",
    ]

    message = read_message(
        tmp_path, answered("m", content("thoughts", thoughts=thoughts, source_analysis_msg_id="s"))
    )

    assert message.parts == (
        Part(
            kind=PartKind.THINKING,
            text="First this",
            name="Plan",
            data={"source_analysis_msg_id": "s"},
        ),
        Part(kind=PartKind.THINKING, text="then that", name="Check"),
    )


def test_custom_instructions_are_texts(tmp_path: Path) -> None:
    context = content("user_editable_context", user_profile="I am Sam", user_instructions="Brief")
    other = {"user_context_message_data": {"about_user_message": "I am Ada"}}

    [found], _ = read(
        tmp_path,
        chat(said("m", context), said("n", content("user_editable_context"), metadata=other)),
    )

    assert [(p.name, p.text) for m in found.messages for p in m.parts] == [
        ("user_profile", "I am Sam"),
        ("user_instructions", "Brief"),
        ("user_profile", "I am Ada"),
    ]


def test_the_text_of_a_voice_chat_is_read(tmp_path: Path) -> None:
    audio = {"asset_pointer": "sediment://file_1", "size_bytes": 4, "format": "wav"}
    frames = [{"asset_pointer": "sediment://file_2"}, "sediment://file_3"]
    message = said(
        "m",
        parts(
            {"content_type": "audio_transcription", "text": "How are you?", "direction": "in"},
            {
                "content_type": "real_time_user_audio_video_asset_pointer",
                "audio_asset_pointer": audio,
                "frames_asset_pointers": frames,
                "video_container_asset_pointer": None,
                "audio_start_timestamp": 1.5,
            },
            {"content_type": "audio_asset_pointer", "asset_pointer": "sediment://file_4"},
            {"content_type": "video_container_asset_pointer", "asset_pointer": "sediment://file_5"},
        ),
    )

    found = read_message(tmp_path, message)

    assert found.text == "How are you?"
    assert found.parts[0].data == {"direction": "in"}
    assert [(p.kind, p.attachment) for p in found.parts[1:]] == [
        (PartKind.AUDIO, 0),
        (PartKind.IMAGE, 1),
        (PartKind.IMAGE, 2),
        (PartKind.AUDIO, 3),
        (PartKind.VIDEO, 4),
    ]
    assert found.parts[1].data == {"audio_start_timestamp": 1.5, "format": "wav"}
    assert [a.external_id for a in found.attachments] == [f"file_{n}" for n in range(1, 6)]


def test_an_image_says_its_prompt(tmp_path: Path) -> None:
    image = {
        "content_type": "image_asset_pointer",
        "asset_pointer": "file-service://file-1",
        "width": 32,
        "metadata": {"dalle": {"prompt": "a cat", "seed": 7}},
    }

    part = only(read_message(tmp_path, told("m", "dalle.text2im", parts(image))))

    assert (part.kind, part.text, part.attachment) == (PartKind.IMAGE, "a cat", 0)
    assert part.data == {"width": 32, "metadata": {"dalle": {"prompt": "a cat", "seed": 7}}}


def test_a_picture_of_a_computer_is_an_image(tmp_path: Path) -> None:
    output = content(
        "computer_output",
        screenshot={"asset_pointer": "sediment://file_1", "width": 8},
        state={"title": "Shop", "url": "http://s", "dom": "<a>"},
    )

    result, image = read_message(tmp_path, told("m", "computer", output)).parts

    assert (result.kind, result.text) == (PartKind.TOOL_RESULT, "Shop\nhttp://s")
    assert result.data["state"]["dom"] == "<a>"
    assert (image.kind, image.attachment) == (PartKind.IMAGE, 0)


def test_images_that_code_has_drawn_are_shown(tmp_path: Path) -> None:
    drawn = {"message_type": "image", "image_url": "file-service://file-1"}
    metadata = {"aggregate_result": {"messages": [{"message_type": "stream", "text": "2"}, drawn]}}

    message = read_message(
        tmp_path, told("m", "python", content("execution_output", text="2"), metadata=metadata)
    )

    assert [part.kind for part in message.parts] == [PartKind.TOOL_RESULT, PartKind.IMAGE]
    assert message.attachments[0].external_id == "file-1"


def test_unknown_types_are_kept_whole_and_counted(tmp_path: Path) -> None:
    hologram = content("hologram", text="Hi", inner={"result": "there", "id": "no"}, list=["you"])
    part = {"content_type": "smell", "text": "roses"}

    [found], notes = read(
        tmp_path, chat(answered("m", hologram), answered("n", parts(part, {"x": 1})))
    )

    assert found.messages[0].parts == (
        Part(kind=PartKind.UNKNOWN, text="Hi\n\nthere\n\nyou", data=hologram),
    )
    assert found.messages[1].parts == (
        Part(kind=PartKind.UNKNOWN, text="roses", data=part),
        Part(kind=PartKind.UNKNOWN, data={"x": 1}),
    )
    assert notes.unknown == {
        "content_type hologram": 1,
        "part smell": 1,
        "part without content_type": 1,
    }
