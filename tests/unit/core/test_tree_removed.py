"""A tree of which messages were removed: what answered them answers who was before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from privatus.core.tree import Tree, heirs, leaf_instead


@st.composite
def _trees(draw: st.DrawFn) -> tuple[dict[int, int | None], set[int]]:
    """Draw the parents of some messages, and which of them are removed."""
    numbers = draw(st.lists(st.integers(1, 14), unique=True, max_size=10).map(sorted))
    parents: dict[int, int | None] = {}
    for number in numbers:
        # As most do: the one before.
        near = number - 1 if number - 1 in parents else None
        others = st.sampled_from([None, *parents])
        parents[number] = draw(st.one_of(st.just(near), others))
    return parents, set(draw(st.lists(st.sampled_from(numbers)))) if numbers else set()


def _nearest(parents: dict[int, int | None], removed: set[int], number: int) -> int | None:
    parent = parents[number]
    while parent in removed:
        parent = parents[parent]
    return parent


def _spans(numbers: list[int]) -> list[range]:
    starts = [n for n in numbers if n - 1 not in numbers]
    ends = [n + 1 for n in numbers if n + 1 not in numbers]
    return [range(start, end) for start, end in zip(starts, ends, strict=True)]


@given(_trees())
def test_every_message_answers_the_nearest_one_that_is_there(
    drawn: tuple[dict[int, int | None], set[int]],
) -> None:
    parents, gone = drawn
    removed = {number: parents[number] for number in gone}
    jumps = [(n, p) for n, p in parents.items() if n > 1 and p != n - 1]
    spans = _spans(list(parents))

    trees = Tree.of_jumps(jumps, spans, removed), Tree.of_parents(parents, removed)

    for tree in trees:
        there = [number for number in parents if number not in gone]
        assert [n for run in tree.runs for n in range(run.first, run.last + 1)] == there
        assert {n: tree.parent(n) for n in there} == {n: _nearest(parents, gone, n) for n in there}
    assert heirs(removed) == {n: _nearest(parents, gone, n) for n in gone}


@given(_trees(), st.integers(0, 20))
def test_where_the_shown_branch_ends_is_there_and_near(
    drawn: tuple[dict[int, int | None], set[int]], pick: int
) -> None:
    parents, gone = drawn
    if not gone:
        return
    leaf = sorted(gone)[pick % len(gone)]
    removed = {number: parents[number] for number in gone}
    tree = Tree.of_parents(parents, removed)

    found = leaf_instead(tree, leaf, removed)

    near = _nearest(parents, gone, leaf)
    if found is None:
        assert set(parents) == gone
    else:
        assert found in tree
        assert tree.answers(found) == []
        assert near is None or any(near in span for span in tree.path(found))


@given(_trees())
def test_what_follows_a_message_is_its_branch(
    drawn: tuple[dict[int, int | None], set[int]],
) -> None:
    parents, wanted = drawn
    found = set(wanted)
    for number in parents:
        if parents[number] in found:
            found.add(number)

    assert Tree.of_parents(parents, {}).with_answers(wanted) == sorted(found)
