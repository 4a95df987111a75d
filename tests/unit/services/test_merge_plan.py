"""Where each message of several chats comes in the hybrid that is made of them."""

from __future__ import annotations

from privatus.core.conversation import Conversation
from privatus.core.merge import MergeOrder
from privatus.services.likeness import likeness
from privatus.services.merge_plan import MergePlan, plan_merge
from support.conversations import attachment, conversation, message

_LONG = "This is long enough that two chats do not say it by accident, whoever wrote them. {}"


def _chat(*said: tuple[str, int | None], **fields: object) -> Conversation:
    """Return a chat of (text, time) in one line; the texts are its messages' ids, too."""
    messages = [
        message(n, text, external_id=f"{fields.get('external_id')}/{n}", created_at_ms=at_ms)
        for n, (text, at_ms) in enumerate(said, start=1)
    ]
    return conversation(*messages, **fields)


def _line(plan: MergePlan, *chats: Conversation) -> list[str]:
    """Return the texts of the line, each with the messages that it is of if they are several."""
    found = []
    for planned in plan.messages[: plan.shown]:
        index, number = planned.origins[0]
        text = next(m.text for m in chats[index].messages if m.number == number)
        found.append(text if len(planned.origins) == 1 else f"{text} x{len(planned.origins)}")
    return found


def _parents(plan: MergePlan) -> list[int | None]:
    return [planned.parent for planned in plan.messages]


def test_by_time_the_messages_are_interleaved() -> None:
    a = _chat(("a1", 10), ("a2", 30), ("a3", 50), external_id="a")
    b = _chat(("b1", 20), ("b2", 40), external_id="b")

    plan = plan_merge([a, b], MergeOrder.TIME)

    assert _line(plan, a, b) == ["a1", "b1", "a2", "b2", "a3"]
    assert _parents(plan) == [None, 1, 2, 3, 4]


def test_in_sequence_one_chat_follows_the_other_as_given() -> None:
    a = _chat(("a1", 10), ("a2", 30), external_id="a")
    b = _chat(("b1", 1), ("b2", 2), external_id="b")

    assert _line(plan_merge([a, b], MergeOrder.SEQUENCE), a, b) == ["a1", "a2", "b1", "b2"]
    assert _line(plan_merge([b, a], MergeOrder.SEQUENCE), b, a) == ["b1", "b2", "a1", "a2"]


def test_a_chat_keeps_its_own_order_also_where_its_times_do_not_rise() -> None:
    a = _chat(("a1", 50), ("a2", 10), ("a3", None), ("a4", 90), external_id="a")
    b = _chat(("b1", 20), ("b2", 60), external_id="b")

    assert _line(plan_merge([a, b], MergeOrder.TIME), a, b) == ["b1", "a1", "a2", "a3", "b2", "a4"]


def test_a_chat_that_says_no_time_comes_last() -> None:
    a = _chat(("a1", None), ("a2", None), external_id="a")
    b = _chat(("b1", 20), external_id="b")

    assert _line(plan_merge([a, b], MergeOrder.TIME), a, b) == ["b1", "a1", "a2"]


def test_the_same_chat_twice_is_there_once_with_all_branches() -> None:
    messages = (
        message(1, _LONG.format(1)),
        message(2, _LONG.format(2)),
        message(3, _LONG.format(3), parent=1),
        message(4, "and on", parent=3),
    )
    one = conversation(*messages, external_id="a", active=2)
    other = conversation(*messages, external_id="b", active=4, source="chatgpt")

    plan = plan_merge([one, other], MergeOrder.TIME)

    assert plan.duplicates == 4
    assert [planned.origins for planned in plan.messages] == [
        tuple((index, number) for index in (0, 1)) for number in (1, 2, 3, 4)
    ]
    assert _parents(plan) == [None, 1, 1, 3]


def test_a_chat_that_was_continued_from_a_copy_shares_its_beginning() -> None:
    shared = [(_LONG.format(n), n) for n in (1, 2, 3)]
    a = _chat(*shared, ("a4", 4), ("a5", 8), external_id="a")
    b = _chat(*((text.upper() + " ", n) for text, n in shared), ("b4", 6), external_id="b")

    plan = plan_merge([a, b], MergeOrder.TIME)

    assert plan.duplicates == 3
    assert _line(plan, a, b)[3:] == ["a4", "b4", "a5"]
    assert all(text.endswith("x2") for text in _line(plan, a, b)[:3])


def test_what_is_alike_in_the_middle_is_found_with_what_stands_around_it() -> None:
    same = [("go on", 5), (_LONG.format(1), 6), ("go on", 7)]
    a = _chat(("a1", 1), ("go on", 2), *same, ("a6", 9), external_id="a")
    b = _chat(("b1", 3), ("b2", 4), *same, ("b6", 8), ("go on", 11), external_id="b")

    plan = plan_merge([a, b], MergeOrder.TIME)

    assert _line(plan, a, b) == [
        *("a1", "go on", "b1", "b2", "go on x2", f"{_LONG.format(1)} x2", "go on x2"),
        *("b6", "a6", "go on"),
    ]


def test_short_words_that_begin_many_chats_are_no_duplicates() -> None:
    a = _chat(("Hi", 1), ("Hello! How can I help you today?", 2), external_id="a")
    b = _chat(("Hi", 31), ("Hello! How can I help you today?", 32), external_id="b")

    assert plan_merge([a, b], MergeOrder.TIME).duplicates == 0


def test_short_words_of_the_same_time_are_duplicates() -> None:
    a = _chat(("Hi", 1), ("Hello!", 2), external_id="a")
    b = _chat(("Hi", 1), ("Hello!", 2), external_id="b")

    assert plan_merge([a, b], MergeOrder.TIME).duplicates == 2


def test_the_same_words_by_another_are_no_duplicate() -> None:
    a = _chat((_LONG.format(1), 1), external_id="a")
    b = conversation(message(2, _LONG.format(1), parent=None, created_at_ms=1), external_id="b")

    assert plan_merge([a, b], MergeOrder.TIME).duplicates == 0


def test_other_branches_stand_beside_what_is_shown_in_their_place() -> None:
    a = conversation(
        message(1, "a1", created_at_ms=10),
        message(2, "a2", created_at_ms=30),
        message(3, "a2 otherwise", parent=1, created_at_ms=31),
        message(4, "and on", parent=3, created_at_ms=32),
        message(5, "a1 otherwise", parent=None, created_at_ms=33),
        external_id="a",
        active=2,
    )
    b = _chat(("b1", 20), external_id="b")

    plan = plan_merge([b, a], MergeOrder.TIME)

    assert _line(plan, b, a) == ["a1", "b1", "a2"]
    # A question that was asked otherwise is another beginning; the other answer is an answer
    # to what stands before the one that is shown.
    assert [(p.origins, p.parent) for p in plan.messages[3:]] == [
        (((1, 3),), 2),
        (((1, 4),), 4),
        (((1, 5),), None),
    ]


def test_three_chats_of_which_each_two_have_something_alike() -> None:
    x, y, z = (_LONG.format(n) for n in "xyz")
    a = _chat((x, 1), (y, 2), external_id="a")
    b = _chat(("b0", 0), (y, 2), (z, 3), external_id="b")
    c = _chat((x, 1), ("c1", 2), (z, 3), external_id="c")
    # The roles go by the numbers: each text must be said by the same one everywhere.
    plan = plan_merge([a, b, c], MergeOrder.TIME)

    assert _line(plan, a, b, c) == ["b0", f"{x} x2", f"{y} x2", "c1", f"{z} x2"]


def test_pictures_of_the_same_name_are_told_apart_by_their_size() -> None:
    small, large = (
        likeness(message(1, "", attachments=(attachment("image.png", b"", size_bytes=n),)))
        for n in (10, 20)
    )

    assert small != large
    assert likeness(message(1, "")) is None
