"""What the database leaves of what the index knows: whole conversations, and single messages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from privatus.storage.database import Database
from privatus.storage.lists import listed

_CONVERSATIONS = "d.conversation_id IN (SELECT value FROM json_each(:conversations))"
_MESSAGES = "d.message_id IN (SELECT value FROM json_each(:messages))"
_SELECT_FEW = """
    SELECT doc_id FROM docs WHERE message_id IN (SELECT value FROM json_each(:few))
     UNION ALL
    SELECT doc_id FROM docs
     WHERE message_id IS NULL AND conversation_id IN (SELECT value FROM json_each(:conversations))
"""
_NOT_CONVERSATIONS = "d.conversation_id NOT IN (SELECT value FROM json_each(:not_conversations))"
# A title has no message, and nothing is known to be in or not in a list of that.
_NOT_MESSAGES = """
    (d.message_id IS NULL OR d.message_id NOT IN (SELECT value FROM json_each(:not_messages)))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Row ids. None: all conversations are left; `messages` are left beside `conversations`.

    `few` are all messages of what is left, if they are so few that looking at each beats looking
    through all that match.
    """

    conversations: Collection[int] | None = None
    messages: Collection[int] = ()
    without_conversations: Collection[int] = ()
    without_messages: Collection[int] = ()
    few: Collection[int] | None = None

    def where(self) -> tuple[str, dict[str, Any]]:
        """Return what stands after other conditions on `docs AS d`, and its parameters."""
        conditions, parameters = "", {}
        if self.conversations is not None:
            wanted = [_CONVERSATIONS]
            parameters["conversations"] = listed(self.conversations)
            if self.messages:
                wanted.append(_MESSAGES)
                parameters["messages"] = listed(self.messages)
            conditions += f" AND ({' OR '.join(wanted)})"
        if self.without_conversations:
            conditions += f" AND {_NOT_CONVERSATIONS}"
            parameters["not_conversations"] = listed(self.without_conversations)
        if self.without_messages:
            conditions += f" AND {_NOT_MESSAGES}"
            parameters["not_messages"] = listed(self.without_messages)
        return conditions, parameters

    def documents(self, index: Database) -> list[int] | None:
        """Return the documents of what is left, if they are few."""
        if self.few is None or self.conversations is None:
            return None
        parameters = {"few": listed(self.few), "conversations": listed(self.conversations)}
        return [row[0] for row in index.rows(_SELECT_FEW, parameters)]


ALL = Narrowing()
