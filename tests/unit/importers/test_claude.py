"""Claude's exports: what is one, what is in it, and in which order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Json, Role
from privatus.core.errors import UnreadableInputError
from privatus.importers.claude import IMPORTER
from privatus.importers.export import open_export
from support.claude_records import ROOT, USER, answered, chat, read, read_one, said
from support.exports import read_export, write_json, write_zip

# ---------------------------------------------------------------- containers


@pytest.mark.parametrize("wrap", [lambda c: [c], lambda c: {"conversations": [c]}, lambda c: c])
def test_a_list_a_wrapped_list_and_a_bare_conversation_read_the_same(
    tmp_path: Path, wrap: Any
) -> None:
    found, notes = read(tmp_path, wrap(chat(said("m-1", 0, "Hello"))))

    assert [(c.external_id, c.title, c.messages[0].text) for c in found] == [
        ("c-1", "A chat", "Hello")
    ]
    assert (notes.conversations_seen, notes.messages_seen, notes.skipped) == (1, 1, [])


def test_the_shape_decides_and_not_the_name(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "x.zip", {"Ordner/whatever.json": [chat(said("m-1", 0, "Hello"))]})

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
    assert len(read_export(IMPORTER, path)[0]) == 1


@pytest.mark.parametrize(
    "foreign",
    [
        [{"title": "x", "mapping": {"1": {"message": {"content": {"parts": ["chat_messages"]}}}}}],
        [{"id": "1", "messages": [{"role": "user", "content": '{"chat_messages": []}'}]}],
        {"invalid": "This is not a conversation"},
        [],
        None,
    ],
)
def test_files_of_others_are_not_taken_for_ours(tmp_path: Path, foreign: Json) -> None:
    with open_export(write_json(tmp_path / "conversations.json", foreign)) as export:
        assert not IMPORTER.recognises(export)


def test_the_account_is_the_one_user_else_what_the_records_name(tmp_path: Path) -> None:
    chats_ = {"conversations.json": [chat(said("m-1", 0, "x"), account={"uuid": "u-2"})]}
    with_user = write_zip(tmp_path / "1.zip", {**chats_, "users.json": [USER]})
    with_two = write_zip(tmp_path / "2.zip", {**chats_, "users.json": [USER, USER]})
    without = write_zip(tmp_path / "3.zip", chats_)

    found = []
    for path in (with_user, with_two, without):
        with open_export(path) as export:
            found.append(IMPORTER.account(export))

    assert found == ["u-1", None, "u-2"]
    # What a conversation says of itself goes before what the export says.
    assert read_export(IMPORTER, with_user)[0][0].account == "u-2"
    silent = {"conversations.json": [chat(said("m-1", 0, "x"))], "users.json": [USER]}
    assert read_export(IMPORTER, write_zip(tmp_path / "4.zip", silent))[0][0].account == "u-1"


@pytest.mark.parametrize(
    ("name", "has_users", "is_whole"),
    [
        ("data-2026-01-01-batch-0000.zip", True, True),
        ("data-2026-01-01-batch-0001.zip", True, False),
        ("data-2026-01-01-batch-0000.zip", False, False),
        ("conversations-000.zip", True, False),
    ],
)
def test_only_the_classic_zip_in_one_batch_is_a_whole_account(
    tmp_path: Path, name: str, has_users: bool, is_whole: bool
) -> None:
    members: dict[str, Json] = {"conversations.json": [chat(said("m-1", 0, "x"))]}
    if has_users:
        members["users.json"] = [USER]

    with open_export(write_zip(tmp_path / name, members)) as export:
        assert IMPORTER.is_whole_account(export) is is_whole


def test_a_list_of_download_links_says_what_to_do(tmp_path: Path) -> None:
    links = {
        "created_at": "x",
        "data_files": [{"category": "c", "filename": "f", "export_url": "h"}],
    }
    path = write_json(tmp_path / "manifest-1.json", links)

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
    with pytest.raises(UnreadableInputError, match="download the ZIP files"):
        read_export(IMPORTER, path)


def test_what_is_no_conversation_is_counted_and_not_skipped(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "light_metadata-000.zip",
        {
            "users.json": [USER],
            "login_history.json": [{"ip": "1"}, {"ip": "2"}],
            "a.png": b"\x89PNG",
        },
    )

    found, notes = read_export(IMPORTER, path)

    assert found == []
    assert notes.skipped == []
    assert notes.ignored == {"account data": 1, "record of login_history.json": 2, "png file": 1}


# ---------------------------------------------------------------- bad records


def test_bad_records_are_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    good = chat(said("m-1", 0, "Hello"))

    found, notes = read(tmp_path, [None, "text", {"name": "No messages"}, good])

    assert [c.external_id for c in found] == ["c-1"]
    assert [(n.where, n.reason) for n in notes.skipped] == [
        ("conversations.json[1]", "it is not a record of a conversation"),
        ("conversations.json[2] «No messages»", "the record holds no chat_messages"),
    ]
    assert notes.ignored == {"null record": 1}


def test_null_messages_are_passed_over_and_other_nonsense_is_noted(tmp_path: Path) -> None:
    [found], notes = read(tmp_path, [chat(None, said("m-1", 0, "Hello"), 7, None)])

    assert [m.text for m in found.messages] == ["Hello"]
    assert notes.ignored == {"null message": 2}
    assert [n.where for n in notes.skipped] == ["conversations.json[0] «A chat» message 2"]


def test_empty_and_blank_conversations_are_kept_and_said(tmp_path: Path) -> None:
    found, notes = read(tmp_path, [chat(), chat(said("m-1", 0, ""), uuid="c-2")])

    assert [len(c.messages) for c in found] == [0, 1]
    assert [n.reason for n in notes.warnings] == [
        "the conversation holds no messages",
        "all messages of the conversation are empty",
    ]


def test_ids_that_are_missing_are_made_up_the_same_each_time_and_ids_are_unique(
    tmp_path: Path,
) -> None:
    messages = [said("m", 0, "a"), said("m", 1, "b"), said("m#2", 2, "c"), said("", 3, "d")]

    first = read_one(tmp_path, *messages, uuid=None, created_at="2026-01-02T10:00:00Z")
    later = read_one(
        tmp_path, *messages, said("n", 9, "e"), uuid=None, created_at="2026-01-02T10:00:00Z"
    )

    ids = [m.external_id for m in first.messages]
    assert len(set(ids)) == 4
    assert ids[:2] == ["m", "m#2"]
    assert [m.external_id for m in later.messages][:4] == ids
    assert first.external_id == later.external_id


# ---------------------------------------------------------------- order and branches


def test_branches_follow_the_parents_and_the_newest_leaf_is_active(tmp_path: Path) -> None:
    found = read_one(
        tmp_path,
        answered("new", 5, "Second answer", parent_message_uuid="q"),
        answered("old", 1, "First answer", parent_message_uuid="q"),
        said("q", 0, "Question", parent_message_uuid=ROOT),
    )

    assert [(m.external_id, m.number, m.parent) for m in found.messages] == [
        ("q", 1, None),
        ("old", 2, 1),
        ("new", 3, 1),
    ]
    assert [m.external_id for m in found.active_path()] == ["q", "new"]


def test_the_leaf_that_the_export_names_is_active(tmp_path: Path) -> None:
    found = read_one(
        tmp_path,
        said("q", 0, "Question", parent_message_uuid=ROOT),
        answered("old", 1, "First answer", parent_message_uuid="q"),
        answered("new", 5, "Second answer", parent_message_uuid="q"),
        current_leaf_message_uuid="old",
    )

    assert [m.external_id for m in found.active_path()] == ["q", "old"]
    assert found.metadata == {}


def test_a_leaf_is_not_believed_where_the_order_is_our_guess(tmp_path: Path) -> None:
    found = read_one(
        tmp_path,
        said("q", 0, "Question", parent_message_uuid=None),
        answered("a", 1, "Answer", parent_message_uuid=None),
        current_leaf_message_uuid="q",
    )

    assert [m.external_id for m in found.active_path()] == ["q", "a"]


def test_without_parents_messages_follow_each_other_by_time_then_as_they_stand(
    tmp_path: Path,
) -> None:
    found = read_one(tmp_path, said("c", 2), answered("d", None), said("a", 1), answered("b", 1))

    assert [(m.external_id, m.parent) for m in found.messages] == [
        ("a", None),
        ("b", 1),
        ("c", 2),
        ("d", 3),
    ]
    assert found.active == 4


def test_messages_from_before_parents_were_exported_join_those_after(tmp_path: Path) -> None:
    found = read_one(
        tmp_path,
        said("a", 0),
        answered("b", 1),
        said("c", 2, parent_message_uuid="b"),
        answered("d", 3, parent_message_uuid="c"),
    )

    assert [m.parent for m in found.messages] == [None, 1, 2, 3]


def test_two_first_questions_are_two_roots(tmp_path: Path) -> None:
    found = read_one(
        tmp_path,
        said("a", 0, parent_message_uuid=ROOT),
        said("b", 1, parent_message_uuid=ROOT),
    )

    assert [m.parent for m in found.messages] == [None, None]
    assert found.active == 2


def test_a_circle_of_parents_ends_and_loses_nothing(tmp_path: Path) -> None:
    found = read_one(
        tmp_path,
        said("a", 0, parent_message_uuid="b"),
        said("b", 1, parent_message_uuid="a"),
        said("c", 2, parent_message_uuid="c"),
    )

    assert sorted(m.external_id for m in found.messages) == ["a", "b", "c"]
    assert all(m.parent is None or m.parent < m.number for m in found.messages)


# ---------------------------------------------------------------- fields


def test_fields_of_a_conversation_go_where_they_belong(tmp_path: Path) -> None:
    found = read_one(
        tmp_path,
        answered("m", 1, "Hi", model="claude-x", stop_reason="end", truncated=False),
        summary="About",
        created_at="2026-01-02T10:00:00+00:00",
        updated_at="2026-01-02T11:00:00",
        account={"uuid": "u-1"},
        is_starred=True,
        model="claude-y",
        project={"uuid": "p", "name": "Garden"},
    )

    assert (found.account, found.model, found.project, found.is_starred) == (
        *("u-1", "claude-y", "Garden"),
        True,
    )
    assert (found.created_at_ms, found.updated_at_ms) == (1767348000000, 1767351600000)
    assert found.metadata == {"summary": "About", "project": {"uuid": "p", "name": "Garden"}}
    [message] = found.messages
    assert (message.model, message.created_at_ms) == ("claude-x", 1767348060000)
    assert message.metadata == {"stop_reason": "end"}


def test_a_conversation_without_a_name_takes_its_first_words(tmp_path: Path) -> None:
    by_question = read_one(tmp_path, answered("a", 0, "Hi"), said("b", 1, "# Why?\nmore"), name="")
    by_summary = read_one(tmp_path, said("b", 1, "Why?"), name=None, summary="**On why**\n\nLong")
    by_file = read_one(tmp_path, said("b", 1, files=[{"file_name": "a.png"}]), name="")

    assert (by_question.title, by_summary.title, by_file.title) == ("Why?", "**On why**", "a.png")


def test_a_sender_that_nobody_knows_is_counted(tmp_path: Path) -> None:
    [found], notes = read(tmp_path, [chat(said("m", 0, "x", sender="robot"))])

    assert found.messages[0].role is Role.ASSISTANT
    assert notes.unknown == {"sender robot": 1}


def test_a_project_without_a_name_is_called_by_its_id(tmp_path: Path) -> None:
    by_record = read_one(tmp_path, said("m", 0, "x"), project={"uuid": "p-1"})
    by_field = read_one(tmp_path, said("m", 0, "x"), project_uuid="p-2")

    assert (by_record.project, by_field.project) == ("p-1", "p-2")
