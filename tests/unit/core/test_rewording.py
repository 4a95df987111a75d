"""Other words in a message: what is meant changes, and nothing beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.core.conversation import Message, Part, PartKind, Role
from privatus.core.rewording import replaced, reworded

_TEXT = st.text(alphabet="ab \n😀é", min_size=1, max_size=6)


def _text(text: str) -> Part:
    return Part(kind=PartKind.TEXT, text=text)


def _code(text: str) -> Part:
    return Part(kind=PartKind.CODE, text=text, name="python")


def _thought(text: str) -> Part:
    return Part(kind=PartKind.THINKING, text=text)


def _message(*parts: Part) -> Message:
    return Message(number=1, parent=None, role=Role.USER, external_id="m", parts=parts)


def _said(parts: tuple[Part, ...]) -> str:
    return _message(*parts).text


@pytest.mark.parametrize(
    ("parts", "text", "expected"),
    [
        ((_text("A wrod"),), "A word", (_text("A word"),)),
        ((_text("one"), _code("x=1")), "two\n\nx=1", (_text("two"), _code("x=1"))),
        ((_text("one"), _code("x=1")), "one\n\nx=2", (_text("one"), _code("x=2"))),
        ((_thought("hm"), _text("a")), "b", (_thought("hm"), _text("b"))),
        ((_text("a"), _text("b")), "a b", (_text("a b"),)),
        ((_text("a"), _code("x"), _text("b")), "a\n\nb", (_text("a"), _text("b"))),
        ((_thought("hm"),), "now", (_text("now"), _thought("hm"))),
        ((_text("a"),), "a, and more", (_text("a, and more"),)),
    ],
)
def test_only_the_part_that_differs_changes(
    parts: tuple[Part, ...], text: str, expected: tuple[Part, ...]
) -> None:
    assert reworded(_message(*parts), text) == expected


def test_a_picture_stays_when_its_caption_goes() -> None:
    picture = Part(kind=PartKind.IMAGE, text="A cat", attachment=0)

    assert replaced(_message(_text("Look"), picture), 6, 11) == (
        _text("Look"),
        Part(kind=PartKind.IMAGE, attachment=0),
    )


def test_a_passage_over_several_parts_is_cut_out_of_each() -> None:
    parts = (_text("one two"), _code("x = 1"), _text("three four"))

    assert replaced(_message(*parts), 3, 21) == (_text("one"), _text(" four"))


@given(st.lists(_TEXT, min_size=1, max_size=4), _TEXT)
def test_text_alone_says_exactly_what_was_asked_for(texts: list[str], wanted: str) -> None:
    message = _message(*map(_text, texts))

    assert _said(reworded(message, wanted)) == wanted


@given(
    st.lists(st.tuples(st.sampled_from([_text, _code, _thought]), _TEXT), min_size=1, max_size=5),
    st.integers(0, 40),
    st.integers(1, 40),
)
def test_what_is_cut_is_gone_and_what_stands_around_it_is_there(
    made: list[tuple[type[Part], str]], start: int, length: int
) -> None:
    message = _message(*(make(text) for make, text in made))
    text = message.text
    start, end = min(start, len(text)), min(start + length, len(text))

    left = replaced(message, start, end)

    squeezed = "".join((text[:start] + text[end:]).split())
    assert "".join(_said(left).split()) == squeezed
    assert [p for p in left if p.kind is PartKind.THINKING] == [
        p for p in message.parts if p.kind is PartKind.THINKING
    ]
