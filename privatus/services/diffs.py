"""Compares two states of a conversation by message and by word.

Words are compared by their longest common subsequence, which rapidfuzz finds with bit-parallel
arithmetic (Hyyrö, "Bit-parallel LCS-length computation revisited", 2004). Its table grows with the
product of both lengths, so long texts are compared by lines first, and by words only where these
differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from rapidfuzz.distance import Indel

from privatus.core.conversation import Conversation, Message
from privatus.core.diff import Change, ConversationDiff, MessageDiff, Stretch

# A table of 32 MB.
_MOST_CELLS = 256_000_000
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
# In scripts without spaces each character stands alone; marks stay with the letter before them.
_TOKENS = re.compile(
    rf"[{_UNSPACED}]|[^\s!-/:-@\[-`{{-~\u2010-\u205e\u3001-\u303f{_UNSPACED}]+|\s+|.", re.DOTALL
)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_AFTER_A_WORD = re.compile(r"(?<=\S)\s")
_HAS_WORDS = re.compile(r"\w")
_HEAD = ("kind", "model", "project", "is_archived", "is_starred", "active", "metadata")
_BESIDE_TEXT = (
    "role", "author", "model", "created_at_ms", "attachments", "parent", "is_hidden", "metadata",
)  # fmt: skip


def diff(before: Conversation, after: Conversation) -> ConversationDiff:
    """Return what makes *after* of *before*, which are two states of one conversation.

    A message that answers another one only because the one between them is not in both states
    is the same.
    """
    former = {message.number: message for message in before.messages}
    later = {message.number: message for message in after.messages}
    in_one = former.keys() ^ later.keys()
    numbers = sorted(former.keys() | later.keys())
    title = words(before.title, after.title) if before.title != after.title else ()
    return ConversationDiff(
        messages=tuple(_message(n, former.get(n), later.get(n), in_one) for n in numbers),
        title=title,
        also=tuple(name for name in _HEAD if getattr(before, name) != getattr(after, name)),
    )


def words(before: str, after: str) -> tuple[Stretch, ...]:
    """Return how *before* becomes *after*; nothing if both are empty."""
    head, first, second, tail = _without_ends(before, after)
    found = [*_same(head), *_stretches(first, second), *_same(tail)]
    return tuple(_joined(_with_pauses(found)))


def text_of(message: Message) -> str:
    """Return all text of *message*, also what is shown folded: any of it may have changed."""
    return "\n\n".join(part.text for part in message.parts if part.text)


def _message(
    number: int, before: Message | None, after: Message | None, in_one: Set[int]
) -> MessageDiff:
    found: tuple[Stretch, ...] = ()
    also: tuple[str, ...] = ()
    if before is None:
        change = Change.ADDED
    elif after is None:
        change = Change.REMOVED
    elif before is after:
        change = Change.SAME
    else:
        former, later = text_of(before), text_of(after)
        also = tuple(n for n in _BESIDE_TEXT if getattr(before, n) != getattr(after, n))
        if in_one & {before.parent, after.parent}:
            also = tuple(name for name in also if name != "parent")
        if former != later:
            found = words(former, later)
        elif before.parts != after.parts:
            also = ("parts", *also)
        change = Change.CHANGED if found or also else Change.SAME
    return MessageDiff(
        number=number, change=change, before=before, after=after, words=found, also=also
    )


def _without_ends(before: str, after: str) -> tuple[str, str, str, str]:
    """Return whole words that both begin with, what is left of each, and what both end with."""
    head = _alike(before, after)
    if head < max(len(before), len(after)):
        # A word, and a run of spaces, is compared as a whole.
        head = len(before[: before.rfind(" ", 0, head) + 1].rstrip())
    first, second = before[head:], after[head:]
    end = first[len(first) - _alike(first[::-1], second[::-1]) :]
    space = _AFTER_A_WORD.search(end)
    tail = len(end) - space.start() if space else 0
    return (
        before[:head],
        first[: len(first) - tail],
        second[: len(second) - tail],
        end[len(end) - tail :],
    )


def _alike(first: str, second: str) -> int:
    """Return how many characters both begin with."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _same(text: str) -> Iterator[Stretch]:
    if text:
        yield Stretch(change=Change.SAME, text=text)


def _stretches(before: str, after: str) -> Iterator[Stretch]:
    first, second = _TOKENS.findall(before), _TOKENS.findall(after)
    if len(first) * len(second) <= _MOST_CELLS:
        yield from _compared(first, second)
        return
    # By lines; where only one or the other has some, these again by words if they are few enough.
    removed = added = ""
    lines = _LINES.findall(before), _LINES.findall(after)
    few = len(lines[0]) * len(lines[1]) <= _MOST_CELLS
    for line in _compared(*lines) if few else _whole(before, after):
        if line.change is Change.SAME:
            yield from _changed(removed, added)
            removed = added = ""
            yield line
        elif line.change is Change.REMOVED:
            removed += line.text
        else:
            added += line.text
    yield from _changed(removed, added)


def _changed(removed: str, added: str) -> Iterator[Stretch]:
    first, second = _TOKENS.findall(removed), _TOKENS.findall(added)
    if first and second and len(first) * len(second) <= _MOST_CELLS:
        yield from _compared(first, second)
    else:
        yield from _whole(removed, added)


def _whole(removed: str, added: str) -> Iterator[Stretch]:
    if removed:
        yield Stretch(change=Change.REMOVED, text=removed)
    if added:
        yield Stretch(change=Change.ADDED, text=added)


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterator[Stretch]:
    for op in Indel.opcodes(before, after):
        if op.tag == "insert":
            yield Stretch(change=Change.ADDED, text="".join(after[op.dest_start : op.dest_end]))
        else:
            change = Change.SAME if op.tag == "equal" else Change.REMOVED
            yield Stretch(change=change, text="".join(before[op.src_start : op.src_end]))


def _with_pauses(found: list[Stretch]) -> Iterator[Stretch]:
    """Yield the same, but let a space between two changed words be part of the change."""
    for index, stretch in enumerate(found):
        around = found[max(index - 1, 0) : index + 2]
        is_between = [each.change is Change.SAME for each in around] == [False, True, False]
        is_pause = not _HAS_WORDS.search(stretch.text)
        if is_between and is_pause and "\n" not in stretch.text:
            yield from _whole(stretch.text, stretch.text)
        else:
            yield stretch


def _joined(found: Iterator[Stretch]) -> Iterator[Stretch]:
    """Yield the same as few stretches as it takes: between two that stay, first what went."""
    removed = added = same = ""
    for stretch in found:
        if stretch.change is Change.SAME:
            if removed or added:
                if same:
                    yield Stretch(change=Change.SAME, text=same)
                yield from _whole(removed, added)
                removed = added = same = ""
            same += stretch.text
        elif stretch.change is Change.REMOVED:
            removed += stretch.text
        else:
            added += stretch.text
    if same:
        yield Stretch(change=Change.SAME, text=same)
    yield from _whole(removed, added)
