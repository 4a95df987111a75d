"""What is annotated is marked in the text itself, and nothing else of the text changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.core.annotation import Passage
from privatus.core.conversation import Attachment, Part, PartKind
from privatus.exporters.html_page import page
from privatus.exporters.markdown_html import rendered
from privatus.exporters.marking import BEGIN, END, as_html, kept, with_marks, without_signs
from privatus.exporters.text import conversation_markdown
from support.conversations import annotation, conversation, message


def _html(text: str, quote: str, start: int = 0) -> str:
    said = annotation("why", 1, passage=Passage(start=start, quote=quote))
    [part] = with_marks(message(1, text), [said])
    return as_html(kept(part.text, rendered))


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("It is a wren here.", "a wren", "It is <mark>a wren</mark> here."),
        ("It is a **small wren** here.", "a **small wren** here",
         "<mark>a </mark><strong><mark>small wren</mark></strong><mark> here</mark>."),
        ("It is a **small wren** here.", "**small", "<strong><mark>small</mark> wren</strong>"),
        ("# A wren", "# A wren", "<h1 dir=\"auto\"><mark>A wren</mark></h1>"),
        ("- one\n- two", "- one\n- two", "<mark>one</mark>"),
        ("wren & <wren>", "& <wren>", "<mark>&amp; &lt;wren&gt;</mark>"),
        ("see [the wren](https://x.example/y) there", "the wren", "><mark>the wren</mark></a>"),
        ("see [it](https://x.example/wren)", "example/wren", 'href="https://x.example/wren"'),
        ("`a wren`", "a wren", "<code><mark>a wren</mark></code>"),
    ],
)  # fmt: skip
def test_a_passage_is_marked_where_it_is_shown(text: str, quote: str, expected: str) -> None:
    found = _html(text, quote, text.index(quote))

    assert expected in found
    assert BEGIN not in found and END not in found


def test_a_passage_that_moved_is_marked_if_it_stands_there_once() -> None:
    assert "<mark>wren</mark>" in _html("here the wren is", "wren", 0)
    assert "<mark>" not in _html("a wren and a wren", "wren", 50)


def test_passages_that_overlap_are_one_mark() -> None:
    notes = [annotation("", 1, passage=Passage(start=s, quote=q)) for s, q in
             ((0, "one two"), (4, "two three"))]  # fmt: skip

    [part] = with_marks(message(1, "one two three four"), notes)

    assert part.text == f"{BEGIN}one two three{END} four"


def test_only_texts_are_marked_and_each_in_its_place() -> None:
    parts = (
        Part(kind=PartKind.THINKING, text="wren"),
        Part(kind=PartKind.TEXT, text="first wren"),
        Part(kind=PartKind.CODE, text="wren"),
        Part(kind=PartKind.TEXT, text="last"),
    )
    whole = message(1, parts=parts)
    start = whole.text.index("last")

    found = with_marks(whole, [annotation("", 1, passage=Passage(start=start, quote="last"))])

    assert [part.text for part in found] == ["wren", "first wren", "wren", f"{BEGIN}last{END}"]


@given(st.text("ab *_`#>-[]()\n|<&", max_size=60), st.integers(0, 60), st.integers(1, 30))
def test_a_mark_changes_nothing_else_of_a_page(text: str, start: int, length: int) -> None:
    quote = text[start : start + length]

    found = _html(text, quote, start)

    assert re.sub("</?mark>", "", found) == rendered(text)
    assert found.count("<mark>") == found.count("</mark>")


def test_a_page_and_paper_have_the_marks_and_the_notes() -> None:
    chat = conversation(
        "It is a wren.",
        annotations=(annotation("tiny", 1, colour="pink", passage=Passage(start=8, quote="wren")),),
    )

    html = "".join(page(chat, _NoFiles(), "index.html"))
    paper = conversation_markdown(chat, for_paper=True)

    assert "It is a <mark>wren</mark>." in html
    assert f"It is a {BEGIN}wren{END}." in paper
    assert "> *Note · “wren” · highlighted in pink" in paper and "> tiny" in paper
    assert "[^note" not in paper
    assert BEGIN not in conversation_markdown(chat)
    assert without_signs(paper).count("wren") == 2


class _NoFiles:
    def image(self, attachment: Attachment) -> tuple[str, bytes] | None:
        return None

    def link(self, attachment: Attachment) -> str | None:
        return None
