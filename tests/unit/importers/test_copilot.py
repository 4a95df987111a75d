"""Tables of Microsoft Copilot."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.core.conversation import Conversation, Role
from privatus.importers import copilot
from privatus.importers.base import Notes
from privatus.importers.copilot import IMPORTER
from privatus.importers.export import open_export
from support.exports import read_export, write_zip

HISTORY = "Conversation,Time,Author,Message"
CHAT = "CreatedAt,MessageContent,Author,ChatName"
WINDOWS = "Timestamp,ClientApp,Prompt"


def read(
    folder: Path, *lines: str, encoding: str = "utf-8-sig"
) -> tuple[list[Conversation], Notes]:
    path = folder / "table.csv"
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return read_export(IMPORTER, path)


def texts(conversation: Conversation) -> list[str]:
    return [message.text for message in conversation.messages]


def test_the_history_is_turned_around_with_questions_first(tmp_path: Path) -> None:
    [conversation], notes = read(
        tmp_path,
        HISTORY,
        "Knots,2026-03-02 09:00:00,AI,second answer",
        "Knots,2026-03-02 09:00:00,Human,second question",
        "Knots,2026-03-01 09:00:00,AI,first answer",
        "Knots,2026-03-01 09:00:00,Human,first question",
    )

    assert texts(conversation) == [
        *("first question", "first answer", "second question", "second answer"),
    ]
    assert [m.role for m in conversation.messages[:2]] == [Role.USER, Role.ASSISTANT]
    assert [m.parent for m in conversation.messages] == [None, 1, 2, 3]
    assert conversation.title == "Knots"
    assert conversation.created_at_ms == 1772355600000
    assert conversation.metadata == {
        "grouped_by": "title",
        "time_zone": "not stated; read as UTC",
    }
    assert (notes.conversations_seen, notes.messages_seen) == (1, 4)


@pytest.mark.parametrize(
    "rows",
    [
        ["AI,a2", "Human,q2", "AI,a1", "Human,q1"],  # as it usually is
        ["Human,q2", "AI,a2", "Human,q1", "AI,a1"],
    ],
)
def test_questions_of_one_moment_stand_before_their_answers(
    tmp_path: Path, rows: list[str]
) -> None:
    times = ["10:00:00", "10:00:00", "09:00:00", "09:00:00"]

    [conversation], _ = read(
        tmp_path,
        HISTORY,
        *(f"Knots,2026-03-01 {at},{row}" for at, row in zip(times, rows, strict=True)),
    )

    assert texts(conversation) == ["q1", "a1", "q2", "a2"]


def test_several_exchanges_of_one_moment_stay_in_pairs(tmp_path: Path) -> None:
    rows = ["AI,a2", "Human,q2", "AI,a1", "Human,q1"]

    [conversation], _ = read(
        tmp_path, HISTORY, *(f"Knots,2026-03-01 10:00:00,{row}" for row in rows)
    )

    assert texts(conversation) == ["q1", "a1", "q2", "a2"]


def test_an_answer_of_the_question_before_is_not_moved(tmp_path: Path) -> None:
    [conversation], _ = read(
        tmp_path,
        HISTORY,
        "Knots,2026-03-01 10:00:05,Human,q2",
        "Knots,2026-03-01 10:00:05,AI,a1",
        "Knots,2026-03-01 10:00:00,Human,q1",
    )

    assert texts(conversation) == ["q1", "a1", "q2"]


def test_fields_with_lines_and_quotation_marks_are_whole(tmp_path: Path) -> None:
    [conversation], _ = read(
        tmp_path, HISTORY, 'Knots,2026-03-01 09:00:00,Human,"one, ""two""\r\n\r\n| a |"'
    )

    assert texts(conversation) == ['one, "two"\r\n\r\n| a |']


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_in_other_encodings_and_from_excel_are_read(tmp_path: Path, encoding: str) -> None:
    [conversation], _ = read(
        tmp_path,
        HISTORY.replace(",", ";"),
        "Knots;2026-03-01 09:00:00;Human;zwei, ja “é”",
        encoding=encoding,
    )

    assert texts(conversation) == ["zwei, ja “é”"]


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_line_ends_of_any_system_are_read(tmp_path: Path, line_end: str) -> None:
    path = tmp_path / "table.csv"
    lines = [HISTORY, "Knots,2026-03-01 09:00:01,AI,a", "Knots,2026-03-01 09:00:00,Human,q", ""]
    path.write_bytes(line_end.join(lines).encode())

    [conversation], _ = read_export(IMPORTER, path)

    assert texts(conversation) == ["q", "a"]


def test_the_chat_table_is_read_oldest_first_and_newest_first(tmp_path: Path) -> None:
    rows = [
        "3/1/2026 9:00:00 +00:00,question,user,Knots",
        "3/1/2026 9:00:01 +02:00,earlier,bot,Knots",
        "3/1/2026 9:05:00 +00:00,answer,bot,Knots",
    ]

    [conversation], _ = read(tmp_path, CHAT, *rows)
    [turned], _ = read(tmp_path, CHAT, *reversed(rows))

    assert texts(conversation) == texts(turned) == ["earlier", "question", "answer"]
    assert conversation.created_at_ms == 1772348401000
    assert "time_zone" not in conversation.metadata


@pytest.mark.parametrize(
    ("written", "hour"), [("12:30:00 AM", 0), ("1:30:00 PM", 13), ("12:30:00 PM", 12)]
)
def test_hours_of_half_a_day_are_read(tmp_path: Path, written: str, hour: int) -> None:
    [conversation], _ = read(tmp_path, CHAT, f"3/1/2026 {written},q,user,Knots")

    assert conversation.created_at_ms == 1772323200000 + hour * 3_600_000 + 1_800_000


def test_chats_without_a_name_are_grouped_by_day(tmp_path: Path) -> None:
    conversations, _ = read(
        tmp_path,
        CHAT,
        "3/1/2026 9:00:00 +00:00,one,user,",
        "3/1/2026 21:00:00 +00:00,two,bot,",
        "3/2/2026 9:00:00 +00:00,three,user,",
    )

    assert [(c.title, texts(c)) for c in conversations] == [
        ("one", ["one", "two"]),
        ("three", ["three"]),
    ]
    assert {c.metadata["grouped_by"] for c in conversations} == {"day"}
    assert len({c.external_id for c in conversations}) == 2


def test_prompts_of_windows_are_grouped_by_app_and_day(tmp_path: Path) -> None:
    conversations, _ = read(
        tmp_path,
        WINDOWS,
        "2026-03-02T10:00:00Z,Copilot for Windows,three",
        "2026-03-01T10:00:00Z,Copilot for Windows,two",
        "2026-03-01T09:00:00Z,Copilot for Windows,one",
        "2026-03-01T09:00:00Z,Notepad,other",
    )

    assert {c.title: texts(c) for c in conversations} == {
        "Copilot for Windows, 2026-03-02": ["three"],
        "Copilot for Windows, 2026-03-01": ["one", "two"],
        "Notepad, 2026-03-01": ["other"],
    }
    assert all(m.role is Role.USER for c in conversations for m in c.messages)
    assert conversations[0].metadata["grouped_by"] == "app and day"


def test_a_longer_table_matches_the_shorter_one(tmp_path: Path) -> None:
    older = "Knots,2026-03-01 09:00:00,Human,q"
    newer = "Knots,2026-03-02 09:00:00,Human,q"

    [before], _ = read(tmp_path, HISTORY, older)
    [after], _ = read(tmp_path, HISTORY, newer, older)

    assert before.external_id == after.external_id
    assert before.messages[0].external_id == after.messages[0].external_id
    assert len({m.external_id for m in after.messages}) == 2


def test_the_same_row_twice_is_two_messages_with_two_ids(tmp_path: Path) -> None:
    same = "Knots,2026-03-01 09:00:00,Human,q"

    [conversation], _ = read(tmp_path, HISTORY, same, same)

    assert len({m.external_id for m in conversation.messages}) == 2


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("b.csv", "a.csv")])
def test_two_tables_that_overlap_are_one(tmp_path: Path, names: tuple[str, str]) -> None:
    first = [
        "Knots,2026-03-01T09:00:00,AI,So",
        "Knots,2026-03-01T09:00:00,Human,How?",
        "Knots,2026-03-01T09:00:00,Human,How?",
    ]
    later = [
        "Ropes,2026-03-05T09:00:00,Human,Where?",
        "Knots,2026-03-04T09:00:00,AI,Thus",
        "Knots,2026-03-04T09:00:00,Human,And then?",
        *first,
    ]
    tables = [("\n".join([HISTORY, *rows]) + "\n").encode() for rows in (first, later)]

    both, notes = read_export(
        IMPORTER, write_zip(tmp_path / "a.zip", dict(zip(names, tables, strict=True)))
    )
    alone, _ = read_export(IMPORTER, write_zip(tmp_path / "b.zip", {"later.csv": tables[1]}))

    assert sorted(both, key=lambda c: c.title) == sorted(alone, key=lambda c: c.title)
    assert notes.ignored == {"row that is there twice": 3}


def test_chats_of_one_title_in_two_tables_are_whole(tmp_path: Path) -> None:
    one = f"{HISTORY}\nHello,2026-03-01T09:00:00,AI,a1\nHello,2026-03-01T09:00:00,Human,q1\n"
    other = f"{HISTORY}\nHello,2026-03-02T09:00:00,AI,a2\nHello,2026-03-02T09:00:00,Human,q2\n"
    path = write_zip(tmp_path / "a.zip", {"1.csv": one.encode(), "2.csv": other.encode()})

    [found], _ = read_export(IMPORTER, path)

    assert texts(found) == ["q1", "a1", "q2", "a2"]


def test_rows_that_are_odd_are_noted_and_the_rest_comes(tmp_path: Path) -> None:
    conversations, notes = read(
        tmp_path,
        HISTORY,
        "Knots,2026-03-01 09:00:03,Clippy,hello",
        "Knots,yesterday,Human,when",
        "too,short",
        "",
        "Knots,2026-03-01 09:00:00,Human,q,more",
    )

    [conversation] = conversations
    assert texts(conversation) == ["q", "when", "hello"]
    first, second, third = conversation.messages
    assert first.metadata == {"more": ["more"]}
    assert (second.created_at_ms, second.metadata) == (None, {"time": "yesterday"})
    assert (third.role, third.author) == (Role.ASSISTANT, "Clippy")
    assert (notes.skipped_count, notes.warnings_count) == (1, 1)
    assert notes.unknown == {"author Clippy": 1}


def test_a_quotation_without_end_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copilot, "_MAX_FIELD_CHARS", 1000)

    conversations, notes = read(
        tmp_path,
        HISTORY,
        "Knots,2026-03-01 09:00:00,Human,q",
        'Knots,2026-03-01 08:00:00,Human,"open',
        "x" * 2000,
    )

    assert [texts(c) for c in conversations] == [["q"]]
    assert [note.where for note in notes.skipped] == ["table.csv[1]"]


def test_all_tables_of_a_folder_are_read_and_others_counted(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "t.zip",
        {
            "a.csv": f"{HISTORY}\nKnots,2026-03-01 09:00:00,Human,q\n".encode(),
            "b.csv": f"{CHAT}\n3/1/2026 9:00:00 +00:00,c,user,Knots\n".encode(),
            "other.csv": b"Name,Value\nx,1\n",
        },
    )

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
    conversations, notes = read_export(IMPORTER, path)

    assert [texts(c) for c in conversations] == [["q"], ["c"]]
    assert len({c.external_id for c in conversations}) == 2
    assert notes.ignored == {"table other.csv": 1}


def test_another_table_is_not_recognised(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("Name,Time,Author\nx,y,z\n", encoding="utf-8")

    with open_export(path) as export:
        assert not IMPORTER.recognises(export)
