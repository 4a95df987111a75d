"""Gemini's activity as HTML."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from privatus.core.conversation import Conversation, PartKind, Role
from privatus.importers import gemini_html
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from privatus.importers.gemini import IMPORTER
from support.exports import read_export, write_zip

_CELL = "mdl-cell mdl-cell--6-col mdl-typography--body-1"
FOLDER = "Takeout/Meine Aktivitäten/Gemini-Apps"


def cell(main: str, *, product: str = "Gemini Apps", thread: str = "", images: str = "") -> str:
    address = f"https://gemini.google.com/app/{thread}"
    details = f'<b>Details:</b><br>&emsp;<a href="{address}">{address}</a><br>' if thread else ""
    return (
        '<div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp"><div class="mdl-grid">'
        '<div class="header-cell mdl-cell mdl-cell--12-col">'
        f'<p class="mdl-typography--title">{product}<br></p></div>'
        f'<div class="content-cell {_CELL}">{main}</div>'
        f'<div class="content-cell {_CELL} mdl-typography--text-right">{images}</div>'
        '<div class="content-cell mdl-cell mdl-cell--12-col mdl-typography--caption">'
        f"<b>Products:</b><br>&emsp;{product}<br>{details}</div></div></div>"
    )


def page(*cells: str) -> bytes:
    start = '<html><head><style>.outer-cell{}</style></head><body><div class="mdl-grid">'
    return f"{start}{''.join(cells)}</div></body></html>".encode()


def read(folder: Path, *cells: str) -> tuple[list[Conversation], Notes]:
    path = folder / "MyActivity.html"
    path.write_bytes(page(*cells))
    return read_export(IMPORTER, path)


def test_a_cell_becomes_a_question_and_its_answer(tmp_path: Path) -> None:
    [conversation], notes = read(
        tmp_path,
        cell(
            "Prompted&nbsp;1 &lt; 2?<br>Jan 2, 2026, 3:04:05\u202fPM CST<br><p>Yes, <b>so</b>.</p>"
        ),
    )

    question, answer = conversation.messages
    assert (question.role, question.text) == (Role.USER, "1 < 2?")
    assert (answer.role, answer.text) == (Role.ASSISTANT, "Yes, **so**.")
    assert question.created_at_ms == 1767387845000
    assert question.metadata == {
        "time": "Jan 2, 2026, 3:04:05 PM CST",
        "time_precision": "zone-abbreviation",
    }
    assert (notes.warnings_count, notes.messages_seen) == (0, 2)


def test_threads_are_known_from_the_details(tmp_path: Path) -> None:
    conversations, _ = read(
        tmp_path,
        cell("Prompted&nbsp;c<br>Jan 9, 2026, 3:04:05 PM CST<br>", thread="abc123"),
        cell("Prompted&nbsp;b<br>Jan 5, 2026, 3:04:05 PM CST<br>"),
        cell("Prompted&nbsp;a<br>Jan 1, 2026, 3:04:05 PM CST<br>", thread="abc123"),
    )

    found = {c.external_id: [m.text for m in c.messages] for c in conversations}
    assert found["abc123"] == ["a", "c"]
    assert len(found) == 2


def test_json_and_html_of_one_row_have_the_same_id(tmp_path: Path) -> None:
    record = {
        "header": "Gemini Apps",
        "title": "Prompted a b",
        "time": "2026-01-02T21:04:05.678Z",
        "products": ["Gemini Apps"],
    }

    [html], _ = read(tmp_path, cell("Prompted&nbsp;a b<br>Jan 2, 2026, 3:04:05 PM CST<br>"))
    [json], _ = read_export(IMPORTER, write_zip(tmp_path / "t.zip", {"a.json": [record]}))

    assert html.external_id == json.external_id
    assert html.messages[0].external_id == json.messages[0].external_id


def test_attached_files_are_found_and_named(tmp_path: Path) -> None:
    main = (
        "Eingegebener Prompt:&nbsp;Schau<br>zwei Zeilen<br>1 Datei angehängt.<br>"
        '-&nbsp; <a href="bild%201-ab.png">bild.png</a><br>2.1.2026, 15:04:05 MEZ<br><p>Gut.</p>'
    )
    images = '<img src="bild%201-ab.png"><img src="https://e.org/x.png">'
    path = write_zip(
        tmp_path / "t.zip",
        {
            f"{FOLDER}/MeineAktivitäten.html": page(cell(main, images=images)),
            f"{FOLDER}/bild 1-ab.png": b"\x89PNG\r\n\x1a\n",
        },
    )

    with open_export(path) as export:
        [conversation] = IMPORTER.read(export, Notes())
        question = conversation.messages[0]
        [attachment] = question.attachments
        assert attachment.open is not None
        assert attachment.open().read() == b"\x89PNG\r\n\x1a\n"

    assert question.text == "Schau\nzwei Zeilen"
    assert (attachment.name, attachment.media_type) == ("bild.png", "image/png")
    assert [part.kind for part in question.parts] == [PartKind.TEXT, PartKind.IMAGE]


def test_a_date_in_the_answer_is_part_of_the_answer(tmp_path: Path) -> None:
    date = "Jan 2, 2026, 3:04:05 PM CST"

    [conversation], _ = read(tmp_path, cell(f"Prompted&nbsp;a<br>{date}<br>At<br>{date}<br>x"))

    assert [m.text for m in conversation.messages] == ["a", f"At  \n{date}  \nx"]


def test_a_date_that_cannot_be_read_is_kept_and_noted(tmp_path: Path) -> None:
    [conversation], notes = read(
        tmp_path, cell("Prompted&nbsp;a<br>Jan 2, 2026, 3:04:05 PM XYZ<br><p>b</p>")
    )

    assert [m.text for m in conversation.messages] == ["a", "b"]
    assert conversation.created_at_ms is None
    assert conversation.messages[0].metadata["time"] == "Jan 2, 2026, 3:04:05 PM XYZ"
    assert notes.warnings_count == 1


def test_a_cell_without_a_date_loses_nothing(tmp_path: Path) -> None:
    conversations, _ = read(tmp_path, cell("Prompted&nbsp;a<br>b<br>c"), cell("Prompted&nbsp;d"))

    said = [m.text for c in conversations for m in c.messages]
    assert sorted(said) == ["a", "b  \nc", "d"]


def test_events_and_other_products_are_counted(tmp_path: Path) -> None:
    date = "Jan 2, 2026, 3:04:05 PM CST"

    conversations, notes = read(
        tmp_path,
        cell(f"Used Gemini Apps<br>{date}<br>"),
        cell(f"Searched for&nbsp;kettles<br>{date}<br>", product="Search"),
        cell(f"Created Gemini Canvas titled Knots<br># Bowline<br>{date}<br>"),
    )

    [part] = [p for p in conversations[0].messages[0].parts if p.kind is PartKind.ARTIFACT]
    assert (part.name, part.text) == ("Knots", "# Bowline")
    assert notes.ignored == {
        "Gemini event: Used Gemini Apps": 1,
        "row of another product: Search": 1,
    }


def test_the_layout_with_the_verb_in_the_header_is_read(tmp_path: Path) -> None:
    date = "Jan 2, 2026, 3:04:05 PM PST"
    cells = [
        f'<div class="outer-cell"><div class="header-cell"><h3>Gemini Apps</h3><p>{verb}<br></p>'
        f'<p>{date}</p></div><div class="content-cell">{content}</div></div>'
        for verb, content in (
            ("Prompted", "<p>Why?</p><p>So.</p><script>secret</script><ul><li>x</li></ul>"),
            ("Prompted", "alone"),
            ("Canvas", "<p>drawn</p>"),
        )
    ]

    [conversation], _ = read(tmp_path, *cells)

    said = [m.text for m in conversation.messages]
    assert said == ["drawn", "alone", "Why?", "So.\n\n- x"]


def test_details_beside_the_thread_are_kept(tmp_path: Path) -> None:
    main = cell("Prompted&nbsp;a<br>Jan 2, 2026, 3:04:05 PM CST<br>", thread="abc123")
    main = main.replace("</a><br></div>", "</a><br>&emsp;From a phone<br></div>")

    [conversation], _ = read(tmp_path, main)

    assert conversation.messages[0].metadata["details"] == ["From a phone"]


@pytest.mark.parametrize("block", [1, 7, 64, 513, 4096])
def test_cells_are_found_wherever_a_block_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    cells = [
        cell(f"Prompted&nbsp;{n}é<br>Jan 2, 2026, 3:{n:02}:05 PM CST<br>{'x' * 97 * n}")
        for n in range(12)
    ]
    cells.insert(5, '<div class="outer-cell"></div>')
    monkeypatch.setattr(gemini_html, "_BLOCK_BYTES", block)

    [conversation], notes = read(tmp_path, *cells)

    questions = [m.text for m in conversation.messages if m.role is Role.USER]
    assert questions == [f"{n}é" for n in range(12)]
    answers = [m.text for m in conversation.messages if m.role is Role.ASSISTANT]
    assert answers == ["x" * 97 * n for n in range(1, 12)]
    assert notes.ignored == {"row of another product: unnamed": 1}


def test_a_cell_without_end_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gemini_html, "_MAX_CELL_CHARS", 5000)
    monkeypatch.setattr(gemini_html, "_BLOCK_BYTES", 1000)
    date = "Jan 2, 2026, 3:04:05 PM CST"

    conversations, notes = read(
        tmp_path,
        cell(f"Prompted&nbsp;a<br>{date}<br>"),
        cell(f"Prompted&nbsp;b<br>{date}<br>{'x' * 20_000}"),
        cell(f"Prompted&nbsp;c<br>{date}<br>"),
    )

    assert sorted(m.text for c in conversations for m in c.messages) == ["a", "c"]
    assert [note.reason for note in notes.skipped] == [
        "the row is longer than any that Google writes"
    ]


def test_a_page_without_an_end_of_its_cell_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gemini_html, "_MAX_CELL_CHARS", 5000)
    monkeypatch.setattr(gemini_html, "_BLOCK_BYTES", 1000)
    path = tmp_path / "MyActivity.html"
    path.write_bytes(page(cell("x" * 1_000_000)))

    with open_export(path) as export:
        [found] = gemini_html._cells(export.members[0])

    assert 5000 < len(found) < 5000 + 3 * 1000


def test_a_damaged_page_is_noted_and_the_others_come(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    good = page(cell("Prompted&nbsp;good<br>Jan 2, 2026, 3:04:05 PM CST<br>"))
    bad = page(cell("Prompted&nbsp;DAMAGED<br>Jan 2, 2026, 3:04:05 PM CST<br>"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("Gemini/1.html", bad)
        archive.writestr("Gemini/2.html", good)
    path.write_bytes(path.read_bytes().replace(b"DAMAGED", b"damaged", 1))

    conversations, notes = read_export(IMPORTER, path)

    assert [m.text for c in conversations for m in c.messages] == ["good"]
    assert [note.where for note in notes.skipped] == ["Gemini/1.html"]
