"""The versions of one chat: what each changed, compared as a person likes, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QSplitter, QStackedWidget, QWidget

from privatus.bootstrap import Vault
from privatus.core.conversation import ConversationVersion
from privatus.core.diff import ConversationDiff
from privatus.core.jobs import Job
from privatus.services.revising import VersionChange
from ui import theme
from ui.choice_box import ChoiceBox
from ui.commands import Command
from ui.elided_label import ElidedLabel
from ui.i18n import _, mark
from ui.jobs import error_text
from ui.layouts import button, column, label, row
from ui.notices import Notice
from ui.purge.purging import ask_to_purge_history
from ui.session import Session
from ui.shell.changing import Changing
from ui.shell.pages import MessageTarget, Page, PageWidget, Place
from ui.shell.shell import Shell
from ui.style_sheet import set_kind
from ui.tasks import Task
from ui.versions.diff_view import DiffView
from ui.versions.timeline import Timeline, title


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsTarget:
    """A chat whose versions are to be shown."""

    conversation_id: UUID
    title: str


class VersionsPage(PageWidget):
    """The timeline beside what the chosen version changed."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._session: Session | None = None
        self._target: VersionsTarget | None = None
        self._task: Task[ConversationDiff] | None = None
        back = button(_("Back to the chat"), "link", "arrow-left")
        back.clicked.connect(self.leave)
        self.title = ElidedLabel("subheading")
        self.timeline = Timeline(self)
        self.list = QListView()
        set_kind(self.list, "plain")
        self.list.setModel(self.timeline)
        self.list.setAccessibleName(_("Versions"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(self._on_chosen)
        self.with_box = ChoiceBox(220)
        self.with_box.setAccessibleName(_("Compare with"))
        self.with_box.activated.connect(self._compare)
        self.restore_button = button(_("Restore this version"), "", "history")
        self.restore_button.setEnabled(False)
        self.restore_button.clicked.connect(self.restore)
        self.purge_button = button(_("Purge what was before…"), "link", "trash-2")
        self.purge_button.setEnabled(False)
        self.purge_button.clicked.connect(self.purge)
        self.diff = DiffView()
        self.notice = Notice("history", _("Reading the versions"))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.notice)
        self.stack.addWidget(self.diff)
        self._lay_out(back)
        self._add_commands()

    def _lay_out(self, back: QWidget) -> None:
        side = QWidget()
        side.setProperty("kind", "side")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setLayout(column(self.list, margins=(8, 8, 8, 8)))
        compare = row(label(_("Compared with"), "muted", wraps=False), self.with_box, None,
                      self.purge_button, self.restore_button, margins=(14, 8, 14, 0))  # fmt: skip
        main = QWidget()
        main.setLayout(column(compare, self.stack, gap=8, margins=(0, 0, 0, 8)))
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(side)
        split.addWidget(main)
        split.setStretchFactor(1, 1)
        split.setSizes([theme.px(260), theme.px(700)])
        top = row(back, self.title, margins=(8, 6, 12, 6))
        top.setStretch(1, 1)
        self.setLayout(column(top, split, gap=0))

    def _add_commands(self) -> None:
        add = self.shell.commands.add
        add(Command(name="next-change", title=mark("Next change"), run=self.diff.go_on, keys="F7",
                    icon="chevron-down"), owner=self)  # fmt: skip
        add(Command(name="change-before", title=mark("Change before"), run=self.diff.go_back,
                    keys="Shift+F7", icon="chevron-up"), owner=self)  # fmt: skip
        add(Command(name="restore-version", title=mark("Restore this version"), run=self.restore,
                    icon="history"), owner=self)  # fmt: skip

    # As a page.

    def on_open(self, session: Session) -> None:
        self._session = session
        session.changed.connect(self._on_changed)

    def on_lock(self) -> None:
        self._session = self._target = None
        self.timeline.show(())
        self.diff.clear()
        self.title.say("")

    def on_shown(self) -> None:
        if self._target is None:
            self._say(_("No chat is chosen"), _("Open a chat, and press Ctrl+H there."))
        self.list.setFocus()

    def on_target(self, target: object) -> None:
        if isinstance(target, VersionsTarget):
            self._target = target
            self.purge_button.setEnabled(True)
            self.title.say(_("Versions of “{title}”").format(title=f"\u2068{target.title}\u2069"))
            self._load()

    def where(self) -> object | None:
        return self._target

    def leave(self) -> None:
        """Go back to the chat."""
        if self._target is not None:
            self.shell.open_message(MessageTarget(conversation_id=self._target.conversation_id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    # What is shown.

    def _on_changed(self, what: str) -> None:
        if what == "conversations" and self._target is not None:
            self._load()

    def _load(self) -> None:
        if self._session is None or self._target is None:
            return
        self._say(_("Reading the versions"))
        self._session.tasks.run(
            partial(_versions, self._session.vault, self._target.conversation_id),
            owner=self,
            on_done=partial(self._on_listed, self._target),
            on_error=self._on_failed,
        )

    def _on_listed(self, target: VersionsTarget, versions: Sequence[ConversationVersion]) -> None:
        if target is not self._target:
            return
        self.timeline.show(versions)
        self.list.setCurrentIndex(self.timeline.index(0))
        if len(versions) < 2:
            self._say(
                _("This chat has one version"),
                _("An import that changes it, and each edit, will make another."),
            )

    def _on_chosen(self, index: QModelIndex, _former: QModelIndex | None = None) -> None:
        self.with_box.clear()
        versions = self.timeline.versions
        chosen = versions[index.row()] if index.isValid() else None
        others = [version for version in versions if version is not chosen]
        is_newest = index.row() == 0
        self.restore_button.setEnabled(chosen is not None and not is_newest)
        self.with_box.setEnabled(bool(others))
        for version in others:
            self.with_box.addItem(title(version), version.number)
        if chosen is not None and others:
            # With the one before it; the first with what it has become.
            before = max((v.number for v in others if v.number < chosen.number), default=None)
            at = 0 if before is None else self.with_box.findData(before)
            self.with_box.setCurrentIndex(at)
            self._compare()

    def _compare(self, _index: int = 0) -> None:
        chosen, other = self._chosen(), self.with_box.currentData()
        if self._session is None or self._target is None or chosen is None or other is None:
            return
        if self._task is not None:
            self._task.cancel()
        numbers = sorted((chosen.number, other))
        self._task = self._session.tasks.run(
            partial(_diff, self._session.vault, self._target.conversation_id, *numbers),
            owner=self,
            on_done=self._on_compared,
            on_error=self._on_failed,
        )

    def _on_compared(self, diff: ConversationDiff) -> None:
        self.diff.show_diff(diff)
        self.stack.setCurrentWidget(self.diff)

    def _on_failed(self, error: BaseException) -> None:
        self._say(error_text(error))

    def _say(self, said: str, hint: str = "") -> None:
        self.notice.say(said, hint)
        self.stack.setCurrentWidget(self.notice)

    def _chosen(self) -> ConversationVersion | None:
        index = self.list.currentIndex()
        return self.timeline.versions[index.row()] if index.isValid() else None

    # What a person does.

    def restore(self) -> None:
        """Let the chat be as it was in the chosen version; that makes a new one."""
        chosen = self._chosen()
        if chosen is not None and self._target is not None and self.restore_button.isEnabled():
            said = _("Version {n} restored").replace("{n}", str(chosen.number))
            self._write(partial(_restore, self._target.conversation_id, chosen.number), said)

    def purge(self) -> None:
        """Ask whether what the chat said before is to go for good."""
        if self._session is not None and self._target is not None:
            chat_id = self._target.conversation_id
            ask_to_purge_history(self.shell, self._session, self, chat_id, None)

    def _write(self, work: Callable[[Vault], VersionChange], said: str) -> None:
        if self._session is not None:
            vault = self._session.vault
            undo = vault.versions.undo
            changing = Changing(self.shell, self.shell, self._session, "conversations", undo)
            changing.make(partial(_run, work, vault), lambda _change: said)


PAGE = Page(
    name="versions",
    title=mark("Versions"),
    icon="history",
    make=VersionsPage,
    place=Place.NOWHERE,
)


def _versions(vault: Vault, conversation_id: UUID, _job: Job) -> Sequence[ConversationVersion]:
    return vault.versions.list(conversation_id)


def _diff(vault: Vault, conversation_id: UUID, a: int, b: int, _job: Job) -> ConversationDiff:
    return vault.versions.diff(conversation_id, a, b)


def _restore(conversation_id: UUID, number: int, vault: Vault) -> VersionChange:
    return vault.versions.restore(conversation_id, number)


def _run(work: Callable[[Vault], VersionChange], vault: Vault, _job: Job) -> VersionChange:
    return work(vault)
