"""Notes and highlights in what is exported to be read."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt

from privatus.core.annotation import Passage
from privatus.core.conversation import Conversation
from privatus.core.jobs import Job
from privatus.exporters.html import HtmlExporter
from privatus.exporters.text import conversation_markdown, conversation_text
from support.conversations import annotation, conversation, message
from support.html_pages import assert_nothing_acts

_WHEN = "2025-01-02 10:11"
_QUOTE = Passage(start=0, quote="in the *drawer*\n[here](x)")
CHAT = conversation(
    message(1, "Where?"),
    message(2, "in the *drawer*\n[here](x)"),
    message(3, "Never seen", parent=1),
    active=2,
    title="Keys",
    annotations=(
        annotation("First line\n\n- a list\n\n```\ncode"),
        annotation("", 2, passage=_QUOTE, colour="pink"),
        annotation("Why?", 2),
        annotation("of a branch", 3),
    ),
)
_HOSTILE = conversation(
    "Hi",
    annotations=(
        annotation("<script>alert(1)</script> ![x](https://tracker.example/a.png)\x1b[31m"),
        annotation("", 1, passage=Passage(start=0, quote='<img src=x onerror="x">\x1b[31m')),
    ),
)


def _page(tmp_path: Path, chat: Conversation) -> str:
    HtmlExporter().write([chat], tmp_path, Job())
    [path] = [path for path in tmp_path.rglob("*.html") if path.name != "index.html"]
    return path.read_text(encoding="utf-8")


def test_markdown_has_footnotes_after_what_they_are_on() -> None:
    text = conversation_markdown(CHAT)

    assert text.startswith("# Keys\n\n[^note-1]\n\n## ")
    assert "\n[here](x)\n\n[^note-2] [^note-3]\n\n# Other branches\n" in text
    assert text.endswith(
        f"Never seen\n\n[^note-4]\n\n"
        f"[^note-1]: {_WHEN}\n\n    First line\n\n    - a list\n\n    ```\n    code\n    ```\n\n"
        rf"[^note-2]: “in the \*drawer\* \[here\](x)” · highlighted in pink · {_WHEN}" + "\n\n"
        f"[^note-3]: {_WHEN}\n\n    Why?\n\n"
        f"[^note-4]: {_WHEN}\n\n    of a branch\n"
    )


def test_markdown_of_the_active_branch_has_no_footnote_of_another_one() -> None:
    text = conversation_markdown(CHAT, all_branches=False)

    assert "[^note-3]: " in text
    assert "[^note-4]" not in text and "of a branch" not in text


def test_markdown_without_annotations_has_no_footnotes() -> None:
    assert "[^" not in conversation_markdown(conversation("Hi", "You"))


def test_plain_text_has_notes_beside_what_they_are_on() -> None:
    text = conversation_text(CHAT)

    assert text.startswith(f"Keys\n\n[note: {_WHEN}]\n| First line\n| \n| - a list\n")
    assert text.endswith(
        f"[note: highlighted in pink · {_WHEN}] “in the *drawer* [here](x)”\n\n"
        f"[note: {_WHEN}]\n| Why?\n"
    )


def test_a_page_has_notes_beside_what_they_are_on(tmp_path: Path) -> None:
    source = _page(tmp_path, CHAT)

    page = assert_nothing_acts(source)
    assert len([s for s in page.all("section") if s.get("class") == "note"]) == 4
    assert f'<p class="facts">highlighted in pink · {_WHEN}</p>' in source
    assert '<blockquote dir="auto">in the *drawer* [here](x)</blockquote>' in source
    assert source.index('<section class="note">') < source.index("<article")
    assert "<li>a list</li>" in source


def test_no_note_acts_in_what_is_exported(tmp_path: Path) -> None:
    assert_nothing_acts(_page(tmp_path, _HOSTILE))
    markdown = conversation_markdown(_HOSTILE)
    for text in (markdown, conversation_text(_HOSTILE)):
        assert "\x1b" not in text
    html = MarkdownIt("commonmark").render(markdown)
    assert "<script" not in html and "<img" not in html
