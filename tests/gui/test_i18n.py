"""The window speaks the person's language."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ui import i18n
from ui.i18n import _, ngettext


def test_a_text_without_a_translation_stays_english() -> None:
    i18n.set_language("de")

    assert _("no such text in any catalogue") == "no such text in any catalogue"


def test_plurals_follow_the_count() -> None:
    assert ngettext("{n} sparrow", "{n} sparrows", 1) == "1 sparrow"
    assert ngettext("{n} sparrow", "{n} sparrows", 1_200) == "1,200 sparrows"


def test_numbers_and_sizes_follow_the_language() -> None:
    i18n.set_language("de")

    assert i18n.number(1_234_567) == "1.234.567"
    assert i18n.number(0.5, 2) == "0,50"
    assert i18n.size(1_400_000) == "1,4 MB"


def test_a_language_that_is_not_there_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    assert i18n.set_language("xx") in i18n.LANGUAGES


def test_a_list_says_when_as_shortly_as_it_can() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    assert ":" in i18n.when(now - timedelta(minutes=5), now)
    assert i18n.when(now - timedelta(days=2), now) == "Fri"
    assert i18n.when(now - timedelta(days=40), now) == "Oct 13"
    assert i18n.when(now - timedelta(days=400), now) == "Oct 2025"
    assert i18n.when(now - timedelta(days=400), now, is_year_said=True) == "Oct 18"
    i18n.set_language("de")
    assert i18n.when(now - timedelta(days=40), now) == "13. Okt."


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_time_that_no_calendar_has_is_none(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for at_ms in (None, 1 << 62, -(1 << 62), 253_402_300_799_000, -62_135_596_800_000, 0):
            found = i18n.moment(at_ms)
            assert found is None or i18n.when(found, datetime.now(UTC))
        assert i18n.moment(1_780_000_000_000) == datetime(2026, 5, 28, 20, 26, 40, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_catalogue_reader_reads_what_gettext_tools_write(tmp_path: Path) -> None:
    path = tmp_path / "messages.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        '# said of a door\n#: x.py:1\nmsgctxt "door"\nmsgid "Open"\nmsgstr "Offen"\n\n'
        'msgid "{n} chat"\nmsgid_plural "{n} "\n"chats"\nmsgstr[0] "{n} Chat"\n'
        'msgstr[1] "{n} C\\"s"\n',
        encoding="utf-8",
    )

    header, door, chats = i18n.read_catalogue(path)

    assert "plural=(n > 1)" in header.texts[0]
    assert (door.context, door.source, door.texts) == ("door", "Open", ("Offen",))
    assert chats.parts["msgid_plural"] == "{n} chats"
    assert chats.texts == ("{n} Chat", '{n} C"s')
