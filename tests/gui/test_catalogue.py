"""Every language says everything, and says it with the same blanks to fill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.ui_texts import texts_in, texts_of
from ui import i18n
from ui.i18n import Entry, read_catalogue

_UI = Path(i18n.__file__).parent
_PACKAGES = sorted(
    {path.relative_to(_UI).parts[0] for path in _UI.rglob("*.py") if any(texts_in(path))}
)
_BLANK = re.compile(r"\{\w*\}")
_LANGUAGES = sorted(set(i18n.LANGUAGES) - {"en"})


def _entries(language: str) -> dict[tuple[str, str], Entry]:
    path = _UI / "locale" / language / "LC_MESSAGES" / "messages.po"
    return {(entry.context, entry.source): entry for entry in read_catalogue(path)}


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize("package", _PACKAGES)
def test_no_text_is_without_a_translation(package: str, language: str) -> None:
    known = _entries(language)

    missing = [
        text.source
        for text in texts_of(f"ui/{package}") or dict.fromkeys(texts_in(_UI / package))
        if (entry := known.get((text.context, text.source))) is None
        or not all(entry.texts)
        or bool(text.plural) != ("msgid_plural" in entry.parts)
    ]

    assert missing == []


@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_translation_has_the_blanks_of_its_source(language: str) -> None:
    wrong = [
        entry.source
        for entry in _entries(language).values()
        for text in entry.texts
        if entry.source
        and not set(_BLANK.findall(text))
        <= set(_BLANK.findall(entry.source + entry.parts.get("msgid_plural", "")))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", _LANGUAGES)
def test_no_text_is_translated_twice(language: str) -> None:
    path = _UI / "locale" / language / "LC_MESSAGES" / "messages.po"
    seen = [(entry.context, entry.source) for entry in read_catalogue(path)]

    assert sorted(seen) == sorted(set(seen))
