"""Markdown becomes blocks, and blocks documents: nothing is lost, nothing is run or fetched."""

from __future__ import annotations

import itertools
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument

from privatus.core.errors import UserError
from support.endless import ENDLESS
from ui.reader import highlighting
from ui.reader.blocks import FORMULA, LINK, Block, Code, Table, Words
from ui.reader.documents import Documents
from ui.reader.formulas import Formulas, draw
from ui.reader.highlighting import coloured
from ui.reader.markdown import blocks_of, plain_blocks

EVERYTHING = """# Title
Some **bold**, *italic*, ~~gone~~, `code`, https://example.org/a. and [named](https://b.example).

1. one
2. two
   - nested
     - deep
   ```py
   x = 1
   y = 2
   ```
3. three

> quoted
> more

| a | b |
|---|--:|
| 1 | **2** |

```python
def f():
    return "<b>"
```

- [x] done
- [ ] open

$x^2$ and \\(y\\) and \\[ z \\] here

$$
\\frac{a}{b}
$$

---
<script>alert(1)</script> <img src=x onerror=alert(1)> ![pixel](http://tracker.example/p.png)
"""


def _document(documents: Documents, block: Block) -> QTextDocument:
    if isinstance(block, Words):
        return documents.words(block.paragraphs)
    if isinstance(block, Table):
        return documents.table(block)
    assert isinstance(block, Code)
    return documents.code(block.runs, wraps=True)


def _raw(document: QTextDocument) -> str:
    return document.toRawText().replace("\u2029", "\n")


def test_a_document_holds_the_text_of_its_block_character_by_character(qapp: object) -> None:
    documents = Documents(Formulas(None))

    blocks = blocks_of(EVERYTHING)

    assert {type(block) for block in blocks} == {Words, Table, Code}
    for block in blocks:
        assert _raw(_document(documents, block)) == block.plain


_pieces = st.sampled_from(
    ["# ", "- ", "1. ", "> ", "```", "~~~py", "**", "*", "`", "| a | b |", "|--|--|", "\n", "\n\n",
     "    ", "word", "مرحبا", "ß", "[x](y)", "![i](j)", "<b>", "$x$", "$$", "\\[", "\\]", "---",
     "\t", "\u2028", "\ufffc", "\ufdd0", "😀", "&amp;", "\\*"]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(_pieces, max_size=40).map("".join))
def test_any_markdown_makes_documents_of_the_same_text(text: str) -> None:
    documents = Documents(Formulas(None))

    for block in [*blocks_of(text), *plain_blocks(text)]:
        shown = _raw(_document(documents, block))
        assert len(shown) == len(block.plain)


def test_html_is_shown_as_the_text_that_it_is() -> None:
    (words,) = blocks_of("<script>alert(1)</script> <img src=file:///etc/passwd> &lt;")

    assert words.plain == "<script>alert(1)</script> <img src=file:///etc/passwd> <"


def test_an_image_of_the_network_is_a_link_and_never_an_image() -> None:
    (words,) = blocks_of("![a pixel](http://tracker.example/p.png)")

    assert isinstance(words, Words)
    (run,) = words.paragraphs[0].runs
    assert run.style & LINK
    assert (run.text, run.target) == ("[a pixel]", "http://tracker.example/p.png")


def test_formulas_between_dollars_and_brackets_are_found() -> None:
    (words,) = blocks_of("$x^2$ then \\(y\\) then \\[ z \\] but $5 and $6")

    assert isinstance(words, Words)
    found = [run.target.strip() for run in words.paragraphs[0].runs if run.style & FORMULA]
    assert found == ["x^2", "y", "z"]


@pytest.mark.parametrize(
    "tex",
    ["{" * 12 + "x" + "}" * 12, r"\left(" * 11 + "x" + r"\right)" * 11, r"\hspace{99999999em}x"],
    ids=["nested", "fenced", "wide"],
)
def test_a_formula_that_would_be_drawn_for_hours_or_fill_the_screen_stays_text(tex: str) -> None:
    with pytest.raises(UserError, match=r"too (deep|large)"):
        draw(tex, 16, True)


def test_formulas_as_people_nest_them_are_drawn() -> None:
    fraction = "x"
    for _ in range(5):
        fraction = rf"1+\cfrac{{1}}{{{fraction}}}"
    cells = r"\frac{a_{1}}{b}&" * 9 + r"x\\"

    assert draw(fraction, 16, False).height > 50
    assert draw(rf"\begin{{pmatrix}}{cells * 9}\end{{pmatrix}}", 16, False).height > 200


def test_code_that_would_be_coloured_for_hours_stays_plain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = "int main(void) { return 0; }"
    assert len(coloured(source, "c")) > 3

    for odd in ("a" + " " * 3_000 + "!", "a\n" + ("  " * 40 + "\n") * 40 + "!", "(" * 2_100):
        assert len(coloured(f"{source}\n{odd}", "c")) == 1
    assert len(coloured('{"a": 1, ' * 500, "json")) > 3

    monkeypatch.setattr(highlighting, "_MOST_S", -1.0)
    assert len(coloured(source, "c")) == 1


def test_what_a_person_typed_is_shown_as_it_was_typed() -> None:
    words, code = plain_blocks("  # not a heading\n*stars*  2 * 3\n```js\nlet x;\n```")

    assert words.plain.replace("\u2028", "\n") == "  # not a heading\n*stars*  2 * 3"
    assert isinstance(code, Code)
    assert (code.language, code.plain) == ("js", "let x;")


_HOSTILE = {
    "quotes": ">" * 5_000 + " deep",
    "lists": "\n".join("  " * depth + f"- level{depth}" for depth in range(200)),
    "brackets": "[" * 5_000 + "x",
    "stars": "*a " * 5_000,
    "ticks": "`" * 30_001,
    "table": "| a " * 500 + "|\n" + "|--" * 500 + "|\n" + ("| 1 " * 500 + "|\n") * 5,
    **ENDLESS,
}


@pytest.mark.parametrize("text", _HOSTILE.values(), ids=_HOSTILE)
def test_hostile_markdown_loses_no_letter(text: str) -> None:
    shown = "".join(block.copied for block in blocks_of(text))

    # A long table says its head again.
    assert Counter(filter(str.isalpha, text)) - Counter(shown) == Counter()


@pytest.mark.parametrize("text", _HOSTILE.values(), ids=_HOSTILE)
def test_twice_as_much_hostile_markdown_takes_twice_the_work(text: str) -> None:
    blocks_of("what is made once")

    # Quadratic work would be four times as much.
    assert _calls(f"{text}\n{text}") < 3 * _calls(text)


def _calls(text: str) -> int:
    """Return how many functions are called to read *text*: the same on every machine."""
    count = itertools.count()
    former = sys.getprofile()
    sys.setprofile(lambda *_event: next(count))
    try:
        blocks_of(text)
    finally:
        sys.setprofile(former)
    return next(count)


def test_parts_of_long_blocks_are_copied_as_the_markdown_they_are() -> None:
    items = "\n".join(f"{n}. item **{n}**" for n in range(1, 1_000))
    table = "|a|b|\n|-|-|\n" + "\n".join(f"|{n}|*x*|" for n in range(2_000))
    code = "```python\n" + "\n".join(f"x = {n}" for n in range(2_000)) + "\n```"

    for text in (items, table):
        blocks = blocks_of(text)
        assert len(blocks) > 2
        assert "\n".join(block.source for block in blocks) == text
    assert [block.source for block in blocks_of(code)] == [""] * 10


def test_long_texts_are_cut_into_documents_of_a_few_kilobytes() -> None:
    text = "\n\n".join(f"Paragraph {n} of a very long answer." for n in range(8_000))

    blocks = blocks_of(text)

    assert max(len(block.plain) for block in blocks) < 8_000
    assert [p.text for b in blocks if isinstance(b, Words) for p in b.paragraphs] == text.split(
        "\n\n"
    )


def test_a_formula_is_drawn_as_paths_that_qt_can_paint() -> None:
    drawing = draw("\\frac{a}{b}", 16, is_inline=True)

    assert "<path" in drawing.svg
    assert "<use" not in drawing.svg
    assert drawing.height > drawing.depth > 0


def test_the_lines_of_a_poem_stay_lines() -> None:
    (block,) = blocks_of("Roses are red\nviolets are blue")

    assert block.plain == "Roses are red\u2028violets are blue"
