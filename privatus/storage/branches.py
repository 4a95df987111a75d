"""How the messages of a conversation follow each other, without the messages.

All of it is answered by indexes. What a person removed is left out, and what answered it answers
the nearest message before it that is there.
"""

from __future__ import annotations

from privatus.core import flags
from privatus.core.tree import Tree, without
from privatus.storage.database import Database

# Of a message; the partial index of what was removed is by the same bit.
IS_THERE = f"NOT flags & {flags.REMOVED}"
_SELECT_REMOVED = f"""
    SELECT number, parent_number FROM messages INDEXED BY messages_removed
     WHERE conversation_id = ? AND flags & {flags.REMOVED}
"""
# Named, so that it is never read from the table's own pages: 10,000 messages fill 500 of them.
_SELECT_JUMPS = """
    SELECT number, parent_number FROM messages INDEXED BY messages_jumps
     WHERE conversation_id = ? AND number <= ?
       AND number > 1 AND parent_number IS NOT number - 1
     ORDER BY number DESC
"""
_SELECT_ALL_JUMPS = """
    SELECT number, parent_number FROM messages INDEXED BY messages_jumps
     WHERE conversation_id = ? AND number > 1 AND parent_number IS NOT number - 1
"""
_SELECT_ENDS = "SELECT min(number), max(number) FROM messages WHERE conversation_id = ?"
_SELECT_NUMBERS = "SELECT number FROM messages WHERE conversation_id = ? ORDER BY number"


class Branches:
    """Reads the shapes of conversations."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def removed(self, conversation_id: int) -> dict[int, int | None]:
        """Return the numbers of what was removed, with what each answered."""
        return dict(self._db.rows(_SELECT_REMOVED, (conversation_id,)))

    def tree(self, conversation_id: int, count: int) -> Tree:
        """Return how the messages follow each other that are there; *count* is how many."""
        removed = self.removed(conversation_id)
        spans = self.spans(conversation_id, count + len(removed))
        return Tree.of_jumps(self.jumps(conversation_id), spans, removed)

    def jumps(self, conversation_id: int) -> list[tuple[int, int | None]]:
        """Return (number, parent) of the messages that do not follow the number before theirs."""
        return [(n, parent) for n, parent in self._db.rows(_SELECT_ALL_JUMPS, (conversation_id,))]

    def spans(self, conversation_id: int, count: int) -> list[range]:
        """Return which numbers were given; *count* is how many, and spares reading them."""
        ends = self._db.row(_SELECT_ENDS, (conversation_id,))
        if ends is None or ends[0] is None:
            return []
        if ends[1] - ends[0] + 1 == count:
            return [range(ends[0], ends[1] + 1)]
        spans: list[range] = []
        for (number,) in self._db.rows(_SELECT_NUMBERS, (conversation_id,)):
            if spans and spans[-1].stop == number:
                spans[-1] = range(spans[-1].start, number + 1)
            else:
                spans.append(range(number, number + 1))
        return spans

    def runs(self, conversation_id: int, leaf: int) -> list[tuple[int, int]]:
        """Return the branch that ends in *leaf* as (first number, last number), the root first."""
        runs = self._all_runs(conversation_id, leaf)
        removed = self.removed(conversation_id)
        if not removed:
            return runs
        spans = without([range(first, last + 1) for first, last in runs], removed)
        return [(span.start, span.stop - 1) for span in spans]

    def _all_runs(self, conversation_id: int, leaf: int) -> list[tuple[int, int]]:
        """Return the branch that ends in *leaf* as (first number, last number), the root first.

        Nearly all messages follow the one with the number before theirs. So only those are read
        that do not, and what lies between two of them is one run.
        """
        runs = []
        for number, parent in self._db.rows(_SELECT_JUMPS, (conversation_id, leaf)):
            if number > leaf:
                continue  # on another branch
            runs.append((number, leaf))
            if parent is None:
                return runs[::-1]
            leaf = parent
        runs.append((1, leaf))
        return runs[::-1]
