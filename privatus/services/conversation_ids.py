"""Finding a conversation by the id that a person gives, or the beginning of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from privatus.core.errors import UserError
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import Tables

# A chat by its id or the beginning of it; a message by that, a dot and its number.
Target = UUID | str
MIN_PREFIX_DIGITS = 4
# Says what is wrong when no id lies between two.
_Missing = Callable[[Tables, bytes, bytes], UserError]


def find(tables: Tables, conversation_id: UUID | str) -> StoredConversation:
    """Return the conversation with this id, or whose id alone begins so.

    Raises:
        UserError: there is none, or several begin so.
    """
    return _found(tables, conversation_id, _missing)


def find_in_backup(tables: Tables, conversation_id: UUID | str) -> StoredConversation:
    """Return what `find` does, where *tables* are those of a backup.

    Raises:
        UserError: the backup has none, or several begin so.
    """
    return _found(tables, conversation_id, _missing_in_backup)


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


def _found(tables: Tables, wanted: UUID | str, missing: _Missing) -> StoredConversation:
    if isinstance(wanted, str):
        wanted = _complete(tables, wanted, missing)
    stored = tables.conversations.find_by_public_id(wanted)
    if stored is None:
        raise missing(tables, wanted.bytes, wanted.bytes)
    return stored


def _complete(tables: Tables, text: str, missing: _Missing) -> UUID:
    digits = text.split(".")[0].replace("-", "").lower()
    if len(digits) < MIN_PREFIX_DIGITS or len(digits) > 32 or set(digits) - set("0123456789abcdef"):
        raise UserError("an id is 32 hexadecimal digits, or at least the first four of them")
    low, high = (bytes.fromhex(digits.ljust(32, fill)) for fill in "0f")
    found = tables.conversations.find_by_prefix(low, high)
    if len(found) > 1:
        raise UserError("several conversations begin with this id; give more of it")
    if not found:
        raise missing(tables, low, high)
    return found[0]


def _missing(tables: Tables, low: bytes, high: bytes) -> UserError:
    if tables.archived.find_by_prefix(low, high):
        return UserError(
            "the conversation with this id is archived; `privatus archives bring-back` and the id"
            " bring it back"
        )
    return UserError("no conversation has this id; `privatus list` shows them")


def _missing_in_backup(tables: Tables, low: bytes, high: bytes) -> UserError:
    if tables.archived.find_by_prefix(low, high):
        return UserError(
            "the conversation with this id was archived when the backup was made; look for it in an"
            " earlier backup, or in `privatus archives list`"
        )
    return UserError(
        "the backup has no conversation with this id; `privatus backup chats` shows"
        " those that it has"
    )
