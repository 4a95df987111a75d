"""Asks how and where to export chats, and starts it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QGridLayout,
    QPushButton,
    QRadioButton,
    QWidget,
)

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.services.exports import ExportOptions
from ui import theme
from ui.chats.export_shape import Preview, ShapeChoice
from ui.folder_field import FolderField
from ui.i18n import _, mark, ngettext
from ui.layouts import FRAME, button, card, centred, column, fit, label, row
from ui.places import open_folder
from ui.session import Session
from ui.shell.shell import Shell
from ui.tasks import Lane

# What each format is good for; one that is not here is still offered.
_HINTS = {
    "markdown": mark("For reading and for notes: one text file a chat"),
    "html": mark("For reading in a browser: pages with pictures, no network needed"),
    "json": mark("Everything, for another vault or another program"),
    "jsonl": mark("For programs: one message a line"),
    "csv": mark("For spreadsheets: one message a row"),
    "parquet": mark("For data analysis"),
}


# So wide that no hint takes two lines, and the preview a line of 50 letters.
_CHOICES, _WIDE = 500, 960

# Of chats, of files that could not be written, and of what was redacted.
Counts = tuple[int, int, int]


class ExportDialog(QDialog):
    """One choice of format and one of a folder, for these chats or for what *query* finds."""

    def __init__(
        self,
        shell: Shell,
        session: Session,
        row_ids: Sequence[int] | None,
        parent: QWidget,
        query: str | None = None,
    ) -> None:
        super().__init__(parent)
        self._shell, self._session, self._row_ids = shell, session, row_ids
        self._query = query
        self.setWindowTitle(_("Export"))
        self.formats = QButtonGroup(self)
        self.folder_field = FolderField(_("Folder"), _proposed_folder())
        self.folder_field.textChanged.connect(self._on_folder_changed)
        self.export_button = button(_("Export"), "primary")
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self.accept)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.shape = ShapeChoice()
        self.preview = Preview(session, query, row_ids)
        self.setLayout(
            column(
                label(self._told_count(), "heading"),
                self._parts(),
                row(None, cancel, self.export_button),
                gap=14,
                margins=(24, 22, 24, 20),
            )
        )
        self.formats.buttonToggled.connect(self._on_chosen)
        self.shape.changed.connect(self._on_chosen)
        self._on_chosen()

    def _parts(self) -> QWidget:
        """Return the choices with the preview beside them, or below them on a small screen."""
        choices = QWidget()
        choices.setLayout(
            column(
                self._format_list(),
                self.shape,
                label(_("Folder"), "caption"),
                row(self.folder_field, self._choose_button()),
                self.folder_field.remark,
                _warning(),
                None,
                gap=10,
            )
        )
        both = QWidget()
        if theme.px(_WIDE) > self.screen().availableSize().width() - FRAME.width():
            fit(self, 520, 640)
            both.setLayout(column(choices, self.preview, gap=14, margins=(0, 0, 10, 0)))
            return centred(both, _WIDE)
        fit(self, _WIDE, 0)
        choices.setMinimumWidth(theme.px(_CHOICES))
        parts = row(choices, self.preview, gap=22)
        parts.setStretch(1, 1)
        both.setLayout(parts)
        return both

    def _on_chosen(self, *_: object) -> None:
        self.preview.show_sample(self.format, self.shape.options)

    def _choose_button(self) -> QPushButton:
        made = button(_("Choose…"), icon_name="folder-open")
        made.clicked.connect(self._on_choose)
        return made

    def _told_count(self) -> str:
        if self._query is not None:
            return _("Export every chat with a result")
        if self._row_ids is None:
            return _("Export all chats")
        return ngettext("Export {n} chat", "Export {n} chats", len(self._row_ids))

    def _format_list(self) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(14))
        grid.setColumnStretch(1, 1)
        for number, (name, title) in enumerate(self._session.vault.exports.formats()):
            choice = QRadioButton(title)
            choice.setProperty("format", name)
            choice.setChecked(number == 0)
            hint = _(_HINTS[name]) if name in _HINTS else ""
            choice.setAccessibleDescription(hint)
            self.formats.addButton(choice)
            grid.addWidget(choice, number, 0)
            grid.addWidget(label(hint, "hint"), number, 1)
        return made

    @property
    def format(self) -> str:
        """Return the format that is chosen."""
        chosen = self.formats.checkedButton()
        return "" if chosen is None else str(chosen.property("format"))

    def _on_choose(self) -> None:
        self.folder_field.ask(_("Folder for the export"))

    def _on_folder_changed(self, _text: str) -> None:
        self.export_button.setEnabled(self.folder_field.folder is not None)

    def accept(self) -> None:
        """Start the export, which goes on when the dialog is closed."""
        folder = self.folder_field.folder
        if folder is None:
            return
        self._shell.jobs.start(
            self._session.tasks,
            _("Export"),
            partial(
                _export,
                self._session.vault,
                folder,
                self.format,
                self._query,
                self._row_ids,
                self.shape.options,
            ),
            lane=Lane.CPU,
            on_done=partial(_on_exported, self._shell, folder),
            remark=_told,
        )
        super().accept()


def _export(
    vault: Vault,
    folder: Path,
    format: str,
    query: str | None,
    row_ids: Sequence[int] | None,
    options: ExportOptions,
    job: Job,
) -> Counts:
    run = vault.exports.run
    result = run(folder, format, query, row_ids=row_ids, options=options, job=job)
    return result.conversations, len(result.problems), sum(result.replaced.values())


def _told(result: Counts) -> str:
    written, problems, replaced = result
    told = ngettext("{n} chat written", "{n} chats written", written)
    if problems:
        told += ", " + ngettext("{n} file could not be", "{n} files could not be", problems)
    if replaced:
        told += ", " + ngettext("{n} thing redacted", "{n} things redacted", replaced)
    return told


def _on_exported(shell: Shell, folder: Path, result: Counts) -> None:
    text = _("{what} to {folder}.").format(what=_told(result), folder=folder.name)
    action = (_("Open the folder"), partial(open_folder, folder))
    shell.toast(text, kind="warn" if result[1] else "good", action=action)


def _warning() -> QFrame:
    text = _("What is written there is not encrypted: anyone who has the folder can read it.")
    return card(row(label(text)), "warning", 12)


def _proposed_folder() -> Path:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "Privatus-Export"
