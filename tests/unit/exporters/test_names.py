"""File names from titles that anyone may have written."""

from __future__ import annotations

from uuid import UUID

import pytest

from privatus.exporters.names import Names, folder_of, safe_file_name, safe_name, short_id
from support.conversations import conversation


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Plans for Sunday", "Plans for Sunday"),
        ("../../etc/passwd", "etc passwd"),
        ("C:\\temp\\x", "C temp x"),
        ('what? *why*: <how> | "so"', "what why how so"),
        ("[[link]] #tag ^block", "link tag block"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM1 .x", "_COM1 .x"),
        ("Contents", "Contents"),
        ("...hidden. ", "hidden"),
        ("a\x00b\nc\td", "a b c d"),
        ("safe\u202efdp.exe", "safe fdp.exe"),
        ("Cafe\u0301", "Café"),
        ("half \ud83d pair", "half pair"),
        ("\u200b\u2066\ufeff", ""),
        ("", ""),
    ],
)
def test_a_title_becomes_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert safe_name(title) == name


def test_a_long_title_is_cut_between_letters() -> None:
    assert len(safe_name("x" * 5000)) == 120
    assert safe_name("x" * 119 + " y") == "x" * 119
    assert safe_name("é" * 200) == "é" * 60
    assert safe_name("x" * 119 + "é") == "x" * 119
    # Fifteen families of 25 bytes: four fit whole, and no fifth loses its children.
    assert safe_name("👩‍👩‍👧‍👦" * 15) == "👩‍👩‍👧‍👦" * 4
    assert safe_name("x" * 118 + "q\u0323\u0323") == "x" * 118


def test_a_file_keeps_its_suffix() -> None:
    assert safe_file_name("holiday.photo.JPEG", "1a2b") == "holiday.photo 1a2b.JPEG"
    assert safe_file_name("../x" * 200 + ".png", "1a2b").endswith(" 1a2b.png")
    assert safe_file_name("Makefile", "1a2b") == "Makefile 1a2b"
    assert safe_file_name("", "1a2b") == "file 1a2b"
    assert safe_file_name("a.b/c", "1a2b") == "a.b c 1a2b"


def test_titles_that_differ_in_capitals_only_get_two_names() -> None:
    names = Names()
    id = UUID("6ba7b810-9dad-41d1-80b4-00c04fd430c8")

    paths = [
        names.claim_page(conversation(title=title, id=id), "claude/2025", ".md")
        for title in ("Übung", "ÜBUNG", "U\u0308bung")
    ]

    assert paths == [
        "claude/2025/Übung 6ba7b810.md",
        "claude/2025/ÜBUNG 6ba7b810 2.md",
        "claude/2025/Übung 6ba7b810 3.md",
    ]


def test_a_conversation_that_no_vault_knows_has_a_short_id_too() -> None:
    one, two = conversation(external_id="1"), conversation(external_id="2")

    assert short_id(one) == short_id(conversation(external_id="1"))
    assert short_id(one) != short_id(two)


def test_conversations_lie_by_source_and_year() -> None:
    assert folder_of(conversation(created_at_ms=1_735_812_671_000)) == "claude/2025"
    assert folder_of(conversation(source="../x")) == "x/undated"
    assert folder_of(conversation(created_at_ms=2**62)) == "claude/undated"


def test_a_name_that_is_wanted_again_and_again_is_not_looked_for_from_the_start() -> None:
    # From the start each time, these are twenty thousand million steps.
    names = Names()

    paths = [names.claim("Title" if n % 2 else "TITLE", ".md") for n in range(200_000)]

    assert len({path.casefold() for path in paths}) == len(paths)
    assert paths[-1] == "Title 200000.md"
