"""Asks which chats are moved to archives, and in which form; says how many that would be."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QWidget

from privatus.bootstrap import Vault
from privatus.core.archives import FORMATS, ArchivePreview, ArchiveWish
from privatus.core.jobs import Job
from privatus.services.archiving.spans import before_ms
from ui.choice_box import ChoiceBox
from ui.folder_field import FolderField
from ui.i18n import _, mark, ngettext
from ui.jobs import error_text
from ui.layouts import Part, button, centred, column, fit, keep_lines, label, row
from ui.session import Session
from ui.tasks import Latest

# Days, and what they are called; none: whatever its age.
_AGES = (
    (365, mark("Older than a year")),
    (730, mark("Older than two years")),
    (1095, mark("Older than three years")),
    (1826, mark("Older than five years")),
    (183, mark("Older than half a year")),
    (0, mark("Of any age")),
)
_FORMATS = {
    "jsonl": mark("JSON lines"),
    "csv": mark("CSV, for spreadsheets"),
    "parquet": mark("Parquet, for data analysis"),
}

_WIDTH = 540


class ArchiveDialog(QDialog):
    """`decided` comes with a wish, a format, and a folder or "" for the vault's own."""

    decided = Signal(object, str, str)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._latest = Latest(session.tasks, self, delay_ms=200)
        self.setWindowTitle(_("Move chats to archive files"))
        self.told = keep_lines(label("", "body"), 3)
        self.archive = button(_("Move chats"), "primary")
        self.archive.setDefault(True)
        self.archive.setEnabled(False)
        self.archive.clicked.connect(self.accept)
        self._make_fields()
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        inner = QWidget()
        inner.setLayout(
            column(
                label(_("Move chats to archive files"), "heading"),
                label(
                    _("Each goes into a sealed file of its own, out of lists and searches. It is"
                      " found by its title and its date, and comes back with all that it had."),
                    "muted",
                ),
                *self._form(),
                4,
                self.told,
                gap=10,
                margins=(24, 22, 24, 8),
            )
        )  # fmt: skip
        buttons = row(None, cancel, self.archive, margins=(24, 8, 24, 20))
        # Where it is too large for the screen it scrolls, and the buttons stay.
        self.setLayout(column(centred(inner, _WIDTH), buttons, gap=0))
        fit(self, _WIDTH, 600)

    def _make_fields(self) -> None:
        self.age = ChoiceBox(220)
        self.age.setAccessibleName(_("Age"))
        for days, text in _AGES:
            self.age.addItem(_(text), days)
        self.query = QLineEdit()
        self.query.setAccessibleName(_("Only what a search finds"))
        self.query.setPlaceholderText(_("for example: source:chatgpt -tag:keep"))
        self.marked = QCheckBox(_("Also what is pinned or starred"))
        self.format = ChoiceBox(220)
        self.format.setAccessibleName(_("Format in the file"))
        for name in FORMATS:
            self.format.addItem(_(_FORMATS[name]), name)
        self.elsewhere = QCheckBox(_("In a folder outside the vault"))
        self.folder = FolderField(_("Folder"), Path.home() / "Privatus-Archives")
        self.choose = button(_("Choose…"), icon_name="folder-open")
        self.choose.clicked.connect(self._on_choose)
        self.age.currentIndexChanged.connect(self._look)
        self.query.textChanged.connect(self._look)
        self.marked.toggled.connect(self._look)
        self.elsewhere.toggled.connect(self._on_place)
        self.folder.textChanged.connect(self._on_place)
        self._on_place()

    def _form(self) -> tuple[Part, ...]:
        return (
            label(_("Which"), "caption"),
            self.age,
            label(_("Only what a search finds"), "caption"),
            self.query,
            self.marked,
            label(_("Format in the file"), "caption"),
            self.format,
            self.elsewhere,
            row(self.folder, self.choose),
            self.folder.remark,
        )

    @property
    def wish(self) -> ArchiveWish:
        """Return what is asked for."""
        days, query = self.age.currentData(), self.query.text().strip()
        return ArchiveWish(
            query=query or None,
            changed_before_ms=before_ms(days) if days else None,
            row_ids=None,
            with_marked=self.marked.isChecked(),
        )

    @property
    def where(self) -> str:
        """Return the folder outside the vault, "" for none."""
        return self.folder.text().strip() if self.elsewhere.isChecked() else ""

    def _look(self, *_changed: object) -> None:
        self.archive.setEnabled(False)
        wish = self.wish
        if wish.query is None and wish.changed_before_ms is None:
            self.told.setText(_("Say how old, or what to search for: all chats at once is never"
                                " meant."))  # fmt: skip
            self._latest.cancel()
            return
        self._latest.request(
            partial(_preview, self._session.vault, wish), self._on_found, self._on_failed
        )

    def _on_found(self, preview: ArchivePreview) -> None:
        self.told.setText("\n".join(said_of(preview)))
        self.archive.setEnabled(bool(preview.conversations) and self._is_place())

    def _on_failed(self, error: BaseException) -> None:
        self.told.setText(error_text(error))

    def _is_place(self) -> bool:
        return not self.elsewhere.isChecked() or self.folder.folder is not None

    def _on_place(self, *_changed: object) -> None:
        for each in (self.folder, self.choose):
            each.setEnabled(self.elsewhere.isChecked())
        self._look()

    def _on_choose(self, _checked: bool = False) -> None:
        self.folder.ask(_("Folder for archive files"))

    def accept(self) -> None:
        """Tell what is wanted."""
        if self.archive.isEnabled():
            self.decided.emit(self.wish, str(self.format.currentData()), self.where)
            super().accept()


def said_of(preview: ArchivePreview) -> list[str]:
    """Return what a preview says, line by line."""
    lines = [
        ngettext("{n} chat would move.", "{n} chats would move.",
                 preview.conversations)
    ]  # fmt: skip
    if preview.together:
        lines.append(
            ngettext("{n} of them because it is merged with another.",
                     "{n} of them because they are merged with others.", preview.together)
        )  # fmt: skip
    if preview.kept_marked:
        lines.append(
            ngettext("{n} pinned or starred chat stays.", "{n} pinned or starred chats stay.",
                     preview.kept_marked)
        )  # fmt: skip
    return lines


def _preview(vault: Vault, wish: ArchiveWish, _job: Job) -> ArchivePreview:
    return vault.archives.preview(wish)
