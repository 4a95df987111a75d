"""From nodes that name their parent to messages with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

Content = TypeVar("Content")


@dataclass(slots=True)
class Node(Generic[Content]):
    """One node of a provider's tree.

    `content` is what the importer makes its message of; None: there is no message here, and what
    hangs below hangs on the nearest message above. `children` gives their order, where the export
    has one; they are found by their `parent` all the same.
    """

    id: str
    parent: str | None
    time_ms: int | None
    content: Content | None
    children: Sequence[str] = ()


class Placed(NamedTuple, Generic[Content]):
    """A node's content with its number, from 1, and its parent's, which is smaller."""

    number: int
    parent: int | None
    content: Content


class Tree(NamedTuple, Generic[Content]):
    """What `order` returns: parents before children, and the number of the active leaf."""

    placed: list[Placed[Content]]
    active: int | None


def order(nodes: Sequence[Node[Content]], active: str | None) -> Tree[Content]:
    """Give each of *nodes* that has a message its number.

    Siblings come in the order that their parent's `children` gives, then by time (a node without
    one takes its parent's), then as they stand. A missing parent makes a root; a cycle is cut at
    the node that stands first. The active leaf is the node *active*; if there is none, the leaf
    with the newest time; if no leaf has a time, the last child at each step.
    """
    by_id: dict[str, int] = {}
    for index, node in enumerate(nodes):
        by_id.setdefault(node.id, index)
    children, roots = _family(nodes, by_id)
    placed: list[Placed[Content]] = []
    # The nearest message at or above each node.
    numbers: list[int | None] = [None] * len(nodes)
    newest: tuple[int, int] | None = None
    is_seen = bytearray(len(nodes))
    # What no root leads to hangs in a cycle.
    for start in chain(roots, range(len(nodes))):
        stack: list[tuple[int, int | None]] = [(start, None)]
        while stack:
            index, above = stack.pop()
            if is_seen[index]:
                continue
            is_seen[index] = True
            node = nodes[index]
            if node.content is not None:
                number = len(placed) + 1
                placed.append(Placed(number, above, node.content))
                above = number
            numbers[index] = above
            below = children[index]
            if below:
                stack.extend([(child, above) for child in reversed(below)])
            elif node.time_ms is not None and above is not None:
                newest = max(newest or (0, 0), (node.time_ms, above))
    if active is not None and (index := by_id.get(active, -1)) >= 0 and numbers[index]:
        return Tree(placed, numbers[index])
    # The last one in this order is what following the last child at each step leads to.
    return Tree(placed, newest[1] if newest else len(placed) or None)


def _family(
    nodes: Sequence[Node[Content]], by_id: dict[str, int]
) -> tuple[list[list[int] | None], list[int]]:
    """Return each node's children and the roots, in order, as indexes."""
    children: list[list[int] | None] = [None] * len(nodes)
    roots: list[int] = []
    crowded: set[int] = set()
    for index, node in enumerate(nodes):
        above = by_id.get(node.parent) if node.parent is not None else None
        if above is None:
            roots.append(index)
        elif (siblings := children[above]) is None:
            children[above] = [index]
        else:
            siblings.append(index)
            crowded.add(above)
    for above in crowded:
        _sort(nodes, children[above] or [], nodes[above])
    if len(roots) > 1:
        _sort(nodes, roots, None)
    return children, roots


def _sort(nodes: Sequence[Node[Content]], indexes: list[int], parent: Node[Content] | None) -> None:
    given = parent.children if parent is not None else ()
    rank = {id: place for place, id in enumerate(given) if type(id) is str}
    parent_time = (parent.time_ms if parent is not None else None) or 0

    def key(index: int) -> tuple[int, int, int]:
        node = nodes[index]
        time = node.time_ms if node.time_ms is not None else parent_time
        return rank.get(node.id, len(given)), time, index

    indexes.sort(key=key)
