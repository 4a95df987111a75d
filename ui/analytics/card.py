"""A card with one plot: its title, the plot or its table, and the menu of both."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ui import theme
from ui.analytics import saving
from ui.analytics.chart import Chart
from ui.analytics.plot import Cell, Plot
from ui.i18n import _, mark, number
from ui.layouts import column, icon_button, label, row
from ui.places import DOCUMENTS, place
from ui.shell.shell import Shell
from ui.style_sheet import set_kind

_TABLE = 260
SAVE_AS = {
    "png": mark("Save as PNG…"),
    "svg": mark("Save as SVG…"),
    "csv": mark("Save the numbers as CSV…"),
}
_FILTERS = {"png": "PNG (*.png)", "svg": "SVG (*.svg)", "csv": "CSV (*.csv)"}
AS_TABLE, AS_PLOT = mark("Show as a table"), mark("Show as a plot")


class Card(QFrame):
    """Shows one plot; `is_wide`: it takes the whole width."""

    opened = Signal(object)  # the Point

    def __init__(
        self, shell: Shell, chart: Chart, *extra: QPushButton, is_wide: bool = False
    ) -> None:
        super().__init__()
        set_kind(self, "card")
        self._shell = shell
        self.chart = chart
        self.is_wide = is_wide
        self.title = label("", "subheading")
        self.hint = label("", "muted")
        self.hint.hide()
        self.nothing = label(_("Nothing to show."), "muted")
        self.table = QTableWidget()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.setFixedHeight(theme.px(_TABLE))
        self.menu_button = icon_button("ellipsis", "")
        self.menu_button.clicked.connect(self._on_menu_wanted)
        self._stack = QStackedWidget()
        for each in (chart, self.table, self.nothing):
            self._stack.addWidget(each)
        head = row(self.title, *extra, self.menu_button, gap=8)
        head.setStretch(0, 1)
        margins = (20.0, 14.0, 16.0, 18.0)
        self.setLayout(column(head, self.hint, self._stack, None, gap=8, margins=margins))
        chart.opened.connect(self.opened)
        chart.customContextMenuRequested.connect(self._on_context_menu)

    @property
    def is_table(self) -> bool:
        return self._stack.currentWidget() is self.table

    def show_plot(self, plot: Plot) -> None:
        """Show other numbers."""
        self.title.setText(plot.title)
        self.hint.setText(plot.hint)
        self.hint.setVisible(bool(plot.hint and plot.points))
        self.menu_button.setAccessibleName(_("Menu of {plot}").format(plot=plot.title))
        self.menu_button.setToolTip(_("Save, or show as a table"))
        self.menu_button.setEnabled(bool(plot.points))
        self.setAccessibleName(plot.title)
        self.table.setAccessibleName(_("{plot}, as a table").format(plot=plot.title))
        self.chart.show_plot(plot)
        if not plot.points:
            self._show(self.nothing)
        elif self.is_table:
            self._fill_table()
        else:
            self._show(self.chart)

    def show_as_table(self, is_table: bool) -> None:
        """Show the numbers as a table, or as a plot again."""
        had_focus = self.chart.hasFocus() or self.table.hasFocus()
        if is_table:
            self._fill_table()
        shown = self.table if is_table else self.chart
        self._show(shown)
        if had_focus:
            shown.setFocus()

    def _show(self, shown: QWidget) -> None:
        self._stack.setCurrentWidget(shown)
        self.fit()

    def fit(self) -> None:
        """Be as tall as what is shown."""
        shown = self._stack.currentWidget()
        tall = theme.px(_TABLE) if shown is self.table else self.nothing.sizeHint().height()
        self._stack.setFixedHeight(self.chart.height() if shown is self.chart else tall)

    def forget(self) -> None:
        """Let go of all that is shown."""
        self.chart.forget()
        self.table.clear()
        self.table.setRowCount(0)

    def _fill_table(self) -> None:
        plot = self.chart.plot
        if plot is None:
            return
        self.table.clear()
        self.table.setRowCount(len(plot.rows))
        self.table.setColumnCount(len(plot.headers))
        self.table.setHorizontalHeaderLabels(plot.headers)
        for at, cells in enumerate(plot.rows):
            for place_, cell in enumerate(cells):
                self.table.setItem(at, place_, _item(cell))
        self.table.resizeColumnsToContents()

    def menu(self) -> QMenu:
        """Return what can be done with the plot."""
        menu = QMenu(self)
        for kind, text in SAVE_AS.items():
            action = QAction(_(text), menu)
            action.triggered.connect(partial(self.save, kind))
            menu.addAction(action)
        menu.addSeparator()
        table = QAction(_(AS_PLOT if self.is_table else AS_TABLE), menu)
        table.triggered.connect(partial(self.show_as_table, not self.is_table))
        menu.addAction(table)
        return menu

    def _on_menu_wanted(self) -> None:
        self._pop_up(self.menu_button.mapToGlobal(QPoint(0, self.menu_button.height())))

    def _on_context_menu(self, at: QPoint) -> None:
        self._pop_up(self.chart.viewport().mapToGlobal(at))

    def _pop_up(self, at: QPoint) -> None:
        if self.chart.plot is not None and self.chart.plot.points:
            menu = self.menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(at)

    def save(self, kind: str, _checked: bool = False) -> None:
        """Ask where to write the plot as a file of *kind*, and write it."""
        plot = self.chart.plot
        if plot is None or not plot.points:
            return
        proposed = str(place(DOCUMENTS) / f"privatus-{plot.name}.{kind}")
        path, _kind = QFileDialog.getSaveFileName(
            self, _(SAVE_AS[kind]).rstrip("…"), proposed, _FILTERS[kind]
        )
        session = self._shell.session
        if path and session is not None:
            content = saving.FORMATS[kind](self.chart)
            session.tasks.run(
                lambda _job: saving.write(content, Path(path)),
                owner=self,
                on_done=partial(self._on_saved, Path(path)),
            )

    def _on_saved(self, path: Path, _result: None) -> None:
        said = _("Saved as {file}. It is not encrypted.").format(file=path.name)
        self._shell.toast(said, kind="good")


def _item(cell: Cell) -> QTableWidgetItem:
    if isinstance(cell, str):
        return QTableWidgetItem(cell)
    item = QTableWidgetItem(number(cell, 2) if isinstance(cell, float) else number(cell))
    item.setTextAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
    return item
