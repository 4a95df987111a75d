"""Words, tokens and code languages of messages."""

from __future__ import annotations

import pytest

from privatus.core.conversation import Part, PartKind
from privatus.services.measuring import Measured, facts_of, measure, size_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("  \n ", 0),
        ("one", 1),
        ("What is it?", 3),
        ("Straße nach Köln", 3),
        ("你好世界 这是中文", 8),
        ("I like 東京 a lot", 6),
        ("zehn\u00a0Euro und “mehr”", 4),
        ("one\ttwo\r\n\n  three\x1cfour ", 4),
        # Longer than what is counted at a time.
        ("x" * 40_000 + " y", 2),
        ("word " * 20_000, 20_000),
    ],
)
def test_words_are_counted_as_word_processors_count_them(text: str, words: int) -> None:
    assert size_of(text)[0] == words


# What OpenAI's o200k encoding makes of them.
@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The quick brown fox jumps over the lazy dog. " * 4, 41),
        ("Der schnelle braune Fuchs springt über den faulen Hund. " * 4, 57),
        ("今天天气很好我们去公园散步吧" * 4, 40),
        ("Быстрая коричневая лиса прыгает через ленивую собаку. " * 4, 78),
    ],
)
def test_tokens_are_estimated_within_a_quarter_even_of_single_sentences(
    text: str, tokens: int
) -> None:
    assert size_of(text)[1] == pytest.approx(tokens, rel=0.25)


def test_every_line_of_a_long_text_costs_the_same_tokens() -> None:
    line = "In 2024, we paid 12 € for „Brot“ (and 日本 ...)\n"

    assert size_of(line * 2_000)[1] == pytest.approx(100 * size_of(line * 20)[1], rel=0.01)


def test_what_has_words_has_tokens_and_nothing_else_has() -> None:
    assert size_of("a")[1] == 1
    assert size_of(" \n")[1] == 0


def test_tools_and_thoughts_cost_tokens_but_are_no_words_that_a_person_reads() -> None:
    said = (
        Part(kind=PartKind.TEXT, text="Here it is"),
        Part(kind=PartKind.THINKING, text="They want it, so I look it up"),
    )

    words, tokens, _, _ = measure(said)

    assert words == 3
    assert tokens > size_of("Here it is")[1]


def test_code_languages_are_those_of_fences_and_code_parts_under_one_name() -> None:
    said = (
        Part(kind=PartKind.TEXT, text="```py\nprint(1)\n```\n\n~~~JS\nlet a\n~~~\n```text\nx\n```"),
        Part(kind=PartKind.CODE, text="SELECT 1", name="SQL"),
    )

    assert measure(said)[2] == ("javascript", "python", "sql")


def _message(number: int, parent: int | None, role: int, text: str) -> Measured:
    parts = (Part(kind=PartKind.TEXT, text=text),)
    return Measured(number, parent, role, None, None, parts)


def test_a_model_reads_all_that_stands_before_its_answer_on_its_branch() -> None:
    question, other = "What is the capital of France?", "And that of the whole of Italy?"
    facts = facts_of(
        [
            _message(1, None, 1, question),
            _message(2, 1, 2, "Paris"),
            _message(3, 2, 1, other),
            _message(4, 3, 2, "Rome"),
            _message(5, 1, 2, "It is Paris"),
        ]
    )

    asked, paris = size_of(question)[1], size_of("Paris")[1]
    assert [fact.context for fact in facts] == [
        0,
        asked,
        0,
        asked + paris + size_of(other)[1],
        asked,
    ]


def test_a_chat_is_in_the_language_of_its_beginning() -> None:
    facts = facts_of(
        [
            _message(1, None, 1, "Was ist das und wie kann ich es selbst machen?"),
            _message(2, 1, 2, "ok"),
        ]
    )

    assert [fact.language for fact in facts] == ["de", "de"]
