"""What a conversation must be for the vault to hold it, whoever read it and from what."""

from __future__ import annotations

import re

from privatus.core.conversation import Conversation, Message

# SQLite's whole numbers.
_MIN, _MAX = -(1 << 63), (1 << 63) - 1
# As the schema has it.
_MAX_SOURCE_CHARS = 64
# A text in SQLite ends at its first NUL for some, and what ends a line is no name.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# What a merge adds is counted on from the highest number of the vault, and JSON readers agree on
# whole numbers up to here.
_MAX_NUMBER = 1 << 53


def objection(conversation: Conversation) -> str | None:
    """Return why the vault cannot hold the conversation, None if it can.

    Importers see to all of this. It is looked at once more because one record that breaks a rule
    would take down with it all that is written in the same transaction.
    """
    c = conversation
    if not 1 <= len(c.source) <= _MAX_SOURCE_CHARS:
        return f"the name of its source is empty or longer than {_MAX_SOURCE_CHARS} characters"
    if _CONTROLS.search(c.source):
        return "the name of its source holds a control character"
    if not (_fits(c.created_at_ms) and _fits(c.updated_at_ms)):
        return "it has a time that no calendar has"
    numbers: set[int] = set()
    external_ids: set[str] = set()
    last = 0
    for message in c.messages:
        if reason := _message_objection(message, last, numbers):
            return reason
        last = message.number
        numbers.add(last)
        external_ids.add(message.external_id)
    if len(external_ids) != len(c.messages):
        return "two of its messages have the same id"
    if any(t.added_at_ms is not None and not _fits(t.added_at_ms) for t in c.tags):
        return "a tag has a time that no calendar has"
    if any(t.number is not None and t.number not in numbers for t in c.tags):
        return "a tag is of a message that is not there"
    if any(not _fits(a.created_at_ms) for a in c.annotations):
        return "an annotation has a time that no calendar has"
    if any(a.number is not None and a.number not in numbers for a in c.annotations):
        return "an annotation is of a message that is not there"
    if c.active is not None and c.active not in numbers:
        return "the message that it shows last is not there"
    return None


def _message_objection(message: Message, last: int, numbers: set[int]) -> str | None:
    if message.number > _MAX_NUMBER:
        return "the number of a message is higher than any export counts"
    if message.number <= last:
        return "its messages are not in the order of their numbers"
    if message.parent is not None and message.parent not in numbers:
        return "a message answers one that does not stand before it"
    if message.created_at_ms is not None and not _fits(message.created_at_ms):
        return "a message has a time that no calendar has"
    return None


def _fits(number: int | None) -> bool:
    # The lowest number stands for NULL in seals.
    return number is None or _MIN < number <= _MAX
