"""Markdown of anyone that loads nothing when it is opened."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from privatus.core.conversation import Part, PartKind
from privatus.exporters.harmless import harmless
from privatus.exporters.text import conversation_markdown
from support.conversations import conversation, message

IMAGE = "![x](https://evil.test/t.png)"
FRAME = '<iframe src="https://evil.test/">'


def loads(markdown: str, preset: str = "commonmark") -> list[str]:
    """Return the images and the HTML with attributes that a program would show."""
    html = MarkdownIt(preset, {"html": True}).render(markdown)
    # What is shown as it stands has no angle bracket of its own.
    return re.findall(r"<(?:img|iframe|video|link|style|script|svg|p |b |div )[^>]*>", html)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        (IMAGE, "! [x](https://evil.test/t.png)"),
        ("![](https://evil.test/t.png)", "! [image](https://evil.test/t.png)"),
        ("![x][1]\n\n[1]: https://evil.test/", "! [x][1]\n\n[1]: https://evil.test/"),
        (FRAME, '&lt;iframe src="https://evil.test/">'),
        ("<style>@import 'x'</style>", "&lt;style>@import 'x'&lt;/style>"),
        ("<b>bold</b><br/> <https://a.test>", "<b>bold</b><br/> <https://a.test>"),
        ("a <!-- note --> b", "a <!-- note --> b"),
        ("1 < 2 and a<b", "1 < 2 and a&lt;b"),
        ("no `code`, no image!", "no `code`, no image!"),
    ],
)
def test_images_become_links_and_tags_that_may_load_become_text(text: str, safe: str) -> None:
    assert harmless(text) == safe
    assert loads(safe) == []


@pytest.mark.parametrize(
    "text",
    [
        f"Use `{FRAME}` or ``a ` {IMAGE}``",
        f"```html\n{FRAME}\n{IMAGE}\n```",
        f"1. see\n   ~~~\n   {FRAME}\n   ~~~",
        f"text\n\n    {FRAME}",
        "`vec![1, 2]` and `Vec<T>`",
    ],
)
def test_code_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text
    assert loads(text) == []


@pytest.mark.parametrize("what", [IMAGE, "<img src=https://evil.test/>"])
@pytest.mark.parametrize(
    "frame",
    [
        "`a\n\n{} `",
        "\\`{} `",
        '<b title="`">{} `',
        "<!-- ` -->{} `",
        "[a](`) {} `",
        '[a](b "`") {} `',
        "<https://a`b>{} `",
        "<div>\n`{}`\n</div>",
        "<div>\n```\n{}\n```\n</div>",
        "<div class=x>\n```\n\n```\n{}\n```\n",
        "<pre>\n\n`{}`\n</pre>",
        "| ` | {} ` |\n|-|-|\n| ` | `x` {} `z` |",
        "> ```\n{}\n```",
        "```\na\n```{}\n```\n\n{}",
        "- a\n\n      {}\n\n   {}",
    ],
)
def test_nothing_hides_in_what_only_looks_like_code(frame: str, what: str) -> None:
    safe = harmless(frame.replace("{}", what))

    assert loads(safe) == []
    assert loads(safe, "default") == []


def test_what_is_no_text_of_a_person_is_made_harmless_in_a_moment() -> None:
    for piece in ("![", "<a ", "`", "`a ``", "<!--", "![x](u) `", "```\n![\n"):
        safe = harmless(piece * (2_000_000 // len(piece)) + IMAGE)
        assert IMAGE not in safe


def test_a_note_for_obsidian_loads_nothing() -> None:
    parts = [Part(kind=kind, text=f"{IMAGE} {FRAME}") for kind in PartKind]
    chat = conversation(message(1, parts=tuple(parts)), title=IMAGE)

    assert loads(conversation_markdown(chat)) == []
