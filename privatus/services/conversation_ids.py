"""Finding a conversation by the id that a person gives, or the beginning of it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from privatus.core.errors import UserError
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import Tables

# A chat by its id or the beginning of it; a message by that, a dot and its number.
Target = UUID | str
MIN_PREFIX_DIGITS = 4


def find(tables: Tables, conversation_id: UUID | str) -> StoredConversation:
    """Return the conversation with this id, or whose id alone begins so.

    Raises:
        UserError: there is none, or several begin so.
    """
    public_id = conversation_id
    if isinstance(public_id, str):
        public_id = _complete(tables, public_id)
    stored = tables.conversations.find_by_public_id(public_id)
    if stored is None:
        raise _missing(tables, public_id.bytes, public_id.bytes)
    return stored


def row_ids(tables: Tables, wanted: Iterable[int | Target]) -> list[int]:
    """Return row ids as they are, and those of the conversations that a person names.

    Raises:
        UserError: one that a person named is not there, or several begin so.
    """
    found = (each if isinstance(each, int) else find(tables, each).id for each in wanted)
    return list(dict.fromkeys(found))


def place(tables: Tables, target: Target) -> tuple[StoredConversation, int | None]:
    """Return the conversation that *target* names, and the number of the message if it is one.

    Raises:
        UserError: there is no such conversation or message, or several begin so.
    """
    stored = find(tables, target)
    _, dot, digits = target.partition(".") if isinstance(target, str) else ("", "", "")
    if not dot:
        return stored, None
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise UserError("the id of a message ends in a dot and its number, as in 1a2b3c4d.7")
    if not tables.messages.has_number(stored.id, int(digits)):
        raise UserError("the conversation has no message of this number")
    return stored, int(digits)


def _complete(tables: Tables, text: str) -> UUID:
    digits = text.split(".")[0].replace("-", "").lower()
    if len(digits) < MIN_PREFIX_DIGITS or len(digits) > 32 or set(digits) - set("0123456789abcdef"):
        raise UserError("an id is 32 hexadecimal digits, or at least the first four of them")
    low, high = (bytes.fromhex(digits.ljust(32, fill)) for fill in "0f")
    found = tables.conversations.find_by_prefix(low, high)
    if len(found) > 1:
        raise UserError("several conversations begin with this id; give more of it")
    if not found:
        raise _missing(tables, low, high)
    return found[0]


def _missing(tables: Tables, low: bytes, high: bytes) -> UserError:
    if tables.archived.find_by_prefix(low, high):
        return UserError(
            "the conversation with this id is archived; `privatus archives bring-back` and the id"
            " bring it back"
        )
    return UserError("no conversation has this id; `privatus list` shows them")
