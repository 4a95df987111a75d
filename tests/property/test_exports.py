"""Whatever a conversation holds, no format breaks on it, and nothing of it acts."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from privatus.core.conversation import Conversation
from privatus.core.jobs import Job
from privatus.exporters import registry
from privatus.exporters.blocks import escaped_line
from privatus.exporters.characters import one_line, readable
from privatus.exporters.markdown_html import rendered
from privatus.exporters.names import safe_name
from privatus.exporters.text import conversation_text, heading
from support.conversations import conversations, texts
from support.html_pages import assert_nothing_acts

# An example writes real files: their number is kept small, and the time of one proves nothing.
_some = settings(max_examples=60)

# What Windows, macOS and Linux refuse in a name, and what has a meaning to a shell or to Obsidian.
_FORBIDDEN = set('/\\:*?"<>|#^[]') | {chr(code) for code in range(32)} | {"\x7f"}


@contextmanager
def export(format: str, *chats: Conversation) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        result = registry.find(format).write(chats, Path(folder) / "out", Job())
        assert result.conversations == len(chats)
        assert result.problems == ()
        yield Path(folder) / "out"


@settings(max_examples=150)
@given(st.lists(conversations(), max_size=2))
def test_nothing_in_a_page_acts(chats: list[Conversation]) -> None:
    with export("html", *chats) as folder:
        pages = list(folder.rglob("*.html"))
        for path in pages:
            assert_nothing_acts(path.read_text(encoding="utf-8"))
        assert len(pages) == len(chats) + 1
        # Nothing but the pages themselves is something that a browser would run.
        others = {path.suffix.lower() for path in folder.rglob("*.*")} - {".html", ""}
        assert not others & {".htm", ".svg", ".xhtml", ".xml", ".js"}


_MARKUP = st.lists(
    st.sampled_from(
        [
            *("<script>", "</p>", "<img src=x onerror=y>", "[a](", "](", "javascript:", "http://x"),
            *("![", "]", ")", "`", "```html\n", "\n", "|", "\n|-|-|\n", "* ", "> ", "&lt;", '"'),
            *("<http://x", ">", "<!--", "data:text/html,", "&#106;", "\\", "~~", "**", "\x00"),
        ]
    ),
    max_size=30,
).map("".join)


@settings(max_examples=500)
@given(_MARKUP | texts(), st.booleans())
def test_no_markdown_acts(text: str, keeps_lines: bool) -> None:
    html = rendered(text, keeps_lines=keeps_lines)

    assert_nothing_acts(
        '<meta http-equiv="Content-Security-Policy"><style></style>' + html,
    )


@_some
@given(conversations())
def test_front_matter_is_read_back_by_a_yaml_parser(chat: Conversation) -> None:
    with export("markdown", chat) as folder:
        [path] = folder.rglob("*.md")
        text = path.read_text(encoding="utf-8")

    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    fields: dict[str, Any] = yaml.safe_load(head)
    assert fields["title"] == chat.title
    assert fields["source"] == chat.source
    assert fields["source_id"] == chat.external_id
    assert fields.get("project") == chat.project
    assert fields.get("model") == chat.model
    assert fields["messages"] == len(chat.messages)
    assert body.startswith("\n# ")


@_some
@given(conversations())
def test_every_message_has_its_heading_whatever_the_others_hold(chat: Conversation) -> None:
    with export("markdown", chat) as folder:
        [path] = folder.rglob("*.md")
        body = path.read_text(encoding="utf-8").partition("\n---\n")[2]

    tokens = MarkdownIt("commonmark").parse(body)
    found = Counter(
        tokens[place + 1].content
        for place, token in enumerate(tokens)
        if token.tag == "h2" and token.nesting == 1 and token.level == 0
    )
    assert Counter(escaped_line(heading(chat, said)) for said in chat.messages) <= found


@_some
@given(conversations())
def test_every_attachment_is_named_in_the_page(chat: Conversation) -> None:
    names = Counter(one_line(file.name) for said in chat.messages for file in said.attachments)

    with export("html", chat) as folder:
        source = next(folder.rglob("*/*.html")).read_text(encoding="utf-8")

    assert all(source.count(escape(name)) >= times for name, times in names.items() if name)


@_some
@given(conversations())
def test_plain_text_has_no_controls(chat: Conversation) -> None:
    text = conversation_text(chat, all_branches=True)

    assert {c for c in text if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}
    for said in chat.messages:
        for part in said.parts:
            for line in readable(part.text).strip("\n").split("\n"):
                assert line in text


# What docs/json-format.md says how to undo.
_ARMED = re.compile(r"(?:\A|(?<=[;\t\r\n]))'")


@_some
@given(st.lists(conversations(max_messages=1), max_size=3))
def test_csv_gives_back_every_row(chats: list[Conversation]) -> None:
    with export("csv", *chats) as folder:
        text = (folder / "messages.csv").read_bytes().decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    said = [(chat, message) for chat in chats for message in chat.messages]
    assert len(rows) == len(said)
    for row, (chat, message) in zip(rows, said, strict=True):
        assert _ARMED.sub("", row["text"]) == message.text
        assert _ARMED.sub("", row["title"]) == chat.title
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


@_some
@given(st.lists(conversations(max_messages=2), max_size=3))
def test_every_line_of_jsonl_is_a_message(chats: list[Conversation]) -> None:
    with export("jsonl", *chats) as folder:
        lines = (folder / "messages.jsonl").read_bytes().split(b"\n")

    assert lines.pop() == b""
    records = [json.loads(line) for line in lines]
    assert [record["text"] for record in records] == [m.text for c in chats for m in c.messages]


@_some
@given(st.lists(conversations(max_messages=2), max_size=3))
def test_parquet_gives_back_every_row(chats: list[Conversation]) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")

    with export("parquet", *chats) as folder:
        table = parquet.read_table(folder / "messages.parquet")

    said = [message for chat in chats for message in chat.messages]
    assert table.column("text").to_pylist() == [message.text for message in said]
    times = table.column("created_at").cast("int64").to_pylist()
    assert times == [message.created_at_ms for message in said]


@_some
@given(texts(400), st.integers(min_value=10, max_value=150))
def test_a_name_is_fit_for_every_system(text: str, max_bytes: int) -> None:
    name = safe_name(text, max_bytes)

    assert not set(name) & _FORBIDDEN
    assert len(name.encode()) <= max_bytes
    assert name == name.strip(". ")
    assert unicodedata.is_normalized("NFC", name)
    assert one_line(name) == name
    assert safe_name(name, max_bytes) == name
