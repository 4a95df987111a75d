"""Shows a diff: as one text or side by side, from change to change by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTabBar, QTextBrowser, QWidget

from privatus.core.diff import Change, ConversationDiff
from ui import theme
from ui.i18n import _, ngettext
from ui.layouts import button, column, icon_button, label, row
from ui.settings.switch import Switch
from ui.versions.diff_text import AT_ONCE, Drawn, Shown, draw, speaker_of


class DiffView(QWidget):
    """What of a chat differs between two versions."""

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._diff: ConversationDiff | None = None
        self._drawn: Drawn | None = None
        self._most = AT_ONCE
        self._at = -1
        self.ways = QTabBar()
        self.ways.setAccessibleName(_("How the changes are shown"))
        self.ways.addTab(_("One text"))
        self.ways.addTab(_("Side by side"))
        self.ways.currentChanged.connect(self._redraw)
        self.all = Switch(_("Show also what is the same"))
        self.all.toggled.connect(self._redraw)
        self.counts = label("", "muted", wraps=False)
        self.previous = icon_button("chevron-up", _("Change before"), "Shift+F7")
        self.next = icon_button("chevron-down", _("Next change"), "F7")
        self.previous.clicked.connect(self.go_back)
        self.next.clicked.connect(self.go_on)
        self.text = QTextBrowser()
        self.text.setAccessibleName(_("Changes"))
        self.text.setOpenLinks(False)
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.more = button("", "link")
        self.more.clicked.connect(self._show_more)
        self.more.hide()
        ways = row(self.ways, None, self.counts, self.previous, self.next, gap=4)
        same = row(self.all, label(_("Also what is the same"), "muted", wraps=False), None)
        top = column(ways, same, gap=2, margins=(14, 0, 14, 0))
        self.setLayout(column(top, self.text, row(None, self.more, None), gap=6))
        theme.theme().changed.connect(self._redraw)

    def show_diff(self, diff: ConversationDiff) -> None:
        """Show *diff* from its beginning."""
        self._diff, self._most = diff, AT_ONCE
        self._redraw()

    def clear(self) -> None:
        """Let go of what is shown."""
        self._diff = self._drawn = None
        self.text.clear()

    def go_on(self) -> None:
        """Go to the next change."""
        self._go(self._at + 1)

    def go_back(self) -> None:
        """Go to the change before."""
        self._go(self._at - 1)

    def _go(self, at: int) -> None:
        if self._drawn is None or not 0 <= at < len(self._drawn.changes):
            return
        self._at = at
        cursor = QTextCursor(self._drawn.document)
        # From below, so that the change stands at the upper edge.
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self.text.setTextCursor(cursor)
        cursor.setPosition(self._drawn.changes[at])
        self.text.setTextCursor(cursor)
        self._tell()
        self.moved.emit()

    def _redraw(self, _ignored: object = None) -> None:
        if self._diff is None:
            return
        is_beside = self.ways.currentIndex() == 1
        shown = Shown(
            diff=self._diff, is_beside=is_beside, has_all=self.all.isChecked(), most=self._most
        )
        # The browser owns no document that it was given: ours is kept as long as it is shown.
        drawn = draw(shown, speaker_of)
        self.text.setDocument(drawn.document)
        self._drawn, self._at = drawn, -1
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.more.setText(
            ngettext("Show {n} more change", "Show {n} more changes", min(drawn.left, AT_ONCE))
        )
        self.more.setVisible(drawn.left > 0)
        self._tell()

    def _tell(self) -> None:
        if self._diff is None or self._drawn is None:
            return
        count = sum(self._diff.count(each) for each in Change if each is not Change.SAME)
        said = ngettext("{n} message differs", "{n} messages differ", count)
        if self._at >= 0:
            said = _("{at} of {all}").format(at=self._at + 1, all=said)
        self.counts.setText(said)
        self.previous.setEnabled(self._at > 0)
        self.next.setEnabled(self._at + 1 < len(self._drawn.changes))

    def _show_more(self) -> None:
        at = self.text.verticalScrollBar().value()
        self._most += AT_ONCE
        self._redraw()
        self.text.verticalScrollBar().setValue(at)
