"""All summaries that are kept of a chat, one under the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from privatus.core.summary import Summary
from ui.i18n import _, day, moment, time_of_day
from ui.layouts import button, column, fit, label, row, scrolled


class FormerSummaries(QDialog):
    """Shows summaries, the last one first."""

    def __init__(self, found: Sequence[Summary], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Summaries of this chat"))
        listed = column(gap=4, margins=(10, 8, 10, 8))
        self.texts: list[str] = []
        for summary in reversed(found):
            shown = label(summary.plain)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setContentsMargins(0, 0, 0, 12)
            listed.addWidget(label(head_of(summary), "small"))
            listed.addWidget(shown)
            self.texts.append(summary.plain)
        if not found:
            listed.addWidget(label(_("None is kept yet: it is made in the background."), "muted"))
        listed.addStretch(1)
        close = button(_("Close"), "primary")
        close.clicked.connect(self.accept)
        self._area = scrolled(listed, _("Summaries of this chat"))
        margins = (24, 22, 24, 20)
        self.setLayout(column(self._area, row(None, close), gap=12, margins=margins))
        fit(self, 560, 420)


def head_of(summary: Summary) -> str:
    """Return of which version a summary is, by whom and when."""
    made_at = moment(summary.made_at_ms)
    said = (
        _("Version {n}").format(n=summary.version),
        _("Your words") if summary.is_own else _("Made by Privatus from the chat"),
        "" if made_at is None else f"{day(made_at)} {time_of_day(made_at)}",
    )
    return "  ·  ".join(filter(None, said))
