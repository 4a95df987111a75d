"""What an export says and no field of ours names is kept, whoever the provider is.

Each record holds words that are nowhere else; all of them must be in what the importer makes of it.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from privatus.core.conversation import Conversation, Json
from privatus.importers import registry
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from support.exports import write_json

_DAY = "2026-01-02T03:04:05Z"
_numbers = count()


def _word(name: str) -> str:
    return f"word-{next(_numbers)}-{name}"


def _say(names: str, **fields: Json) -> dict[str, Json]:
    """Return a record with a word of its own under each of *names*."""
    return {**{name: _word(name) for name in names.split()}, **fields}


def _chatgpt(role: str) -> Json:
    image = _say("fovea", content_type="image_asset_pointer", asset_pointer=f"file://{_word('a')}")
    live = _say("audio_start_timestamp", content_type="real_time_user_audio_video_asset_pointer")
    contents = [
        _say("extra", content_type="text", parts=[_word("text"), None]),
        _say("extra", content_type="multimodal_text", parts=[_word("text"), image, live]),
        _say("language text response_format_name extra", content_type="code"),
        _say("text extra", content_type="execution_output"),
        _say("url domain title text tether_id extra", content_type="tether_quote"),
        _say("result summary command extra", content_type="tether_browsing_display"),
        _say("url domain title text snippet pub_date ref_id", content_type="sonic_webpage"),
        {"content_type": "thoughts", "thoughts": [_say("summary content extra")], **_say("more")},
        _say("content extra", content_type="reasoning_recap"),
        _say("user_profile user_instructions extra", content_type="user_editable_context"),
        _say("model_set_context structured_context", content_type="model_editable_context"),
        _say("name text extra", content_type="system_error"),
        _say("computer_id tether_id", content_type="computer_output", state=_say("url dom")),
        _say("output_str extra", content_type="citable_code_output"),
        _say("text other", content_type="super_widget"),
        _say("text content other", content_type="analysis"),
        _say("text other", content_type="hologram"),
    ]
    nodes: dict[str, Json] = {}
    for number, content in enumerate(contents):
        author = _say("name", role=role, metadata=_say("source"))
        message = _say("id status", author=author, content=content, metadata=_say("request_id"))
        nodes[str(number)] = {"parent": str(number - 1), "message": message}
    return [_say("id title gizmo_id voice extra", mapping=nodes)]


def _claude() -> Json:
    blocks = [
        _say("text citations_grouping_mode", type="text", citations=[_say("uuid title url")]),
        _say("thinking cut_off signature", type="thinking", summaries=[_word("a"), _word("b")]),
        _say("data", type="redacted_thinking"),
        _say("id name message icon_name", type="tool_use", input=_say("query")),
        _say("id message", type="tool_use", name="create_file", input=_say("path file_text extra")),
        _say("tool_use_id name message meta", type="tool_result", content=[
            _say("text extra", type="text"), _say("title url text extra", type="knowledge"),
            _say("file_path name extra", type="local_resource"),
            _say("file_uuid extra", type="image"), _say("images", type="image_gallery"),
            _say("text extra", type="hologram"),
        ]),
        _say("remaining", type="token_budget"), _say("title text extra", type="voice_note"),
        _say("flag helpline", type="flag"), _say("prompt text", type="injected_prompt_block"),
        _say("extra", type="citation_block"), _word("bare"),
    ]  # fmt: skip
    message = _say(
        "uuid extra", sender="human", content=blocks, created_at=_DAY,
        attachments=[_say("file_name extracted_content extra")], files=[_say("file_uuid extra")],
    )  # fmt: skip
    return [_say("uuid name summary extra", created_at=_DAY, chat_messages=[message])]


def _design() -> Json:
    blocks = [
        _say("text extra", type="text"),
        _say("text extra", type="thinking"),
        _say("thinking", type="thinking"),
        _say("extra", type="tool_call", toolCall=_say("id name input output serverSide")),
        _say("message debugInfo", type="error"),
        _say("text extra", type="user_interjection"),
    ]
    inner = _say("content authorName pill", contentBlocks=blocks, timestamp=1_767_323_045_000)
    return [_say("uuid title extra", project=_say("uuid"), messages=[_say("uuid", content=inner)])]


def _mistral() -> Json:
    chunks = [
        _say("text", type="text"),
        _say("name publicArguments publicResult extra", type="tool_call"),
        _say("referenceIds", type="reference"),
        _say("text extra", type="custom_element"),
        _say("imageUrl extra", type="image_url"),
        _say("name extra", type="file_reference"),
    ]
    answer = _say(
        "id content reactionDetail preference context extra", chatId="c", role="assistant",
        contentChunks=chunks, canvas=[_say("content title extra")], quotes=[_say("text extra")],
        files=[_say("name extra")], reaction="like",
    )  # fmt: skip
    bare = [_say("text", type="text"), _say("thinking", type="thinking")]
    return [answer, _say("id", chatId="c", role="user", content=bare, contentChunks=None)]


def _grok() -> Json:
    response = _say(
        "_id message query_type model thinking_trace error extra", sender="assistant",
        parent_response_id="", agent_thinking_traces=[_say("agent_name thinking_trace extra")],
        steps=[{"tagged_text": _say("header summary"), "tool_usage_results": [_say("out")]}],
        web_search_results=[_say("url title preview extra")], card_attachments_json=[_word("card")],
    )  # fmt: skip
    head = _say("id user_id title summary team_id")
    outer = {"response": response, **_say("share_link beside")}
    return {"conversations": [{"conversation": head, "responses": [outer], **_say("more")}]}


def _gemini() -> Json:
    row = _say(
        "description locationInfos extra", title=f"Prompted {_word('prompt')}", time=_DAY,
        header="Gemini Apps", safeHtmlItem=[{"html": f"<p>{_word('answer')}</p>"}],
        attachedFiles=[_word("file")], details=[_say("name extra")],
    )  # fmt: skip
    unanswered = _say("description", title="Prompted so", time=_DAY, header="Gemini Apps")
    return [row, unanswered]


def _workspace() -> Json:
    answer = {"text": [_say("data citations")], **_say("extra")}
    both = {"user_turn": _say("prompt extra"), "system_turn": answer}
    return _say("title extra", creation_time=_DAY, conversation_turns=[both, _say("unknown")])


def _texts(value: Json) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_texts, value.values()))
    if isinstance(value, list):
        return set().union(*map(_texts, value))
    return {value} if isinstance(value, str) else set()


def _kept(conversation: Conversation) -> str:
    found = [repr(conversation)]
    for message in conversation.messages:
        for attachment in message.attachments:
            if attachment.open is not None:
                with attachment.open() as stream:
                    found.append(stream.read().decode())
    return "\n".join(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("conversations.json", _chatgpt(role)) for role in ("user", "assistant", "tool")),
        ("conversations.json", _claude()),
        ("design_chats.json", _design()),
        ("chat-c.json", _mistral()),
        ("prod-grok-backend.json", _grok()),
        ("MyActivity.json", _gemini()),
        ("conversation_1.txt", _workspace()),
    ],
)
def test_nothing_that_an_export_says_is_lost(tmp_path: Path, name: str, value: Json) -> None:
    with open_export(write_json(tmp_path / name, value)) as export:
        importer = registry.find(export)
        kept = "\n".join(map(_kept, importer.read(export, Notes())))

    words = {text for text in _texts(value) if text.startswith("word-")}
    assert len(words) > 5
    assert {word for word in words if word not in kept} == set()
