"""Above the messages: which chat this is, and what can be done in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from ui import theme
from ui.elided_label import ElidedLabel
from ui.i18n import _, day, ngettext
from ui.layouts import column, icon_button, row
from ui.reader.model import moment
from ui.sources import label_of
from ui.tags.chips import TagLine

if TYPE_CHECKING:
    from ui.reader.model import Messages


class Header(QWidget):
    """Title, where it is from, and buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = ElidedLabel("subheading")
        self.about = ElidedLabel("hint")
        self._said = ""
        self.find_button = icon_button("search", _("Find in this chat"), "Ctrl+F")
        self.panel = icon_button("panel-right", _("Outline and branches"), "Ctrl+I")
        self.panel.setCheckable(True)
        self.menu = icon_button("ellipsis", _("More"))
        self.menu.setMenu(QMenu(self.menu))
        self.menu.setPopupMode(self.menu.ToolButtonPopupMode.InstantPopup)
        self.tags = TagLine()
        second = row(self.tags, self.about, gap=8)
        second.setStretch(1, 1)
        titles = column(self.title, second, gap=1)
        self._added = row(gap=4)
        line = row(
            titles,
            self._added,
            self.find_button,
            self.panel,
            self.menu,
            gap=4,
            margins=(20, 9, 12, 9),
        )
        line.setStretch(0, 1)
        self.setLayout(line)
        self.setMinimumHeight(theme.px(58))

    def add_button(self, button: QWidget) -> None:
        """Show a feature's button before the others."""
        self._added.addWidget(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The rest is for what else there is to say.
        self.tags.setMaximumWidth(self.width() * 2 // 5)

    def tell(self, model: Messages | None) -> None:
        """Say which chat *model* is."""
        self.tags.show_tags(() if model is None else model.shape.summary.tags)
        if model is None:
            self.title.say("")
            self._said = ""
            self.about.say("")
            return
        summary = model.shape.summary
        self.title.say(summary.title or _("Chat without a title"))
        branches = len(model.tree.leaves())
        said = [
            " + ".join(map(label_of, summary.sources)) or model.source,
            ngettext("{n} message", "{n} messages", summary.messages),
            ngettext("{n} branch", "{n} branches", branches) if branches > 1 else "",
            day(moment(summary.created_at_ms)) if summary.created_at_ms else "",
            model.shape.project or "",
            _("no longer at the source") if summary.is_missing_at_source else "",
        ]
        self._said = "  ·  ".join(filter(None, said))
        self.about.say(self._said)

    def say_more(self, text: str, *, is_first: bool = False) -> None:
        """Say *text* behind what is said of the chat, in place of what was said so before.

        What *is_first* is to be read also where there is little room.
        """
        parts = (text, self._said) if is_first else (self._said, text)
        self.about.say("  ·  ".join(filter(None, parts)))
