"""What was said beside the active path."""

from __future__ import annotations

from privatus.exporters.branches import branches
from support.conversations import conversation, message


def numbers(*parents: int | None, active: int) -> list[tuple[int | None, list[int]]]:
    chat = conversation(
        *(message(number, parent=parent) for number, parent in enumerate(parents, start=1)),
        active=active,
    )
    return [
        (
            None if branch.parent is None else branch.parent.number,
            [m.number for m in branch.messages],
        )
        for branch in branches(chat)
    ]


def test_a_conversation_without_branches_has_none() -> None:
    assert numbers(None, 1, 2, active=3) == []
    assert branches(conversation()) == []


def test_each_other_answer_begins_a_branch() -> None:
    assert numbers(None, 1, 1, 2, 3, 3, active=4) == [(1, [3, 5]), (3, [6])]


def test_a_second_beginning_is_a_branch_of_nothing() -> None:
    assert numbers(None, 1, None, 3, active=2) == [(None, [3, 4])]


def test_twenty_thousand_messages_in_a_row_are_no_trouble() -> None:
    parents = [None, *range(1, 20_000), 1]

    assert numbers(*parents, active=20_001) == [(1, list(range(2, 20_001)))]
