"""The reader: one chat with its header, what is found in it, and what stands beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from privatus.core.errors import UserError
from privatus.core.jobs import Job
from ui import theme
from ui.i18n import _
from ui.layouts import column
from ui.notices import Notice
from ui.reader.actions import MessageActions
from ui.reader.additions import additions_to
from ui.reader.blocks import whole_text
from ui.reader.find_bar import FindBar
from ui.reader.finding import any_of
from ui.reader.formulas import Formulas
from ui.reader.header import Header
from ui.reader.keys import add_commands
from ui.reader.look_up import LookUp
from ui.reader.margin import Margin
from ui.reader.model import Messages, Renewed
from ui.reader.side_panel import Place, SidePanel
from ui.reader.text_pane import TextPane
from ui.reader.view import MessageView
from ui.settings import table
from ui.tasks import Task

if TYPE_CHECKING:
    from privatus.services.pages import Shape
    from ui.session import Session
    from ui.shell.shell import Shell

_PANEL_WIDTH = 290
_READING_KEYS = (table.TEXT_SIZE.key, table.READING_WIDTH.key, table.WRAP_CODE.key)
# Below this the panel would leave no room to read.
_LEAST_WITH_PANEL = 640


class Reader(QWidget):
    """Shows one conversation at a time."""

    shown = Signal()  # a conversation has come onto the screen
    gone = Signal()  # the one that was there is no longer in the vault

    def __init__(self, shell: Shell, page: QWidget | None = None) -> None:
        """Read in *shell*'s vault; the keys of a chat work in all of *page*."""
        super().__init__()
        self.shell = shell
        self.page = page or self
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model: Messages | None = None
        self.wanted_annotation: int | None = None  # to be shown once it is placed
        self._opening: Task[Shape] | None = None
        self.header = Header()
        self.find_bar = FindBar()
        self.panel = SidePanel()
        self.panel.setFixedWidth(theme.px(_PANEL_WIDTH))
        self.text_pane = TextPane()
        session = shell.session
        if session is not None:
            self.header.tags.colour_of = session.tags.colour_of
            session.tags.changed.connect(self.header.tags.update)
        self.formulas = Formulas(session.tasks if session else None, self)
        self.view = MessageView(self.formulas)
        self.margin = Margin(self.view)
        self.nothing = Notice("message-square", _("This chat holds no messages"))
        self.look_up = LookUp(self.view, self.find_bar)
        self.actions_ = MessageActions(self)
        self._build()
        self._connect()
        add_commands(self, self.page)
        self.additions = additions_to(self)
        self._on_setting_changed(table.TEXT_SIZE.key)

    def _build(self) -> None:
        # In the view, which keeps the focus and the keys.
        self.view.viewport().setLayout(column(self.nothing))
        self.nothing.hide()
        beside = QWidget()
        line = QHBoxLayout(beside)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.view, 1)
        line.addWidget(self.panel)
        self.stack = QStackedWidget()
        self.stack.addWidget(beside)
        self.stack.addWidget(self.text_pane)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        for widget in (self.header, self.find_bar):
            lines.addWidget(widget)
        lines.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.header.find_button.clicked.connect(self.find_in_chat)
        self.header.panel.clicked.connect(self.toggle_panel)
        self.header.menu.menu().aboutToShow.connect(self._on_menu)
        self.panel.chosen.connect(self._on_place)
        self.text_pane.closed.connect(self._on_text_closed)
        self.view.opened.connect(self._on_opened)
        self.view.settled.connect(self._on_settled)
        self.view.menu_asked.connect(self._on_message_menu)
        self.shell.settings.changed.connect(self._on_setting_changed)

    # ------------------------------------------------------------------ opening

    @property
    def session(self) -> Session | None:
        """Return the vault that is open."""
        return self.shell.session

    def open(
        self, conversation_id: UUID, message_id: str | None = None, words: tuple[str, ...] = ()
    ) -> None:
        """Show a conversation, at a message if one is named, with *words* marked."""
        session = self.session
        if session is None:
            return
        number = _number_of(message_id)
        if self.model is not None and self.model.conversation_id == conversation_id and number:
            self._arrive(number, words)
            return
        if self._opening is not None:
            self._opening.cancel()
        self._opening = session.tasks.run(
            partial(_shape, session, conversation_id),
            owner=self,
            on_done=partial(self._on_shape, session, number, words),
        )

    def _on_shape(
        self, session: Session, number: int | None, words: tuple[str, ...], shape: Shape
    ) -> None:
        self._opening = None
        self._drop()
        self.model = Messages(session, shape, self)
        self.model.modelReset.connect(self._on_branch_shown)
        self.header.tell(self.model)
        self.view.show_messages(self.model)
        self.look_up.begin(session, self.model)
        self.panel.show_chat(session, self.model)
        self._tell_additions(self.model)
        self._arrive(number, words)
        self.shown.emit()

    def refresh(self) -> None:
        """Read the chat anew if it has changed; what is read of it stays where it is."""
        session, model = self.session, self.model
        if self._opening is not None:
            # It may have been read before the change.
            self.shown.connect(self.refresh, Qt.ConnectionType.SingleShotConnection)
        elif session is not None and model is not None:
            on_done = partial(self._on_renewed, model, model.leaf)
            session.tasks.run(
                model.renewal(self._held(model)),
                owner=model,
                on_done=on_done,
                on_error=self._on_not_renewed,
            )

    def _on_not_renewed(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            # It was deleted for good, which is no news to who did so.
            self.gone.emit()
        else:
            self.shell.tell_error(error)

    def refresh_tags(self) -> None:
        """Read anew which tags the chat has."""
        session, model = self.session, self.model
        if self._opening is not None:
            self.shown.connect(self.refresh_tags, Qt.ConnectionType.SingleShotConnection)
        elif session is not None and model is not None:
            work = partial(_tags, session, model.conversation_id)
            session.tasks.run(work, owner=model, on_done=self.header.tags.show_tags)

    def _held(self, model: Messages) -> set[int]:
        """Return which messages a person sees or has begun or ended to select."""
        rows = {placed.row for placed in self.view.stack.placed}
        rows.update(end.row for end in self.view.selecting.ends())
        return set(map(model.path.number, rows))

    def _on_renewed(self, model: Messages, leaf: int, renewed: Renewed | None) -> None:
        if renewed is None or model is not self.model:
            return
        if model.leaf == leaf and all(map(renewed.shows, self._held(model))):
            self.view.renew(renewed)
            self.header.tell(model)
            self._tell_additions(model)
        else:
            # Somebody has gone on meanwhile.
            self.refresh()

    def _tell_additions(self, model: Messages) -> None:
        for addition in self.additions:
            addition.show_chat(model)

    def _arrive(self, number: int | None, words: tuple[str, ...]) -> None:
        self.stack.setCurrentIndex(0)
        self.view.painting.wanted = any_of(words)
        if number is not None:
            self.jump_to(number)
            if words:
                self.look_up.arrive(number)

    def clear(self) -> None:
        """Let go of the chat and of everything that was made of it."""
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        self._drop()
        self.header.tell(None)

    def _drop(self) -> None:
        for addition in self.additions:
            addition.clear()
        self.look_up.close()
        self.panel.clear()
        self.text_pane.clear()
        self.actions_.clear()
        self.stack.setCurrentIndex(0)
        self.view.clear()
        self.view.painting.wanted = None
        if self.model is not None:
            self.model.deleteLater()
            self.model = None

    # ------------------------------------------------------------------ going somewhere

    def jump_to(self, number: int) -> None:
        """Show message *number*, on its branch, and mark it for two seconds."""
        row = self.model.row_of(number) if self.model is not None else None
        if row is not None:
            self.view.jump_to_row(row, is_marked=True)

    def show_branch(self, leaf: int, number: int) -> None:
        """Show another branch, at message *number*."""
        if self.model is not None:
            self.model.show_branch(leaf)
            self.jump_to(number)

    def _on_settled(self) -> None:
        messages = self.view.messages
        is_empty = messages is not None and not messages.rowCount()
        self.nothing.setVisible(is_empty)
        bars = Qt.ScrollBarPolicy
        bar = bars.ScrollBarAlwaysOff if is_empty else bars.ScrollBarAlwaysOn
        self.view.setVerticalScrollBarPolicy(bar)

    def _on_branch_shown(self) -> None:
        session = self.session
        if session is not None and self.model is not None:
            self.panel.show_chat(session, self.model)

    def _on_place(self, place: Place) -> None:
        if place.leaf is not None:
            self.show_branch(place.leaf, place.number)
        else:
            self.jump_to(place.number)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def find_in_chat(self) -> None:
        """Show the bar in which one finds."""
        if self.model is not None and self.isVisible():
            self.stack.setCurrentIndex(0)
            self.look_up.open()

    def toggle_panel(self) -> None:
        """Show or hide the outline."""
        if not self.isVisible():
            return
        is_shown = not self.panel.isVisible() and self.width() >= theme.px(_LEAST_WITH_PANEL)
        self.panel.setVisible(is_shown)
        self.header.panel.setChecked(is_shown)
        if is_shown:
            self.panel.load()
            # Once it has its width.
            QTimer.singleShot(0, self.panel, self._focus_panel)

    def next_pane(self) -> bool:
        """Move the focus into the chat, or to what stands beside it; False: there is no more."""
        focused = QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            self.view.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if self.panel.isVisible() and not self.panel.isAncestorOf(focused):
            self._focus_panel()
            return True
        return False

    def _focus_panel(self) -> None:
        self.panel.views[self.panel.tabs.currentIndex()].setFocus()

    def select_all(self) -> None:
        """Select the whole branch."""
        self.view.selecting.select_all()
        self.view.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # No focus proxy: with one, Tab would pass over what stands above the messages.
        self.view.setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.panel.isVisible() and self.width() < theme.px(_LEAST_WITH_PANEL):
            self.toggle_panel()

    # ------------------------------------------------------------------ one message as text

    def read(self, number: int, *, tab: int = 0) -> None:
        """Show a message as text in which a caret moves."""
        row = self.model.path.row(number) if self.model is not None else None
        found = self.model.get(row) if self.model is not None and row is not None else None
        if found is None or self.model is None:
            return
        speaker = self.model.speaker(found.message)
        self.stack.setCurrentWidget(self.text_pane)
        self.text_pane.show_message(found.message, speaker, whole_text(found.blocks), tab=tab)

    def _on_opened(self, row: int) -> None:
        if self.model is not None and 0 <= row < self.model.rowCount():
            self.read(self.model.path.number(row))

    def _on_text_closed(self) -> None:
        self.text_pane.clear()
        self.stack.setCurrentIndex(0)
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # ------------------------------------------------------------------ menus and settings

    def _on_message_menu(self, row: int, where: QPoint) -> None:
        if self.model is not None:
            menu = QMenu(self)
            self.actions_.fill(menu, self.model.path.number(row))
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(where)

    def _on_menu(self) -> None:
        menu = self.header.menu.menu()
        menu.clear()
        self.actions_.fill_chat(menu)

    def _on_setting_changed(self, key: str) -> None:
        if key in _READING_KEYS:
            get = self.shell.settings.get
            self.view.set_reading(
                text_size=get(table.TEXT_SIZE),
                width=get(table.READING_WIDTH),
                wraps_code=get(table.WRAP_CODE),
            )


def _number_of(message_id: str | None) -> int | None:
    """Return the number in a message's id: conversation.number."""
    last = (message_id or "").rpartition(".")[2]
    return int(last) if last.isascii() and last.isdigit() else None


def _tags(session: Session, conversation_id: UUID, _job: Job) -> tuple[str, ...]:
    found = session.vault.tags.of(conversation_id)
    return tuple(tagging.name for tagging in found if tagging.number is None)


def _shape(session: Session, conversation_id: UUID, _job: Job) -> Shape:
    return session.vault.pages.shape(conversation_id)
