"""Each character that is shown knows where it stands in the Markdown that it was made of."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.conversation import Message, Part, PartKind, Role
from ui.reader.blocks import Block, everything
from ui.reader.preparing import prepare
from ui.reader.tracking import NOWHERE, tracked

EVERYTHING = """# Title of *it*
Some **bold**, *italic*, ~~gone~~, `co de`, https://example.org/a. and [b](http://b)b &amp; \\*x\\*.
A second line with 😀 and **שלום** مرحبا 世界\x20\x20
and a hard break, ``a ` tick``, <https://auto.example/a%20b>, ![pixel](http://t.example/p.png).

1. one
2. two **three**
   continued here
   - nested *deep*
     ```py
     x = 1

     y = "**"
     ```
- [x] done *well*
- [ ] open

> quoted **more**
lazy line
> > twice

| a | b \\| c |
|---|--:|
| 1 **x** | `2` |
| 😀 | |

```python
def f():
    return "<b>"
```

    indented code

$x^2$ and \\(y\\) and \\[ z \\] here **end

$$
\\frac{a}{b}
$$

---
Set *ext*
=========
<script>alert(1)</script> ***both*** _a_b_ 2*3*4
"""
_PIECES = st.sampled_from(
    ["a", "b", " ", " ", "\n", "\n\n", "*", "**", "_", "`", "``", "[", "](x)", "~~", "|", "> ",
     "- ", "1. ", "# ", "```\n", "    ", "\\", "&amp;", "&", "$", "\\(", "\\)", "😀", "ع", "界",
     "![", "<http://a>", "https://a.example", "|-|-|\n", "- [x] ", "\r\n", "\t", "word", "."]
)  # fmt: skip


def _message(text: str, role: Role = Role.ASSISTANT) -> Message:
    return _of(Part(kind=PartKind.TEXT, text=text), role=role)


def _of(*parts: Part, role: Role = Role.ASSISTANT) -> Message:
    return Message(number=1, parent=None, external_id="1", role=role, parts=parts)


def _blocks(message: Message) -> list[Block]:
    return [block for block, _is_folded in everything(prepare(message).blocks)]


def _placed(message: Message) -> list[Block]:
    with tracked():
        return _blocks(message)


def test_every_character_of_a_message_stands_where_it_was_written() -> None:
    message = _message(EVERYTHING)

    lost = ""
    for block in _placed(message):
        assert len(block.spans) == len(block.plain)
        for shown, (start, end) in zip(block.plain, block.spans, strict=True):
            if (start, end) == NOWHERE:
                lost += shown
            elif end - start == 1:
                written = message.text[start]
                assert shown == written or (shown.isspace() and written.isspace())
    assert not lost.strip("\n\ufdd0\ufdd1")
    assert _written(message, "b", 3) == "b"


def _written(message: Message, shown: str, nth: int) -> str:
    """Return what was written where *shown* stands for the nth time in the second paragraph."""
    (words,) = [block for block in _placed(message) if "italic" in block.plain]
    at = -1
    for _ in range(nth):
        at = words.plain.index(shown, at + 1)
    start, end = words.spans[at]
    return message.text[start:end]


def test_what_follows_a_link_is_not_taken_for_a_letter_of_its_address() -> None:
    message = _message("[b](http://b)b and &lt; \\* `x` $y$")

    (words,) = _placed(message)

    assert words.spans[0] == (1, 2)
    assert words.spans[1] == (13, 14)
    shown = [message.text[start:end] for start, end in words.spans[1:]]
    assert shown == ["b", " ", "a", "n", "d", " ", "&lt;", " ", "\\*", " ", "x", " ", "$y$"]


@pytest.mark.parametrize("role", [Role.USER, Role.ASSISTANT])
@settings(max_examples=400, deadline=None)
@given(pieces=st.lists(_PIECES, max_size=40))
def test_reading_with_places_reads_the_same(role: Role, pieces: list[str]) -> None:
    message = _message("".join(pieces), role)

    placed = _placed(message)

    assert [block.plain for block in placed] == [block.plain for block in _blocks(message)]
    text = message.text
    for block in placed:
        assert len(block.spans) == len(block.plain)
        for shown, (start, end) in zip(block.plain, block.spans, strict=True):
            if (start, end) != NOWHERE:
                assert 0 <= start < end <= len(text)
            if end - start == 1:
                same = shown == text[start] or (shown.isspace() and text[start].isspace())
                assert same or shown in "\ufffc\ufffd☐☑"


def test_long_messages_keep_their_places() -> None:
    long = "\n\n".join(f"{n}. **word {n}** " + "x y " * 30 for n in range(900))
    endless = "line " * 4_000 + "**end**\n```\n" + "code = 1\n" * 700 + "```\nafter"
    message = _of(
        Part(kind=PartKind.TEXT, text=long),
        Part(kind=PartKind.THINKING, text="word thought"),
        Part(kind=PartKind.TEXT, text=endless),
    )

    placed = _placed(message)

    assert [block.plain for block in placed] == [block.plain for block in _blocks(message)]
    seen = 0
    for block in placed:
        for shown, (start, end) in zip(block.plain, block.spans, strict=False):
            if (start, end) != NOWHERE and end - start == 1 and not shown.isspace():
                assert message.text[start] == shown
                seen += 1
    assert seen > 60_000
    assert [list(block.spans) for block in placed if block.plain == "word thought"] == [[]]
