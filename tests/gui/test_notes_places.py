"""What is selected is what is painted, whatever Markdown it stands in, and it can be read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from privatus.core.conversation import Message, Part, PartKind, Role
from ui.annotations.mapping import Passage, pieces_of, span_of, whole_spans
from ui.annotations.tints import ORDER, tint
from ui.reader.blocks import Prepared, everything, flow, whole_text
from ui.reader.preparing import prepare
from ui.reader.selecting import Position
from ui.reader.tracking import NOWHERE, tracked
from ui.tokens import DARK, LIGHT
from ui.writing import of_units, units


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("colour", ORDER)
def test_highlighted_words_are_as_easy_to_read_as_others(colour: str, tokens: object) -> None:
    ground = tint(colour, is_dark=tokens is DARK)

    assert _contrast(tokens.text, ground.name()) >= 7  # type: ignore[attr-defined]
    assert _contrast(tokens.accent, ground.name()) >= 3.5  # type: ignore[attr-defined]
    assert _contrast(tokens.code_string, ground.name()) >= 3.5  # type: ignore[attr-defined]
    for behind in (tokens.background, tokens.user_bubble, tokens.code_background):  # type: ignore[attr-defined]
        assert _distance(behind, ground.name()) >= 20


def _luminance(name: str) -> float:
    colour = QColor(name)
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
             for c in (colour.redF(), colour.greenF(), colour.blueF())]  # fmt: skip
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _distance(one: str, other: str) -> float:
    first, second = QColor(one), QColor(other)
    return float(
        abs(first.red() - second.red())
        + abs(first.green() - second.green())
        + abs(first.blue() - second.blue())
    )


_PIECES = st.sampled_from(
    ["flour", "b", " ", " ", "\n", "\n\n", "**", "*", "`", "[", "](b)", "~~", "\n> ", "\n- ",
     "\n1. ", "\n# ", "\n| a | b |\n|--|--|\n| c | d |\n", "\n```py\ncode = 1\n```\n", "\\*",
     "&amp;", "$x^2$", "😀", "عجين", "面包", "https://a.b/c"]
)  # fmt: skip


def _prepared(text: str, role: Role) -> Prepared:
    parts = (Part(kind=PartKind.TEXT, text=text),)
    with tracked():
        return prepare(Message(number=1, parent=None, external_id="1", role=role, parts=parts))


@settings(max_examples=300, deadline=None)
@given(
    pieces=st.lists(_PIECES, min_size=1, max_size=30),
    ends=st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
    role=st.sampled_from([Role.USER, Role.ASSISTANT]),
)
def test_any_selection_is_painted_on_the_same_characters(
    pieces: list[str], ends: tuple[float, float, float, float], role: Role
) -> None:
    prepared = _prepared("".join(pieces), role)
    blocks = flow(prepared.blocks)
    if not blocks:
        return
    first, last = sorted(
        (at := min(int(block * len(blocks)), len(blocks) - 1),
         len(of_units(blocks[at].plain, 0, round(part * units(blocks[at].plain)))))
        for block, part in (ends[:2], ends[2:])
    )  # fmt: skip
    ordered = [Position(0, at + 1, units(blocks[at].plain[:n])) for at, n in (first, last)]

    span = span_of(prepared, 0, ordered[0], ordered[1], frozenset())

    chosen = {
        (at, n)
        for at, block in enumerate(blocks)
        for n in range(len(block.plain))
        if first <= (at, n) < last and block.spans[n] != NOWHERE
    }
    words = "".join(blocks[at].plain[n] for at, n in sorted(chosen))
    if span is None:
        assert not words.strip()
        return
    found = pieces_of(prepared, [Passage(1, "red", span)])
    order = [block for block, _ in everything(prepared.blocks)]
    painted = "".join(
        of_units(order[at].plain, piece.start, piece.end)
        for at, several in sorted(found.items())
        for piece in several
    )
    assert painted.strip() == words.strip()


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(_PIECES, min_size=1, max_size=30))
def test_a_message_as_text_knows_where_its_characters_stand(pieces: list[str]) -> None:
    prepared = _prepared("".join(pieces), Role.ASSISTANT)

    text, spans = whole_spans(prepared)

    assert text == whole_text(prepared.blocks)
    assert len(spans) == len(text)
    for shown, (start, end) in zip(text, spans, strict=True):
        if end - start == 1 and shown not in "☐☑":
            written = prepared.message.text[start]
            assert shown == written or (shown.isspace() and written.isspace())
