"""A destination as a card: how it is, when the next backup is, and what it takes up."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from privatus.core.backup import DestinationStatus, Health
from ui.backups import words
from ui.backups.kinds import kind_of
from ui.backups.running import Running
from ui.backups.watch import Held, Watch
from ui.flow import buttons_row
from ui.i18n import _, ngettext, size
from ui.jobs import problem_text
from ui.layouts import Part, breakable, button, card, column, label, row
from ui.picture import Picture


class DestinationCard(QFrame):
    """Says everything of a destination in a few lines."""

    opened = Signal(int)  # the destination's id

    def __init__(self, status: DestinationStatus, watch: Watch, now: datetime) -> None:
        super().__init__()
        to = status.destination
        self.id = to.id
        text, drawing, colour = words.health(status)
        name = label(breakable(to.name), "subheading")
        state = row(Picture(drawing, 18, colour), label(text, words.tone(colour)), gap=6)
        state.setStretch(1, 1)
        head = row(Picture(kind_of(to.location).icon, 24), name, gap=12)
        head.setStretch(1, 1)
        parts: list[Part] = [head, label(breakable(to.location), "hint"), state]
        # Of a disk that is not there, the line about the next backup says enough.
        is_away = status.health is Health.AWAY
        if not is_away and (problem := problem_text(status.problem)):
            parts.append(label(breakable(problem), "error" if colour == "danger" else "muted"))
        parts += [label(line, "muted") for line in _facts(status, watch.held.get(to.id), now)]
        row_ = watch.row(to.id)
        if row_ is not None:
            parts.append(Running(row_))
        self.open_button = button(_("Show"), icon_name="history")
        self.open_button.setAccessibleName(_("Show {name}").format(name=to.name))
        self.open_button.clicked.connect(partial(self._on_open))
        self.run_button = button(_("Back up now"), icon_name="play")
        self.run_button.setAccessibleName(_("Back up now to {name}").format(name=to.name))
        self.run_button.setEnabled(row_ is None)
        self.run_button.clicked.connect(partial(_run, watch, to.id))
        buttons = buttons_row(self.run_button, self.open_button)
        self.setAccessibleName(to.name)
        inner = card(column(*parts, 4, buttons, gap=6))
        self.setLayout(column(inner, None))

    def _on_open(self) -> None:
        self.opened.emit(self.id)


def _facts(status: DestinationStatus, held: Held | None, now: datetime) -> list[str]:
    to = status.destination
    facts = [words.schedule(to.schedule), words.next_one(status, now)]
    if status.backups:
        counted = ngettext("{n} backup", "{n} backups", status.backups)
        if held is not None:
            told = _("{backups}, the newest of {size}; {written} written in all")
            counted = told.format(
                backups=counted, size=size(held.newest_bytes), written=size(held.written_bytes)
            )
        facts.append(counted)
        facts.append(
            _("Last: {last}; verified: {verified}; proven: {proven}").format(
                last=words.at(status.last_backup_at_ms, now),
                verified=words.at(status.last_verified_at_ms, now),
                proven=words.at(status.last_proven_at_ms, now),
            )
        )
    return facts


def _run(watch: Watch, destination_id: int, _is_checked: bool = False) -> None:
    watch.back_up(destination_id, None)
