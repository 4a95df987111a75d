"""Exports of ChatGPT: files, conversations and their trees."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.core.conversation import Conversation, Role
from privatus.core.errors import UnreadableInputError
from privatus.importers.chatgpt import IMPORTER
from privatus.importers.export import open_export
from support.chatgpt_records import (
    START_MS,
    USER,
    answered,
    chat,
    node,
    read,
    said,
    text,
    tree,
    words,
)
from support.exports import read_export, write_json, write_zip


def path_words(conversation: Conversation) -> list[str]:
    return [message.text for message in conversation.active_path()]


def test_a_conversation_comes_with_all_that_is_said_of_it(tmp_path: Path) -> None:
    record = chat(
        said("m-1", "Hello", 1),
        answered("m-2", "Hi", 2.5, metadata={"model_slug": "gpt-5"}),
        default_model_slug="gpt-5",
        is_archived=True,
        is_starred=True,
        gizmo_id="g-abc",
        conversation_origin=None,
        safe_urls=["https://a.example"],
    )

    [found], notes = read(tmp_path, record)

    assert (found.source, found.external_id, found.title) == ("chatgpt", "c-1", "A chat")
    assert (found.created_at_ms, found.updated_at_ms) == (START_MS, START_MS + 60_000)
    assert (found.model, found.project) == ("gpt-5", None)
    assert (found.is_archived, found.is_starred, found.active) == (True, True, 2)
    assert found.metadata == {
        "default_model_slug": "gpt-5",
        "gizmo_id": "g-abc",
        "safe_urls": ["https://a.example"],
    }
    first, second = found.messages
    assert (first.number, first.parent, first.role, first.external_id) == (
        1,
        None,
        Role.USER,
        "m-1",
    )
    assert (second.number, second.parent, second.role) == (2, 1, Role.ASSISTANT)
    assert (second.created_at_ms, second.model) == (START_MS + 2_500, "gpt-5")
    assert words(found) == ["Hello", "Hi"]
    assert (notes.conversations_seen, notes.messages_seen) == (1, 2)
    assert not notes.skipped_count + notes.warnings_count
    assert not notes.unknown


def test_every_shape_of_container_is_read(tmp_path: Path) -> None:
    records = [chat(said("m-1", "Hello"), conversation_id=f"c-{n}") for n in range(3)]
    shapes = [
        write_json(tmp_path / "list.json", records),
        write_json(tmp_path / "wrapped.json", {"conversations": records}),
        write_zip(tmp_path / "whole.zip", {"conversations.json": records}),
        write_zip(tmp_path / "top.zip", {"export/conversations.json": records}),
        write_zip(
            tmp_path / "shards.zip",
            {"conversations-000.json": records[:2], "conversations-001.json": records[2:]},
        ),
        write_zip(tmp_path / "odd.zip", {"my chats.json": records, "photo.png": b"\x89PNG"}),
    ]

    for path in shapes:
        found, _ = read_export(IMPORTER, path)
        assert [c.external_id for c in found] == ["c-0", "c-1", "c-2"], path.name

    one, _ = read_export(IMPORTER, write_json(tmp_path / "bare.json", records[1]))
    assert [c.external_id for c in one] == ["c-1"]


def test_other_files_are_not_taken_for_conversations(tmp_path: Path) -> None:
    members = {
        "conversations.json": [chat(said("m-1", "Hello"))],
        "shared_conversations.json": [{"id": "s", "conversation_id": "c-1", "title": "A chat"}],
        "sectioned_conversations.json": [chat(said("m-1", "Hello"))],
        "conversation_asset_file_names.json": {},
        "group_chats.json": {"chats": []},
    }

    found, notes = read_export(IMPORTER, write_zip(tmp_path / "a.zip", members))

    assert len(found) == 1
    assert not notes.skipped_count + notes.warnings_count


@pytest.mark.parametrize(
    "value",
    [
        [{"uuid": "1", "chat_messages": []}],
        [{"id": "1", "mapping": {"1": {"message": {"fragments": [], "inserted_at": "x"}}}}],
        {"hello": "world"},
        None,
    ],
)
def test_exports_of_others_are_not_recognised(tmp_path: Path, value: object) -> None:
    for name in ("conversations.json", "others.json"):
        with open_export(write_json(tmp_path / name, value)) as export:
            assert not IMPORTER.recognises(export)


def test_an_account_without_conversations_is_an_export(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"conversations.json": [], "user.json": USER})

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
    assert read_export(IMPORTER, path)[0] == []


def test_the_account_is_that_of_user_json(tmp_path: Path) -> None:
    [found], _ = read(tmp_path, chat(said("m-1", "Hello")), user__json=USER)

    assert found.account == "user-1"


def test_only_an_export_that_misses_nothing_is_the_whole_account(tmp_path: Path) -> None:
    chats = {"conversations.json": [chat(said("m-1", "Hello"))]}
    manifest = {"export_files": [{"path": "conversations.json"}, {"path": "x.dat"}]}
    missing = {"logical_files": {"conversations.json": {"shards": ["conversations-404.json"]}}}
    cases = [
        (chats, False),
        ({**chats, "user.json": USER}, True),
        ({**chats, "export_manifest.json": manifest}, True),
        ({**chats, "user.json": USER, "export_manifest.json": missing}, False),
    ]

    for members, is_whole in cases:
        with open_export(write_zip(tmp_path / "a.zip", members)) as export:
            assert IMPORTER.is_whole_account(export) is is_whole, members.keys()


def test_a_file_that_the_manifest_names_and_that_is_not_there_is_said(tmp_path: Path) -> None:
    manifest = {"logical_files": {"conversations.json": {"files": ["conversations-404.json"]}}}

    _, notes = read(tmp_path, chat(said("m-1", "Hello")), export_manifest__json=manifest)

    assert [(note.where, note.reason) for note in notes.warnings] == [
        ("export_manifest.json", "it names conversations-404.json, which is not in the export")
    ]


def test_rows_that_are_no_conversation_are_said_and_stop_nothing(tmp_path: Path) -> None:
    account = {"id": "user-1", "email": "a@b", "phone_number": None}
    rows = [None, 3, "x", [], {}, account, {"title": "T"}, chat(said("m-1", "Hello"))]

    found, notes = read(tmp_path, *rows)

    assert [c.external_id for c in found] == ["c-1"]
    assert notes.skipped_count == 5
    assert notes.skipped[-1].where == "conversations.json[6] «T»"
    assert notes.ignored == {"null record": 1, "account record": 1}


def test_a_conversation_without_messages_is_kept_and_said(tmp_path: Path) -> None:
    found, notes = read(tmp_path, {"id": "c-1", "mapping": None}, {"id": "c-2", "mapping": {}})

    assert [(c.external_id, c.messages, c.active) for c in found] == [
        ("c-1", (), None),
        ("c-2", (), None),
    ]
    assert notes.warnings_count == 2


def test_nothing_readable_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match=r"nothing could be read: conversations\.json\["):
        read(tmp_path, {"title": "no messages", "inner": {"mapping": {}}}, "x")


def test_ids_may_be_missing_or_null(tmp_path: Path) -> None:
    record = tree(
        node("k-1", None, said(None, "Hello", 1)),  # type: ignore[arg-type]
        node("k-2", "k-1", {"author": {"role": "user"}, "content": text("again")}),
        conversation_id=None,
        id=None,
    )

    [found], _ = read(tmp_path, record)
    [same], _ = read(tmp_path, record)

    assert [m.external_id for m in found.messages] == ["k-1", "k-2"]
    assert found.external_id.startswith("sha256:")
    assert found.external_id == same.external_id


def test_a_made_up_id_stays_when_the_conversation_grows(tmp_path: Path) -> None:
    short = chat(said("m-1", "Hello", 1), conversation_id=None)
    long = chat(said("m-1", "Hello", 1), answered("m-2", "Hi", 2), conversation_id=None)

    [before], _ = read(tmp_path, short)
    [after], _ = read(tmp_path, long)

    assert before.external_id == after.external_id


def test_message_ids_are_unique_in_a_conversation(tmp_path: Path) -> None:
    record = tree(
        node("k-1", None, said("same", "one")),
        node("k-2", "k-1", said("same", "two")),
        node("same", "k-2", said("k-2", "three")),
    )

    [found], _ = read(tmp_path, record)

    ids = [m.external_id for m in found.messages]
    assert ids[0] == "same"
    assert len(set(ids)) == 3


def test_an_untitled_conversation_is_called_by_its_first_words(tmp_path: Path) -> None:
    [found], _ = read(tmp_path, chat(said("m-1", "Why is the sky blue?"), title=None))

    assert found.title == "Why is the sky blue?"


@pytest.mark.parametrize(
    ("fields", "project"),
    [
        ({"conversation_template_id": "g-p-1"}, "g-p-1"),
        ({"gizmo_id": "g-p-2"}, "g-p-2"),
        ({"gizmo_id": "x-3", "gizmo_type": "snorlax"}, "x-3"),
        ({"gizmo_id": "g-4", "gizmo_type": "gpt", "conversation_template_id": "g-4"}, None),
        ({}, None),
    ],
)
def test_a_project_is_told_from_a_custom_gpt(
    tmp_path: Path, fields: dict[str, str], project: str | None
) -> None:
    [found], _ = read(tmp_path, chat(said("m-1", "Hello"), **fields))

    assert found.project == project
    assert {k: found.metadata.get(k) for k in fields} == fields


def test_the_model_is_that_of_the_last_answer_where_none_was_chosen(tmp_path: Path) -> None:
    answers = [answered(f"m-{n}", "x", metadata={"model_slug": f"gpt-{n}"}) for n in (3, 4)]

    [found], _ = read(tmp_path, chat(*answers, default_model_slug="auto"))

    assert found.model == "gpt-4"


def test_all_branches_are_kept_and_the_shown_one_is_active(tmp_path: Path) -> None:
    record = tree(
        node("root", None),
        node("q", "root", said("q", "Question", 1)),
        node("a1", "q", answered("a1", "First answer", 2)),
        node("a2", "q", answered("a2", "Second answer", 9)),
        node("q2", "a1", said("q2", "Thanks", 4)),
    )

    [found], _ = read(tmp_path, record)

    assert words(found) == ["Question", "First answer", "Thanks", "Second answer"]
    assert path_words(found) == ["Question", "First answer", "Thanks"]


@pytest.mark.parametrize("current", [None, "gone", 5])
def test_without_a_current_node_the_newest_leaf_is_active(tmp_path: Path, current: object) -> None:
    record = tree(
        node("q", None, said("q", "Question", 1)),
        node("a1", "q", answered("a1", "Old", 2)),
        node("a2", "q", answered("a2", "New", 9)),
        node("a3", "q", answered("a3", "Undated")),
        current_node=current,
    )

    [found], _ = read(tmp_path, record)

    assert path_words(found) == ["Question", "New"]


def test_a_tree_that_only_its_children_tell_is_read(tmp_path: Path) -> None:
    def bare(key: str, word: str, *children: str) -> tuple[str, dict[str, object]]:
        return key, {"message": said(key, word), "children": list(children)}

    record = tree(
        bare("a", "one", "b"), bare("c", "three"), bare("b", "two", "c"), current_node="c"
    )

    [found], _ = read(tmp_path, record)

    assert path_words(found) == ["one", "two", "three"]


def test_nodes_that_tell_no_tree_follow_one_another(tmp_path: Path) -> None:
    record = tree(*[(key, {"message": said(key, key)}) for key in "abc"])

    [found], _ = read(tmp_path, record)

    assert path_words(found) == ["a", "b", "c"]


def test_nodes_that_are_no_records_are_said(tmp_path: Path) -> None:
    record = tree(node("a", None, said("a", "one")), ("b", None), ("c", "text"))

    [found], notes = read(tmp_path, record)

    assert words(found) == ["one"]
    assert notes.warnings_count == 2


@pytest.mark.parametrize("time", [None, 0, "", "x", -1.0, {}])
def test_a_time_that_is_none_is_unknown_and_never_now(tmp_path: Path, time: object) -> None:
    record = chat(said("m-1", "Hello", create_time=time), create_time=time, update_time=time)

    [found], _ = read(tmp_path, record)

    assert (found.created_at_ms, found.updated_at_ms) == (None, None)
    assert found.messages[0].created_at_ms is None
