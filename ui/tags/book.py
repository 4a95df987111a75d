"""The tags of the open vault as the window knows them: their names, colours and counts.

They are read off the GUI thread, again after each change, and thrown away when the vault is locked.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from privatus.core import tag as tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatus.bootstrap import Vault
    from privatus.core.jobs import Job
    from privatus.core.tag import TagCount
    from ui.tasks import Tasks


class TagBook(QObject):
    """All tags, by name."""

    changed = Signal()

    def __init__(self, vault: Vault, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._vault, self._tasks = vault, tasks
        self._by_key: dict[str, TagCount] = {}
        # Whether anything was read: until then nobody knows that a tag is not there.
        self.is_read = False

    @property
    def all(self) -> list[TagCount]:
        return list(self._by_key.values())

    def find(self, name: str) -> TagCount | None:
        """Return the tag that is called *name*, if there is one."""
        return self._by_key.get(tags.key(name))

    def colour_of(self, name: str) -> str | None:
        """Return the colour of the tag *name*, None if it has none."""
        found = self.find(name)
        return None if found is None else found.tag.colour

    def load(self) -> None:
        """Read the tags anew."""
        self._tasks.run(partial(_read, self._vault), owner=self, on_done=self._on_read)

    def clear(self) -> None:
        """Let go of them: the vault is locked."""
        self._by_key = {}
        self.is_read = False

    def _on_read(self, found: Sequence[TagCount]) -> None:
        self._by_key = {tags.key(each.tag.name): each for each in found}
        self.is_read = True
        self.changed.emit()


def _read(vault: Vault, _job: Job) -> Sequence[TagCount]:
    return vault.tags.list()
