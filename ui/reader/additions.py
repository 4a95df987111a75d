"""What other features add to the reader: entries in its menus, and something to each chat.

A feature has a class of Addition in its own package, and its line in `additions_to`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from ui.reader.model import Messages
    from ui.reader.reader import Reader


class Addition(QObject):
    """One feature in one reader. Subclasses override what they need; none has to call up."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self.reader = reader

    def show_chat(self, model: Messages) -> None:
        """Add to a chat that has come onto the screen, or that was read anew."""

    def clear(self) -> None:
        """Let go of the chat: another comes, or the vault is locked."""

    def fill(self, menu: QMenu, number: int) -> None:
        """Offer what can be done with message *number*."""

    def fill_chat(self, menu: QMenu) -> None:
        """Offer what can be done with the whole chat."""


def additions_to(reader: Reader) -> list[Addition]:
    """Return one of each, in the order in which the menus show them."""
    # They are made of what stands above.
    from ui.annotations.in_reader import NotesInReader
    from ui.contacts.in_reader import PeopleInReader
    from ui.merging.in_reader import LinksInReader
    from ui.purge.in_reader import PurgeInReader
    from ui.summaries.in_reader import SummaryInReader
    from ui.summaries.related import RelatedInReader
    from ui.tags.in_reader import TagsInReader
    from ui.versions.in_reader import Editing

    kinds: tuple[type[Addition], ...] = (
        NotesInReader,
        PeopleInReader,
        TagsInReader,
        SummaryInReader,
        RelatedInReader,
        Editing,
        LinksInReader,
        PurgeInReader,
    )
    return [kind(reader) for kind in kinds]
