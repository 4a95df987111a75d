"""What stands below the list while several chats are selected: how many, and what can be done."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from privatus.core.marks import Mark
from ui.i18n import _, ngettext
from ui.layouts import column, icon_button, label, row


class SelectionBar(QWidget):
    """Its buttons; ChatActions says what they do for what is selected."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self._selected = label("", "small", wraps=False)
        self.mark_buttons = {
            Mark.PINNED: icon_button("pin", _("Pin or unpin")),
            Mark.STARRED: icon_button("star", _("Star or remove the star")),
            Mark.UNREAD: icon_button("circle-dot", _("Mark as read or unread")),
            Mark.ARCHIVED: icon_button("archive", _("Archive or take out of the archive")),
        }
        self.tags = icon_button("tag", _("Tags of the selected chats"), "Ctrl+T")
        self.folder = icon_button("folder", _("Move the selected chats to a folder"))
        self.export = icon_button("file-down", _("Export the selected chats"))
        self.copy = icon_button("copy", _("Copy the titles"))
        self.trash = icon_button("trash-2", _("Put the selected chats into the trash"))
        self.restore = icon_button("undo-2", _("Take the selected chats out of the trash"))
        self.done = icon_button("x", _("Select no more than one"))
        buttons = (
            *self.mark_buttons.values(),
            *(self.tags, self.folder, self.export, self.copy, self.trash, self.restore),
        )
        # In two lines: what is said of many takes half of a narrow pane.
        said = row(self._selected, None, self.done, margins=(20, 4, 12, 0))
        self.setLayout(column(said, row(*buttons, None, gap=0, margins=(12, 0, 12, 4)), gap=0))
        self.hide()

    def tell(self, count: int, *, is_trash: bool) -> None:
        """Show what can be done with so many; with fewer than two there is nothing to show."""
        self.setVisible(count > 1)
        self._selected.setText(ngettext("{n} selected", "{n} selected", count))
        for made in (*self.mark_buttons.values(), self.tags, self.folder, self.trash):
            made.setHidden(is_trash)
        self.restore.setHidden(not is_trash)
