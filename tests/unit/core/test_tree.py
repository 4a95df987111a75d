"""The shape of a conversation, against the conversation itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from privatus.core.tree import Tree


@st.composite
def _parents(draw: st.DrawFn) -> dict[int, int | None]:
    """Return the parent of each number: mostly the one before, with gaps, forks and roots."""
    parents: dict[int, int | None] = {}
    number = 0
    for _ in range(draw(st.integers(1, 25))):
        number += draw(st.sampled_from([1, 1, 1, 1, 3]))
        earlier = list(parents)
        choice: list[int | None] = [None, *earlier]
        follows = bool(earlier) and draw(st.integers(0, 3)) > 0
        parents[number] = earlier[-1] if follows else draw(st.sampled_from(choice))
    return parents


def _tree(parents: dict[int, int | None]) -> Tree:
    numbers = sorted(parents)
    jumps = [(n, parents[n]) for n in numbers if n > 1 and parents[n] != n - 1]
    spans = [range(n, n + 1) for n in numbers]
    joined: list[range] = []
    for span in spans:
        if joined and joined[-1].stop == span.start:
            joined[-1] = range(joined[-1].start, span.stop)
        else:
            joined.append(span)
    return Tree.of_jumps(jumps, joined)


@given(_parents())
def test_a_tree_knows_parents_answers_and_paths(parents: dict[int, int | None]) -> None:
    tree = _tree(parents)

    assert len(tree) == len(parents)
    for number, parent in parents.items():
        assert number in tree
        assert tree.parent(number) == parent
        assert tree.answers(number) == [n for n, p in parents.items() if p == number]
        path = [n for span in tree.path(number) for n in span]
        walked: list[int] = []
        current: int | None = number
        while current is not None:
            walked.append(current)
            current = parents[current]
        assert path == walked[::-1]


@given(_parents())
def test_a_tree_knows_where_branches_end(parents: dict[int, int | None]) -> None:
    tree = _tree(parents)
    said = [*parents.values()]

    assert tree.leaves() == [n for n in parents if n not in said]
    for number in parents:
        leaf = number
        while following := [n for n, p in parents.items() if p == leaf]:
            leaf = following[-1]
        assert tree.newest_leaf(number) == leaf
        assert max(parents) + 1 not in tree
