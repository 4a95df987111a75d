"""In the reader: what a chat was made of and what was made of it, and splitting it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QMenu, QPushButton, QWidget

from privatus.core.jobs import Job
from privatus.core.merge import ChatLinks, LinkedChat, Origin
from ui.commands import Command
from ui.flow import Flow
from ui.i18n import _, mark
from ui.icons import icon
from ui.layouts import button, label, row
from ui.merging.merging import Merging
from ui.reader.additions import Addition
from ui.shell.pages import MessageTarget
from ui.sources import label_of

if TYPE_CHECKING:
    from uuid import UUID

    from privatus.bootstrap import Vault
    from ui.reader.model import Messages
    from ui.reader.reader import Reader
    from ui.session import Session

# More would take the place of the messages.
_MOST = 6
_TITLE_CHARS = 40
# The messages come first.
_DELAY_MS = 60


class LinksInReader(Addition):
    """Joins the bar of links with the reader, and splits chats."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self.bar = LinksBar(self._go)
        lines = reader.layout()
        if isinstance(lines, QBoxLayout):
            # Below the header.
            lines.insertWidget(1, self.bar)
        self.bar.undo.clicked.connect(self.dissolve)
        self._session: Session | None = None
        self._merging: Merging | None = None
        self.links = ChatLinks()
        self._timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._timer.timeout.connect(self._read)
        commands = (
            ("split-chat", mark("Split the chat at this message"), self.split, "columns-2"),
            ("dissolve-merge", mark("Take the merge back"), self.dissolve, "undo-2"),
        )
        for name, title, run, drawing in commands:
            command = Command(name=name, title=title, run=run, icon=drawing)
            reader.shell.commands.add(command, reader.page)

    def show_chat(self, model: Messages) -> None:
        session = self.reader.session
        if session is None:
            return
        if session is not self._session:
            self._session = session
            self._merging = Merging(self.reader.shell, session, self.reader)
            session.changed.connect(self._on_vault_changed)
        self._timer.start()

    def clear(self) -> None:
        self._timer.stop()
        self._show(ChatLinks())

    def fill(self, menu: QMenu, number: int) -> None:
        menu.addSeparator()
        menu.addAction(icon("columns-2"), _("Split the chat here"), partial(self.split, number))

    def fill_chat(self, menu: QMenu) -> None:
        if self.links.is_hybrid:
            menu.addAction(icon("undo-2"), _("Take the merge back"), self.dissolve)

    def split(self, number: int | None = None) -> None:
        """Make a chat of its own of a message, or the current one, and what follows from it."""
        model = self.reader.model
        if model is None or self._merging is None:
            return
        if number is None:
            at = self.reader.view.currentIndex().row()
            if at < 0:
                self.reader.shell.toast(_("Choose the message at which the chat is to be split."))
                return
            number = model.path.number(at)
        self._merging.split(model.conversation_id, number)

    def dissolve(self, _checked: bool = False) -> None:
        """Take the merge back of which the open chat was made."""
        model = self.reader.model
        if model is None or self._merging is None:
            return
        if not self.links.is_hybrid:
            self.reader.shell.toast(_("This chat was not merged of others."))
            return
        self._merging.dissolve(model.conversation_id)

    def _go(self, conversation_id: UUID, *_checked: bool) -> None:
        self.reader.shell.open_message(MessageTarget(conversation_id=conversation_id))

    def _on_vault_changed(self, what: str) -> None:
        if what == "conversations" and self.reader.model is not None:
            self._timer.start()

    def _read(self) -> None:
        model, session = self.reader.model, self._session
        if model is not None and session is not None:
            session.tasks.run(
                partial(_links, session.vault, model.conversation_id),
                owner=model,
                on_done=self._show,
                on_error=self._on_failed,
            )

    def _on_failed(self, _error: BaseException) -> None:
        # The messages say what is wrong with the chat.
        self._show(ChatLinks())

    def _show(self, links: ChatLinks) -> None:
        self.links = links
        self.bar.show_links(links)


class LinksBar(QWidget):
    """Says of what a chat was made and what was made of it; each of them is a link."""

    def __init__(self, go: Callable[[UUID], object]) -> None:
        super().__init__()
        self._go = go
        self.setProperty("kind", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Merged and split chats"))
        self.undo = button(_("Take the merge back"), "link", "undo-2")
        self._flow = Flow(gap=4)
        self._inner = QWidget()
        self._inner.setLayout(self._flow)
        line = row(self._inner, self.undo, gap=8, margins=(20, 3, 12, 3))
        line.setStretch(0, 1)
        self.setLayout(line)
        self.links: list[QPushButton] = []
        self.hide()

    def show_links(self, links: ChatLinks) -> None:
        """Show *links*; nothing if there are none."""
        self._flow.empty()
        self.links = []
        for said, chats in (
            (_("Merged of"), [c for c in links.sources if c.origin is Origin.MERGE]),
            (_("Split from"), [c for c in links.sources if c.origin is Origin.SPLIT]),
            (_("Merged into"), [c for c in links.made if c.origin is Origin.MERGE]),
            (_("Split off"), [c for c in links.made if c.origin is Origin.SPLIT]),
        ):
            if chats:
                self._add(said, chats)
        self.undo.setVisible(links.is_hybrid)
        self.setVisible(bool(self.links))

    def _add(self, said: str, chats: Sequence[LinkedChat]) -> None:
        heading = label(said, "hint", wraps=False)
        self._flow.addWidget(heading)
        for chat in chats[:_MOST]:
            title = " ".join(chat.title.split()) or _("Chat without a title")
            cut = title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1] + "…"
            made = button(f"{cut} ({label_of(chat.source)})".replace("&", "&&"), "chip")
            made.setAccessibleName(f"{said}: {title}, {label_of(chat.source)}")
            made.clicked.connect(partial(self._go, chat.id))
            self._flow.addWidget(made)
            self.links.append(made)
            heading.setMinimumHeight(made.sizeHint().height())
        if len(chats) > _MOST:
            self._flow.addWidget(label(f"+{len(chats) - _MOST}", "hint", wraps=False))


def _links(vault: Vault, conversation_id: UUID, _job: Job) -> ChatLinks:
    return vault.merging.of(conversation_id)
