"""What is made of a chat: its sentences, its title, its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.services.text.digest import Said, digest
from privatus.services.text.titles import MOST_CHARS

# A conversation about one thing, with the fact that a summary of it has to hold, and what the
# person asks first.
_CHATS = {
    "en": (
        ["Hi! Can you help me repair the pump of my washing machine?", "Sure, happy to help!",
         "The pump makes a noise.", "The pump of a washing machine makes noise if a coin blocks its"
         " wheel. Open the small door of the pump and take the coin out.", "Thanks!", "Great."],
        "coin", "Repair the pump of my washing machine",
    ),
    "de": (
        ["Hallo! Kannst du mir bitte den Mietvertrag für die Wohnung erklären?", "Gerne!",
         "Was gilt bei der Kündigung?", "Die Kündigung des Mietvertrags für die Wohnung muss drei"
         " Monate vorher schriftlich erfolgen. Für den Vermieter gelten längere Fristen.", "Danke!",
         "Bitte."],
        "drei Monate", "Den Mietvertrag für die Wohnung erklären",
    ),
    "fr": (
        ["Bonjour, quels vaccins sont nécessaires pour le voyage au Kenya?", "Avec plaisir.",
         "Et contre la fièvre jaune?", "Le vaccin contre la fièvre jaune est nécessaire pour le"
         " voyage au Kenya dix jours avant le départ. Gardez le carnet de vaccins.", "Merci!",
         "De rien."],
        "dix jours", "Quels vaccins sont nécessaires pour le voyage au Kenya?",
    ),
    "ru": (
        ["Здравствуйте! Как вырастить помидоры на балконе зимой?", "Конечно!",
         "Сколько им надо света?", "Помидоры на балконе зимой растут, если лампа светит"
         " четырнадцать часов в день. Поливайте помидоры тёплой водой.", "Спасибо!", "Пожалуйста."],
        "четырнадцать", "Как вырастить помидоры на балконе зимой?",
    ),
    "zh": (
        ["如何在阳台上种植番茄？", "好的！", "番茄需要多少阳光？",
         "在阳台上种植番茄每天需要八小时的阳光。番茄的土壤要保持湿润。", "谢谢！", "不客气。"],
        "八小时", "如何在阳台上种植番茄？",
    ),
}  # fmt: skip


def _said(texts: list[str]) -> list[Said]:
    return [Said(n, n % 2 == 1, text) for n, text in enumerate(texts, start=1)]


@pytest.mark.parametrize("language", _CHATS)
def test_a_summary_holds_the_fact_of_the_chat_in_its_language(language: str) -> None:
    texts, fact, _ = _CHATS[language]

    made = digest(_said(texts))

    assert made.language == language
    assert fact in " ".join(chosen.text for chosen in made.sentences)


@pytest.mark.parametrize("language", _CHATS)
def test_a_title_is_what_was_asked_first(language: str) -> None:
    texts, _, title = _CHATS[language]

    assert digest(_said(texts)).title == title


def test_a_long_request_becomes_a_title_that_is_cut_at_a_clause_or_a_word() -> None:
    clause = "Plan a journey through northern Norway, by train and ship, for a family with children"
    long = "Write " + " ".join(f"something{n}" for n in range(20))

    assert (
        digest(_said([clause])).title == "Plan a journey through northern Norway, by train and ship"
    )
    assert digest(_said([long])).title.endswith("…")
    assert len(digest(_said([long])).title) <= MOST_CHARS


def test_greetings_code_and_thanks_are_no_summary() -> None:
    code = "Use this.\n```python\nprint('pump pump pump pump')\n```\n"
    texts = ["Hi!", "Hello!", "Where does the pump stand in the cellar?", code, "Thank you!"]

    said = " ".join(chosen.text for chosen in digest(_said(texts)).sentences)

    assert "pump stand" in said
    assert "print" not in said
    assert "Hello" not in said


def test_nothing_is_said_twice() -> None:
    again = "The pump of the washing machine is blocked by a coin in the wheel."
    other = "A new hose for the water costs nine euros in the shop."

    made = digest(_said([again, again, again, again, other]))

    assert {chosen.text for chosen in made.sentences[:2]} <= {again, other}
    assert other in {chosen.text for chosen in made.sentences}


def test_phrases_are_what_comes_again_as_it_is_written() -> None:
    texts = ["My Washing Machine leaks.", "The Washing Machine is old.", "And the pump?"]

    assert digest(_said(texts)).phrases[0] == "Washing Machine"


def test_a_chat_without_words_has_no_summary() -> None:
    assert digest([]).sentences == ()
    assert digest(_said(["```\nx = 1\n```", "12"])).sentences == ()


@given(st.lists(st.text(alphabet="abc de.!?\n-*`。7", max_size=60), max_size=8))
def test_every_sentence_is_one_of_its_message_word_by_word(texts: list[str]) -> None:
    made = digest(_said(texts))

    for number, start, text in made.sentences:
        assert texts[number - 1][start : start + len(text)] == text
    assert list(made.sentences) == sorted(set(made.sentences))
    assert len(made.title) <= MOST_CHARS
