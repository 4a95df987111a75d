"""Which conversations their source no longer has, as far as an export can tell."""

from __future__ import annotations

from collections import defaultdict

from privatus.core.conversation import Conversation
from privatus.storage.store import Tables


class MissingConversations:
    """Watches what one export holds, and says at its end what to mark as missing, and what not.

    An export knows nothing of what was begun after it was made; and one that is older than what
    the vault has does not say that a conversation has come back.
    """

    def __init__(self, tables: Tables, source: str) -> None:
        self._tables = tables
        self._source = source
        self._known_ms = tables.conversations.newest_times_ms()
        self._newest_ms: dict[str, int] = defaultdict(int)
        self._seen: set[int] = set()
        self._said_missing: set[int] = set()
        self._said_there: dict[int, str] = {}

    def is_repeated(self, conversation_id: int) -> bool:
        """Say whether the conversation came in this export before."""
        return conversation_id in self._seen

    def note(self, conversation_id: int, conversation: Conversation, *, was_missing: bool) -> None:
        """Take in that the export holds a conversation."""
        self._seen.add(conversation_id)
        source = conversation.source
        at_ms = conversation.updated_at_ms or conversation.created_at_ms or 0
        self._newest_ms[source] = max(self._newest_ms[source], at_ms)
        # Only Privatus' own export says of a conversation that it is gone elsewhere.
        if conversation.is_missing_at_source and not was_missing:
            self._said_missing.add(conversation_id)
        elif was_missing and not conversation.is_missing_at_source:
            self._said_there[conversation_id] = source

    def gone(self, account: str | None) -> set[int]:
        """Return what a whole export of *account* lacks and could have held."""
        account_id = self._tables.accounts.find(self._source, account) if account else None
        if account_id is None:
            return set()
        until_ms = self._newest_ms[self._source]
        held = self._tables.conversations.ids_of_account(self._source, account_id, until_ms)
        return held - self._seen

    def said_missing(self) -> set[int]:
        """Return what the export itself calls missing."""
        return self._said_missing

    def returned(self) -> set[int]:
        """Return what was missing and is there again."""
        return {
            conversation_id
            for conversation_id, source in self._said_there.items()
            if self._newest_ms[source] >= self._known_ms.get(source, 0)
        }
