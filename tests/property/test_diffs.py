"""A diff tells the whole of both states, and nothing that is in neither."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from privatus.core.conversation import Conversation, Message, Part, PartKind, Role
from privatus.core.diff import Change
from privatus.services import diffs
from privatus.services.diffs import diff, words

_WORDS = st.lists(st.sampled_from(["one", "two", " ", "\n", ", ", "私", "مرحبا", "é", "日本"]))
_TEXTS = _WORDS.map("".join) | st.text(max_size=60)


def _message(number: int, text: str) -> Message:
    return Message(
        number=number,
        parent=number - 1 or None,
        role=Role.USER,
        external_id=str(number),
        parts=(Part(kind=PartKind.TEXT, text=text),),
    )


_MESSAGES = st.dictionaries(st.integers(1, 9), _TEXTS).map(
    lambda texts: tuple(_message(number, texts[number]) for number in sorted(texts))
)


@given(_TEXTS, _TEXTS)
def test_the_stretches_of_a_text_give_it_as_it_was_and_as_it_is(before: str, after: str) -> None:
    found = words(before, after)

    assert "".join(s.text for s in found if s.change is not Change.ADDED) == before
    assert "".join(s.text for s in found if s.change is not Change.REMOVED) == after
    assert all(s.text and s.change is not Change.CHANGED for s in found)
    assert all(a.change is not b.change for a, b in itertools.pairwise(found))


@given(_TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert [stretch.change for stretch in words(text, text)] == [Change.SAME] * bool(text)


@given(_MESSAGES, _MESSAGES)
def test_each_message_of_either_state_is_told_of_once(
    before: tuple[Message, ...], after: tuple[Message, ...]
) -> None:
    found = diff(_chat(before), _chat(after)).messages

    assert [told.before for told in found if told.before] == list(before)
    assert [told.after for told in found if told.after] == list(after)
    assert [told.number for told in found] == sorted({m.number for m in (*before, *after)})
    for told in found:
        assert (told.change is Change.SAME) == (told.before == told.after)
        assert (told.change is Change.ADDED) == (told.before is None)
        assert (told.change is Change.REMOVED) == (told.after is None)


def _chat(messages: tuple[Message, ...], title: str = "") -> Conversation:
    return Conversation(source="chatgpt", external_id="1", title=title, messages=messages)


def test_what_is_beside_the_words_is_named() -> None:
    before = _message(1, "hello")
    after = replace(before, model="gpt-5", is_hidden=True)

    (told,) = diff(_chat((before,)), _chat((after,))).messages

    assert (told.change, told.words, told.also) == (Change.CHANGED, (), ("model", "is_hidden"))


def test_a_title_is_compared_by_word() -> None:
    found = diff(_chat((), "Old title"), _chat((), "New title"))

    assert [(s.change, s.text) for s in found.title] == [
        (Change.REMOVED, "Old"),
        (Change.ADDED, "New"),
        (Change.SAME, " title"),
    ]


def test_words_that_were_exchanged_in_a_row_stand_together() -> None:
    found = words("the quick brown fox", "the slow red fox")

    assert [(s.change, s.text) for s in found] == [
        (Change.SAME, "the "),
        (Change.REMOVED, "quick brown"),
        (Change.ADDED, "slow red"),
        (Change.SAME, " fox"),
    ]


def test_where_no_spaces_are_written_each_character_is_compared() -> None:
    found = words("私は学生です", "私は先生です")

    assert [s.text for s in found if s.change is Change.ADDED] == ["先"]


def test_a_long_text_is_compared_by_lines_and_in_these_by_words() -> None:
    lines = [f"line {number} stays as it is\n" for number in range(4_000)]
    changed = [*lines[:2_000], "line 2000 goes as it is\n", *lines[2_001:]]
    before, after = "".join(lines), "".join(changed)
    tokens = len(lines) * 12
    assert tokens * tokens > diffs._MOST_CELLS

    found = words(before, after)

    assert [(s.change, s.text) for s in found if s.change is not Change.SAME] == [
        (Change.REMOVED, "stays"),
        (Change.ADDED, "goes"),
    ]
    assert "".join(s.text for s in found if s.change is not Change.REMOVED) == after


def test_what_moved_up_because_of_a_removed_message_is_the_same() -> None:
    whole = [_message(number, f"text {number}") for number in (1, 2, 3)]
    moved_up = [whole[0], replace(whole[2], parent=1)]

    for before, after in ((whole, moved_up), (moved_up, whole)):
        found = diff(_chat(tuple(before)), _chat(tuple(after)))

        assert [told.number for told in found.messages if told.change is Change.SAME] == [1, 3]


def test_what_answers_another_message_that_was_there_has_changed() -> None:
    whole = [_message(number, f"text {number}") for number in (1, 2, 3)]

    found = diff(_chat(tuple(whole)), _chat((*whole[:2], replace(whole[2], parent=1))))

    assert found.messages[2].also == ("parent",)
