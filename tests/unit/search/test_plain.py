"""Plain words: what a line of a message shows of Markdown and of JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from privatus.core.conversation import Part, PartKind
from privatus.search.plain import plain, unmarked

_CALL = '{"query": "sourdough \\u00e9 \\"wet\\"", "days": 30, "site": null, "in": [{"a": ["b"]}]}'


def _line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("**Bold**, *it*, _it_, ~~gone~~ and `a*b*c`", "Bold, it, it, gone and a*b*c"),
        (
            "# Head\n\n- one\n- [x] two\n1. three\n> quote\n> > deep",
            "Head one two three quote deep",
        ),
        ("Head\n====\n\ntext\n\n---\n***\n- - -\nmore", "Head text more"),
        ("[Gmail | Docs](https://a.b/c_(d)?e=f) ![alt](x.png)", "Gmail | Docs alt"),
        ("<https://e.org/a_b_c> \\*as it is\\*", "https://e.org/a_b_c *as it is*"),
        ("| a | **b** |\r\n|---|:--:|\r\n| 1 | 2 |\r\n", "a · b 1 · 2"),
        (
            "```python\ndef f(*args):\n    # no heading\n```\n**after**",
            "def f(*args): # no heading after",
        ),
        ("> ~~~\n> a **b**\n> ~~~\n*after*", "> a **b** after"),
        ("```js\nlet cut_off = 1", "let cut_off = 1"),
        ("2 * 3 * 4, snake_case, a[0](1) and 5 - 3", "2 * 3 * 4, snake_case, a0 and 5 - 3"),
        ("", ""),
    ],
)
def test_markdown_is_read_without_its_signs(text: str, line: str) -> None:
    assert _line(unmarked(text)) == line


def test_a_call_of_a_tool_says_what_it_is_about() -> None:
    parts = (Part(kind=PartKind.TOOL_CALL, name="web_search", text=_CALL),)

    assert _line(plain(parts)) == 'web_search query: sourdough é "wet" · days: 30 · a: b'


@pytest.mark.parametrize(
    ("part", "line"),
    [
        (Part(kind=PartKind.TOOL_RESULT, name="ls", text="{}"), "ls"),
        (Part(kind=PartKind.TOOL_RESULT, text="__all__ = ['*']"), "__all__ = ['*']"),
        (Part(kind=PartKind.TOOL_CALL, text='{"cut": "off'), '{"cut": "off'),
        (Part(kind=PartKind.CODE, name="json", text='{"a": 1}'), '{"a": 1}'),
        (Part(kind=PartKind.TEXT, text='[{"a": true}, 2]'), "a: true · 2"),
        (Part(kind=PartKind.TEXT, text="[a](b) *c*"), "a c"),
        (Part(kind=PartKind.THINKING, name="Pondering", text="**a**"), "Pondering a"),
        (Part(kind=PartKind.TOOL_CALL, text="[" * 5_000), "[" * 5_000),
        (Part(kind=PartKind.TOOL_CALL, text='"\ud800'), '"\ud800'),
    ],
)
def test_each_part_is_read_as_what_it_is(part: Part, line: str) -> None:
    assert _line(plain((part,))) == line


def test_a_large_answer_of_a_tool_is_read_in_part() -> None:
    text = json.dumps([{"n": n} for n in range(10_000)])

    assert plain((Part(kind=PartKind.TOOL_RESULT, text=text),)).count("n: ") == 2_000


_PIECES = st.sampled_from(
    ["alpha", "beta", "gamma", " ", "\n", "**", "*", "_", "`", "```", "> ", "# ", "- ", "|", "~~"]
)


@given(st.lists(_PIECES, max_size=60))
@example(["~~", "~~", "alpha"])
def test_no_word_is_lost_but_the_language_of_code(pieces: list[str]) -> None:
    text = "".join(pieces)
    words = {word for word in ("alpha", "beta", "gamma") if word in text}
    languages = words if "```" in text or "~~~" in text else set()

    assert {word for word in words - languages if word not in unmarked(text)} == set()


@pytest.mark.parametrize(
    "sign",
    ["`a", "[", "[a](", "[a]((", "*", "\n>", "|-|\n", "\n~~~a", "- - - x\n", "\\", "_a", "|"],
)
def test_what_only_looks_like_markdown_takes_no_long_time(sign: str) -> None:
    text = sign * (3_000_000 // len(sign))

    assert len(unmarked(text)) <= len(text)
