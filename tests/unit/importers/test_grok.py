"""Exports of Grok."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Conversation, Json, Kind, PartKind, Role
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from privatus.importers.grok import IMPORTER
from support.exports import chats, read_export, write_zip

_FOLDER = "ttl/30d/export_data/u-1"
_ASSET = "0a0a0a0a-1111-4222-8333-444444444444"
_OTHER = "0b0b0b0b-1111-4222-8333-444444444444"
_PNG = b"\x89PNG\r\n\x1a\n0000"


def said(name: str, second: int, text: str, **fields: Any) -> dict[str, Json]:
    at = {"$date": {"$numberLong": str(1767348000000 + 1000 * second)}}
    response = {
        "_id": name,
        "message": text,
        "sender": "human",
        "create_time": at,
        "model": "grok-4",
        **fields,
    }
    return {"response": response, "share_link": None}


def answered(name: str, second: int, text: str, **fields: Any) -> dict[str, Json]:
    return said(name, second, text, **{"sender": "ASSISTANT", **fields})


def chat(*responses: Json, **fields: Any) -> dict[str, Json]:
    head = {"id": "c-1", "user_id": "u-1", "title": "A chat", "system_prompt_name": "", **fields}
    return {"conversation": head, "responses": list(responses)}


def export_of(tmp_path: Path, *records: Json, **more: Any) -> Path:
    """Write an export; `assets` are files by id, everything else in *more* is a list beside."""
    files = {
        f"{_FOLDER}/prod-mc-asset-server/{k}/content": v for k, v in more.pop("assets", {}).items()
    }
    backend = {
        "conversations": list(records),
        "projects": [],
        "tasks": [],
        "media_posts": [],
        **more,
    }
    members = {
        f"{_FOLDER}/prod-grok-backend.json": backend,
        f"{_FOLDER}/prod-mc-auth-mgmt-api.json": {"secret": "never read"},
        f"{_FOLDER}/prod-mc-billing.json": {"secret": "never read"},
        **files,
    }
    return write_zip(tmp_path / "grok.zip", members)


def read(tmp_path: Path, *records: Json, **more: Any) -> tuple[list[Conversation], Notes]:
    return read_export(IMPORTER, export_of(tmp_path, *records, **more))


def read_one(tmp_path: Path, *responses: Json, **fields: Any) -> Conversation:
    [found], _ = read(tmp_path, chat(*responses, **fields))
    return found


def test_a_conversation_is_read_with_times_models_and_account(tmp_path: Path) -> None:
    path = export_of(
        tmp_path,
        chat(
            said("a", 0, "Why?"),
            answered("b", 1, "So.", parent_response_id="a"),
            said("c", 2, "And?", parent_response_id="b", create_time="2026-01-02T10:00:02Z"),
            create_time="2026-01-02T10:00:00Z",
            modify_time="2026-01-02T11:00:00Z",
            starred=True,
            temporary=False,
        ),
    )

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
        assert IMPORTER.account(export) == "u-1"
        assert IMPORTER.is_whole_account(export)
    [found], notes = read_export(IMPORTER, path)

    assert (found.external_id, found.title, found.account, found.is_starred) == (
        *("c-1", "A chat", "u-1"),
        True,
    )
    assert (found.created_at_ms, found.updated_at_ms) == (1767348000000, 1767351600000)
    assert [
        (m.external_id, m.parent, m.role, m.model, m.created_at_ms) for m in found.messages
    ] == [
        ("a", None, Role.USER, None, 1767348000000),
        ("b", 1, Role.ASSISTANT, "grok-4", 1767348001000),
        ("c", 2, Role.USER, None, 1767348002000),
    ]
    assert found.metadata == {}
    assert notes.ignored == {"account or payment data": 2}


def test_branches_follow_the_parents_and_the_named_leaf_is_active(tmp_path: Path) -> None:
    found = read_one(
        tmp_path,
        answered("late", 9, "Second", parent_response_id="q"),
        answered("early", 1, "First", parent_response_id="q"),
        said("q", 0, "Why?"),
        leaf_response_id="early",
    )

    assert [(m.external_id, m.parent) for m in found.messages] == [
        ("q", None),
        ("early", 1),
        ("late", 1),
    ]
    assert [m.external_id for m in found.active_path()] == ["q", "early"]


def test_responses_without_wrapper_or_parents_follow_each_other(tmp_path: Path) -> None:
    found = read_one(
        tmp_path, answered("b", 1, "So.")["response"], said("a", 0, "Why?")["response"], title=""
    )

    assert [(m.external_id, m.parent) for m in found.messages] == [("a", None), ("b", 1)]
    assert found.title == "Why?"


@pytest.mark.parametrize(
    ("sender", "role", "model"),
    [
        ("human", Role.USER, None),
        ("HUMAN", Role.USER, None),
        ("assistant", Role.ASSISTANT, None),
        ("ASSISTANT", Role.ASSISTANT, None),
        ("grok-3", Role.ASSISTANT, "grok-3"),
    ],
)
def test_who_is_not_the_person_is_the_assistant(
    tmp_path: Path, sender: str, role: Role, model: str | None
) -> None:
    [message] = read_one(tmp_path, said("a", 0, "x", sender=sender, model=None)).messages

    assert (message.role, message.model) == (role, model)


def test_thoughts_steps_and_pages_are_parts(tmp_path: Path) -> None:
    page = {"url": "https://e.org/1", "title": "One", "preview": "Words"}
    other = {"url": "https://e.org/2", "title": "Two", "preview": "More"}
    message = answered(
        "a",
        0,
        "So.",
        thinking_trace="Hm",
        agent_thinking_traces=[{"agent_name": "A", "thinking_trace": "Aha"}],
        steps=[
            {
                "tagged_text": {"header": "Searching", "summary": "For it"},
                "tool_usage_results": [{"tool_name": "web", "n": 1}],
            }
        ],
        web_search_results=[page, other],
        cited_web_search_results=[page],
        error={"message": "cut off"},
    )

    [found] = read_one(tmp_path, message).messages

    assert [(p.kind, p.text, p.name) for p in found.parts] == [
        (PartKind.THINKING, "Hm", None),
        (PartKind.THINKING, "Aha", "A"),
        (PartKind.THINKING, "For it", "Searching"),
        (PartKind.TOOL_RESULT, '{\n  "tool_name": "web",\n  "n": 1\n}', "web"),
        (PartKind.TEXT, "So.", None),
        (PartKind.QUOTE, "Words", "One"),
        (PartKind.QUOTE, "More", "Two"),
        (PartKind.NOTICE, '{\n  "message": "cut off"\n}', "error"),
    ]
    assert [p.data for p in found.parts[5:7]] == [{"is_cited": True}, {}]
    assert all(not p.data for p in found.parts[:5])
    assert found.metadata == {}


def test_a_step_that_only_used_a_tool_is_no_thought(tmp_path: Path) -> None:
    steps = [{"tool_usage_results": ["found"], "n": 1}, {"tagged_text": {}, "n": 2}, None]
    pages = [{"url": "https://e.org"}, {"title": "No address"}, {}]
    message = answered("a", 0, "", steps=steps, cited_web_search_results=pages)

    [found] = read_one(tmp_path, message).messages

    assert [(p.kind, p.text, p.name, p.url) for p in found.parts] == [
        (PartKind.TOOL_RESULT, "found", None, None),
        (PartKind.THINKING, "", None, None),
        (PartKind.QUOTE, "", "https://e.org", "https://e.org"),
        (PartKind.QUOTE, "", "No address", None),
    ]


def test_the_shape_decides_and_not_the_name(tmp_path: Path) -> None:
    record = chat(said("a", 0, "Hi"), answered("b", 1, "Ho", parent_response_id="a"))
    path = write_zip(tmp_path / "x.zip", {"renamed.json": {"conversations": [record]}})

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
        assert not IMPORTER.is_whole_account(export)
    assert [len(c.messages) for c in read_export(IMPORTER, path)[0]] == [2]


def test_places_of_cards_become_links_and_the_original_is_kept(tmp_path: Path) -> None:
    text = (
        'Wet.<grok:render card_id="k1" card_type="citation_card"><argument name="n">3</argument>'
        '</grok:render> Dry.<grok:render card_id="k2"></grok:render><grok:render card_id="k3"/>'
    )
    cards = [
        json.dumps({"id": "k1", "url": "https://e.org/a_(b)"}),
        json.dumps({"id": "k2", "url": "javascript:alert(1)"}),
        "no json",
    ]

    [found], notes = read(tmp_path, chat(answered("a", 0, text, card_attachments_json=cards)))

    [message] = found.messages
    assert message.text == "Wet. [e.org](https://e.org/a_%28b%29) Dry."
    assert message.parts[0].data == {"original": text}
    assert message.metadata["cards"][0] == {"id": "k1", "url": "https://e.org/a_(b)"}
    assert notes.unknown == {"card that is not JSON": 1}


def test_artifacts_in_tags_are_parts(tmp_path: Path) -> None:
    tag = 'xaiArtifact artifact_id="x" title="Poem" contentType="text/markdown"'
    text = f"Here:\n<{tag}>\nRoses\n</xaiArtifact>"

    [message] = read_one(tmp_path, answered("a", 0, text)).messages

    assert [(p.kind, p.text, p.name) for p in message.parts] == [
        (PartKind.TEXT, "Here:", None),
        (PartKind.ARTIFACT, "Roses", "Poem"),
    ]
    assert message.parts[1].data == {"artifact_id": "x", "contentType": "text/markdown"}


def test_files_are_found_by_id_and_told_by_their_bytes(tmp_path: Path) -> None:
    path = export_of(
        tmp_path,
        chat(
            said(
                "a",
                0,
                "Look",
                file_attachments=[
                    _ASSET.upper(),
                    {"fileMetadataId": "gone", "fileName": "b.txt"},
                    "",
                ],
            )
        ),
        assets={_ASSET: _PNG},
    )

    with open_export(path) as export:
        [found] = IMPORTER.read(export, Notes())
        here, gone = found.messages[0].attachments
        assert here.open is not None
        assert here.open().read() == _PNG

    assert (here.name, here.media_type, here.size_bytes) == (
        f"{_ASSET.upper()}.png",
        "image/png",
        12,
    )
    assert (gone.name, gone.external_id, gone.open) == ("b.txt", "gone", None)
    assert (here.metadata, gone.metadata) == ({}, {})
    assert [p.kind for p in found.messages[0].parts] == [
        PartKind.TEXT,
        PartKind.IMAGE,
        PartKind.FILE,
    ]


def test_a_picture_made_step_by_step_is_one_picture(tmp_path: Path) -> None:
    def card(progress: int, image_id: str, prompt: Json) -> str:
        chunk = {
            "imageUuid": image_id,
            "imageUrl": f"users/u/{image_id}/i.jpg",
            "imagePrompt": prompt,
        }
        return json.dumps({"id": "k", "image_chunk": {**chunk, "progress": progress}})

    message = answered(
        "a",
        0,
        "",
        card_attachments_json=[
            card(50, _ASSET, "A rose"),
            card(100, _ASSET, {"prompt": "A rose"}),
            card(100, "gone", "A tulip"),
        ],
        generated_image_urls=[f"https://e.org/{_OTHER}/image.jpg"],
    )

    [found], _ = read(tmp_path, chat(message), assets={_ASSET: _PNG, _OTHER: _PNG})

    parts = found.messages[0].parts
    assert [(p.kind, p.text, p.attachment, p.url) for p in parts] == [
        (PartKind.IMAGE, "A rose", 0, None),
        (PartKind.IMAGE, "A tulip", None, "users/u/gone/i.jpg"),
        (PartKind.IMAGE, "", 1, None),
    ]


def test_a_file_that_only_the_conversation_names_hangs_on_its_first_message(tmp_path: Path) -> None:
    record = chat(
        said("a", 0, "x"), said("b", 1, "y", file_attachments=[_ASSET]), asset_ids=[_ASSET, _OTHER]
    )

    [found], _ = read(tmp_path, record, assets={_ASSET: _PNG, _OTHER: _PNG})

    assert [[a.external_id for a in m.attachments] for m in found.messages] == [[_OTHER], [_ASSET]]


_PROJECT = {
    "workspace_id": "w-1",
    "name": "Garden",
    "custom_personality": "Be kind",
    "create_time": "2026-01-02T10:00:00Z",
    "conversation_starters": ["What grows?", None],
    "preferred_model": "grok-4",
}


def test_a_project_is_a_document(tmp_path: Path) -> None:
    found, notes = read(
        tmp_path, chat(said("a", 0, "x")), projects=[_PROJECT], tasks=[{"task_id": "t"}]
    )

    assert len(chats(found)) == 1
    [garden] = (c for c in found if c.kind is Kind.DOCUMENT)
    assert (garden.external_id, garden.title) == ("w-1", "Garden")
    assert [(m.role, m.text) for m in garden.messages] == [
        (Role.SYSTEM, "Be kind"),
        (Role.USER, "- What grows?"),
    ]
    assert garden.metadata == {"document": "project", "preferred_model": "grok-4"}
    assert (garden.project, garden.created_at_ms) == ("Garden", 1767348000000)
    assert [m.external_id for m in garden.messages] == ["instructions", "conversation_starters"]
    assert notes.ignored == {"task": 1, "account or payment data": 2}


def test_media_are_one_document_after_the_projects(tmp_path: Path) -> None:
    link = "https://e.org/p"
    posts = [
        {"id": "p-1", "original_prompt": "A rose", "media_type": "image", "link": link},
        {"id": _ASSET, "original_prompt": "A film", "media_type": "video"},
    ]

    found, _ = read(
        tmp_path,
        chat(said("a", 0, "x")),
        projects=[_PROJECT],
        media_posts=posts,
        assets={_ASSET: _PNG, _OTHER: b"loose text"},
    )

    _, media = (c for c in found if c.kind is Kind.DOCUMENT)
    assert [(m.external_id, m.parts[0].kind, m.parts[0].text) for m in media.messages] == [
        ("p-1", PartKind.IMAGE, "A rose"),
        (_ASSET, PartKind.VIDEO, "A film"),
        (_OTHER, PartKind.FILE, ""),
    ]
    assert media.messages[2].attachments[0].media_type == "text/plain"


def test_bad_records_are_noted_and_empty_conversations_kept(tmp_path: Path) -> None:
    found, notes = read(tmp_path, "x", chat(None, 7, said("a", 0, "Hi")), chat(id="c-2"))

    assert [[m.text for m in c.messages] for c in found] == [["Hi"], []]
    assert notes.skipped_count == 3
    assert [n.reason for n in notes.warnings] == ["the conversation holds no messages"]


def test_what_the_model_does_not_name_is_kept(tmp_path: Path) -> None:
    entry = said("a", 0, "Hi", query="Hi", query_type="x", xpost_ids=["1"], partial=False)
    entry["share_link"] = {"share_link_id": "s"}

    [message] = read_one(tmp_path, entry).messages

    assert message.metadata == {
        "query_type": "x",
        "xpost_ids": ["1"],
        "share_link": {"share_link_id": "s"},
    }
