"""How the messages of several chats become one tree: what is whose copy, and what answers what.

The shown branches form the line, in the order that the person chose. What several chats have
alike is there once. The other branches of each chat stand where they stood: beside the message
of the line that was shown in their place. Every message of every chat has its place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from privatus.core.conversation import Conversation, Message
from privatus.core.merge import MergeOrder
from privatus.services.likeness import likeness
from privatus.services.merge_alignment import Said, align, is_telling

# A message of a source: which of the sources, and its number there.
OriginKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Planned:
    """A message of the hybrid, and of what it is a copy; of the first, if there are several."""

    number: int
    parent: int | None
    origins: tuple[OriginKey, ...]


@dataclass(frozen=True, slots=True)
class MergePlan:
    """The messages of a hybrid; the line is the first `shown` of them, one after another."""

    messages: tuple[Planned, ...]
    shown: int

    @property
    def duplicates(self) -> int:
        """How many messages of the sources are there by the copy of another."""
        return sum(len(planned.origins) - 1 for planned in self.messages)

    def numbers(self) -> dict[OriginKey, int]:
        """Return the number in the hybrid of every message of the sources."""
        return {origin: p.number for p in self.messages for origin in p.origins}


@dataclass(slots=True, eq=False)
class _Node:
    """A message of the hybrid to be. Beside the line it stands for `instead_of` or on `parent`."""

    said: Said
    at_ms: float = math.inf
    origins: list[OriginKey] = field(default_factory=list)
    is_shown: bool = False
    instead_of: _Node | None = None
    parent: _Node | None = None
    number: int = 0


def plan_merge(chats: Sequence[Conversation], order: MergeOrder) -> MergePlan:
    """Return how *chats* become one; of what is alike the copy is of the chat given first."""
    weaver = _Weaver(order)
    for index, chat in enumerate(chats):
        weaver.add(index, chat)
    return weaver.plan()


class _Weaver:
    """Takes in one chat after another."""

    def __init__(self, order: MergeOrder) -> None:
        self._order = order
        self._line: list[_Node] = []
        self._beside: list[_Node] = []
        # By what is answered, in the chat that it is of, and by what is said.
        self._answers: dict[tuple[_Node | None, bytes], _Node] = {}

    def add(self, index: int, chat: Conversation) -> None:
        """Give every message of *chat* its place."""
        said = {message.number: said_of(message) for message in chat.messages}
        nodes = self._known(chat, said)
        for number, node in nodes.items():
            node.origins.append((index, number))
        path = chat.active_path()
        rest = [message for message in path if message.number not in nodes]
        times = dict(zip((m.number for m in path), times_of(path), strict=True))
        before = next((nodes[m.number] for m in reversed(path) if m.number in nodes), None)
        # What follows a branch that is not shown stays on that branch.
        if before is None or before.is_shown:
            self._weave(index, rest, said, times, nodes)
        self._put_beside(index, chat, path, said, nodes)
        for message in chat.messages:
            alike = said[message.number].likeness
            if alike is not None:
                parent = None if message.parent is None else nodes[message.parent]
                self._answers.setdefault((parent, alike.key), nodes[message.number])

    def _known(self, chat: Conversation, said: dict[int, Said]) -> dict[int, _Node]:
        """Return the messages that are there already, told from the beginnings on, by number.

        So the same chat exported twice, or one that was continued from a copy, is found with
        all its branches.
        """
        found: dict[int, _Node] = {}
        taken: set[_Node] = set()
        for message in chat.messages:
            alike = said[message.number].likeness
            parent = None if message.parent is None else found.get(message.parent)
            if alike is None or (message.parent is not None and parent is None):
                continue
            node = self._answers.get((parent, alike.key))
            if node is not None and node not in taken:
                found[message.number] = node
                taken.add(node)
        pairs = [(node.said, said[number]) for number, node in found.items()]
        return found if is_telling(pairs) else {}

    def _weave(
        self,
        index: int,
        rest: Sequence[Message],
        said: dict[int, Said],
        times: dict[int, float],
        nodes: dict[int, _Node],
    ) -> None:
        """Bring *rest*, the shown messages that are not there yet, into the line."""
        known = [place for place, node in enumerate(self._line) if _is_of(node, index)]
        start = known[-1] + 1 if known else 0
        head, line = self._line[:start], self._line[start:]
        woven: list[_Node] = []
        i = j = 0
        pairs = align([node.said for node in line], [said[m.number] for m in rest])
        for at, place in [*pairs, (len(line), len(rest))]:
            new = [self._new(index, m, said, times[m.number]) for m in rest[j:place]]
            nodes.update((m.number, node) for m, node in zip(rest[j:place], new, strict=True))
            woven += self._ordered(line[i:at], new)
            if at < len(line):
                line[at].origins.append((index, rest[place].number))
                nodes[rest[place].number] = line[at]
                woven.append(line[at])
            i, j = at + 1, place + 1
        self._line = [*head, *woven]

    def _new(self, index: int, message: Message, said: dict[int, Said], at_ms: float) -> _Node:
        origins = [(index, message.number)]
        return _Node(said[message.number], at_ms, origins, is_shown=True)

    def _ordered(self, there: Sequence[_Node], new: Sequence[_Node]) -> list[_Node]:
        if self._order is MergeOrder.SEQUENCE:
            return [*there, *new]
        woven, waiting = [], list(new)[::-1]
        for node in there:
            while waiting and waiting[-1].at_ms < node.at_ms:
                woven.append(waiting.pop())
            woven.append(node)
        return [*woven, *waiting[::-1]]

    def _put_beside(
        self,
        index: int,
        chat: Conversation,
        path: Sequence[Message],
        said: dict[int, Said],
        nodes: dict[int, _Node],
    ) -> None:
        """Give the messages of the other branches their place."""
        after = {message.parent: message.number for message in path}
        for message in chat.messages:
            if message.number in nodes:
                continue
            node = _Node(said[message.number], origins=[(index, message.number)])
            shown = nodes.get(after[message.parent]) if message.parent in after else None
            if shown is not None and shown.is_shown:
                node.instead_of = shown
            elif message.parent is not None:
                node.parent = nodes[message.parent]
            nodes[message.number] = node
            self._beside.append(node)

    def plan(self) -> MergePlan:
        """Return the plan: the line has the first numbers, so that it is one run."""
        for number, node in enumerate(chain(self._line, self._beside), start=1):
            node.number = number
        planned = [
            Planned(node.number, node.number - 1 or None, tuple(node.origins))
            for node in self._line
        ]
        planned += [Planned(n.number, _parent_of(n), tuple(n.origins)) for n in self._beside]
        return MergePlan(tuple(planned), len(self._line))


def _is_of(node: _Node, index: int) -> bool:
    return any(origin[0] == index for origin in node.origins)


def _parent_of(node: _Node) -> int | None:
    if node.instead_of is not None:
        return node.instead_of.number - 1 or None
    return None if node.parent is None else node.parent.number


def said_of(message: Message) -> Said:
    """Return what tells whether another message is the same."""
    return Said(likeness(message), message.created_at_ms, message.external_id)


def times_of(path: Sequence[Message]) -> list[float]:
    """Return when each message of a branch was said, as far as one knows, never falling.

    What says no time stands by the one before it; a chat that says none at all comes last.
    """
    latest = next((m.created_at_ms for m in path if m.created_at_ms is not None), math.inf)
    found: list[float] = []
    for message in path:
        if message.created_at_ms is not None:
            latest = max(latest, message.created_at_ms)
        found.append(latest)
    return found
