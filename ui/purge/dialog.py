"""Says what a purge takes out for good and which copies hold it still, and asks for a word."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QLineEdit, QVBoxLayout, QWidget

from privatus.core.purging import FormerWording, HoldingBackups, KnownCopy, PurgePreview
from ui.archives.line import titled
from ui.i18n import _, day, moment, ngettext, size, time_of_day
from ui.layouts import breakable, button, card, column, fit, label, row, scrolled

# More say nothing new.
_LISTED = 40


class PurgeDialog(QDialog):
    """Shows a preview; `decided` comes when the word is typed and the button pressed."""

    decided = Signal(bool)  # whether what was set aside goes, too

    def __init__(self, preview: PurgePreview, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = _heading(preview)
        self.setWindowTitle(title)
        self.copy_box = QCheckBox(_("Remove what was set aside as well"))
        self.word_field = QLineEdit()
        self.word_field.textChanged.connect(self._on_typed)
        self.purge_button = button(_("Purge for good"), "danger", "trash-2")
        self.purge_button.setEnabled(False)
        self.purge_button.setDefault(True)
        self.purge_button.clicked.connect(self.accept)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        told = _("To go on, type {word}:").format(word=_word())
        self.word_field.setAccessibleName(told)
        self.setLayout(
            column(
                label(title, "heading"),
                scrolled(self._all(preview), _("What goes, and what holds it still")),
                label(told, "caption"),
                self.word_field,
                8,
                row(None, cancel, self.purge_button),
                gap=10,
                margins=(24, 22, 24, 20),
            )
        )
        fit(self, 540, 480)
        self.word_field.setFocus()

    def _all(self, preview: PurgePreview) -> QVBoxLayout:
        told = label(_("It is taken out of messages, files, search and all that the vault keeps on"
                       " disk. Nothing brings it back."), "muted")  # fmt: skip
        lines = column(told, *_parts(preview), self._copies(preview), gap=10)
        lines.addStretch()
        return lines

    def _copies(self, preview: PurgePreview) -> QFrame:
        """Return what may hold it still."""
        text = _("Copies of the vault that you made, and exports, hold it still. Privatus does not"
                 " know where they are.")  # fmt: skip
        lines = column(label(text), gap=8)
        for aside in preview.set_aside:
            stays = _("So does {file} of {time} ({size}), set aside when the vault was taken back.")
            lines.addWidget(_told_copy(stays, aside))
        for held in preview.backups:
            lines.addWidget(_told_backups(held))
        for title in preview.archives[:_LISTED]:
            lines.addWidget(_told_archive(title))
        if preview.set_aside:
            lines.addWidget(self.copy_box)
        else:
            self.copy_box.setParent(self)
            self.copy_box.hide()
        if preview.copy is not None:
            goes = _("The copy {file} of {time} ({size}), made before a change of the vault, goes,"
                     " too.")  # fmt: skip
            lines.addWidget(_told_copy(goes, preview.copy))
        return card(lines, "warning", 12)

    def _on_typed(self, text: str) -> None:
        self.purge_button.setEnabled(text.strip().casefold() == _word().casefold())

    def accept(self) -> None:
        """Tell that it is meant."""
        if self.purge_button.isEnabled():
            self.decided.emit(self.copy_box.isChecked())
            super().accept()


def _word() -> str:
    return _("purge")


def _heading(preview: PurgePreview) -> str:
    if preview.conversations:
        return ngettext(
            "Delete this chat for good?", "Delete {n} chats for good?", preview.conversations
        )
    return _("Purge what was said before?")


def _parts(preview: PurgePreview) -> Iterator[QWidget]:
    for line in _counts(preview):
        yield label(f"•  {line}")
    for wording in preview.wordings[:_LISTED]:
        yield _told_wording(wording)
    more = len(preview.wordings) - _LISTED
    if more > 0:
        yield label(ngettext("and {n} more", "and {n} more", more), "hint")


def _counts(preview: PurgePreview) -> Iterator[str]:
    if preview.conversations:
        yield ngettext("{n} message with all that it ever said",
                       "{n} messages with all that they ever said", preview.messages)  # fmt: skip
    if preview.wordings:
        yield ngettext("{n} former wording", "{n} former wordings", len(preview.wordings))
    if preview.versions:
        yield ngettext("{n} former title or description", "{n} former titles or descriptions",
                       preview.versions)  # fmt: skip
    if preview.files:
        yield ngettext("{n} file that nothing else uses", "{n} files that nothing else uses",
                       preview.files)  # fmt: skip
    if preview.annotations:
        yield ngettext("what {n} note or highlight quoted of it",
                       "what {n} notes or highlights quoted of it",
                       preview.annotations)  # fmt: skip


def _told_wording(wording: FormerWording) -> QWidget:
    told = _("Message {number}, as it was until {time}").format(
        number=wording.number, time=_time(wording.replaced_at_ms)
    )
    return label(told, "hint")


def _told_archive(title: str) -> QWidget:
    text = _("So may “{title}”, which is in an archive file. Bring it back to purge it, too.")
    return label(breakable(text.format(title=titled(title))))


def _told_backups(held: HoldingBackups) -> QWidget:
    text = ngettext(
        "So may {n} backup at “{place}” ({first} to {last}). Drop it there if you want that gone.",
        "So may {n} backups at “{place}” ({first} to {last}). Drop them there if you want that"
        " gone.",
        held.backups,
    )
    told = text.format(
        place=held.destination, first=_time(held.first_at_ms), last=_time(held.last_at_ms)
    )
    return label(breakable(told))


def _told_copy(text: str, copy: KnownCopy) -> QWidget:
    told = text.format(file=copy.path.name, time=_time(copy.made_at_ms), size=size(copy.size_bytes))
    return label(breakable(told))


def _time(at_ms: int) -> str:
    at = moment(at_ms)
    return "" if at is None else f"{day(at, is_short=True)}, {time_of_day(at)}"
