"""Row ids that no other row ever had.

A seal binds its row's id, so what was archived has to get its ids back: whoever adds a row asks
here, and not for the highest id that is there now.
"""

from __future__ import annotations

from privatus.storage.database import Database

# The tables whose rows are moved to archives with their ids, and that do not count by themselves.
KEPT = (
    "conversations",
    "messages",
    "attachments",
    "chat_versions",
    "chat_tags",
    "participants",
    "chat_sources",
    "chat_links",
    "not_duplicates",
)
_KEEP = """
    INSERT INTO archived_ids (table_name, last_id)
    SELECT '{0}', coalesce(max(id), 0) FROM {0} WHERE true
        ON CONFLICT DO UPDATE SET last_id = max(last_id, excluded.last_id)
"""


def highest(table: str) -> str:
    """Return SQL for the highest id that a row of *table* has, or had when one was archived."""
    return f"""
        max(coalesce((SELECT max(id) FROM {table}), 0),
            coalesce((SELECT last_id FROM archived_ids WHERE table_name = '{table}'), 0))
    """


def next_id(table: str) -> str:
    """Return a query for the first id that no row of *table* ever had."""
    return f"SELECT {highest(table)} + 1"


def keep(db: Database) -> None:
    """Let nobody get the ids that there are now, when rows are about to be archived."""
    for table in KEPT:
        db.execute(_KEEP.format(table))
