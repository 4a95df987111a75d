"""What was said beside the path that a reader sees first: regenerated answers, edited prompts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from privatus.core.conversation import Conversation, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Messages in a row that are not on the active path, and the message they follow."""

    parent: Message | None  # None: it has a beginning of its own
    messages: tuple[Message, ...]


def branches(conversation: Conversation) -> list[Branch]:
    """Return every message that is not on the active path, once, in branches.

    A branch goes on with the first answer; each other answer begins a branch of its own.
    """
    by_number = {message.number: message for message in conversation.messages}
    answers: defaultdict[int | None, list[Message]] = defaultdict(list)
    for message in conversation.messages:
        answers[message.parent].append(message)
    told = {message.number for message in conversation.active_path()}
    found = []
    for first in conversation.messages:
        if first.number in told:
            continue
        run = [first]
        while following := answers[run[-1].number]:
            run.append(following[0])
        told.update(message.number for message in run)
        parent = None if first.parent is None else by_number.get(first.parent)
        found.append(Branch(parent=parent, messages=tuple(run)))
    return found
