"""Writes of what a chat was made, with the rows of the chat itself."""

from __future__ import annotations

from collections.abc import Sequence

from privatus.core import clock
from privatus.core.conversation import ConversationVersion
from privatus.core.errors import BugError
from privatus.core.merge import Origin
from privatus.services.merge_marks import follow
from privatus.storage.chat_links import StoredLink
from privatus.storage.chat_sources import StoredSource
from privatus.storage.store import Tables


def write_origin(
    tables: Tables,
    row_id: int,
    origin: Origin,
    made_of: Sequence[tuple[int, int]],
    links: Sequence[StoredLink],
) -> None:
    """Write of what the chat *row_id* was made, in the transaction that has written it.

    *made_of*: the row ids of its sources, each with the version that it is of. *links* need not
    say of which chat they are.
    """
    made = tables.conversations.get(row_id)
    if made is None:
        raise BugError("a chat is not there that was just made of others")
    now_ms = clock.now_ms()
    first = ConversationVersion(
        number=1,
        actor="person",
        created_at_ms=now_ms,
        added=made.message_count,
        changed=0,
        missing=0,
        details={"kind": origin.value},
    )
    tables.versions.insert(row_id, made.container, first)
    tables.chat_sources.insert(
        made.container,
        [
            StoredSource(0, row_id, source_id, at, origin, version, now_ms)
            for at, (source_id, version) in enumerate(made_of)
        ],
    )
    tables.chat_links.insert(made.container, [x._replace(conversation_id=row_id) for x in links])
    tables.participants.take_over(row_id, [source_id for source_id, _ in made_of], now_ms)
    if origin is Origin.MERGE:
        follow(tables, [source_id for source_id, _ in made_of])
