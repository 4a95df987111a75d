"""A vault in which chats have all that a chat can have, and all rows of it as they are."""

from __future__ import annotations

from typing import Any

from privatus.core.marks import Mark
from support import people
from support.conversations import conversation, message
from support.filled import fill
from support.vaults import ScratchVault


def curate(vault: ScratchVault) -> dict[str, int]:
    """Give chats everything that a person can; return their row ids by external id."""
    fill(vault)
    service = vault.vault
    vault.bring(
        *(
            conversation(
                message(1, f"a question of {name} with Zaunkönig", created_at_ms=1_600_000_000_000),
                message(2, f"an answer to {name}", created_at_ms=1_600_000_001_000),
                external_id=name,
                title=f"Chat {name}",
                source="chatgpt",
                created_at_ms=1_600_000_000_000,
                updated_at_ms=1_600_000_001_000,
            )
            for name in ("left", "right", "whole", "plain")
        ),
        name="more",
        source="chatgpt",
    )
    ids = {name: chat.id for name, chat in vault.all().items()}
    chat = ids["with-files"]
    assert chat is not None
    service.tags.add("work/tax", chat, f"{chat}.1", ids["plain"])
    service.folders.create("Home")
    service.folders.put("Home", [str(chat)])
    service.annotations.add(chat, "about all of it")
    service.annotations.add(f"{chat}.1", "why", quote="Look")
    service.summaries.write(chat, "In my own words")
    service.editing.edit(chat, 1, "Look at them")
    service.editing.remove(ids["branched"], [3])
    service.contacts.take_part(people.add(vault, "Ada"), [str(chat), str(ids["plain"])])
    service.merging.merge([ids["left"], ids["right"]])
    service.splitting.split(f"{ids['whole']}.2")
    service.duplicates.find()
    service.duplicates.dismiss([ids["plain"], chat])
    service.marks.set(Mark.PINNED, [chat], False)
    return row_ids(vault)


def row_ids(vault: ScratchVault) -> dict[str, int]:
    """Return the row ids of all chats by what their providers call them."""
    with vault.vault._store.snapshot() as tables:
        return {c.external_id: c.id for c in tables.conversations.between(1, 1 << 62)}


def all_rows(vault: ScratchVault) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table that says something of a chat, as it is.

    The ids of former revisions are nobody's but the database's.
    """
    db = vault.vault._store._reader
    names = [
        name
        for (name,) in db.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        if name not in _OTHER and not name.startswith("sqlite_")
    ]
    found = {}
    for name in names:
        columns = [row[1] for row in db.rows(f"PRAGMA table_info({name})")]
        kept = [c for c in columns if not (name == "messages_history" and c == "id")]
        found[name] = sorted(db.rows(f"SELECT {', '.join(kept)} FROM {name}"), key=repr)
    return found


# What an archive is known by, logs, and what waits to be done.
_OTHER = {
    "archived_conversations",
    "archived_blobs",
    "archived_models",
    "archived_ties",
    "archived_ids",
    "audit_log",
    "error_log",
    "metrics",
    "index_queue",
    "usage_queue",
    "purges",
    "purge_blobs",
}
