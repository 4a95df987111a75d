"""What stands instead of the list where no chat passes its filter."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal

from ui.i18n import _
from ui.layouts import button
from ui.notices import Notice


class NothingLikeThat(Notice):
    """Says that titles alone were looked at, and offers to search what was said."""

    search_wanted = Signal(str)
    clear_wanted = Signal()

    def __init__(self) -> None:
        # The words stand above it: in a narrow pane the button has no room for them.
        self.search = button(_("Search the messages"), "primary", "text-search")
        self.clear = button(_("Clear the filter"))
        super().__init__("search", _("No chat is like that"), "", self.search, self.clear)
        self.search.clicked.connect(partial(_on_search, self))
        self.clear.clicked.connect(self.clear_wanted)
        self.words = ""

    def tell(self, words: str, title: str = "", hint: str = "") -> None:
        """Say that no title has *words*; empty: something else filters, of which *title* says."""
        self.words = words
        if words:
            hint = _("None has “{words}” in its title.").format(words=words)
        self.say(title or _("No chat is like that"), hint)
        self.clear.setText(_("Show all chats") if title else _("Clear the filter"))
        told = _("Search the messages for “{words}”").format(words=words)
        self.search.setAccessibleName(told)
        self.search.setHidden(not words)

    def focus_first(self) -> None:
        """Put the focus on what most people want."""
        first = self.search if self.words else self.clear
        first.setFocus(Qt.FocusReason.TabFocusReason)


def _on_search(pane: NothingLikeThat, _is_checked: bool = False) -> None:
    pane.search_wanted.emit(pane.words)
