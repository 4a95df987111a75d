"""Beside the messages: the questions of this chat, what was made in it, and its branches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QListView, QStackedWidget, QTabBar, QWidget

from privatus.core.conversation import Message, PartKind, Role
from privatus.core.jobs import Job
from ui.i18n import _, ngettext
from ui.icons import icon
from ui.layouts import column, label, tip
from ui.reader.preparing import artifact_title
from ui.style_sheet import set_kind
from ui.tasks import Task

if TYPE_CHECKING:
    from ui.reader.model import Messages
    from ui.session import Session

_AT_ONCE = 400
_MOST_CHARS = 110
_MOST_BRANCHES = 500
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in the chat to go to."""

    number: int
    text: str
    icon: str
    leaf: int | None = None  # of the branch that it stands for


class Places(QAbstractListModel):
    """A list of places."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.places: list[Place] = []

    def add(self, places: list[Place]) -> None:
        """Add *places* at the end."""
        if places:
            first = len(self.places)
            self.beginInsertRows(QModelIndex(), first, first + len(places) - 1)
            self.places += places
            self.endInsertRows()

    def clear(self) -> None:
        """Take all places out."""
        self.beginResetModel()
        self.places = []
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.places)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        place = self.places[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return place.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(place.text)
        if role == Qt.ItemDataRole.DecorationRole:
            return icon(place.icon)
        return None


class SidePanel(QWidget):
    """Lists of places, read when they are shown."""

    chosen = Signal(object)  # Place

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session: Session | None = None
        self._model: Messages | None = None
        self._task: Task[Any] | None = None
        self._row = 0
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setAccessibleName(_("What is listed"))
        self.lists: list[Places] = []
        self.views: list[QListView] = []
        self._stack = QStackedWidget()
        for name in (_("Questions"), _("Files"), _("Branches")):
            self._add_list(name)
        self._nothing = label("", "hint")
        self.tabs.currentChanged.connect(self._on_tab)
        self.setLayout(column(self.tabs, self._nothing, self._stack, gap=6, margins=(8, 8, 8, 8)))
        self._nothing.setContentsMargins(8, 8, 8, 8)
        self.hide()

    def _add_list(self, name: str) -> None:
        places = Places(self)
        view = QListView()
        set_kind(view, "plain")
        view.setModel(places)
        view.setUniformItemSizes(True)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        view.setAccessibleName(name)
        places.rowsInserted.connect(partial(_begin, view))
        view.activated.connect(partial(self._on_activated, places))
        view.clicked.connect(partial(self._on_activated, places))
        self.lists.append(places)
        self.views.append(view)
        self._stack.addWidget(view)
        self.tabs.addTab(name)

    def show_chat(self, session: Session, model: Messages) -> None:
        """List the places of *model* as soon as the panel is seen."""
        self.clear()
        self._session, self._model = session, model
        if self.isVisible():
            self.load()

    def clear(self) -> None:
        """Let go of the chat."""
        if self._task is not None:
            self._task.cancel()
        self._task, self._session, self._model, self._row = None, None, None, 0
        for places in self.lists:
            places.clear()
        self._nothing.setText("")

    def load(self) -> None:
        """Begin to read what is listed."""
        if self._model is not None and self._session is not None and self._task is None:
            self._row = 0
            for places in self.lists:
                places.clear()
            self._load_branches(self._session, self._model)
            self._next(self._session, self._model)

    def _next(self, session: Session, model: Messages) -> None:
        numbers = model.path.numbers(self._row, self._row + _AT_ONCE)
        if not numbers:
            self._on_tab(self.tabs.currentIndex())
            return
        self._row += _AT_ONCE
        self._task = session.tasks.run(
            partial(_places, session, model.conversation_id, numbers),
            owner=self,
            on_done=partial(self._on_read, session, model),
        )

    def _on_read(
        self, session: Session, model: Messages, found: tuple[list[Place], list[Place]]
    ) -> None:
        if model is not self._model:
            return
        for places, more in zip(self.lists, found, strict=False):
            places.add(more)
        self._on_tab(self.tabs.currentIndex())
        self._next(session, model)

    def _load_branches(self, session: Session, model: Messages) -> None:
        leaves = model.tree.leaves()
        if len(leaves) < 2:
            return
        firsts = [(_first_own(model, leaf), leaf) for leaf in leaves[:_MOST_BRANCHES]]
        session.tasks.run(
            partial(_branches, session, model, firsts),
            owner=self,
            on_done=partial(self._on_branches, model),
        )

    def _on_branches(self, model: Messages, found: list[Place]) -> None:
        if model is self._model:
            self.lists[2].add(found)

    def _on_tab(self, tab: int) -> None:
        self._stack.setCurrentIndex(tab)
        empty = (
            _("No questions yet"),
            _("No files and no documents in this chat"),
            _("This chat has one branch"),
        )
        self._nothing.setText("" if self.lists[tab].places else empty[tab])
        self._nothing.setVisible(not self.lists[tab].places)

    def _on_activated(self, places: Places, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(places.places[index.row()])


def _begin(view: QListView, _parent: QModelIndex, _first: int, _last: int) -> None:
    """Let the arrows begin at the first place for who was in the list before it came."""
    if view.hasFocus() and not view.currentIndex().isValid():
        view.setCurrentIndex(view.model().index(0, 0))


def _first_own(model: Messages, leaf: int) -> int:
    """Return where the branch that ends in *leaf* leaves all others."""
    number = leaf
    while (parent := model.tree.parent(number)) is not None:
        if len(model.tree.answers(parent)) > 1:
            break
        run = next(run for run in model.tree.runs if run.first <= number <= run.last)
        number = parent if run.first in (number, parent) else max(run.first, parent)
    return number


def _branches(
    session: Session, model: Messages, firsts: list[tuple[int, int]], job: Job
) -> list[Place]:
    numbers = [range(first, first + 1) for first in sorted({first for first, _leaf in firsts})]
    said = {
        message.number: _line(message)
        for message in session.vault.pages.messages(model.conversation_id, numbers)
    }
    job.check()
    found = []
    for first, leaf in firsts:
        length = sum(len(span) for span in model.tree.path(leaf))
        count = ngettext("{n} message", "{n} messages", length)
        found.append(Place(first, f"{said.get(first, '')}  ·  {count}", "git-branch", leaf))
    return found


def _places(
    session: Session, conversation_id: Any, numbers: list[range], job: Job
) -> tuple[list[Place], list[Place]]:
    questions: list[Place] = []
    documents: list[Place] = []
    for message in session.vault.pages.messages(conversation_id, numbers):
        job.check()
        if message.role is Role.USER and not message.is_hidden and (line := _line(message)):
            questions.append(Place(message.number, line, "chevron-right"))
        for part in message.parts:
            if part.kind is PartKind.ARTIFACT:
                documents.append(Place(message.number, artifact_title(part), "file-code"))
        for file in message.attachments:
            documents.append(Place(message.number, file.name, "paperclip"))
    return questions, documents


def _line(message: Message) -> str:
    """Return the beginning of a message on one line."""
    return " ".join(message.text[: _MOST_CHARS * 4].split())[:_MOST_CHARS]
