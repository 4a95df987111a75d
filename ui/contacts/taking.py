"""What files of contacts hold, shown before any of it is taken."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from privatus.services.contact_files import Action, ContactPreview, ContactToTake
from ui.i18n import _, match, ngettext
from ui.layouts import breakable, button, column, fit, label, row, scrolled

_MOST = 200


class TakingDialog(QDialog):
    """Lists what would be added and updated; `decided` when the person wants it."""

    decided = Signal(object)  # ContactPreview

    def __init__(self, preview: ContactPreview, parent: QWidget) -> None:
        super().__init__(parent)
        self.preview = preview
        self.setWindowTitle(_("Bring in contacts"))
        new, more = len(preview.of(Action.ADD)), len(preview.of(Action.UPDATE))
        known = len(preview.of(Action.NOTHING))
        said = [
            ngettext("{n} new contact", "{n} new contacts", new) if new else "",
            ngettext("{n} gets something new", "{n} get something new", more) if more else "",
            ngettext("{n} is known already", "{n} are known already", known) if known else "",
        ]
        heading = ", ".join(filter(None, said)) or _("There is nothing to take")
        items = [item for item in preview.items if item.action is not Action.NOTHING]
        parts: list[QWidget] = [_shown(item) for item in items[:_MOST]]
        if len(items) > _MOST:
            parts.append(label(ngettext("and {n} more", "and {n} more", len(items) - _MOST)))
        for problem in preview.problems:
            parts.append(label(match("error", problem), "warn"))
        self.list = scrolled(
            column(*parts, None, gap=10, margins=(8, 8, 8, 8)), _("Contacts in these files")
        )
        self.take = button(_("Take them"), "primary")
        self.take.setEnabled(bool(new or more))
        self.take.clicked.connect(self._on_take)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.setLayout(
            column(
                *(label(heading, "heading"), self.list, row(None, cancel, self.take)),
                gap=12,
                margins=(24, 22, 24, 20),
            )
        )
        fit(self, 480, 420)

    def _on_take(self) -> None:
        self.decided.emit(self.preview)
        self.accept()


def _shown(item: ContactToTake) -> QWidget:
    contact = item.contact
    reached = ", ".join(field.value for field in contact.fields[:3])
    what = _("New") if item.action is Action.ADD else _("Adds to {name}")
    if item.known is not None:
        what = what.format(name=item.known.name)
    if item.card is not None:
        what += "  ·  " + _("signed card, whole; not verified who it is")
    parts: list[QWidget] = [label(breakable(contact.name), "subheading"), label(what, "hint")]
    if reached:
        parts.append(label(breakable(reached), "muted"))
    if item.warning:
        parts.append(label(match("error", item.warning), "warn"))
    made = QWidget()
    made.setLayout(column(*parts, gap=1))
    return made
