"""Bringing conversations back: the rows first, then the file goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from privatus.backup.destinations.port import Destination
from privatus.core.archives import ArchiveState, BroughtBack
from privatus.core.errors import TamperedError
from privatus.services.archiving import away, contents
from privatus.services.archiving.contents import Contents
from privatus.storage import index_queue
from privatus.storage.archived import StoredArchived
from privatus.storage.store import Store, Tables

BROUGHT_BACK = "archived conversations brought back"

Open = Callable[[str], Destination | None]


def bring_back(store: Store, records: Sequence[StoredArchived], open_place: Open) -> BroughtBack:
    """Put conversations back into the database, all or none; their files go afterwards.

    Raises:
        TamperedError: a file is missing or damaged; nothing was changed.
        UserError: a file lies at a destination that was not named.
        DeviceError: a disk or destination refused; nothing was changed.
    """
    with store.exclusive():
        opened = {
            record.id: contents.unpack(away.read(store, record, open_place(record.where)))
            for record in records
        }
        with store.transaction() as tables:
            left_out = _put_back(tables, records, opened)
            tables.audit.append(BROUGHT_BACK, {"conversations": len(records)})
    return BroughtBack(
        conversations=len(records),
        messages=sum(record.message_count for record in records),
        tags_left_out=left_out.get("chat_tags", 0),
        folders_left_out=left_out.get("folder_chats", 0),
        contacts_left_out=left_out.get("participants", 0),
    )


def _put_back(
    tables: Tables, records: Sequence[StoredArchived], opened: Mapping[int, Contents]
) -> dict[str, int]:
    left_out: dict[str, int] = {}
    messages: list[int] = []
    for record in records:
        rows = opened[record.id].rows
        if [r.columns.get("id") for r in rows if r.table == "conversations"] != [record.id]:
            raise TamperedError("an archive file is of another conversation")
        for table, count in tables.archived.rows.put_back(rows).items():
            left_out[table] = left_out.get(table, 0) + count
        tables.archived.set_state(record, ArchiveState.BACK)
        messages += tables.deleted.message_ids(record.id)
    for record in records:
        tables.archived.rows.put_ties_back(record.id)
    tables.index_queue.append_each(index_queue.MESSAGES, messages)
    tables.index_queue.append_each(index_queue.CONVERSATIONS, [record.id for record in records])
    return left_out
