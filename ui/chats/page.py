"""The page of chats: the list at the left, the chat that is read at the right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import QByteArray, QModelIndex, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.core.marks import Mark
from privatus.services.listing import ListedConversation
from ui import theme
from ui.chats.actions import ChatActions
from ui.chats.beside import Beside
from ui.chats.list_pane import ListPane, least_width
from ui.commands import Command
from ui.contacts.target import PersonTarget
from ui.i18n import _, mark
from ui.layouts import button, row
from ui.notices import Notice
from ui.reader.reader import Reader
from ui.session import Session
from ui.shell.pages import MessageTarget, Page, PageWidget
from ui.shell.shell import Shell
from ui.tags.pane import TagsPane
from ui.tags.target import TagTarget

_LIST_WIDTH = 300
# Below this, one pane at a time.
_NARROW = 760
_STATE = "chats-list-width"
# The arrow key repeats faster than a chat is worth opening.
_OPEN_DELAY_MS = 90
# So long a chat must be before somebody's eyes until it counts as read.
_READ_AFTER_MS = 1000

# Name, title, keys, mark and icon of what sets a mark or takes it away.
_MARKS = (
    ("pin-chats", mark("Pin or unpin"), "Ctrl+Shift+P", Mark.PINNED, "pin"),
    ("star-chats", mark("Star or remove the star"), "Ctrl+Shift+S", Mark.STARRED, "star"),
    ("read-chats", mark("Mark as read or unread"), "Ctrl+U", Mark.UNREAD, "circle-dot"),
    ("archive-chats", mark("Archive or take out of the archive"), "Ctrl+E", Mark.ARCHIVED,
     "archive"),
)  # fmt: skip
# Name, title, keys, method and icon of what puts chats elsewhere.
_ACTS = (
    ("move-chats", mark("Move chats to a folder…"), "Ctrl+Shift+M", ChatActions.move, "folder"),
    ("trash-chats", mark("Put chats into the trash"), "Ctrl+Del", ChatActions.throw_away,
     "trash-2"),
    ("restore-chats", mark("Take chats out of the trash"), "", ChatActions.restore, "undo-2"),
    ("empty-trash", mark("Empty the trash…"), "", ChatActions.empty_trash, "trash-2"),
    ("tag-rules", mark("Rules for tags"), "", ChatActions.ask_rules, "wrench"),
)  # fmt: skip


class ChatsPage(PageWidget):
    """List and reader; takes a MessageTarget, a TagTarget or a PersonTarget."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._session: Session | None = None
        self._actions: ChatActions | None = None
        self._open_id: UUID | None = None
        self._waiting: MessageTarget | None = None
        self._is_narrow = False
        self._is_sent_to_message = False
        self.pane = ListPane(shell)
        self.pane.setMinimumWidth(least_width())
        self.pane.chosen.connect(self._on_chosen)
        self.pane.entered.connect(self._on_entered)
        self.pane.view.clicked.connect(self._on_clicked)
        self.pane.import_wanted.connect(partial(shell.commands.run, "import"))
        self.beside = Beside(shell, self.pane, self)
        self.beside.entered.connect(partial(self._show_side, is_reader=False))
        self.reader = Reader(shell, self)
        self._nothing = Notice("message-square", _("Choose a chat to read it"))
        self._empty = self._empty_notice()
        self._right = QStackedWidget()
        self._back = self._back_bar()
        self._right_side = QWidget()
        self._splitter = self._build()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_OPEN_DELAY_MS)
        self._timer.timeout.connect(self._on_pause)
        self._read_timer = QTimer(self)
        self._read_timer.setSingleShot(True)
        self._read_timer.setInterval(_READ_AFTER_MS)
        self._read_timer.timeout.connect(self._on_read)
        self.reader.gone.connect(self._put_away)
        self.reader.shown.connect(self._read_timer.start)
        self.reader.header.tags.clicked.connect(self._on_open_tags_wanted)
        self._add_commands()

    def _build(self) -> QSplitter:
        for widget in (self._nothing, self._empty, self.reader):
            self._right.addWidget(widget)
        lines = QVBoxLayout(self._right_side)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self._back)
        lines.addWidget(self._right, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(self.pane)
        splitter.addWidget(self._right_side)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([theme.px(self._list_width()), theme.px(900)])
        splitter.splitterMoved.connect(self._on_splitter_moved)
        self.setLayout(row(self.beside.sidebar, splitter, gap=0))
        return splitter

    @property
    def tags_pane(self) -> TagsPane:
        """Return the tags in the sidebar."""
        return self.beside.sidebar.tags

    def _list_width(self) -> int:
        """Return how wide the list is to be, at a zoom of 100 %."""
        try:
            return int(bytes(self.shell.settings.state(_STATE).data()))
        except ValueError:
            return _LIST_WIDTH

    def _on_splitter_moved(self, _position: int, _index: int) -> None:
        # Only what a person chose, and not what a zoom made of it, which they take back.
        width = round(self.pane.width() / theme.theme().zoom)
        self.shell.settings.set_state(_STATE, QByteArray(str(width).encode()))

    def _empty_notice(self) -> Notice:
        """Return what stands beside the list as long as there is nothing to read."""
        guides = button(_("How do I get my chats?"), icon_name="circle-help")
        guides.clicked.connect(partial(self.shell.go, "imports"))
        return Notice(
            "shield-check",
            _("Nothing to read yet"),
            _("Ask your provider for an export of your chats and bring it in. It is encrypted in"
              " this vault, and stays on this computer."),
            guides,
        )  # fmt: skip

    def _back_bar(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("kind", "bar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        back = button(_("All chats"), "link", "arrow-left")
        back.clicked.connect(self._on_back_to_list)
        bar.setLayout(row(back, None, margins=(8, 4, 8, 4)))
        bar.hide()
        return bar

    def _add_commands(self) -> None:
        for name, title, keys, step in (
            ("next-chat", mark("Next chat"), "Alt+Down", 1),
            ("previous-chat", mark("Previous chat"), "Alt+Up", -1),
        ):
            run = partial(self.pane.step, step)
            self.shell.commands.add(Command(name=name, title=title, run=run, keys=keys), self)
        pane = Command(name="next-pane", title=mark("Next pane"), run=self._on_next_pane, keys="F6")
        self.shell.commands.add(pane, self)
        paper = Command(name="print-chat", title=mark("Print this chat…"), run=self._on_print,
                        keys="Ctrl+P", icon="printer")  # fmt: skip
        self.shell.commands.add(paper, self)
        tags = Command(name="tag-chats", title=mark("Give or take tags"), run=self._on_tags_wanted,
                       keys="Ctrl+T", icon="tag")  # fmt: skip
        self.shell.commands.add(tags, self)
        merge = Command(name="merge-chats", title=mark("Merge the selected chats"),
                        run=self._on_merge_wanted, keys="Ctrl+M", icon="layers")  # fmt: skip
        self.shell.commands.add(merge, self)
        for name, title, keys, wanted, drawing in _MARKS:
            run = partial(self._on_mark_wanted, wanted)
            self.shell.commands.add(
                Command(name=name, title=title, run=run, keys=keys, icon=drawing), self
            )
        for name, title, keys, act, drawing in _ACTS:
            run = partial(self._on_act, act)
            self.shell.commands.add(
                Command(name=name, title=title, run=run, keys=keys, icon=drawing), self
            )

    def _on_act(self, act: Callable[[ChatActions], object]) -> None:
        if self._actions is not None:
            act(self._actions)

    def _on_mark_wanted(self, wanted: Mark) -> None:
        if self._actions is not None:
            self._read_timer.stop()
            self._actions.marks.toggle(wanted)

    def _on_tags_wanted(self) -> None:
        """Ask for the tags of what is selected, or of the chat that has the keys."""
        if self._actions is None:
            return
        if self._open_id is not None and (
            not self.pane.view.selected_count() or self.reader.isAncestorOf(self.focusWidget())
        ):
            self._actions.tags.ask_of(self._open_id)
        else:
            self._actions.tag_selected()

    def _on_merge_wanted(self) -> None:
        if self._actions is not None:
            self._actions.merge_selected()

    def _on_open_tags_wanted(self) -> None:
        if self._actions is not None and self._open_id is not None:
            self._actions.tags.ask_of(self._open_id)

    # Keys.

    def _on_next_pane(self) -> None:
        """Go from the list to the chat, to what stands beside it, and back to the list."""
        if self._open_id is None or not self.reader.next_pane():
            self._on_back_to_list()
        else:
            self._show_side(is_reader=True)

    def _on_print(self) -> None:
        if self._actions is not None and self._open_id is not None:
            self._actions.print_chat(self._open_id)

    # From unlocking to locking.

    def on_open(self, session: Session) -> None:
        self._session = session
        self._actions = ChatActions(self.pane, self.shell, session)
        session.changed.connect(self._on_vault_changed)
        self.pane.open(session)
        self.beside.open(session, self._actions)

    def on_lock(self) -> None:
        self._timer.stop()
        self._read_timer.stop()
        if self._session is not None:
            self._session.changed.disconnect(self._on_vault_changed)
        if self._actions is not None:
            self._actions.close()
        self.pane.close_vault()
        self.beside.close_vault()
        self.reader.clear()
        self._session = self._actions = self._open_id = self._waiting = None

    def on_shown(self) -> None:
        if self._is_sent_to_message:
            # The keys are those of the message that was asked for.
            self._is_sent_to_message = False
            self.reader.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.pane.focus_list()

    def on_target(self, target: object) -> None:
        if isinstance(target, TagTarget) and self._session is not None:
            self.pane.show_tag(target.name)
            self._show_side(is_reader=False)
            return
        if isinstance(target, PersonTarget) and self._session is not None:
            self.pane.show_person(target.name)
            self._show_side(is_reader=False)
            return
        if not isinstance(target, MessageTarget) or self._session is None:
            return
        self._open(target)
        self._show_side(is_reader=not target.is_in_list)
        self._is_sent_to_message = not target.is_in_list
        self._session.tasks.run(
            partial(_row_id, self._session.vault, target.conversation_id),
            owner=self,
            on_done=self._on_row_found,
        )

    def where(self) -> object | None:
        if self._open_id is None:
            return None
        is_listed = self.pane.isAncestorOf(self.focusWidget())
        return MessageTarget(conversation_id=self._open_id, is_in_list=is_listed)

    def _put_away(self) -> None:
        """Show that there is nothing to read."""
        self._open_id = None
        self.reader.clear()
        self._right.setCurrentWidget(self._empty if self.pane.is_vault_empty else self._nothing)

    def _on_row_found(self, row_id: int | None) -> None:
        if row_id is not None:
            self.pane.choose(row_id)

    def _on_vault_changed(self, what: str) -> None:
        if what == "conversations":
            self.pane.reload()
            self.reader.refresh()
            # What came is seen by who has the chat open.
            self._read_timer.start()
        elif (
            what in ("marks", "trash")
            or (
                # Which folders there are is read first, where the list shows one of them.
                what == "folders" and self.pane.wish.filter.folder is None
            )
            or (what == "annotations" and self.pane.wish.filter.is_annotated is not None)
        ):
            self.pane.reload()
        elif what == "tags":
            self.pane.reload_tags()
            self.reader.refresh_tags()

    # Opening.

    def _on_chosen(self, chat: ListedConversation | None) -> None:
        if chat is None:
            self._timer.stop()
            self._put_away()
        elif chat.summary.id != self._open_id:
            self._waiting = MessageTarget(conversation_id=chat.summary.id)
            self._timer.start()
        else:
            # Another one was chosen on the way, and is not wanted any more.
            self._waiting = None
            self._timer.stop()

    def _on_pause(self) -> None:
        if self._waiting is not None:
            self._open(self._waiting)

    def _open(self, target: MessageTarget) -> None:
        self._timer.stop()
        self._waiting = None
        self._open_id = target.conversation_id
        self.reader.wanted_annotation = target.annotation_id
        self.reader.open(target.conversation_id, target.message_id, target.words)
        self._right.setCurrentWidget(self.reader)

    def _on_read(self) -> None:
        """Mark the chat as read that is before somebody's eyes."""
        model = self.reader.model
        if self._actions is None or model is None or not self.reader.isVisible():
            return
        if model.shape.summary.is_unread and not self.window().isMinimized():
            self._actions.marks.read(model.conversation_id)

    def _on_entered(self) -> None:
        self._on_pause()
        if self._open_id is not None:
            self._show_side(is_reader=True)
            self.reader.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_clicked(self, _index: QModelIndex) -> None:
        # Beside the list it is shown anyway.
        if self._is_narrow and self.pane.view.selected_count() == 1:
            self._on_entered()

    # One pane or two.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < theme.px(_NARROW)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._show_side(is_reader=False)
        else:
            self.beside.place()

    def _show_side(self, *, is_reader: bool) -> None:
        self.pane.setVisible(not (self._is_narrow and is_reader))
        self._right_side.setVisible(not self._is_narrow or is_reader)
        self._back.setVisible(self._is_narrow)
        self.beside.place()

    def _on_back_to_list(self) -> None:
        self._show_side(is_reader=False)
        self.pane.focus_list()


def _row_id(vault: Vault, conversation_id: UUID, _job: Job) -> int | None:
    return vault.listing.row_id(conversation_id)


PAGE = Page(name="chats", title=mark("Chats"), icon="message-square", make=ChatsPage)
