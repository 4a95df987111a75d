"""A conversation as plain text."""

from __future__ import annotations

from privatus.core.conversation import Part, PartKind
from privatus.exporters.text import conversation_text
from support.conversations import attachment, conversation, message


def test_plain_text_is_for_reading() -> None:
    chat = conversation(
        message(1, "Hi", created_at_ms=1_735_812_672_345),
        message(
            2,
            model="gpt",
            parts=(
                Part(kind=PartKind.THINKING, text="Hm\nwell"),
                Part(kind=PartKind.TEXT, text="Hello\n"),
                Part(kind=PartKind.IMAGE, attachment=0),
            ),
            attachments=(attachment("cat.png", b""), attachment("b.txt", None)),
        ),
        title="Greeting",
    )

    assert conversation_text(chat) == (
        "Greeting\n\n"
        "--- 1 · You · 2025-01-02 10:11 ---\n\nHi\n\n"
        "--- 2 · gpt ---\n\n"
        "[thinking]\n| Hm\n| well\n\nHello\n\n[image: cat.png]\n\n[file: b.txt]\n"
    )


def test_nothing_in_it_steers_a_terminal() -> None:
    chat = conversation(
        "a\x1b[2Jb\x07\x9b31m\x00\r\nc\td",
        title="\x1b]0;owned\x07 \u202etitle",
    )

    text = conversation_text(chat)

    assert [c for c in text if ord(c) < 32 and c not in "\n\t"] == []
    assert "\x9b" not in text and "\u202e" not in text
    assert "a\ufffd[2Jb\ufffd\ufffd31m\ufffd\nc\td" in text


def test_other_branches_come_when_asked_for() -> None:
    chat = conversation(message(1, "Q"), message(2, "A"), message(3, "B", parent=1), active=3)

    assert "\nA\n" not in conversation_text(chat)
    assert "*** branch of message 1 (You) ***\n\n--- 2 · Claude ---\n\nA\n" in conversation_text(
        chat, all_branches=True
    )
