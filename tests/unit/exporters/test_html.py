"""HTML pages: what they hold, and what they must not."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from privatus.core.conversation import Conversation, Part, PartKind, Role
from privatus.core.jobs import Job
from privatus.exporters import html
from privatus.exporters.html import HtmlExporter
from support.conversations import attachment, conversation, message, tagging
from support.html_pages import Page, assert_nothing_acts

TIME_MS = 1_735_812_672_345
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def written(folder: Path, *chats: Conversation) -> list[str]:
    """Return the pages of *chats*, in order of their files."""
    HtmlExporter().write(chats, folder, Job())
    return [
        path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.html"))
        if path.parent != folder
    ]


def page_of(folder: Path, *parts: Part, **fields: Any) -> Page:
    [source] = written(folder, conversation(message(1, parts=parts, **fields), title="Chat"))
    return assert_nothing_acts(source)


def part(kind: str, text: str = "", **fields: Any) -> Part:
    return Part(kind=PartKind(kind), text=text, **fields)


def test_a_page_holds_its_conversation(tmp_path: Path) -> None:
    chat = conversation(
        message(1, "Hello *you*", created_at_ms=TIME_MS),
        message(2, "Hi", model="claude-3"),
        title="A <greeting>",
        created_at_ms=TIME_MS,
        external_id="11111111-aaaa-4bbb-8ccc-222222222222",
        tags=(tagging("work"), tagging("to <do>", 2)),
    )

    [source] = written(tmp_path, chat)

    page = assert_nothing_acts(source)
    assert '<h1 dir="auto">A &lt;greeting&gt;</h1>' in source
    assert '<p dir="auto">Hello <em>you</em></p>' in source
    assert (
        "claude-3" in page.text
        and "work" in page.text
        and "to <do>" in page.text
        and "2 messages" in page.text
    )
    assert {"datetime": "2025-01-02T10:11:12.345Z", "title": "2025-01-02 10:11 UTC"} in page.all(
        "time"
    )
    hrefs = [link["href"] for link in page.all("a")]
    assert "https://claude.ai/chat/11111111-aaaa-4bbb-8ccc-222222222222" in hrefs
    assert "../../index.html" in hrefs


def test_the_policy_allows_this_style_and_images_within_and_nothing_else(tmp_path: Path) -> None:
    [source] = written(tmp_path, conversation("Hi"))

    style = re.search(r"<style>(.*)</style>", source, re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', source)

    assert style and policy
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy[1] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert source.index("Content-Security-Policy") < source.index("<style>")


def test_the_list_leads_to_every_page_newest_first(tmp_path: Path) -> None:
    chats = [
        conversation("a", title="Old & <b>bold</b>", created_at_ms=TIME_MS - 10**11),
        conversation("a", "b", title="What? 100%41 #1", created_at_ms=TIME_MS, source="chatgpt"),
        conversation(message(1, "a", created_at_ms=TIME_MS - 1), title="By its first message"),
        conversation(title="No time"),
        conversation(title="index", source="gemini"),
    ]

    HtmlExporter().write(chats, tmp_path, Job())

    source = (tmp_path / "index.html").read_text(encoding="utf-8")
    page = assert_nothing_acts(source)
    paths = [unquote(link["href"]) for link in page.all("a")]
    assert [path.rpartition(" ")[0] for path in paths] == [
        "chatgpt/2025/What 100%41 1",
        "claude/2025/By its first message",
        "claude/2021/Old & b bold b",
        "claude/undated/No time",
        "gemini/undated/index",
    ]
    assert all((tmp_path / path).is_file() for path in paths)
    assert "Old & <b>bold</b>" in page.text
    assert "ChatGPT" in page.text and "2 messages" in page.text and "5 conversations" in page.text
    assert page.text.index("2025") < page.text.index("2021") < page.text.index("Undated")


def test_pictures_are_in_the_page(tmp_path: Path) -> None:
    picture = attachment("cat.dat", PNG, media_type="text/html")

    page = page_of(tmp_path, part("image", "A *cat*", attachment=0), attachments=(picture,))

    [image] = page.all("img")
    assert image["src"] == "data:image/png;base64," + base64.b64encode(PNG).decode()
    assert image["alt"] == "cat.dat"
    assert not (tmp_path / "files").exists() or not list((tmp_path / "files").iterdir())


def test_a_picture_too_large_for_a_page_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "_MAX_IMAGE_BYTES", len(PNG))
    pictures = (attachment("fits.png", PNG), attachment("large.png", PNG + b"\0"))

    page = page_of(tmp_path, attachments=pictures)

    assert [image["alt"] for image in page.all("img")] == ["fits.png"]
    [stored] = (tmp_path / "files").iterdir()
    assert stored.read_bytes() == PNG + b"\0"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("page.html", b"<script>alert(1)</script>"),
        ("page.HTM", b"<script>alert(1)</script>"),
        ("page.xhtml", b"<html/>"),
        ("run.js", b"alert(1)"),
        ("setup.exe", b"MZ"),
        ("feed.xml", b"<x/>"),
        ("nothing", b"<script>"),
        ("two.png.svg", b"<svg/>"),
        (".html", b"<html/>"),
    ],
)
def test_what_could_run_is_kept_as_text(tmp_path: Path, name: str, content: bytes) -> None:
    page = page_of(tmp_path, part("image", attachment=0), attachments=(attachment(name, content),))

    assert page.all("img") == []
    [stored] = (tmp_path / "files").iterdir()
    assert stored.suffix == ".txt"
    assert stored.read_bytes() == content


def test_a_file_is_linked_from_the_page_by_a_path_that_works(tmp_path: Path) -> None:
    report = attachment('año & "100%41" #1.pdf', b"%PDF-")

    HtmlExporter().write([conversation(message(1, attachments=(report,)))], tmp_path, Job())

    [path] = tmp_path.rglob("claude/*/*.html")
    page = assert_nothing_acts(path.read_text(encoding="utf-8"))
    [link] = [a for a in page.all("a") if "download" in a]
    assert (path.parent / unquote(link["href"])).read_bytes() == b"%PDF-"
    assert link["download"] == 'año & "100%41" #1.pdf'


def test_a_file_that_the_export_did_not_hold_is_named(tmp_path: Path) -> None:
    page = page_of(tmp_path, part("file", attachment=0), attachments=(attachment("a.pdf", None),))

    assert "a.pdf not in the export" in page.text


def test_what_happened_beside_the_message_is_folded(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        part("thinking", "Hm", name="Weighing <it>"),
        part("tool_call", '{"q": 1}', name="search"),
        part("tool_result", "<found>", name="search"),
        part("quote", "As is known", name="A page", url="https://example.org/a"),
        part("unknown", data={"type": "hologram"}),
        part("file", "its words", attachment=0),
        attachments=(attachment("a.pdf", None),),
    )

    assert len(page.all("details")) == len(page.all("summary")) == 6
    for words in ("Thinking: Weighing <it>", "Tool call: search", "<found>", "hologram"):
        assert words in page.text
    assert "https://example.org/a" in [link["href"] for link in page.all("a")]


def test_hidden_messages_are_there_and_folded(tmp_path: Path) -> None:
    page = page_of(tmp_path, part("text", "Be kind"), role=Role.SYSTEM, is_hidden=True)

    assert len(page.all("details")) == 1
    assert "Be kind" in page.text


def test_other_branches_are_one_click_away(tmp_path: Path) -> None:
    chat = conversation(
        message(1, "Question"),
        message(2, "First answer"),
        message(3, "Second answer", parent=1, role=Role.ASSISTANT),
        active=3,
    )

    [source] = written(tmp_path, chat)

    page = assert_nothing_acts(source)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    hrefs = [link["href"] for link in page.all("a")]
    assert ids == ["m1", "m3", "b1", "m2"]
    assert "#b1" in hrefs and "#m1" in hrefs
    assert source.index("Second answer") < source.index("First answer")


def test_twenty_thousand_messages_in_a_row_are_no_trouble(tmp_path: Path) -> None:
    chat = conversation(*("x" for _ in range(20_000)))

    [source] = written(tmp_path, chat)

    assert source.count("<article") == 20_000


def test_a_page_of_asterisks_is_written(tmp_path: Path) -> None:
    [source] = written(tmp_path, conversation("*" * 50_000, "[" * 50_000, "a" * 1_000_000))

    assert "*" * 50_000 in source


def test_code_documents_and_remarks_are_shown_for_what_they_are(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        part("code", "x = '<b>'", name="python"),
        part("artifact", "fn main() {}", name="main.rs", data={"language": "rust"}),
        part("notice", "Thought for <12> seconds", name="Timer"),
        part("file", name="Online", url="https://example.org/f"),
        part("video", "What is seen", name="clip", url="javascript:alert(1)"),
        is_missing_at_source=True,
        is_edited=True,
    )

    captions = [place for place, (tag, _) in enumerate(page.tags) if tag == "figcaption"]
    assert len(captions) == 2
    for words in ("x = '<b>'", "main.rs", "fn main() {}", "Timer Thought for <12> seconds"):
        assert words in page.text
    assert "clip" in page.text and "What is seen" in page.text
    assert "no longer at the provider" in page.text and "edited here" in page.text
    assert [link["href"] for link in page.all("a") if "example.org" in link["href"]] == [
        "https://example.org/f"
    ]


def test_a_webp_is_a_picture_too(tmp_path: Path) -> None:
    webp = attachment("a", b"RIFF\x08\0\0\0WEBPVP8 ")

    [image] = page_of(tmp_path, attachments=(webp,)).all("img")

    assert image["src"].startswith("data:image/webp;base64,UklGR")
