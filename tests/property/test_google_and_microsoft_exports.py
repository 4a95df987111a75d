"""Whatever a file holds: importers do not fail on it, and do not lose a prompt."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.conversation import Conversation, Json
from privatus.core.errors import UnreadableInputError
from privatus.importers import aistudio, copilot, gemini
from privatus.importers.base import Importer, Notes
from privatus.importers.export import open_export
from privatus.importers.gemini_time import date_ms, looks_like_date
from privatus.importers.html_text import to_markdown, to_plain
from support.export_shapes import AISTUDIO, COPILOT, GEMINI_PAGE, GEMINI_ROW, WORKSPACE
from support.import_rules import check_import

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
TAGS = ("div", "p", "br", "b", "i", "ul", "ol", "li", "pre", "code", "table", "tr", "td", "a", "x")
PIECES = (
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS])
    | st.sampled_from(["<", ">", "&", "&amp;", "<!--", "-->", "<![CDATA[", '<a href="', "'", "\n"])
    | st.text(max_size=8)
)
HTML = st.lists(PIECES, max_size=40).map("".join)

SEEDS: dict[str, tuple[Importer, str, bytes]] = {
    "gemini html": (gemini.IMPORTER, "MyActivity.html", (GEMINI_PAGE * 2).encode()),
    "gemini json": (gemini.IMPORTER, "MyActivity.json", json.dumps([GEMINI_ROW] * 3).encode()),
    "workspace": (gemini.IMPORTER, "conversation_1.txt", json.dumps(WORKSPACE).encode()),
    "aistudio": (aistudio.IMPORTER, "My prompt", json.dumps(AISTUDIO).encode()),
    **{f"copilot {n}": (copilot.IMPORTER, "t.csv", t.encode()) for n, t in enumerate(COPILOT)},
}


def read(importer: Importer, name: str, raw: bytes) -> tuple[list[Conversation], Notes]:
    """Import the file; nothing but UnreadableInputError may be raised."""
    notes = Notes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(raw)
        try:
            with open_export(path) as export:
                importer.recognises(export)
                conversations = list(importer.read(export, notes))
                for conversation in conversations:
                    for message in conversation.messages:
                        for attachment in message.attachments:
                            if attachment.open is not None:
                                attachment.open().read()
        except UnreadableInputError:
            return [], notes
    check_import(conversations, notes)
    return conversations, notes


def mangled(draw: st.DrawFn, raw: bytes) -> bytes:
    """Return *raw* with a few pieces cut out, doubled, overwritten or put in."""
    data = bytearray(raw)
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 60)))
        junk = draw(st.binary(max_size=6) | st.sampled_from([b'"', b"{", b"]", b"<", b"\r", b"\0"]))
        how: Callable[[bytes], bytes] = draw(
            st.sampled_from(
                [
                    lambda _: b"",
                    lambda piece: piece * 2,
                    lambda _, j=junk: j,
                    lambda p, j=junk: p + j,
                ]
            )
        )
        data[start:end] = how(bytes(data[start:end]))
    return bytes(data)


@st.composite
def mangled_files(draw: st.DrawFn) -> tuple[Importer, str, bytes]:
    importer, name, raw = SEEDS[draw(st.sampled_from(sorted(SEEDS)))]
    return importer, name, mangled(draw, raw)


def places(value: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to every value within *value*."""
    found = [path]
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            found += places(item, (*path, key))
    return found


@st.composite
def records_with_a_wrong_value(draw: st.DrawFn) -> tuple[Importer, str, bytes]:
    """Draw a good record in which some values are of any other type."""
    importer, name, record = draw(
        st.sampled_from(
            [
                (gemini.IMPORTER, "MyActivity.json", [GEMINI_ROW, GEMINI_ROW]),
                (gemini.IMPORTER, "conversation_1.txt", WORKSPACE),
                (aistudio.IMPORTER, "My prompt", AISTUDIO),
            ]
        )
    )
    changed = json.loads(json.dumps(record))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(changed)[1:] or [()]))
        if path:
            target = changed
            for key in path[:-1]:
                target = target[key]
            target[path[-1]] = draw(JSON)
    return importer, name, json.dumps(changed).encode()


@settings(max_examples=300)
@given(mangled_files())
def test_a_mangled_file_raises_nothing_but_what_a_person_understands(
    file: tuple[Importer, str, bytes],
) -> None:
    read(*file)


@settings(max_examples=300)
@given(records_with_a_wrong_value())
def test_a_value_of_another_type_does_not_stop_the_import(
    file: tuple[Importer, str, bytes],
) -> None:
    read(*file)


@settings(max_examples=100)
@given(st.sampled_from(sorted(SEEDS)), st.binary(max_size=200))
def test_any_bytes_are_no_reason_to_fail(seed: str, raw: bytes) -> None:
    importer, name, _ = SEEDS[seed]

    read(importer, name, raw)


@st.composite
def activities(draw: st.DrawFn) -> list[dict[str, Json]]:
    """Draw rows of an activity, each with a prompt of its own."""
    rows: list[dict[str, Json]] = []
    for number in range(draw(st.integers(1, 25))):
        minute = draw(st.integers(0, 300))
        times = [f"2026-03-01T{10 + minute // 60}:{minute % 60:02}:00Z", "some day", None]
        row: dict[str, Json] = {
            "header": "Gemini Apps",
            "title": f"Prompted number {number}",
            "time": draw(st.sampled_from(times)),
        }
        threads = draw(st.lists(st.sampled_from(["aaaa", "bbbb", "cccc", "dddd"]), max_size=3))
        row["details"] = [{"name": f"https://gemini.google.com/app/{t}"} for t in threads]
        if draw(st.booleans()):
            row["safeHtmlItem"] = [{"html": f"<p>answer {number}</p>"}]
        rows.append(row)
    return rows


@settings(max_examples=150)
@given(activities())
def test_each_prompt_is_in_exactly_one_conversation(rows: list[dict[str, Json]]) -> None:
    conversations, _ = read(gemini.IMPORTER, "MyActivity.json", json.dumps(rows).encode())

    home: dict[str, str] = {}
    said: Counter[str] = Counter()
    for conversation in conversations:
        for message in conversation.messages:
            said[message.text] += 1
            home[message.text] = conversation.external_id
    expected = Counter(f"number {n}" for n in range(len(rows)))
    expected.update(f"answer {n}" for n, row in enumerate(rows) if "safeHtmlItem" in row)
    assert said == expected
    # An answer is where its prompt is, and rows with a thread in common are together.
    threads: dict[str, str] = {}
    for n, row in enumerate(rows):
        assert home.get(f"answer {n}", home[f"number {n}"]) == home[f"number {n}"]
        for detail in row["details"]:
            assert threads.setdefault(detail["name"], home[f"number {n}"]) == home[f"number {n}"]


@settings(max_examples=300)
@given(HTML)
def test_any_html_becomes_text(source: str) -> None:
    assert isinstance(to_markdown(source), str)
    assert isinstance(to_plain(source), str)


@settings(max_examples=150)
@given(st.lists(st.text("abcdefghij", min_size=3, max_size=9), min_size=1, max_size=20), st.data())
def test_no_word_of_an_answer_is_lost(words: list[str], data: st.DataObject) -> None:
    shown = [tag for tag in TAGS if tag not in ("br", "x")]
    source = ""
    for word in words:
        tag = data.draw(st.sampled_from(shown))
        source += data.draw(
            st.sampled_from([f"<{tag}>{word}</{tag}> ", f"<{tag}>{word} ", f"{word}</{tag}> "])
        )

    result = to_markdown(source)

    found = Counter("".join(c if c.isalpha() else " " for c in result).split())
    assert found == Counter(words)


@settings(max_examples=200)
@given(
    st.text(max_size=60) | st.from_regex(r"\A\d{1,2}[./ ]\w{1,5}[./ ]\d{4},? \d\d:\d\d:\d\d \w+\Z")
)
def test_any_text_is_a_date_or_none(text: str) -> None:
    looks_like_date(text)
    found = date_ms(text)

    assert found is None or 946_000_000_000 < found < 4_200_000_000_000
