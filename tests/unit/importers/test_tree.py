"""From nodes that name their parents to numbered messages."""

from __future__ import annotations

from collections.abc import Sequence

from privatus.importers.tree import Node, order


def node(
    id: str,
    parent: str | None = None,
    *,
    at: int | None = None,
    children: Sequence[str] = (),
    is_empty: bool = False,
) -> Node[str]:
    return Node(id, parent, at, None if is_empty else id, children)


def shape(nodes: Sequence[Node[str]], active: str | None = None) -> tuple[str, str | None]:
    """Return the tree as text, "a b<a c<a", and the active leaf."""
    tree = order(nodes, active)
    names = {placed.number: placed.content for placed in tree.placed}
    assert list(names) == list(range(1, len(tree.placed) + 1))
    for placed in tree.placed:
        assert placed.parent is None or placed.parent < placed.number
    words = [
        placed.content + (f"<{names[placed.parent]}" if placed.parent else "")
        for placed in tree.placed
    ]
    return " ".join(words), names[tree.active] if tree.active else None


def test_parents_come_before_children_whatever_the_order() -> None:
    nodes = [node("c", "b"), node("a"), node("b", "a")]

    assert shape(nodes) == ("a b<a c<b", "c")


def test_siblings_come_in_the_order_that_their_parent_gives() -> None:
    nodes = [node("a", children=["c", "b"]), node("b", "a", at=1), node("c", "a", at=2)]

    assert shape(nodes)[0] == "a c<a b<a"


def test_siblings_without_a_given_order_come_by_time_then_as_they_stand() -> None:
    times = {"b": 9, "c": None, "d": 9, "e": 3}
    nodes = [node("a", at=5), *(node(id, "a", at=at) for id, at in times.items())]

    # c has no time and takes its parent's.
    assert shape(nodes)[0] == "a e<a c<a b<a d<a"


def test_siblings_that_the_order_does_not_name_come_last() -> None:
    nodes = [node("a", children=["c"]), node("b", "a", at=1), node("c", "a", at=2)]

    assert shape(nodes)[0] == "a c<a b<a"


def test_an_order_that_is_no_list_of_ids_is_passed_over() -> None:
    nodes = [node("a", children=[{}, None, ["b"], "c"]), node("b", "a"), node("c", "a")]  # type: ignore[list-item]

    assert shape(nodes)[0] == "a c<a b<a"


def test_nodes_without_a_message_drop_out_and_their_children_move_up() -> None:
    nodes = [
        node("root", is_empty=True),
        node("a", "root"),
        node("gap", "a", is_empty=True),
        node("b", "gap"),
        node("c", "gap"),
    ]

    assert shape(nodes, "c") == ("a b<a c<a", "c")


def test_a_missing_parent_makes_a_root() -> None:
    assert shape([node("b", "gone"), node("a")])[0] == "b a"


def test_roots_come_by_time() -> None:
    assert shape([node("b", at=9), node("a", at=1)])[0] == "a b"


def test_a_cycle_is_cut_and_each_message_is_there_once() -> None:
    assert shape([node("b", "a"), node("a", "b")], "a") == ("b a<b", "a")
    assert shape([node("self", "self")]) == ("self", "self")
    assert shape([node("root"), node("b", "c"), node("c", "d"), node("d", "b")])[0] == (
        "root b d<b c<d"
    )


def test_the_active_leaf_is_the_given_one() -> None:
    nodes = [node("a"), node("b", "a", at=9), node("c", "a", at=1)]

    assert shape(nodes, "c")[1] == "c"


def test_an_active_node_without_a_message_stands_for_the_one_above() -> None:
    nodes = [node("a"), node("b", "a", is_empty=True), node("c", "a")]

    assert shape(nodes, "b")[1] == "a"


def test_without_a_given_one_the_newest_leaf_is_active() -> None:
    nodes = [node("a", children=["b", "c"]), node("b", "a", at=9), node("c", "a", at=5)]

    assert shape(nodes)[1] == "b"
    assert shape(nodes, "gone")[1] == "b"


def test_without_times_the_last_child_at_each_step_is_active() -> None:
    nodes = [node("a"), node("b", "a"), node("c", "a"), node("d", "b")]

    assert shape(nodes)[1] == "c"


def test_ids_that_are_there_twice_lose_no_message() -> None:
    assert shape([node("a"), node("b", "a"), node("b", "a"), node("c", "b")])[0] == (
        "a b<a c<b b<a"
    )


def test_nothing_is_a_tree_without_an_active_leaf() -> None:
    assert order([], "a") == ([], None)
    assert order([node("a", is_empty=True)], "a") == ([], None)


def test_chains_of_20000_and_fans_of_5000_are_ordered() -> None:
    chain = [node(str(i), str(i - 1) if i else None) for i in range(20_000)]
    fan = [node("a"), *(node(f"b{i}", "a", at=5_000 - i) for i in range(5_000))]

    assert order(chain, None).active == 20_000
    assert order(list(reversed(chain)), None).active == 20_000
    assert order(fan, None).active == 5_001
