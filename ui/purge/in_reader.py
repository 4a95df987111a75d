"""Offers to purge in the menus of the reader, and by command."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from ui.commands import Command
from ui.i18n import _, mark
from ui.icons import icon
from ui.purge.purging import ask_to_delete_chat, ask_to_purge_history
from ui.reader.additions import Addition

if TYPE_CHECKING:
    from ui.reader.reader import Reader


class PurgeInReader(Addition):
    """What of the open chat can be taken out for good."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        for name, title, run in (
            ("purge-history", mark("Purge the history of this chat…"), self.purge),
            ("delete-for-good", mark("Delete this chat for good…"), self.delete),
        ):
            reader.shell.commands.add(
                Command(name=name, title=title, run=run, icon="trash-2"), reader
            )

    def fill(self, menu: QMenu, number: int) -> None:
        menu.addSeparator()
        menu.addAction(
            icon("trash-2"),
            _("Purge what this message said before…"),
            partial(self.purge, number),
        )

    def fill_chat(self, menu: QMenu) -> None:
        menu.addSeparator()
        menu.addAction(icon("trash-2"), _("Purge the history of this chat…"), self.purge)
        menu.addAction(icon("trash-2"), _("Delete this chat for good…"), self.delete)

    def purge(self, number: int | None = None) -> None:
        """Ask whether the former wordings of the chat, or of message *number*, are to go."""
        model, session = self.reader.model, self.reader.session
        if model is not None and session is not None:
            numbers = None if number is None else [number]
            shell, chat_id = self.reader.shell, model.conversation_id
            ask_to_purge_history(shell, session, self.reader, chat_id, numbers)

    def delete(self) -> None:
        """Ask whether the chat is to go for good."""
        model, session = self.reader.model, self.reader.session
        if model is not None and session is not None:
            ask_to_delete_chat(self.reader.shell, session, self.reader, model.conversation_id)
