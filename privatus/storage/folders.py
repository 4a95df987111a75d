"""Folders, and which chat is in which.

What a folder is called is sealed. Which chat is in it is clear, so that lists and counts need
open nothing, and bound by a seal under the chat's own key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import msgspec

from privatus.core.folder import Folder
from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.rows import FOLDER_CHATS, FOLDERS, plain_context
from privatus.vault.keys import Container, Scope

# AUTOINCREMENT: the sequence remembers rows that are gone.
_NEXT_ID = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'folders'), 0) + 1"
_INSERT = "INSERT INTO folders (id, created_at_ms, details_sealed, seal) VALUES (?, ?, ?, ?)"
_UPDATE = "UPDATE folders SET details_sealed = ?, seal = ? WHERE id = ?"
_DELETE = "DELETE FROM folders WHERE id = ?"
_SELECT = "SELECT id, created_at_ms, details_sealed, seal FROM folders ORDER BY id"

_PUT = """
    INSERT INTO folder_chats (conversation_id, folder_id, put_at_ms, seal) VALUES (?, ?, ?, ?)
        ON CONFLICT (conversation_id) DO UPDATE
       SET folder_id = excluded.folder_id, put_at_ms = excluded.put_at_ms, seal = excluded.seal
"""
_TAKE_OUT = "DELETE FROM folder_chats WHERE conversation_id = ?"
_COLUMNS = "f.conversation_id, f.folder_id, f.put_at_ms, f.seal"
_SELECT_WITH_KEYS = f"""
    SELECT {_COLUMNS}, k.id, k.wrapped_key
      FROM folder_chats AS f
      JOIN conversations AS c ON c.id = f.conversation_id
      JOIN key_store AS k ON k.id = c.key_id
"""
_SELECT_ALL = f"{_SELECT_WITH_KEYS} ORDER BY f.conversation_id"
_SELECT_OF_FOLDERS = f"""
    {_SELECT_WITH_KEYS} WHERE f.folder_id IN (SELECT value FROM json_each(?))
     ORDER BY f.conversation_id
"""
_SELECT_OF_CHATS = f"""
    {_SELECT_WITH_KEYS} WHERE f.conversation_id IN (SELECT value FROM json_each(?))
     ORDER BY f.conversation_id
"""
_SELECT_KEYS = """
    SELECT c.id, k.id, k.wrapped_key
      FROM conversations AS c JOIN key_store AS k ON k.id = c.key_id
     WHERE c.id IN (SELECT value FROM json_each(?))
"""
_SELECT_FOLDERS_OF = """
    SELECT conversation_id, folder_id FROM folder_chats
     WHERE conversation_id IN (SELECT value FROM json_each(?))
"""
_SELECT_CHATS_IN = """
    SELECT conversation_id FROM folder_chats
     WHERE folder_id IN (SELECT value FROM json_each(?))
"""
# Answered by the index alone; what is hidden is few, and looked up for itself.
_SELECT_COUNTS = "SELECT folder_id, count(*) FROM folder_chats GROUP BY folder_id"
_SELECT_HIDDEN_COUNTS = """
    SELECT folder_id, count(*) FROM folder_chats
     WHERE conversation_id IN (SELECT value FROM json_each(?)) GROUP BY folder_id
"""


class StoredPlace(NamedTuple):
    """A row of folder_chats."""

    conversation_id: int
    folder_id: int
    put_at_ms: int


class Folders:
    """The table of folders."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def next_id(self) -> int:
        """Return an id that no folder ever had."""
        return int(self._db.value(_NEXT_ID))

    def insert(self, folder: Folder) -> None:
        """Add a folder with the id that it has, or once had."""
        sealed, seal = self._seal(folder)
        self._db.execute(_INSERT, (folder.id, folder.created_at_ms, sealed, seal))

    def update(self, folder: Folder) -> None:
        """Replace name and position of the folder with this id."""
        sealed, seal = self._seal(folder)
        self._db.execute(_UPDATE, (sealed, seal, folder.id))

    def delete(self, folder_ids: Iterable[int]) -> None:
        """Remove folders; the chats in them are in none then."""
        self._db.execute_many(_DELETE, [(folder_id,) for folder_id in folder_ids])

    def all(self) -> list[Folder]:
        """Return all folders, the first made first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [self.open_row(row) for row in self.raw()]

    def raw(self) -> list[Row]:
        """Return all rows for `open_row`, so that one which does not open can be named."""
        return self._db.rows(_SELECT)

    def open_row(self, row: Row) -> Folder:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, created_at_ms, sealed, seal = row
        cipher = self._scope.opening_cipher(FOLDERS.number, seal)
        (details,) = cipher.open(seal, row_id, plain_context(created_at_ms), [sealed])
        said = msgspec.json.decode(details or b"{}")
        return Folder(
            id=row_id,
            name=said["name"],
            position=said.get("position", 0),
            created_at_ms=created_at_ms,
        )

    def _seal(self, folder: Folder) -> tuple[bytes | None, bytes]:
        details = {"name": folder.name, "position": folder.position}
        seal, (sealed,) = self._scope.table_cipher(FOLDERS.number).seal(
            folder.id, plain_context(folder.created_at_ms), [msgspec.json.encode(details)]
        )
        return sealed, seal


class FolderChats:
    """The table of which chat is in which folder."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def put(self, places: Collection[StoredPlace]) -> None:
        """Put chats where *places* say; what has gone is passed over."""
        keys = self._db.rows(_SELECT_KEYS, (listed(place.conversation_id for place in places),))
        containers = {i: self._scope.container(key_id, wrapped) for i, key_id, wrapped in keys}
        rows = []
        for place in places:
            if place.conversation_id in containers:
                cipher = containers[place.conversation_id].cipher(FOLDER_CHATS.number)
                seal, _ = cipher.seal(place.conversation_id, plain_context(*place[1:]), [])
                rows.append((*place, seal))
        self._db.execute_many(_PUT, rows)

    def take_out(self, conversation_ids: Iterable[int]) -> None:
        self._db.execute_many(_TAKE_OUT, [(row_id,) for row_id in conversation_ids])

    def of_folders(self, folder_ids: Iterable[int]) -> list[StoredPlace]:
        """Return what lies in these folders.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [self.open_row(r) for r in self._db.rows(_SELECT_OF_FOLDERS, (listed(folder_ids),))]

    def of_chats(self, conversation_ids: Iterable[int]) -> list[StoredPlace]:
        """Return where these chats are, of those that are in a folder.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        rows = self._db.rows(_SELECT_OF_CHATS, (listed(conversation_ids),))
        return [self.open_row(row) for row in rows]

    def folders_of(self, conversation_ids: Iterable[int]) -> dict[int, int]:
        """Return the folder of each chat that is in one, unopened."""
        return dict(self._db.rows(_SELECT_FOLDERS_OF, (listed(conversation_ids),)))

    def chats_in(self, folder_ids: Iterable[int]) -> set[int]:
        """Return the chats in these folders, unopened."""
        return {row[0] for row in self._db.rows(_SELECT_CHATS_IN, (listed(folder_ids),))}

    def counts(self, hidden: Iterable[int] = ()) -> dict[int, int]:
        """Return by folder how many chats are in it that are not *hidden*."""
        found: dict[int, int] = dict(self._db.rows(_SELECT_COUNTS))
        for folder_id, count in self._db.rows(_SELECT_HIDDEN_COUNTS, (listed(hidden),)):
            found[folder_id] -= count
        return found

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT_ALL)

    def open_row(self, row: Row) -> StoredPlace:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        *columns, seal, key_id, wrapped = row
        place = StoredPlace._make(columns)
        container: Container = self._scope.container(key_id, wrapped)
        cipher = container.cipher(FOLDER_CHATS.number)
        cipher.open(seal, place.conversation_id, plain_context(*place[1:]), [])
        return place
