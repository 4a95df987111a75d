"""Above the messages: which chat this is, and what can be done in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget

from ui import theme
from ui.i18n import _, day, ngettext
from ui.layouts import column, icon_button, row, tip
from ui.reader.model import moment
from ui.style_sheet import set_kind
from ui.tags.chips import TagLine

if TYPE_CHECKING:
    from ui.reader.model import Messages


class ElidedLabel(QLabel):
    """One line of text that ends in dots where there is no room."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        # Above or below another line: it begins where that one does, whatever it is written in.
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if is_mirrored else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
        set_kind(self, kind)
        self._whole = ""

    def say(self, text: str) -> None:
        """Show *text*, on one line."""
        self._whole = " ".join(text.split())
        self.setToolTip(tip(self._whole))
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _elide(self) -> None:
        metrics = QFontMetrics(self.font())
        self.setText(
            metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, self.width()))
        )


class Header(QWidget):
    """Title, where it is from, and buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = ElidedLabel("subheading")
        self.about = ElidedLabel("hint")
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
        line = row(titles, self.find_button, self.panel, self.menu, gap=4, margins=(20, 9, 12, 9))
        line.setStretch(0, 1)
        self.setLayout(line)
        self.setMinimumHeight(theme.px(58))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The rest is for what else there is to say.
        self.tags.setMaximumWidth(self.width() * 2 // 5)

    def tell(self, model: Messages | None) -> None:
        """Say which chat *model* is."""
        self.tags.show_tags(() if model is None else model.shape.summary.tags)
        if model is None:
            self.title.say("")
            self.about.say("")
            return
        summary = model.shape.summary
        self.title.say(summary.title or _("Chat without a title"))
        branches = len(model.tree.leaves())
        said = [
            model.source,
            ngettext("{n} message", "{n} messages", summary.messages),
            ngettext("{n} branch", "{n} branches", branches) if branches > 1 else "",
            day(moment(summary.created_at_ms)) if summary.created_at_ms else "",
            model.shape.project or "",
            _("no longer at the source") if summary.is_missing_at_source else "",
        ]
        self.about.say("  ·  ".join(filter(None, said)))
