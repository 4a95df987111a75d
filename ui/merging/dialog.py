"""Asks how chats are to become one: in which order, under which title; says what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QWidget,
)

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.core.merge import MergeOrder, MergePreview
from privatus.services.listing import ListedConversation
from ui import theme
from ui.chats.model import title_of
from ui.i18n import _, day, moment, ngettext
from ui.jobs import error_text
from ui.layouts import button, card, column, fit, icon_button, keep_lines, label, row
from ui.session import Session
from ui.sources import label_of
from ui.style_sheet import set_kind
from ui.tasks import Latest

_CHAT = Qt.ItemDataRole.UserRole
_MAX_TITLE = 500
_MOST_ROWS_SHOWN = 6
_LARGE = 2


class MergeDialog(QDialog):
    """The chats in the order in which they stand, and what merging them would make."""

    decided = Signal(object, object, str)  # ids, MergeOrder, title

    def __init__(self, session: Session, row_ids: Sequence[int], parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._latest = Latest(session.tasks, self, delay_ms=60)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Merge chats"))
        self.chats = QListWidget()
        self.chats.setAccessibleName(_("Chats that are merged"))
        self.chats.setAccessibleDescription(_("Alt+Up and Alt+Down move a chat"))
        self.chats.installEventFilter(self)
        set_kind(self.chats, "plain")
        self.by_time = QRadioButton(_("By time, the messages of all of them interleaved"))
        self.in_sequence = QRadioButton(_("One chat after another, as they stand here"))
        self.by_time.setChecked(True)
        orders = QButtonGroup(self)
        for choice in (self.by_time, self.in_sequence):
            orders.addButton(choice)
        orders.buttonClicked.connect(self._on_order_chosen)
        self.title_field = QLineEdit()
        self.title_field.setAccessibleName(_("Title"))
        self.title_field.setMaxLength(_MAX_TITLE)
        self.told = keep_lines(label(_("Looking at the chats…")), 3)
        self.up = icon_button("arrow-up", _("Move up"), "Alt+Up")
        self.down = icon_button("arrow-down", _("Move down"), "Alt+Down")
        self.up.clicked.connect(partial(self._move, -1))
        self.down.clicked.connect(partial(self._move, 1))
        self.merge_button = button(_("Merge"), "primary")
        self.merge_button.setDefault(True)
        self.merge_button.setEnabled(False)
        self.merge_button.clicked.connect(self._on_merge)
        self._build(len(row_ids))
        session.tasks.run(
            partial(_rows, session.vault, list(row_ids)), owner=self, on_done=self._on_rows
        )

    def _build(self, count: int) -> None:
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        heading = label(ngettext("Merge {n} chat", "Merge {n} chats", count), "heading")
        hint = label(
            _("They become one chat of copies. They stay as they are; the list shows the merged"
              " chat in their place, and you can take it back at any time."),
            "muted",
        )  # fmt: skip
        # A large one leaves no room for it.
        hint.setVisible(False)
        moves = column(self.up, self.down, None, gap=4)
        lines = row(self.chats, moves, gap=4)
        lines.setStretch(0, 1)
        self.setLayout(
            column(
                *(heading, hint, lines, self.by_time, self.in_sequence),
                *(label(_("Title"), "caption"), self.title_field),
                card(row(self.told), "notice", 10),
                row(None, cancel, self.merge_button),
                gap=9,
                margins=(24, 20, 24, 18),
            )
        )
        hint.setVisible(theme.theme().zoom < _LARGE)
        fit(self, 500, 0)

    # ------------------------------------------------------------------ the chats

    def _on_rows(self, found: Sequence[ListedConversation]) -> None:
        for chat in sorted(found, key=_begun):
            item = QListWidgetItem(_line(chat))
            item.setData(_CHAT, chat)
            item.setSizeHint(QSize(0, theme.px(30)))
            self.chats.addItem(item)
        shown = max(2, min(len(found), _MOST_ROWS_SHOWN))
        self.chats.setMinimumHeight(theme.px(30 * min(shown, 3) + 4))
        self.chats.setCurrentRow(0)
        self._look()

    @property
    def _chats(self) -> list[ListedConversation]:
        items = (self.chats.item(place) for place in range(self.chats.count()))
        return [item.data(_CHAT) for item in items]

    @property
    def order(self) -> MergeOrder:
        """Return the order that is chosen."""
        return MergeOrder.TIME if self.by_time.isChecked() else MergeOrder.SEQUENCE

    def _move(self, step: int, _checked: bool = False) -> None:
        place = self.chats.currentRow()
        if not 0 <= place + step < self.chats.count():
            return
        self.chats.insertItem(place + step, self.chats.takeItem(place))
        self.chats.setCurrentRow(place + step)
        self._look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.chats and isinstance(event, QKeyEvent):
            is_press = event.type() == QEvent.Type.KeyPress
            if is_press and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
                if step is not None:
                    self._move(step)
                    return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------------ what comes of it

    def _on_order_chosen(self) -> None:
        self._look()

    def _look(self) -> None:
        ids = [chat.summary.id for chat in self._chats]
        work = partial(_preview, self._session.vault, ids, self.order)
        self._latest.request(work, self._on_preview, self._on_failed)

    def _on_preview(self, preview: MergePreview) -> None:
        set_kind(self.told, "body")
        self.told.setText(told(preview))
        # Of large letters three lines are more.
        lines = self.told.heightForWidth(self.told.width())
        self.told.setMinimumHeight(max(lines, self.told.minimumHeight()))
        if not self.title_field.isModified():
            self.title_field.setText(preview.title[:_MAX_TITLE])
            self.title_field.setCursorPosition(0)
        self.merge_button.setEnabled(True)

    def _on_failed(self, error: BaseException) -> None:
        set_kind(self.told, "error")
        self.told.setText(error_text(error))
        self.merge_button.setEnabled(False)

    def _on_merge(self) -> None:
        ids = [chat.summary.id for chat in self._chats]
        self.decided.emit(ids, self.order, self.title_field.text())
        self.accept()


def told(preview: MergePreview) -> str:
    """Return what a merge would make, in a few lines."""
    counts = [ngettext("{n} message", "{n} messages", preview.messages)]
    if preview.branches:
        counts.append(ngettext("{n} other branch", "{n} other branches", preview.branches))
    if preview.attachments:
        counts.append(ngettext("{n} file", "{n} files", preview.attachments))
    lines = ["  ·  ".join(counts)]
    if preview.duplicates:
        lines.append(
            ngettext(
                "{n} message is in several of them and comes once",
                "{n} messages are in several of them and come once",
                preview.duplicates,
            )
        )
    first, last = moment(preview.first_at_ms), moment(preview.last_at_ms)
    if first is not None and last is not None:
        begin, end = day(first), day(last)
        lines.append(
            begin if begin == end else _("{first} to {last}").format(first=begin, last=end)
        )
    return "\n".join(lines)


def _begun(chat: ListedConversation) -> tuple[bool, int]:
    at_ms = chat.summary.created_at_ms
    return at_ms is None, at_ms or 0


def _line(chat: ListedConversation) -> str:
    title = " ".join(title_of(chat).split())
    count = ngettext("{n} message", "{n} messages", chat.summary.messages)
    return f"{title}  ·  {label_of(chat.summary.source)}  ·  {count}"


def _rows(vault: Vault, row_ids: list[int], _job: Job) -> list[ListedConversation]:
    return vault.listing.rows(row_ids)


def _preview(vault: Vault, ids: Sequence[UUID], order: MergeOrder, _job: Job) -> MergePreview:
    return vault.merging.preview(list(ids), order)
