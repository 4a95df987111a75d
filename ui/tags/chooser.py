"""Asks which tags chats are to have: type to find one or to name a new one, and tick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QDialog,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from privatus.bootstrap import Vault
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from ui import theme
from ui.i18n import _, ngettext
from ui.jobs import error_text
from ui.layouts import button, column, fit, label, row
from ui.search_field import SearchField
from ui.session import Session
from ui.style_sheet import set_kind
from ui.tags.suggested import Suggested
from ui.tags.ticks import Ticks

_LARGE = 2
Read = tuple[list[tuple[str, str | None]], dict[str, int]]


class TagChooser(QDialog):
    """Ticks for the tags of these chats, which lists hold by *row_ids*; or of one *message*."""

    decided = Signal(object, object)  # the tags that are given, those that are taken

    def __init__(
        self, session: Session, row_ids: Sequence[int], parent: QWidget, *, message: str = ""
    ) -> None:
        super().__init__(parent)
        self._is_of_message = bool(message)
        self._chats = 1 if message else len(row_ids)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Tags"))
        self.field = SearchField(_("Find a tag, or name a new one: work/tax"))
        self.field.textChanged.connect(self._on_typed)
        self.field.installEventFilter(self)
        self.ticks = Ticks(self)
        self.list = QListView()
        self.list.setAccessibleName(_("Tags"))
        set_kind(self.list, "plain")
        self.list.setModel(self.ticks)
        self._delegate = _ByClick(self)
        self._delegate.wanted.connect(self._on_clicked)
        self.list.setItemDelegate(self._delegate)
        self.list.setMinimumHeight(theme.px(60))
        self.remark = label("", "error")
        self.remark.hide()
        self.suggested = Suggested(session, row_ids)
        self.suggested.chosen.connect(self._on_suggested)
        self._build()
        work = partial(_read, session.vault, list(row_ids), message)
        session.tasks.run(work, owner=self, on_done=self._on_read)

    def _build(self) -> None:
        said = ngettext("Tags of this chat", "Tags of {n} chats", self._chats)
        said = _("Tags of this message") if self._is_of_message else said
        keys = _("Enter ticks what is chosen. With nothing typed, Space ticks and Enter saves.")
        hint = label(keys, "hint")
        self.field.setAccessibleDescription(keys)
        # A large one leaves no room for it.
        if theme.theme().zoom >= _LARGE:
            hint.hide()
        self.save_button = button(_("Save"), "primary")
        self.save_button.clicked.connect(self._on_saved)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.setLayout(
            column(
                *(label(said, "heading"), self.field, self.remark),
                *(self.suggested, self.list),
                *(hint, row(None, cancel, self.save_button)),
                gap=10,
                margins=(24, 22, 24, 20),
            )
        )
        fit(self, 420, 420)

    def _on_read(self, read: Read) -> None:
        known, counts = read
        self.ticks.fill(known, counts, self._chats)
        self._choose(0)

    def _on_typed(self, text: str) -> None:
        self.ticks.filter(text)
        self.remark.hide()
        self._choose(0)

    def _choose(self, chosen: int) -> None:
        if not 0 <= chosen < self.ticks.rowCount():
            return
        self.list.setCurrentIndex(self.ticks.index(chosen))
        if self.field.hasFocus():
            # The field keeps the keys; who cannot see the list is told what is chosen in it.
            event = QAccessibleEvent(self.list, QAccessible.Event.Focus)
            event.setChild(chosen)
            QAccessible.updateAccessibility(event)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._toggle(index.row())

    def _toggle(self, chosen: int) -> None:
        if not 0 <= chosen < self.ticks.rowCount():
            return
        try:
            name = self.ticks.toggle(chosen)
        except UserError as error:
            self.remark.setText(error_text(error))
            self.remark.show()
            return
        self.field.clear()
        rows = range(self.ticks.rowCount())
        self._choose(next((r for r in rows if self.ticks.index(r).data() == name), 0))

    def _on_suggested(self, name: str) -> None:
        self.ticks.give(name)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        rows = range(self.ticks.rowCount())
        self._choose(next((r for r in rows if self.ticks.index(r).data() == name), 0))

    def _on_saved(self) -> None:
        given, taken = self.ticks.given, self.ticks.taken
        if given or taken:
            self.decided.emit(given, taken)
        self.accept()

    # Keys.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        chosen = self.list.currentIndex().row()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 7,
                 Qt.Key.Key_PageUp: -7}  # fmt: skip
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in steps:
            last = self.ticks.rowCount() - 1
            self._choose(min(max(0, chosen + steps[Qt.Key(event.key())]), last))
        elif is_enter and (has_control or not self.field.text().strip()):
            self._on_saved()
        elif is_enter or (event.key() == Qt.Key.Key_Space and not self.field.text()):
            self._toggle(chosen)
        else:
            return False
        return True


class _ByClick(QStyledItemDelegate):
    """Lets a click anywhere on a row tick it, and the space bar."""

    wanted = Signal(QModelIndex)

    def editorEvent(
        self,
        event: QEvent,
        _model: QAbstractItemModel,
        _option: QStyleOptionViewItem,
        index: object,
    ) -> bool:
        is_click = (
            event.type() == QEvent.Type.MouseButtonRelease
            and isinstance(event, QMouseEvent)
            and event.button() is Qt.MouseButton.LeftButton
        )
        is_space = (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        )
        if is_click or is_space:
            self.wanted.emit(index)
        return is_click or is_space


def _read(vault: Vault, row_ids: Sequence[int], message: str, _job: Job) -> Read:
    known = [(each.tag.name, each.tag.colour) for each in vault.tags.list()]
    if message:
        return known, {tagging.name: 1 for tagging in vault.tags.of(message)}
    counts: Mapping[str, int] = vault.tags.counts_on(row_ids)
    return known, dict(counts)
