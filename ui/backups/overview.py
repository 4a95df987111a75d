"""All destinations: one line of truth above, and a card for each below."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from ui import theme
from ui.backups import words
from ui.backups.card import DestinationCard
from ui.backups.truth import Level, Truth
from ui.backups.watch import Watch
from ui.flow import buttons_row
from ui.i18n import _
from ui.layouts import Part, button, card, column, label, row
from ui.picture import Picture

_TWO_FROM = 820
_SIGNS = {
    Level.NONE: ("circle-alert", "warn"),
    Level.GOOD: ("shield-check", "ok"),
    Level.WARN: ("triangle-alert", "warn"),
    Level.BAD: ("circle-alert", "danger"),
}


class Overview(QWidget):
    """Made anew when a destination is not what it was."""

    opened = Signal(int)  # a destination's id
    add_wanted = Signal()
    plan_wanted = Signal()
    restore_wanted = Signal()
    page_wanted = Signal(str)

    def __init__(self, watch: Watch, truth: Truth) -> None:
        super().__init__()
        self._watch = watch
        now = words.now()
        self.cards = [DestinationCard(status, watch, now) for status in watch.statuses or ()]
        for each in self.cards:
            each.opened.connect(self.opened)
        self._cards = QWidget()
        self._grid = QGridLayout(self._cards)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.px(14))
        self._columns = 0
        parts: list[Part] = [
            label(_("Backups"), "title"),
            truth_card(truth),
            self._buttons(),
            self._cards,
            self._links(),
        ]
        self.setLayout(column(*parts, None, gap=14))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        columns = 2 if self.width() >= theme.px(_TWO_FROM) and len(self.cards) > 1 else 1
        if columns == self._columns:
            return
        self._columns = columns
        for place, each in enumerate(self.cards):
            self._grid.addWidget(each, place // columns, place % columns)
        for each_column in range(2):
            self._grid.setColumnStretch(each_column, int(each_column < columns))

    def _buttons(self) -> QWidget:
        self.run_button = button(_("Back up now"), "primary", "play")
        self.run_button.clicked.connect(self._on_run)
        self.run_button.setEnabled(not self._watch.is_busy)
        self.add_button = button(_("Add a place…"), icon_name="plus")
        self.add_button.clicked.connect(self.add_wanted)
        self.plan_button = button(_("Recovery plan"), icon_name="life-buoy")
        self.plan_button.clicked.connect(self.plan_wanted)
        self.restore_button = button(_("Restore from elsewhere…"), icon_name="history")
        self.restore_button.clicked.connect(self.restore_wanted)
        return buttons_row(self.run_button, self.add_button, self.plan_button, self.restore_button)

    def _links(self) -> QWidget:
        """Return the ways to what is kept, or not, beside the backups."""
        links = []
        for text, drawing, page in (
            (_("Archive files"), "file-archive", "archives"),
            (_("Retention"), "clock", "retention"),
        ):
            link = button(text, "link", drawing)
            link.clicked.connect(partial(_emit, self.page_wanted, page))
            links.append(link)
        return buttons_row(*links)

    def _on_run(self) -> None:
        self._watch.back_up_all()


def truth_card(truth: Truth) -> QFrame:
    """Return how well the vault is protected, and when that was proven last."""
    drawing, colour = _SIGNS[truth.level]
    line = label(truth.line, "subheading")
    proof = label(truth.proof, "muted" if truth.is_proven else "warn")
    texts: list[Part] = [line, proof]
    if not truth.is_proven:
        hint = _("Only a restore proves a backup: run a restore drill now and then.")
        texts.append(label(hint, "hint"))
    made = row(Picture(drawing, 28, colour), column(*texts, gap=3), gap=14)
    made.setStretch(1, 1)
    kind = {Level.WARN: "warning", Level.BAD: "problem"}.get(truth.level, "card")
    framed = card(made, kind, 16)
    framed.setAccessibleName(f"{truth.line}. {truth.proof}")
    return framed


def _emit(signal: SignalInstance, page: str, _is_checked: bool = False) -> None:
    signal.emit(page)
