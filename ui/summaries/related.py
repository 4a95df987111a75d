"""Beside the messages: other chats that are about the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QBoxLayout,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from privatus.core.jobs import Job
from privatus.services.related import RelatedChat
from ui import theme
from ui.ground import paint_ground
from ui.i18n import _, day, moment
from ui.layouts import column, label, tip
from ui.reader.additions import Addition
from ui.search.rows_view import RowsView
from ui.shell.pages import MessageTarget
from ui.style_sheet import set_kind

if TYPE_CHECKING:
    from uuid import UUID

    from privatus.bootstrap import Vault
    from ui.reader.model import Messages
    from ui.reader.reader import Reader
    from ui.tasks import Task

_MOST = 5
_SHOWN = 3  # rows, without scrolling
_SIDE, _ABOVE = 8, 5
Index = QModelIndex | QPersistentModelIndex
CHAT = Qt.ItemDataRole.UserRole


class RelatedInReader(Addition):
    """Shows related chats in the panel at the side, once that is seen."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self.panel = RelatedPanel()
        lines = reader.panel.layout()
        if isinstance(lines, QBoxLayout):
            lines.addWidget(self.panel)
        self._model: Messages | None = None
        self._task: Task[Sequence[RelatedChat]] | None = None
        self._is_read = False
        self.panel.view.activated.connect(self._on_activated)
        self.panel.view.clicked.connect(self._on_activated)
        reader.panel.installEventFilter(self)

    def show_chat(self, model: Messages) -> None:
        self._model, self._is_read = model, False
        if self.reader.panel.isVisible():
            self._read()

    def clear(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._model = self._task = None
        self._is_read = False
        self.panel.show_chats(())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and not self._is_read:
            self._read()
        return super().eventFilter(watched, event)

    def _read(self) -> None:
        session, model = self.reader.session, self._model
        if session is None or model is None:
            return
        self._is_read = True
        self._task = session.tasks.run(
            partial(_related, session.vault, model.conversation_id),
            owner=model,
            on_done=partial(self._on_done, model),
            on_error=self._on_failed,
        )

    def _on_done(self, model: Messages, found: Sequence[RelatedChat]) -> None:
        self._task = None
        if model is self._model:
            self.panel.show_chats(found)

    def _on_failed(self, _error: BaseException) -> None:
        # The messages say what is wrong with the chat.
        self._task = None

    def _on_activated(self, index: QModelIndex) -> None:
        chat = index.data(CHAT)
        if isinstance(chat, RelatedChat):
            self.reader.shell.open_message(MessageTarget(conversation_id=chat.conversation_id))


class RelatedPanel(QWidget):
    """A heading and a short list."""

    def __init__(self) -> None:
        super().__init__()
        self.model = RelatedChats(self)
        self.view = RowsView(self)
        set_kind(self.view, "plain")
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Delegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setAccessibleName(_("Related chats"))
        heading = label(_("Related chats"), "small", wraps=False)
        heading.setContentsMargins(theme.px(_SIDE), theme.px(6), 0, 0)
        self.setLayout(column(heading, self.view, gap=2))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_chats(self, found: Sequence[RelatedChat]) -> None:
        """List *found*; without any there is no list."""
        self.model.fill(found)
        rows = min(_SHOWN, len(found))
        self.view.setFixedHeight(rows * _row_height() + 2 * theme.px(2))
        self.setVisible(bool(found))
        if found:
            self.view.setCurrentIndex(self.model.index(0, 0))


class RelatedChats(QAbstractListModel):
    """The chats that are related to one."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.chats: Sequence[RelatedChat] = ()

    def fill(self, found: Sequence[RelatedChat]) -> None:
        """Hold *found* from now on."""
        self.beginResetModel()
        self.chats = found
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.chats)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        chat = self.chats[index.row()]
        if role == CHAT:
            return chat
        if role == Qt.ItemDataRole.DisplayRole:
            return _title(chat)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((_title(chat), _why(chat)))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(f"{_title(chat)}\n{_why(chat)}")
        return None


class _Delegate(QStyledItemDelegate):
    """Paints a title, and under it when the chat was and which words it shares."""

    def __init__(self, view: RowsView) -> None:
        super().__init__(view)
        self._view = view
        self._title, self._small = theme.font(13), theme.font(11.5)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, _row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        chat: RelatedChat = index.data(CHAT)
        state, rect = option.state, option.rect
        has_focus = self._view.hasFocus() and index == self._view.currentIndex()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(
            painter,
            rect.adjusted(1, 1, -1, -1),
            is_selected=has_focus,
            is_hovered=bool(state & QStyle.StateFlag.State_MouseOver),
            has_focus=has_focus,
        )
        inner = rect.adjusted(theme.px(_SIDE), theme.px(_ABOVE), -theme.px(_SIDE), 0)
        height = QFontMetrics(self._title).height()
        line = QRect(inner.left(), inner.top(), inner.width(), height)
        _draw(painter, line, self._title, "text", _title(chat))
        line = QRect(
            inner.left(), line.bottom() + 1, inner.width(), QFontMetrics(self._small).height()
        )
        _draw(painter, line, self._small, "muted", _why(chat))
        painter.restore()


def _draw(painter: QPainter, line: QRect, font: QFont, colour: str, text: str) -> None:
    painter.setFont(font)
    painter.setPen(theme.colour(colour))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
    painter.drawText(line, flags, shown)


def _row_height() -> int:
    title, small = QFontMetrics(theme.font(13)), QFontMetrics(theme.font(11.5))
    return title.height() + small.height() + 2 * theme.px(_ABOVE)


def _title(chat: RelatedChat) -> str:
    return " ".join(chat.title.split()) or _("Untitled")


def _why(chat: RelatedChat) -> str:
    made_at = moment(chat.created_at_ms)
    said = ([] if made_at is None else [day(made_at)]) + [", ".join(chat.words)]
    return "  ·  ".join(said)


def _related(vault: Vault, conversation_id: UUID, _job: Job) -> Sequence[RelatedChat]:
    return vault.related.of(conversation_id, _MOST)
