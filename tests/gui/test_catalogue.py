"""Every language says everything, and says it with the same blanks to fill."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

import pytest

from privatus.core.errors import TamperedError, UserError
from privatus.importers.base import Tally
from support.ui_texts import texts_in, texts_of
from ui import i18n
from ui.i18n import Entry, read_catalogue
from ui.jobs import error_text

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
        if (entry := known.get(("", text.source))) is None
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
def test_nothing_is_translated_that_the_window_does_not_say(language: str) -> None:
    said = {text.source for text in texts_of("ui")}

    translated = [source for context, source in _entries(language) if source and not context]

    assert [source for source in translated if source not in said] == []


@pytest.mark.parametrize("language", _LANGUAGES)
def test_no_text_is_translated_twice(language: str) -> None:
    path = _UI / "locale" / language / "LC_MESSAGES" / "messages.po"
    seen = [(entry.context, entry.source) for entry in read_catalogue(path)]

    assert sorted(seen) == sorted(set(seen))


def _text(node: ast.AST) -> str | None:
    """Return the text that *node* makes, with blanks numbered for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    blanks = itertools.count()
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else f"{{{next(blanks)}}}"
        for part in node.values
    )


def _said_by_the_code() -> set[str]:
    root = _UI.parent
    said: set[str] = set()
    for path in (*(root / "privatus").rglob("*.py"), *_UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            text = _text(node)
            if text is not None:
                said.add(text)
    return said


def _counted_by_the_importers() -> set[str]:
    """Return the names under which they count what they ignore, and what they do not know."""
    said = {Tally.OTHERS}
    for path in (_UI.parent / "privatus" / "importers").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.value, ast.Attribute)
                and node.value.attr in ("ignored", "unknown")
            ):
                text = _text(node.slice)
                assert text is not None, f"{path.name}:{node.lineno}"
                said.add(text)
    return said


@pytest.mark.parametrize("language", _LANGUAGES)
def test_what_importers_ignore_has_a_name_in_the_language(language: str) -> None:
    named = {source for context, source in _entries(language) if context == "record"}

    assert named == _counted_by_the_importers()


def test_a_report_names_what_was_ignored_in_the_language() -> None:
    i18n.set_language("de")

    said = {
        name: i18n.match("record", name)
        for name in ("file that is no prompt", "file a.txt", "role (none)", "file of Photos in"
                     " the Takeout", "role missing", "of nobody's making")
    }  # fmt: skip

    assert list(said.values()) == [
        *("Datei, die kein Prompt ist", "Datei a.txt", "Rolle (keine)"),
        *("Datei von Photos im Takeout", "Rolle (fehlt)", "of nobody's making"),
    ]


@pytest.mark.parametrize("language", _LANGUAGES)
def test_the_errors_that_are_translated_are_those_of_the_archive(language: str) -> None:
    said = _said_by_the_code()

    stale = [
        source
        for context, source in _entries(language)
        if context in ("error", "part") and source not in said
    ]

    assert stale == []


def test_an_error_with_a_name_in_it_is_said_in_the_language() -> None:
    i18n.set_language("de")
    error = TamperedError(
        "archive.db of the vault is damaged or was replaced; restore the vault from a backup"
    )

    assert error_text(UserError("there is no file or folder ~/a {0}.zip")) == (
        "Es gibt keine Datei und keinen Ordner ~/a {0}.zip."
    )
    assert error_text(error) == (
        "Archive.db des Tresors ist beschädigt oder wurde ersetzt;"
        " stelle den Tresor aus einer Sicherung wieder her."
    )
    assert error_text(UserError("something that nobody translated")) == (
        "Something that nobody translated."
    )
