"""The folders that conversations bring along which are new to the vault."""

from __future__ import annotations

from collections.abc import Callable

from privatus.core import clock
from privatus.core.errors import UserError
from privatus.services import folder_names
from privatus.services.folders import made
from privatus.storage.folders import StoredPlace
from privatus.storage.store import Tables


class ImportFolders:
    """Gathers where conversations were until they are written."""

    def __init__(self) -> None:
        self._found: list[tuple[int, str]] = []

    def add(self, row_id: int, name: str | None, warn: Callable[[str, str], None]) -> None:
        """Take in the folder of the conversation *row_id*, if it was in one."""
        if name is None:
            return
        try:
            self._found.append((row_id, folder_names.clean(name)))
        except UserError as error:
            warn("its folder", str(error))

    def write(self, tables: Tables) -> None:
        """Write them, in the transaction that writes their conversations."""
        if not self._found:
            return
        now_ms = clock.now_ms()
        known = tables.folders.all()
        places = []
        for row_id, name in self._found:
            folder = folder_names.find(known, name)
            if folder is None:
                for new in made(tables, known, name):
                    tables.folders.insert(new)
                    known.append(new)
                folder = known[-1]
            places.append(StoredPlace(row_id, folder.id, now_ms))
        tables.folder_chats.put(places)
