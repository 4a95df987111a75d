"""In the reader: editing a message, taking messages out, another title, and what was before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QDialog, QMenu

from privatus.bootstrap import Vault
from privatus.core.conversation import Message
from privatus.core.jobs import Job
from privatus.services.revising import VersionChange
from ui.annotations.selected import Selected, selected_in, spans_of
from ui.commands import Command
from ui.i18n import _, mark, ngettext
from ui.icons import icon
from ui.reader.additions import Addition
from ui.shell.changing import Changing
from ui.versions.page import VersionsTarget
from ui.versions.text_dialog import MessageDialog, TitleDialog

if TYPE_CHECKING:
    from ui.reader.reader import Reader

_Work = Callable[[Vault], VersionChange]


class Editing(Addition):
    """Changes the chat that is shown; each change makes a version, and can be taken back."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self.dialog: QDialog | None = None
        for name, title, run, keys, drawing in (
            ("edit-message", mark("Edit the message"), self.edit_current, "Ctrl+Shift+E", "pencil"),
            ("cut-selected", mark("Cut what is selected out"), self.cut, "Ctrl+Shift+X", "pencil"),
            ("remove-message", mark("Take the message out"), self.remove_current, "", "minus"),
            ("rename-chat", mark("Rename the chat"), self.rename, "F2", "type"),
            ("versions", mark("Versions of the chat"), self.show_versions, "Ctrl+H", "history"),
        ):
            command = Command(name=name, title=title, run=run, keys=keys, icon=drawing)
            reader.shell.commands.add(command, reader)

    def clear(self) -> None:
        if self.dialog is not None:
            # Not by `reject`: that would ask whether what is written may go.
            self.dialog.deleteLater()
            self.dialog = None

    def fill(self, menu: QMenu, number: int) -> None:
        menu.addSeparator()
        menu.addAction(icon("pencil"), _("Edit…"), partial(self.edit, number))
        if selected_in(self.reader) is not None:
            menu.addAction(icon("pencil"), _("Cut what is selected out"), self.cut)
        menu.addAction(icon("minus"), _("Take this message out"), partial(self.remove, [number]))
        model = self.reader.model
        if model is not None and (count := len(model.tree.with_answers([number]))) > 1:
            said = ngettext("Take out {n} message from here on",
                            "Take out {n} messages from here on", count)  # fmt: skip
            remove = partial(self.remove, [number], with_answers=True)
            menu.addAction(icon("git-branch"), said, remove)

    def fill_chat(self, menu: QMenu) -> None:
        menu.addSeparator()
        menu.addAction(icon("type"), _("Rename…"), self.rename)
        menu.addAction(self.reader.shell.commands.action("versions"))

    def edit_current(self) -> None:
        """Edit the message that is current."""
        number = self._current()
        if number is not None:
            self.edit(number)

    def remove_current(self) -> None:
        """Take the message out that is current."""
        number = self._current()
        if number is not None:
            self.remove([number])

    def edit(self, number: int) -> None:
        """Ask for other words of a message."""
        model, session = self.reader.model, self.reader.session
        if model is not None and session is not None:
            session.tasks.run(
                partial(_message, session.vault, model.conversation_id, number),
                owner=model,
                on_done=partial(self._on_read, model.conversation_id),
                on_error=self.reader.shell.tell_error,
            )

    def _on_read(self, conversation_id: UUID, message: Message) -> None:
        dialog = MessageDialog(message.text, self.reader)
        work = partial(_edit, conversation_id, message.number)
        dialog.decided.connect(partial(self._decided, work, _("Message edited")))
        self._ask(dialog)

    def cut(self) -> None:
        """Cut the selected passage out of its message; the versions of the chat keep it."""
        selected = selected_in(self.reader)
        if selected is None:
            self.reader.shell.toast(_("Select the words first that are to go."))
        elif sum(map(len, selected.numbers)) > 1:
            self.reader.shell.toast(_("Select words of one message only."), kind="warn")
        else:
            self._change(partial(_cut, selected), _told_cut)
            self.reader.view.selecting.clear()
            # What it shows is no more what the message says.
            self.reader.text_pane.closed.emit()

    def rename(self) -> None:
        """Ask for another title of the chat."""
        model = self.reader.model
        if model is not None:
            dialog = TitleDialog(model.shape.summary.title, self.reader)
            work = partial(_rename, model.conversation_id)
            dialog.decided.connect(partial(self._decided, work, _("Chat renamed")))
            self._ask(dialog)

    def remove(self, numbers: Sequence[int], *, with_answers: bool = False) -> None:
        """Take messages out, with all that follows or without; the versions keep them."""
        model = self.reader.model
        if model is not None:
            work = partial(_remove, model.conversation_id, numbers, with_answers)
            self._change(work, _told_removal)

    def show_versions(self) -> None:
        """Go to the versions of the chat."""
        model = self.reader.model
        if model is not None:
            title = model.shape.summary.title or _("Chat without a title")
            target = VersionsTarget(conversation_id=model.conversation_id, title=title)
            self.reader.shell.go("versions", target)

    def _current(self) -> int | None:
        model, index = self.reader.model, self.reader.view.currentIndex()
        if model is None or not 0 <= index.row() < model.rowCount():
            return None
        return model.path.number(index.row())

    def _ask(self, dialog: QDialog) -> None:
        self.clear()
        self.dialog = dialog
        dialog.finished.connect(self._on_finished)
        dialog.open()

    def _on_finished(self, _result: int) -> None:
        self.dialog = None

    def _decided(self, work: Callable[[Vault, str], VersionChange], said: str, text: str) -> None:
        self._change(lambda vault: work(vault, text), lambda _change: said)

    def _change(self, work: _Work, told: Callable[[VersionChange], str]) -> None:
        shell, session = self.reader.shell, self.reader.session
        if session is not None:
            vault = session.vault
            changing = Changing(shell, shell, session, "conversations", vault.editing.undo)
            changing.make(partial(_run, work, vault), told)


def _run(work: _Work, vault: Vault, _job: Job) -> VersionChange:
    return work(vault)


def _message(vault: Vault, conversation_id: UUID, number: int, _job: Job) -> Message:
    [found] = vault.pages.messages(conversation_id, [range(number, number + 1)])
    return found


def _edit(conversation_id: UUID, number: int, vault: Vault, text: str) -> VersionChange:
    return vault.editing.edit(conversation_id, number, text)


def _cut(selected: Selected, vault: Vault) -> VersionChange:
    [(_target, span)] = spans_of(vault, selected, Job())
    [[number]] = selected.numbers
    return vault.editing.cut(selected.conversation_id, number, *span)


def _rename(conversation_id: UUID, vault: Vault, text: str) -> VersionChange:
    return vault.editing.rename(conversation_id, text)


def _remove(
    conversation_id: UUID, numbers: Sequence[int], with_answers: bool, vault: Vault
) -> VersionChange:
    return vault.editing.remove(conversation_id, numbers, with_answers=with_answers)


def _told_removal(change: VersionChange) -> str:
    count = len(change.messages)
    return ngettext("{n} message taken out", "{n} messages taken out", count)


def _told_cut(_change: VersionChange) -> str:
    return _("Passage cut out")
