"""What the search says of a query can be said in the person's language."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from privatus.core.errors import QueryError
from privatus.core.tag import Tag
from privatus.search.query import parse
from privatus.services.tag_names import unknown
from privatus.services.wording import spoken_filters
from support.searches import any_search
from ui import i18n
from ui.search.faults import SENTENCES, is_known, said
from ui.search.labels import filter_label, value_label

_NOW_MS = 1_780_000_000_000


@pytest.fixture
def _german() -> Iterator[None]:
    i18n.set_language("de")
    yield
    i18n.set_language("en")


def _sentences(text: str) -> list[str]:
    try:
        return list(parse(text, _NOW_MS).notes)
    except QueryError as error:
        return [str(error)]


@pytest.mark.parametrize("seed", range(25))
def test_whatever_a_search_says_is_known(seed: int) -> None:
    chance = random.Random(seed)

    unknown = {
        sentence
        for _search in range(150)
        for sentence in _sentences(any_search(chance))
        if not is_known(sentence)
    }

    assert unknown == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"key', "A quote is not closed, add the second one."),
        ("sorce:x", "sorce: is not a filter, did you mean source: (quotes would make it words)."),
        ("key OR", "OR needs something on both sides."),
        ("x" * 2_001, "A search has at most 2,000 characters, leave some out."),
    ],
)  # fmt: skip
def test_a_sentence_keeps_what_varies_in_it(text: str, expected: str) -> None:
    assert [said(sentence) for sentence in _sentences(text)] == [expected]


@pytest.mark.usefixtures("_german")
def test_faults_are_said_in_german() -> None:
    assert said("a quote is not closed, add the second one").startswith("Ein Anführungszeichen")
    assert said("role: is one of user, tool") == "role: ist eines von user, tool."
    assert all(i18n._(source) != source for source in SENTENCES)


@pytest.mark.parametrize(
    ("text", "english", "german"),
    [
        ("source:chatgpt", "Source: ChatGPT", "Quelle: ChatGPT"),
        ("-source:other", "Not source: Other tools", "Nicht Quelle: Andere Werkzeuge"),
        ("role:user", "Said by: You", "Gesagt von: Du"),
        ("-role:user", "Not said by: You", "Nicht gesagt von: Du"),
        ("since:2025-03", "Since March 2025", "Seit März 2025"),
        ("until:2025-03-31", "Until 3/31/25", "Bis 31.03.25"),
        ("since:yesterday", "Since yesterday", "Seit gestern"),
        ("since:3w", "Since 3w", "Seit 3w"),
        ("model:gpt-4*", "Model: gpt-4*", "Modell: gpt-4*"),
        ("is:starred", "Chats: Starred", "Chats: Mit Stern"),
        ('project:"my garden"', "Project: my garden", "Projekt: my garden"),
    ],
)
def test_a_chip_says_a_filter_as_people_do(text: str, english: str, german: str) -> None:
    (found,) = spoken_filters(text)

    for language, expected in (("en", english), ("de", german)):
        i18n.set_language(language)
        assert filter_label(found) == expected


def test_a_month_is_named() -> None:
    assert value_label("month", "2025-03") == "March 2025"
    i18n.set_language("de")
    assert value_label("month", "2025-03") == "März 2025"


def test_what_is_said_of_a_tag_that_is_not_there_is_known() -> None:
    tags = [Tag(id=1, name="work/tax", created_at_ms=0), Tag(id=2, name="home", created_at_ms=0)]

    sentences = [unknown(tags, "hoem"), unknown(tags, "zebra\nfinch"), unknown([], "work")]

    assert [said(sentence) for sentence in sentences if is_known(sentence)] == [
        "No tag is called hoem, did you mean home.",
        "No tag is called zebra finch, and none is called nearly so.",
        "No tag is called work, there are none yet.",
    ]
