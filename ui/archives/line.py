"""One archived chat in the list: what it is called, when it was, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QSizePolicy

from privatus.core.archives import ArchivedChat
from ui import theme
from ui.i18n import _, day, moment, ngettext, size
from ui.layouts import breakable, button, column, label, row
from ui.sources import label_of
from ui.style_sheet import set_kind

_TITLE_CHARS = 200


class ArchivedLine(QFrame):
    """Says where a chat lies, can be chosen, and brings it back."""

    back_wanted = Signal(int)  # row id
    toggled = Signal()

    def __init__(self, chat: ArchivedChat) -> None:
        super().__init__()
        self.chat = chat
        set_kind(self, "card")
        title = titled(chat.title)
        self.box = QCheckBox()
        self.box.setAccessibleName(_("Choose “{title}”").format(title=title))
        self.box.toggled.connect(self.toggled)
        self.back = button(_("Bring back"), icon_name="undo-2")
        self.back.setAccessibleName(_("Bring back “{title}”").format(title=title))
        self.back.clicked.connect(self._on_back)
        name, about = label(breakable(title)), label(told(chat), "hint")
        words = column(name, about, gap=2)
        for each in (name, about):
            each.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            each.setMinimumWidth(theme.px(80))
        whole = row(self.box, words, self.back, gap=12, margins=(16, 10, 16, 10))
        whole.setStretch(1, 1)
        whole.setAlignment(self.box, Qt.AlignmentFlag.AlignVCenter)
        whole.setAlignment(self.back, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(whole)

    def _on_back(self, _checked: bool = False) -> None:
        self.back_wanted.emit(self.chat.row_id)


def titled(title: str) -> str:
    """Return a title in one line, not too long; or what stands for none."""
    text = " ".join(title.split()) or _("Chat without a title")
    return text if len(text) <= _TITLE_CHARS else text[: _TITLE_CHARS - 1] + "…"


def told(chat: ArchivedChat) -> str:
    """Return what a line says of a chat below its title."""
    changed, archived = moment(chat.changed_at_ms), moment(chat.archived_at_ms)
    said = (
        label_of(chat.source),
        ngettext("{n} message", "{n} messages", chat.messages),
        "" if changed is None else day(changed, is_short=True),
        "" if archived is None else _("moved {day}").format(day=day(archived, is_short=True)),
        size(chat.size_bytes),
        _("in {place}").format(place=breakable(chat.where)) if chat.where else "",
    )
    return "  ·  ".join(filter(None, said))
