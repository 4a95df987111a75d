"""A field for the name of a tag, which knows those that there are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter

from privatus.core.errors import UserError
from privatus.services.tag_names import clean
from ui.i18n import _


class NameBox(QComboBox):
    """A tag that there is, or a new one."""

    def __init__(self, names: Sequence[str], name: str = "") -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems(list(names))
        self.setAccessibleName(_("Tag"))
        self.setEditText(name)
        field = self.lineEdit()
        if field is not None:
            field.setPlaceholderText(_("Find a tag, or name a new one: work/tax"))
            field.setAccessibleName(_("Tag"))
        completer = self.completer()
        if isinstance(completer, QCompleter):
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)

    @property
    def name(self) -> str:
        """Return what is named, "" if it does not do."""
        try:
            return clean(self.currentText())
        except UserError:
            return ""
