"""Gives a tag to all that a search finds, once or from now on, or takes it away."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDialog, QRadioButton, QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.services.tag_changes import TagChange
from ui.commands import Command
from ui.i18n import _, mark, ngettext
from ui.layouts import button, column, fit, label, row
from ui.session import Session
from ui.shell.changing import Changing
from ui.shell.shell import Shell
from ui.tags.name_box import NameBox


class TagFoundDialog(QDialog):
    """Asks which tag what a search finds is to have, and how much of it."""

    wanted = Signal(str, bool, bool, bool)  # name, messages, from now on, take away

    def __init__(self, session: Session, query: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Tag what was found"))
        self.name = NameBox([each.tag.name for each in session.tags.all])
        self.name.editTextChanged.connect(self._on_changed)
        self.chats = QRadioButton(_("The chats in which something was found"))
        self.messages = QRadioButton(_("The messages that were found"))
        self.chats.setChecked(True)
        which = QButtonGroup(self)
        for choice in (self.chats, self.messages):
            which.addButton(choice)
        self.from_now_on = QCheckBox(_("Also what it finds after later imports"))
        self.take = QCheckBox(_("Take the tag away instead"))
        for each in (self.messages, self.take):
            each.toggled.connect(self._on_changed)
        self.ok = button(_("Tag"), "primary")
        self.ok.setDefault(True)
        self.ok.clicked.connect(self.accept)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.setLayout(
            column(
                *(label(_("Tag what was found"), "heading"), label(query, "muted"), self.name, 4),
                *(self.chats, self.messages, 4, self.from_now_on, self.take, 8),
                row(None, cancel, self.ok),
                gap=8,
                margins=(24, 22, 24, 20),
            )
        )
        fit(self, 440, 0)
        self._on_changed()
        self.name.setFocus()

    def _on_changed(self) -> None:
        # A rule gives its tag to chats.
        can_be_rule = self.chats.isChecked() and not self.take.isChecked()
        self.from_now_on.setEnabled(can_be_rule)
        if not can_be_rule:
            self.from_now_on.setChecked(False)
        self.ok.setText(_("Take away") if self.take.isChecked() else _("Tag"))
        self.ok.setEnabled(bool(self.name.name))

    def accept(self) -> None:
        """Hand over what is wanted."""
        if self.name.name:
            said = (self.messages, self.from_now_on, self.take)
            self.wanted.emit(self.name.name, *(choice.isChecked() for choice in said))
            super().accept()


class _Head(Protocol):
    @property
    def query(self) -> str: ...


class TagFound(QObject):
    """Tags what the search of a page finds, as a job that can be watched and stopped."""

    def __init__(self, page: QWidget, shell: Shell, head: _Head) -> None:
        super().__init__(page)
        self._page, self._shell, self._head = page, shell, head
        command = Command(
            name="tag-found", title=mark("Tag what was found"), run=self.ask, keys="Ctrl+T",
            icon="tag",
        )  # fmt: skip
        shell.commands.add(command, page)

    def ask(self) -> TagFoundDialog | None:
        """Ask which tag what is found is to have."""
        session, query = self._shell.session, self._head.query
        if session is None or not query:
            return None
        dialog = TagFoundDialog(session, query, self._page)
        dialog.wanted.connect(partial(self._start, session, query))
        dialog.open()
        return dialog

    def _start(
        self, session: Session, query: str, name: str, messages: bool, rule: bool, take: bool
    ) -> None:
        work = partial(
            _tag, session.vault, query, name=name, messages=messages, rule=rule, take=take
        )
        self._shell.jobs.start(
            session.tasks,
            _("Tagging what was found"),
            work,
            on_done=partial(self._on_done, session),
            on_error=self._shell.tell_error,
            remark=told,
        )

    def _on_done(self, session: Session, change: TagChange) -> None:
        undo = session.vault.tags.undo
        changes: Changing[TagChange] = Changing(self, self._shell, session, "tags", undo)
        changes.made(change, told)


def told(change: TagChange) -> str:
    """Say how much got or lost a tag."""
    if count := change.messages:
        return ngettext("Tags of the message changed", "Tags of {n} messages changed", count)
    count = change.conversations
    if count:
        return ngettext("Tags changed", "Tags of {n} chats changed", count)
    return _("Nothing had to be changed")


def _tag(
    vault: Vault, query: str, job: Job, *, name: str, messages: bool, rule: bool, take: bool
) -> TagChange:
    tags = vault.tags
    if rule:
        return tags.rules.add(name, query, job=job)
    if take:
        return tags.remove_from_found(name, query, messages=messages, job=job)
    return tags.add_to_found(name, query, messages=messages, job=job)
