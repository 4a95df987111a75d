"""One group of chats that are alike: which they are, and what can be done with them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QSizePolicy, QWidget

from privatus.core.duplicates import DuplicateChat, DuplicateGroup
from ui import theme
from ui.flow import buttons_row
from ui.i18n import _, day, moment, ngettext, number
from ui.layouts import button, column, icon_button, label, row, tip
from ui.sources import label_of
from ui.style_sheet import set_kind

_MOST_LINES = 12
_TITLE_CHARS = 200
# What stands before the words of a choice.
_SIGN = 32


class GroupCard(QFrame):
    """Asks which chat of a group is kept, and offers to merge them or to leave them alone."""

    read_wanted = Signal(object)  # UUID
    merge_wanted = Signal(object)  # row ids
    trash_wanted = Signal(object)  # row ids of those that go
    dismissed = Signal(object)  # row ids

    def __init__(self, group: DuplicateGroup) -> None:
        super().__init__()
        self.group = group
        set_kind(self, "card")
        self.setAccessibleName(said_of(group))
        self.choices = QButtonGroup(self)
        lines = [self._line(at, chat) for at, chat in enumerate(group.chats[:_MOST_LINES])]
        more = len(group.chats) - _MOST_LINES
        rest = [label(ngettext("and {n} more", "and {n} more", more), "hint")] if more > 0 else []
        self.keep = button(_("Keep the chosen one"), icon_name="trash-2")
        self.keep.setToolTip(_("The others go to the trash"))
        self.merge = button(_("Merge…"), icon_name="layers")
        self.dismiss = button(_("These are no duplicates"), "link")
        self.keep.clicked.connect(self._on_keep)
        self.merge.clicked.connect(self._on_merge)
        self.dismiss.clicked.connect(self._on_dismiss)
        buttons = buttons_row(self.merge, self.keep, self.dismiss)
        self.setLayout(
            column(
                label(said_of(group), "subheading"),
                *(*lines, *rest),
                *(2, buttons),
                gap=6,
                margins=(16, 12, 16, 12),
            )
        )

    def _line(self, at: int, chat: DuplicateChat) -> QWidget:
        title = " ".join(chat.title.split()) or _("Chat without a title")
        if len(title) > _TITLE_CHARS:
            title = title[: _TITLE_CHARS - 1] + "…"
        choice = _Choice(title)
        choice.setChecked(at == 0)
        about = _about(chat, self.group)
        choice.setAccessibleDescription(about)
        self.choices.addButton(choice, at)
        read = icon_button("book-open", _("Read “{title}”").format(title=title))
        read.clicked.connect(partial(self._on_read, at))
        whole = QWidget()
        hint = label(about, "hint")
        hint.setContentsMargins(theme.px(24), 0, 0, 0)
        line = row(column(choice, hint, gap=0), read, gap=6)
        line.setStretch(0, 1)
        whole.setLayout(line)
        return whole

    @property
    def row_ids(self) -> list[int]:
        """Return the chats of the group, as lists hold them."""
        return [chat.row_id for chat in self.group.chats]

    def _on_read(self, at: int, _checked: bool = False) -> None:
        self.read_wanted.emit(self.group.chats[at].id)

    def _on_keep(self, _checked: bool = False) -> None:
        kept = self.group.chats[max(0, self.choices.checkedId())].row_id
        self.trash_wanted.emit([row_id for row_id in self.row_ids if row_id != kept])

    def _on_merge(self, _checked: bool = False) -> None:
        self.merge_wanted.emit(self.row_ids)

    def _on_dismiss(self, _checked: bool = False) -> None:
        self.dismissed.emit(self.row_ids)


class _Choice(QRadioButton):
    """A radio button whose words are cut where its place ends."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(tip(text))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(theme.px(60))

    def resizeEvent(self, event: QResizeEvent) -> None:
        room = self.width() - theme.px(_SIGN)
        cut = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        self.setText(cut.replace("&", "&&"))
        super().resizeEvent(event)


def said_of(group: DuplicateGroup) -> str:
    """Return how many chats a group has, and how much they are alike."""
    if group.is_exact:
        return ngettext("{n} chat says the same", "{n} chats say the same", len(group.chats))
    said = ngettext("{n} chat, {alike} % alike", "{n} chats, {alike} % alike", len(group.chats))
    return said.replace("{alike}", number(round(group.similarity * 100)))


def _about(chat: DuplicateChat, group: DuplicateGroup) -> str:
    at = moment(chat.updated_at_ms or chat.created_at_ms)
    newest = chat.is_newest and not all(each.is_newest for each in group.chats)
    longest = chat.is_longest and not all(each.is_longest for each in group.chats)
    said = (
        label_of(chat.source),
        ngettext("{n} message", "{n} messages", chat.messages),
        ngettext("{n} word", "{n} words", chat.words),
        "" if at is None else day(at),
        _("the newest") if newest else "",
        _("the longest") if longest else "",
    )
    return "  ·  ".join(filter(None, said))
