"""Tags that are suggested for a chat, as chips over the list of all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.services.tag_suggestions import SuggestionSource, TagSuggestion
from ui.flow import Flow
from ui.i18n import _, mark
from ui.layouts import button, column, label
from ui.session import Session

_MOST = 6


class Suggested(QWidget):
    """A chip for each tag that is suggested; it goes when it was chosen."""

    chosen = Signal(str)

    def __init__(self, session: Session, row_ids: Sequence[int]) -> None:
        super().__init__()
        self._flow = Flow()
        self.chips: list[QPushButton] = []
        self.setAccessibleName(_("Suggested tags"))
        self.setLayout(column(label(_("Suggested"), "hint", wraps=False), self._flow, gap=4))
        self.hide()
        # For several, what fits one of them says nothing of the others.
        if len(row_ids) == 1:
            work = partial(_suggested, session.vault, row_ids[0])
            session.tasks.run(work, owner=self, on_done=self.fill, on_error=self._on_failed)

    def fill(self, found: Sequence[TagSuggestion]) -> None:
        """Show a chip for each of *found*."""
        for suggestion in found:
            chip = button(suggestion.name, "chip")
            why = _REASONS[suggestion.source]
            chip.setToolTip(_(why))
            chip.setAccessibleName(_("Tag {name}").format(name=suggestion.name))
            chip.setAccessibleDescription(_(why))
            chip.clicked.connect(partial(self._on_clicked, chip, suggestion.name))
            self._flow.addWidget(chip)
            self.chips.append(chip)
        self.setVisible(bool(self.chips))

    def _on_clicked(self, chip: QPushButton, name: str, _checked: bool = False) -> None:
        self.chips.remove(chip)
        chip.hide()
        chip.deleteLater()
        self.setVisible(bool(self.chips))
        self.chosen.emit(name)

    def _on_failed(self, _error: BaseException) -> None:
        """Suggest nothing: the chat that does not open says so where it is read."""


_REASONS = {
    SuggestionSource.SAID: mark("One of your tags, and the chat speaks of it"),
    SuggestionSource.RELATED: mark("Related chats have it"),
    SuggestionSource.TEXT: mark("A new one, in words of the chat"),
}


def _suggested(vault: Vault, row_id: int, _job: Job) -> Sequence[TagSuggestion]:
    found = vault.listing.rows([row_id])
    return vault.tags.suggested(found[0].summary.id, _MOST) if found else []
