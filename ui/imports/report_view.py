"""What came of an import: numbers first, then everything that did not simply come in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QFileDialog,
    QHeaderView,
    QPushButton,
    QTableView,
    QWidget,
)

from privatus.core.errors import DeviceError
from privatus.core.jobs import Job
from ui import theme
from ui.flow import Flow
from ui.i18n import _, mark, ngettext, number
from ui.icons import icon
from ui.imports.importing import Outcome
from ui.imports.parts import Footer, Tiles
from ui.imports.report_rows import (
    SORTS,
    ReportRow,
    Sort,
    headline,
    remarks,
    rows_of,
    text_of,
    tiles_of,
)
from ui.layouts import button, card, column, label, row, tip
from ui.places import DOCUMENTS, place
from ui.search_field import SearchField
from ui.shell.shell import Shell

Index = QModelIndex | QPersistentModelIndex
_LINE = 32
_HEADINGS = (mark("What"), mark("Where"), mark("Why"))


class ReportModel(QAbstractTableModel):
    """The rows of a report that are to be seen."""

    def __init__(self, rows: Sequence[ReportRow], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all = list(rows)
        self.shown = self._all

    def filter(self, text: str, sorts: frozenset[Sort]) -> None:
        """Show the rows of *sorts* in which every word of *text* stands."""
        words = text.casefold().split()
        self.beginResetModel()
        self.shown = [
            row
            for row in self._all
            if row.sort in sorts
            and all(w in f"{row.file} {row.where} {row.reason}".casefold() for w in words)
        ]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return _(_HEADINGS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        shown = self.shown[index.row()]
        title, icon_name, colour = SORTS[shown.sort]
        texts = (_(title), shown.where or shown.file, shown.reason)
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(texts[index.column()])
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return icon(icon_name, colour)
        return None


class _Table(QTableView):
    """Leaves room for the last column, which says most, in a narrow window, too."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        self.setColumnWidth(0, min(theme.px(180), round(width * 0.3)))
        self.setColumnWidth(1, min(theme.px(230), round(width * 0.3)))


class ReportView(QWidget):
    """The report, which can be filtered, saved and copied."""

    read_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, shell: Shell, outcome: Outcome) -> None:
        super().__init__()
        self._shell, self._outcome = shell, outcome
        rows = rows_of(outcome.report)
        self.model = ReportModel(rows, self)
        kind = "good" if outcome.error is None and not outcome.is_stopped else "warn"
        body = column(label(headline(outcome), "title"), gap=12)
        if outcome.report.files:
            body.addWidget(Tiles(tiles_of(outcome.report.total)))
        for remark in remarks(outcome):
            body.addWidget(label(remark, "muted" if kind == "good" else kind))
        if rows:
            body.addWidget(self._details())
        if outcome.report.files and outcome.error is None:
            body.addWidget(self._advice())
        self.setLayout(body)
        self.footer = self._buttons(body)

    def _details(self) -> QWidget:
        self.filter_field = SearchField(_("Filter the report"))
        self.filter_field.textChanged.connect(self._on_filtered)
        self.chips: dict[Sort, QPushButton] = {}
        line = Flow(gap=6)
        for sort, (title, _icon, _colour) in SORTS.items():
            count = sum(shown.sort is sort for shown in self.model.shown)
            if count:
                chip = button(f"{_(title)}  {number(count)}", "chip")
                chip.setCheckable(True)
                chip.setChecked(True)
                chip.toggled.connect(self._on_filtered)
                self.chips[sort] = chip
                line.addWidget(chip)
        self.table = _Table()
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("Report"))
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.px(_LINE))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        lines = min(max(self.model.rowCount(), 3), 10)
        height = header.sizeHint().height() + lines * theme.px(_LINE)
        self.table.setMinimumHeight(height + theme.px(4))
        self.count = label("", "hint")
        self._say_count()
        return card(column(self.filter_field, line, self.table, self.count, gap=8), margin=14)

    def _advice(self) -> QWidget:
        text = _("The files that you imported are not encrypted. Once all is well, you may want to"
                 " delete them, or keep them where your backups are.")  # fmt: skip
        return card(row(label(text)), "notice", margin=14)

    def _buttons(self, body: QBoxLayout) -> QWidget:
        save = button(_("Save the report…"), icon_name="save")
        save.clicked.connect(self._on_save)
        copy = button(_("Copy the report"), icon_name="copy")
        copy.clicked.connect(self._on_copy)
        again = button(_("Import more"))
        again.clicked.connect(self.again_wanted)
        self.read_button = button(_("Read the chats"), "primary", "book-open")
        self.read_button.clicked.connect(self.read_wanted)
        return Footer(body, save, copy, None, again, first=self.read_button)

    def _on_filtered(self, _value: object = None) -> None:
        sorts = frozenset(sort for sort, chip in self.chips.items() if chip.isChecked())
        self.model.filter(self.filter_field.text(), sorts)
        self._say_count()

    def _say_count(self) -> None:
        self.count.setText(ngettext("{n} entry", "{n} entries", self.model.rowCount()))

    def _on_copy(self) -> None:
        self._shell.copy(text_of(self._outcome), _("Report copied"))

    def _on_save(self) -> None:
        name = f"privatus-import-{date.today().isoformat()}.txt"  # noqa: DTZ011 - the person's day
        path, _kind = QFileDialog.getSaveFileName(
            self, _("Save the report"), str(place(DOCUMENTS) / name), _("Text files (*.txt)")
        )
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write the report to *path*."""
        session = self._shell.session
        if session is not None:
            session.tasks.run(
                partial(_write, path, text_of(self._outcome)),
                owner=self,
                on_done=partial(self._on_saved, path),
            )

    def _on_saved(self, path: Path, _result: None) -> None:
        self._shell.toast(_("Report saved as {file}.").format(file=path.name), kind="good")


def _write(path: Path, text: str, _job: Job) -> None:
    try:
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError:
        raise DeviceError("the report cannot be written there; choose another folder") from None
