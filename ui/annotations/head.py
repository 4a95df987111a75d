"""Above the list of notes: what is looked for, what narrows it, and how it is ordered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.annotations.listed import KINDS, ORDERS, Wish
from ui.annotations.tints import NAMES, ORDER
from ui.choice_box import ChoiceBox
from ui.elided_label import ElidedLabel
from ui.flow import Flow
from ui.i18n import _, ngettext, number
from ui.layouts import button, column, icon_button, row
from ui.search.head import QueryField
from ui.style_sheet import set_kind
from ui.tags.dots import dot_icon

_BOX = 150


class Head(QWidget):
    """Says what is wished for; `changed` tells when that is something else."""

    changed = Signal()
    tag_chosen = Signal()
    left_downwards = Signal()

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._chat: UUID | None = None
        self.field = QueryField(_("Search notes, highlights and titles"))
        self.field.setMinimumHeight(theme.px(40))
        self.field.textChanged.connect(self.changed)
        self.field.down_pressed.connect(self.left_downwards)
        self.field.enter_pressed.connect(self.left_downwards)
        self.export = icon_button("download", _("Export the notes"))
        self.export.setPopupMode(self.export.ToolButtonPopupMode.InstantPopup)
        self.kind = _box(_("Which notes"), [(name, _(title)) for name, title in KINDS])
        self.colour = _box(_("Colour"), [(None, _("Any colour"))])
        for colour in ORDER:
            self.colour.addItem(dot_icon(colour, theme.px(12)), _(NAMES[colour]), colour)
        self.tags = _box(_("Tag"), [(None, _("Any tag"))])
        self.order = _box(_("Order"), [(name, _(title)) for name, title in ORDERS])
        self.chat = button("", "chip", "x")
        self.chat.clicked.connect(self._on_chat_left)
        self.chat.hide()
        self.count = ElidedLabel("muted")
        for box in (self.kind, self.colour, self.order):
            box.currentIndexChanged.connect(self.changed)
        self.tags.currentIndexChanged.connect(self.tag_chosen)
        top = row(self.field, 4, self.export, gap=2)
        filters = self._filters()
        self.setLayout(column(top, filters, self.count, gap=8, margins=(20, 14, 16, 8)))

    def _filters(self) -> QWidget:
        made = QWidget()
        line = Flow(made, gap=8)
        for part in (self.kind, self.colour, self.tags, self.order, self.chat):
            line.addWidget(part)
        made.setLayout(line)
        return made

    @property
    def wish(self) -> Wish:
        """Return what is wished for."""
        return Wish(
            text=self.field.text(),
            kind=self.kind.currentData(),
            colour=self.colour.currentData(),
            order=self.order.currentData(),
            chat=self._chat,
        )

    @property
    def tag(self) -> str | None:
        """Return the tag that the chats must have, None: any."""
        found: str | None = self.tags.currentData()
        return found

    def put(self, wish: Wish, chat: str) -> None:
        """Show *wish*; *chat* is what its chat is called. No tag is asked for any more."""
        parts = (self.field, self.kind, self.colour, self.tags, self.order)
        for part in parts:
            part.blockSignals(True)
        self.field.setText(wish.text)
        self.kind.setCurrentIndex(max(0, self.kind.findData(wish.kind)))
        self.colour.setCurrentIndex(max(0, self.colour.findData(wish.colour)))
        self.order.setCurrentIndex(max(0, self.order.findData(wish.order)))
        self.tags.setCurrentIndex(0)
        for part in parts:
            part.blockSignals(False)
        self._chat = wish.chat
        self.name_chat(chat)

    def name_chat(self, title: str) -> None:
        """Say which chat the notes are of."""
        said = _("In: {title}").format(title=title or _("Chat without a title"))
        self.chat.setText(said if self._chat is not None else "")
        self.chat.setVisible(self._chat is not None)

    def offer_tags(self, names: Sequence[str]) -> None:
        """Offer the tags that there are now; the one that was chosen stays chosen."""
        chosen = self.tag
        self.tags.blockSignals(True)
        while self.tags.count() > 1:
            self.tags.removeItem(1)
        for name in names:
            self.tags.addItem(name, name)
        self.tags.setCurrentIndex(max(0, self.tags.findData(chosen)))
        self.tags.blockSignals(False)
        self.tags.setVisible(bool(names))

    def say(self, shown: int, count: int) -> None:
        """Say how many are shown of how many."""
        if shown == count:
            self.count.say(ngettext("{n} note", "{n} notes", count) if count else "")
        else:
            said = _("{n} of {all} notes")
            self.count.say(said.replace("{n}", number(shown)).replace("{all}", number(count)))
        self.export.setEnabled(shown > 0)

    def clear(self) -> None:
        """Let go of what came from the vault."""
        self.put(Wish(), "")
        self.offer_tags(())
        self.count.say("")

    def _on_chat_left(self) -> None:
        self._chat = None
        self.name_chat("")
        self.changed.emit()
        self.field.setFocus()


def _box(name: str, choices: Sequence[tuple[str | None, str]]) -> ChoiceBox:
    made = ChoiceBox(_BOX)
    made.setAccessibleName(name)
    for value, title in choices:
        made.addItem(title, value)
    return made
