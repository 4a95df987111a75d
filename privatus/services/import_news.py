"""What of an import is news to a person, and is marked as unread until they open it.

The first export of a source is years at once, and none of it is news. Of a later one it is what
is newer than all that the vault had from there: so the second half of a first export, or an old
one that is added, says nothing either, nor does a chat that is only read better than before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self

from privatus.core import clock
from privatus.core.conversation import Conversation
from privatus.core.marks import Mark, SetMark
from privatus.services.import_compare import Changes
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import Tables

# Its files hold chats of any source.
_ANY = "privatus"


class News:
    """Holds what came by an import against what the vault had before it."""

    def __init__(self, newest_ms: Mapping[str, int]) -> None:
        """*newest_ms*: when the last of each source's conversations changed."""
        self._newest_ms = newest_ms

    @classmethod
    def since_now(cls, tables: Tables) -> Self:
        """Hold what comes against what the vault has now.

        A source of which no import came to its end has none: the rest of it is no news.
        """
        newest_ms, whole = tables.conversations.newest_times_ms(), tables.audit.imported_sources()
        if _ANY not in whole:
            newest_ms = {source: ms for source, ms in newest_ms.items() if source in whole}
        return cls(newest_ms)

    def marks_of_added(self, conversation: Conversation, sort_at_ms: int) -> tuple[SetMark, ...]:
        """Return the marks with which a conversation begins that the vault did not have."""
        if conversation.marks is not None:
            # Another vault's: read or unread, as it was there.
            return conversation.marks
        newest_ms = self._newest_ms.get(conversation.source)
        return (_unread(),) if newest_ms is not None and sort_at_ms > newest_ms else ()

    def marks_of_changed(
        self, stored: StoredConversation, wanted: StoredConversation, changes: Changes
    ) -> tuple[SetMark, ...]:
        """Return the marks that a conversation gets by *changes*, beside those that it has."""
        if stored.source not in self._newest_ms or not (changes.added or changes.changed):
            return ()
        is_later = (wanted.updated_at_ms or 0) > (stored.updated_at_ms or 0)
        says_no_time = wanted.updated_at_ms is None and bool(changes.added)
        return (_unread(),) if is_later or says_no_time else ()


class Before(NamedTuple):
    """What the vault had before the first file of an import."""

    news: News
    left_out: frozenset[bytes]  # external tags of what a person deleted for good
    archived: Mapping[bytes, bytes]  # by external tag what the last import held of it

    @classmethod
    def now(cls, tables: Tables, *, with_deleted: bool) -> Before:
        """Look at what the vault has now; *with_deleted* leaves nothing out."""
        left_out = frozenset() if with_deleted else frozenset(tables.deleted.tags())
        return cls(News.since_now(tables), left_out, tables.archived.digests())


def _unread() -> SetMark:
    return SetMark(mark=Mark.UNREAD, is_set=True, set_at_ms=clock.now_ms())
