"""Titles for conversations without one."""

from __future__ import annotations

import pytest

from privatus.core.conversation import Message, Role
from privatus.importers import titles
from support.conversations import attachment, message


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Why is it so?", "Why is it so?"),
        ("\n\n## Heading\nmore", "Heading"),
        ("- first\n- second", "first"),
        ("12. twelfth", "twelfth"),
        ("```python\nprint(1)\n```", "print(1)"),
        ("---\n***\n", ""),
        ("  many   spaces\there ", "many spaces here"),
        ("数据库" * 40, "数据库" * 26 + "数据…"),
        ("word " * 40, "word " * 15 + "word…"),
        ("", ""),
    ],
)
def test_the_first_line_that_says_something_is_the_title(text: str, title: str) -> None:
    assert titles.from_text(text) == title


def test_the_persons_words_come_before_anyone_elses() -> None:
    hidden = message(1, "You are a machine", is_hidden=True)
    answer, question = message(2, "Hello there"), message(3, "Why?")

    def title(*messages: Message) -> str:
        return titles.from_messages(messages)

    assert title(hidden, answer, question) == "Why?"
    assert title(hidden, answer) == "Hello there"
    assert title(hidden) == ""
    assert (
        title(message(1, "", role=Role.USER, attachments=(attachment("a.png", None),))) == "a.png"
    )
