"""Markdown for Obsidian: front matter, headings, folded parts, attachments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from markdown_it import MarkdownIt

from privatus.core.conversation import Conversation, Kind, Part, PartKind, Role
from privatus.core.jobs import Job
from privatus.exporters.blocks import escaped_line
from privatus.exporters.harmless import harmless
from privatus.exporters.markdown import MarkdownExporter, front_matter
from privatus.exporters.text import conversation_markdown
from support.conversations import attachment, conversation, message, tagging

TIME_MS = 1_735_812_672_345


def said(*parts: Part, **fields: Any) -> str:
    """Return the Markdown of a conversation whose one message is made of *parts*."""
    chat = conversation(message(1, parts=parts, **fields), title="Chat")
    return conversation_markdown(chat)


def part(kind: str, text: str = "", **fields: Any) -> Part:
    return Part(kind=PartKind(kind), text=text, **fields)


def meta(chat: Conversation) -> dict[str, Any]:
    head, dashes, rest = front_matter(chat).removeprefix("---\n").partition("\n---\n")
    assert dashes and not rest
    return dict(yaml.safe_load(head))


def headings(markdown: str) -> list[str]:
    """Return the headings that a reader of Markdown sees, as "## text"."""
    tokens = MarkdownIt("commonmark").parse(markdown)
    return [
        f"{token.markup} {tokens[index + 1].content}"
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0
    ]


def test_front_matter_says_what_is_known() -> None:
    chat = conversation(
        "Hi",
        id=UUID("6ba7b810-9dad-41d1-80b4-00c04fd430c8"),
        title='He said: "no\\n" # 1\nreally',
        external_id="11111111-aaaa-4bbb-8ccc-222222222222",
        created_at_ms=TIME_MS,
        model="claude-3",
        tags=(
            *map(tagging, ("work", "two words", "2024", "a/b", "#")),
            tagging("of a message", 1),
        ),
    )

    assert meta(chat) == {
        "title": 'He said: "no\\n" # 1\nreally',
        "aliases": ['He said: "no\\n" # 1 really'],
        "id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
        "source": "claude",
        "source_id": "11111111-aaaa-4bbb-8ccc-222222222222",
        "kind": "ai",
        "model": "claude-3",
        "url": "https://claude.ai/chat/11111111-aaaa-4bbb-8ccc-222222222222",
        "tags": ["work", "two-words", "_2024", "a/b"],
        "messages": 1,
        "created": datetime(2025, 1, 2, 10, 11, 12, tzinfo=UTC),
    }


def test_a_made_up_id_leads_to_no_page() -> None:
    assert "url" not in meta(conversation("Hi", external_id="sha256:00112233445566778899"))


def test_each_message_has_a_heading_with_its_speaker_and_time() -> None:
    chat = conversation(
        message(1, "Hi", created_at_ms=TIME_MS),
        message(2, "Hello", model="claude-3", created_at_ms=TIME_MS + 60_000),
        message(3, "How are you?"),
        message(4, "Well"),
        message(5, "12 °C", role=Role.TOOL, author="weather"),
        title="Small *talk*",
    )

    assert headings(conversation_markdown(chat)) == [
        r"# Small \*talk\*",
        "## You · 2025-01-02 10:11",
        "## claude-3 · 2025-01-02 10:12",
        "## You",
        "## Claude",
        "## Tool: weather",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "```python\nprint('cut off",
        "```",
        "~~~~\n```\n~~~",
        "- in a list\n  ```\n  x",
        "1. ```js\n   closed()\n   ```",
        "<!-- cut off",
        "<pre>\ncut off\n\nhere",
        "<SCRIPT>\nx\n\ny",
        "<![CDATA[ x",
        "<?php\n\necho",
        "> quoted\n> ```\n> x",
        "setext\n",
        "[ref]: <cut",
        "* * *\n- [ ] task",
        "\t```\nindented",
    ],
)
def test_a_message_that_was_cut_off_does_not_swallow_the_next(text: str) -> None:
    chat = conversation(text, "next", title="T")

    assert headings(conversation_markdown(chat)) == ["# T", "## You", "## Claude"]
    assert harmless(text).rstrip("\n") in conversation_markdown(chat)


def test_text_that_is_whole_stays_as_it_is() -> None:
    for text in ("```\nx\n```", "<div>\nx", "1. ```js\n   x()\n   ```", "a\n\n<!-- b -->"):
        assert f"## You\n\n{text}\n" in conversation_markdown(conversation(text, title="T"))


def test_the_fence_of_code_is_longer_than_any_in_it() -> None:
    markdown = said(part("code", "```\ninner\n````\n", name="md"))

    assert "\n`````md\n```\ninner\n````\n`````\n" in markdown


def test_what_happened_beside_the_message_is_folded() -> None:
    markdown = said(
        part("thinking", "Hm.\n\n```\nopen"),
        part("tool_call", '{"q": 1}', name="search"),
        part("tool_result", "found", name="search"),
        part("quote", "As is known", name="A page", url="https://example.org/a"),
        part("unknown", "", name=None, data={"type": "hologram"}),
        part("notice", "Stopped"),
        part("text", "Answer"),
    )

    assert "\n> [!note]- Thinking\n> Hm.\n>\n> ```\n> open\n> ```\n" in markdown
    assert '\n> [!note]- Tool call: search\n> ```json\n> {"q": 1}\n> ```\n' in markdown
    assert "\n> [!note]- Tool result: search\n> ```\n> found\n> ```\n" in markdown
    assert "\n> [!quote]- Source: A page\n> As is known\n>\n> [https" in markdown
    assert '>   "type": "hologram"\n' in markdown
    assert "\n> [!info]\n> Stopped\n" in markdown
    assert markdown.endswith("\n\nAnswer\n")


def test_hidden_messages_are_there_and_folded() -> None:
    markdown = said(part("text", "Be kind\n\nAlways"), role=Role.SYSTEM, is_hidden=True)

    assert "## System · hidden\n\n> [!note]- Hidden message\n> Be kind\n>\n> Always\n" in markdown


def test_a_message_that_is_gone_at_the_provider_says_so() -> None:
    assert "## You · no longer at the provider\n" in said(is_missing_at_source=True)


def test_a_message_that_a_person_edited_says_so() -> None:
    assert "## You · edited here\n" in said(is_edited=True)


def test_the_active_path_comes_first_and_the_other_branches_after_it() -> None:
    chat = conversation(
        message(1, "Question"),
        message(2, "First answer"),
        message(3, "Second answer", parent=1, role=Role.ASSISTANT),
        message(4, "Thanks", parent=2, role=Role.USER),
        title="T",
        active=3,
    )

    whole = conversation_markdown(chat)

    assert headings(whole) == [
        "# T",
        "## You",
        "## Claude",
        "# Other branches",
        "## Claude",
        "## You",
    ]
    assert "> Branch of message 1 (You)\n\n## Claude\n\nFirst answer\n" in whole
    assert whole.index("Second answer") < whole.index("First answer")
    assert "First answer" not in conversation_markdown(chat, all_branches=False)


def test_attachments_lie_beside_and_are_linked(tmp_path: Path) -> None:
    photo = attachment("my (photo).png", b"\x89PNG\r\n\x1a\n")
    notes = attachment("notes.pdf", b"%PDF-")
    lost = attachment("lost.txt", None)
    chat = conversation(
        message(
            1,
            parts=(part("image", "A cat", attachment=0), part("file", "page 1", attachment=1)),
            attachments=(photo, notes, lost),
        ),
        title="Files",
        created_at_ms=TIME_MS,
    )

    MarkdownExporter().write([chat], tmp_path, Job())

    [page] = (tmp_path / "claude" / "2025").iterdir()
    text = page.read_text(encoding="utf-8")
    image_path = "../../attachments/my%20%28photo%29%204c4b6a3be1314ab8.png"
    assert f"\n![my (photo).png]({image_path})\n\nA cat\n" in text
    assert "\n[notes.pdf](../../attachments/notes%20" in text
    assert "\n> [!note]- Text of the file\n> ```\n> page 1\n> ```\n" in text
    assert "\n- lost.txt *(not in the export)*\n" in text
    image = page.parent / image_path.replace("%20", " ").replace("%28", "(").replace("%29", ")")
    assert image.read_bytes() == b"\x89PNG\r\n\x1a\n"


def test_an_image_on_the_web_is_linked_and_not_embedded() -> None:
    markdown = said(
        part("image", name="pixel", url="http://tracker.example/p.png"),
        part("file", name="x", url="javascript:alert(1)"),
    )

    assert "\n[pixel](<http://tracker.example/p.png>)\n" in markdown
    assert "![" not in markdown
    assert "javascript" not in markdown


def test_branches_can_be_left_out_of_the_files(tmp_path: Path) -> None:
    chat = conversation(
        message(1, "Q"), message(2, "old"), message(3, "new", parent=1), title="T", active=3
    )

    MarkdownExporter(all_branches=False).write([chat], tmp_path, Job())

    [page] = tmp_path.rglob("*.md")
    assert "old" not in page.read_text(encoding="utf-8")


def test_a_document_made_in_the_chat_is_shown_with_its_title_and_language() -> None:
    by_language = part("artifact", "fn main() {}", name="main.rs", data={"language": "rust"})
    by_type = part("artifact", "# T", data={"type": "text/markdown"})
    by_nothing = part("artifact", "?", data={"type": ["odd"]})

    markdown = said(by_language, by_type, by_nothing)

    assert "\n**main.rs**\n\n```rust\nfn main() {}\n```\n" in markdown
    assert "\n```markdown\n# T\n```\n\n```\n?\n```\n" in markdown


def test_a_reference_to_a_missing_attachment_is_no_trouble() -> None:
    assert "\nphoto\n" in said(part("image", name="photo", attachment=7))


def test_among_people_everybody_has_a_name() -> None:
    chat = conversation(message(1, "Hi", author="Ada"), kind=Kind.GROUP)

    assert "## Ada\n" in conversation_markdown(chat)
    assert "## You\n" in conversation_markdown(replace(chat, kind=Kind.AI))


def test_json_that_no_file_can_hold_is_shown_all_the_same() -> None:
    assert "x?" in said(part("unknown", data={"a": "x\ud83d"}))


@pytest.mark.parametrize(
    "odd", ["\x1b]0;PWN\x07", "\x9b31m", "\x00", "\u202e", "\u2066", " ", "\n"]
)
@pytest.mark.parametrize("kind", ["quote", "image", "file", "audio"])
def test_no_address_brings_what_a_terminal_obeys(kind: str, odd: str) -> None:
    url = f"https://h/{odd}x"

    shown = said(part(kind, "text", name="name", url=url))

    assert "](<" not in shown
    assert not set("\x1b\x07\x9b\x00\u202e\u2066") & set(shown)


def test_number_signs_at_the_end_of_a_title_do_not_close_it() -> None:
    assert escaped_line("C##") == r"C\#\#"
    assert escaped_line("#1 of C# and _F#_ ##") == r"#1 of C# and \_F#\_ \#\#"


def test_a_title_of_number_signs_takes_no_longer_than_any_other() -> None:
    # A look ahead at each of them took the square of their number: minutes here.
    signs = "#" * 300_000

    assert escaped_line(signs + "x") == signs + "x"
