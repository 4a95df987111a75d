"""The summary of the open chat in the reader: read, shown, written, taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QMenu
from shiboken6 import isValid

from privatus.core.jobs import Job
from privatus.core.summary import Summary
from ui.commands import Command
from ui.i18n import _, mark
from ui.icons import icon
from ui.reader.additions import Addition
from ui.settings import table
from ui.shell.changing import Changing
from ui.summaries.bar import SummaryBar
from ui.summaries.former import FormerSummaries

if TYPE_CHECKING:
    from uuid import UUID

    from privatus.bootstrap import Vault
    from privatus.services.summaries import SummaryChange
    from ui.reader.model import Messages
    from ui.reader.reader import Reader
    from ui.session import Session

_STATE = "summary-unfolded"
_UNFOLDED = b"1"
# A shorter chat is read as fast as its summary.
_LEAST_MESSAGES = 6
# The messages come first.
_DELAY_MS = 80


class SummaryInReader(Addition):
    """Joins the summary with the reader."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self.bar = SummaryBar(reader)
        lines = reader.layout()
        if isinstance(lines, QBoxLayout):
            # Below the header.
            lines.insertWidget(1, self.bar)
        self._session: Session | None = None
        self._is_asked = False
        self.dialog: FormerSummaries | None = None
        self._timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._timer.timeout.connect(self._read)
        self.bar.jumped.connect(self._on_jumped)
        self.bar.folded.connect(self._on_folded)
        self.bar.written.connect(self._on_written)
        self.bar.reset_wanted.connect(self.reset)
        reader.installEventFilter(self)
        commands = (
            ("chat-summary", mark("Summary of this chat"), self.toggle, "Ctrl+Shift+Y", "sparkles"),
            ("write-summary", mark("Write the summary yourself"), self.write, "", "pencil"),
            ("former-summaries", mark("Summaries of this chat"), self.show_former, "", "history"),
            ("reset-summary", mark("Back to the chat's own sentences"), self.reset, "", "undo-2"),
        )
        for name, title, run, keys, drawing in commands:
            command = Command(name=name, title=title, run=run, keys=keys, icon=drawing)
            reader.shell.commands.add(command, reader.page)

    # ------------------------------------------------------------------ the chat

    def show_chat(self, model: Messages) -> None:
        session = self.reader.session
        if session is None:
            return
        if session is not self._session:
            self._session = session
            session.changed.connect(self._on_changed)
            session.closing.connect(self.bar.save)
        self._timer.start()

    def clear(self) -> None:
        # Who goes on without saving has not thrown away what they wrote.
        self.bar.save()
        if self.dialog is not None and isValid(self.dialog):
            self.dialog.close()
        self.dialog = None
        self._timer.stop()
        self._is_asked = False
        self.bar.clear()

    def fill_chat(self, menu: QMenu) -> None:
        if self.reader.model is None:
            return
        menu.addAction(icon("sparkles"), _("Summary of this chat"), self.toggle)
        menu.addAction(icon("pencil"), _("Write the summary yourself"), self.write)
        menu.addAction(icon("history"), _("Summaries of this chat"), self.show_former)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.bar.isVisible():
            self.bar.fit()
        return super().eventFilter(watched, event)

    def _on_changed(self, what: str) -> None:
        if what in ("summaries", "conversations") and self.reader.model is not None:
            self._timer.start()

    def _read(self) -> None:
        model, session = self.reader.model, self._session
        if model is None or session is None or self.bar.is_editing:
            return
        work = partial(_of, session.vault, model.conversation_id)
        # Who reads only is not told that a summary cannot be made: the messages say what is wrong.
        session.tasks.run(
            work, owner=model, on_done=partial(self._on_read, model), on_error=self._on_failed
        )

    def _on_read(self, model: Messages, summary: Summary) -> None:
        if model is not self.reader.model or self.bar.is_editing:
            return
        if self._is_asked or self._is_worth_it(model, summary):
            self.bar.show_summary(summary, is_folded=not (self._is_asked or self._is_unfolded))
        else:
            self._put_away()

    def _put_away(self) -> None:
        self.bar.clear()
        self.bar.hide()

    def _is_worth_it(self, model: Messages, summary: Summary) -> bool:
        if summary.is_own:
            return True
        is_long = model.shape.summary.messages >= _LEAST_MESSAGES
        is_wanted = bool(self.reader.shell.settings.get(table.SUMMARIES))
        return is_long and is_wanted and bool(summary.sentences)

    def _on_failed(self, _error: BaseException) -> None:
        self._put_away()

    # ------------------------------------------------------------------ what a person does

    @property
    def _is_unfolded(self) -> bool:
        return bytes(self.reader.shell.settings.state(_STATE).data()) == _UNFOLDED

    def toggle(self) -> None:
        """Unfold the summary, or fold it; it is shown if it was not."""
        if self.reader.model is None:
            return
        if not self.bar.isVisible() or self.bar.summary is None:
            self._is_asked = True
            self._read()
            return
        self.bar.set_folded(not self.bar.is_folded)
        self._on_folded(self.bar.is_folded)
        if not self.bar.is_folded and self.bar.lines:
            self.bar.lines[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def write(self) -> None:
        """Let the person write the summary."""
        if self.bar.summary is not None and self.bar.isVisible():
            self.bar.edit()
        elif self.reader.model is not None and self._session is not None:
            work = partial(_of, self._session.vault, self.reader.model.conversation_id)
            self._session.tasks.run(work, owner=self.reader.model, on_done=self._on_read_to_write)

    def _on_read_to_write(self, summary: Summary) -> None:
        self._is_asked = True
        self.bar.show_summary(summary, is_folded=False)
        self.bar.edit()

    def show_former(self) -> None:
        """Show all that are kept of the chat, one a version, and the person's own."""
        if self.reader.model is not None and self._session is not None:
            work = partial(_history, self._session.vault, self.reader.model.conversation_id)
            self._session.tasks.run(work, owner=self.reader.model, on_done=self._on_history)

    def _on_history(self, found: Sequence[Summary]) -> None:
        self.dialog = FormerSummaries(found, self.reader)
        self.dialog.open()

    def reset(self) -> None:
        """Let the sentences of the chat be its summary again."""
        self._change(_reset, _("The chat's own sentences are its summary again"))

    def _on_jumped(self, number: int) -> None:
        self.reader.jump_to(number)
        self.reader.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_folded(self, is_folded: bool) -> None:
        state = QByteArray(b"" if is_folded else _UNFOLDED)
        self.reader.shell.settings.set_state(_STATE, state)

    def _on_written(self, text: str) -> None:
        self._is_asked = True
        self._change(partial(_write, text), _("Your words are the summary now"))

    def _change(self, work: Callable[[Vault, UUID, Job], SummaryChange], said: str) -> None:
        model, session = self.reader.model, self._session
        if model is not None and session is not None:
            shell, undo = self.reader.shell, session.vault.summaries.undo
            changing = Changing(self, shell, session, "summaries", undo)
            work_there = partial(work, session.vault, model.conversation_id)
            changing.make(work_there, lambda change: said if change.after else "")


def _of(vault: Vault, conversation_id: UUID, _job: Job) -> Summary:
    return vault.summaries.of(conversation_id)


def _history(vault: Vault, conversation_id: UUID, _job: Job) -> Sequence[Summary]:
    return vault.summaries.history(conversation_id)


def _write(text: str, vault: Vault, conversation_id: UUID, _job: Job) -> SummaryChange:
    return vault.summaries.write(conversation_id, text)


def _reset(vault: Vault, conversation_id: UUID, _job: Job) -> SummaryChange:
    return vault.summaries.reset(conversation_id)
