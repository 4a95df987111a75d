"""Which backup is to be restored, by the list or by a time, and to which folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDateTime, QItemSelectionModel, Signal
from PySide6.QtWidgets import QCheckBox, QDateTimeEdit, QWidget

from privatus.core.backup import Backup
from ui.backups.list_model import BackupsModel
from ui.backups.table import BackupsTable
from ui.folder_field import FolderField
from ui.i18n import _, locale
from ui.layouts import button, column, label, row
from ui.places import DOCUMENTS, place
from ui.session import Keeper

_LINES = 6


class ChooseBackup(QWidget):
    """The newest backup is chosen, and a folder in which nothing lies yet."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.model = BackupsModel(self)
        self.table = BackupsTable(self.model)
        self.table.selectionModel().currentRowChanged.connect(self._on_chosen)
        self.time = QDateTimeEdit(QDateTime.currentDateTime())
        self.time.setCalendarPopup(True)
        self.time.setLocale(locale())
        self.time.setAccessibleName(_("The vault as it was at"))
        self.time.dateTimeChanged.connect(self._on_time)
        self.folder = FolderField(_("Folder of the restored vault"), _free(place(DOCUMENTS)))
        self.folder.textChanged.connect(self._on_folder)
        choose = button(_("Choose…"))
        choose.clicked.connect(self._on_choose)
        self.aside = QCheckBox(_("A vault is there: keep it, under another name beside it"))
        self.aside.toggled.connect(self.changed)
        self.said = label("", "hint")
        line = row(self.folder, choose)
        line.setStretch(0, 1)
        self.setLayout(
            column(
                label(_("The vault as it was at"), "caption"),
                row(self.time, None),
                *(self.table, self.said, 4),
                label(_("Folder of the restored vault"), "caption"),
                *(line, self.folder.remark, self.aside),
                gap=6,
            )
        )
        self._on_folder()

    def fill(self, backups: Sequence[Backup], chosen: str | None = None) -> None:
        """Offer *backups*, the newest first."""
        self.model.fill(backups)
        self.table.fit(_LINES)
        if backups:
            self._select(max(0, self.model.row_of(chosen)))
        self._on_chosen()

    @property
    def backup(self) -> Backup | None:
        """Return the backup that is chosen."""
        return self.model.backup(self.table.currentIndex().row())

    @property
    def keeps_aside(self) -> bool:
        return not self.aside.isHidden() and self.aside.isChecked()

    @property
    def is_complete(self) -> bool:
        folder = self.folder.folder
        is_free = self.aside.isHidden() or self.aside.isChecked()
        return folder is not None and is_free and self.backup is not None

    def _select(self, line: int) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(
            self.model.index(line, 0), flags.ClearAndSelect | flags.Rows
        )

    def _on_time(self, wanted: QDateTime) -> None:
        """Choose the last backup that was made by then."""
        at_ms = wanted.toMSecsSinceEpoch()
        # To the end of the minute: the field shows no seconds.
        found = (n for n, b in enumerate(self.model.backups) if b.made_at_ms < at_ms + 60_000)
        line = next(found, None)
        if line is None:
            self.table.clearSelection()
            self.table.setCurrentIndex(self.model.index(-1, 0))
            self.said.setText(_("No backup is as old as that."))
        else:
            self._select(line)
        self.changed.emit()

    def _on_chosen(self) -> None:
        backup = self.backup
        if backup is not None:
            self.said.setText("")
            self.time.blockSignals(True)
            self.time.setDateTime(QDateTime.fromMSecsSinceEpoch(backup.made_at_ms))
            self.time.blockSignals(False)
        elif not self.model.backups:
            self.said.setText(_("There are no backups in this place."))
        self.changed.emit()

    def _on_folder(self) -> None:
        folder = self.folder.folder
        self.aside.setVisible(folder is not None and Keeper.exists(folder))
        self.changed.emit()

    def _on_choose(self) -> None:
        self.folder.ask(_("The folder for the restored vault"))


def _free(folder: Path) -> Path:
    """Return a name in *folder* that nothing has."""
    free, number = folder / "Privatus", 1
    while free.exists():
        number += 1
        free = folder / f"Privatus-{number}"
    return free
