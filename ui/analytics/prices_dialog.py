"""What tokens cost, to be changed: a table of models."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from privatus.core.errors import UserError
from privatus.services.prices import Price, PriceTable, shipped_prices
from ui.i18n import _, day, locale
from ui.jobs import error_text
from ui.layouts import button, column, fit, label, row
from ui.style_sheet import set_kind


class _Cells(QStyledItemDelegate):
    """Lets the field in which a cell is edited be called what its column is."""

    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        made = super().createEditor(parent, option, index)
        model = index.model()
        made.setAccessibleName(str(model.headerData(index.column(), Qt.Orientation.Horizontal)))
        return made


class PricesDialog(QDialog):
    """Asks for prices; `prices` is what was said, None: those that came with the program."""

    def __init__(self, table: PriceTable, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Prices of tokens"))
        set_kind(self, "page")
        self.prices: tuple[Price, ...] | None = table.prices if table.is_edited else None
        self._shipped = shipped_prices()
        self._is_touched = False
        self.table = self._make_table()
        self.problem = label("", "error")
        self.problem.hide()
        self.add = button(_("Add a model"), icon_name="plus")
        self.remove = button(_("Remove"), icon_name="trash-2")
        self.reset = button(_("Prices as they came"), icon_name="rotate-ccw")
        self.save = button(_("Save"), "primary")
        self.cancel = button(_("Cancel"))
        self.setLayout(
            column(self._explained(table), self.table, self.problem,
                   row(self.add, self.remove, self.reset, None),
                   row(None, self.cancel, self.save), gap=12, margins=(20, 18, 20, 18))
        )  # fmt: skip
        fit(self, 620, 480)
        self._fill(table.prices)
        self.table.itemChanged.connect(self._on_touched)
        self.add.clicked.connect(self._on_add)
        self.remove.clicked.connect(self._on_remove)
        self.reset.clicked.connect(self._on_reset)
        self.save.clicked.connect(self._on_save)
        self.cancel.clicked.connect(self.reject)

    def _explained(self, table: PriceTable) -> QWidget:
        from datetime import date

        text = _(
            "US dollars for a million tokens. A price counts for all models whose names begin so."
            " Those that came with the program are of {day}; none is looked up. What you change"
            " is sealed in your vault."
        )
        return label(text.format(day=day(date.fromisoformat(table.as_of))), "muted")

    def _make_table(self) -> QTableWidget:
        made = QTableWidget(0, 3)
        made.setHorizontalHeaderLabels([_("Model"), _("Read"), _("Written")])
        made.setAccessibleName(_("Prices of tokens"))
        made.setTabKeyNavigation(False)
        made.setItemDelegate(_Cells(made))
        made.verticalHeader().hide()
        made.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        made.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        return made

    def _fill(self, prices: tuple[Price, ...]) -> None:
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        for price in prices:
            self._put(price.model, price.read, price.written)
        self.table.blockSignals(False)

    def _put(self, model: str, read: float, written: float) -> int:
        at = self.table.rowCount()
        self.table.insertRow(at)
        for place, text in enumerate((model, _shown(read), _shown(written))):
            self.table.setItem(at, place, QTableWidgetItem(text))
        return at

    def _on_touched(self) -> None:
        self._is_touched = True

    def _on_add(self) -> None:
        at = self._put("", 0, 0)
        self.table.setCurrentCell(at, 0)
        self.table.setFocus()
        self.table.edit(self.table.model().index(at, 0))

    def _on_remove(self) -> None:
        if self.table.currentRow() >= 0:
            self.table.removeRow(self.table.currentRow())
            self._is_touched = True

    def _on_reset(self) -> None:
        self._fill(self._shipped.prices)
        self.prices, self._is_touched = None, False

    def _on_save(self) -> None:
        if self._is_touched:
            try:
                found = self._shipped.with_prices(map(self._price, range(self.table.rowCount())))
            except UserError as error:
                self.problem.setText(error_text(error))
                self.problem.show()
                return
            self.prices = found.prices
        self.accept()

    def _price(self, at: int) -> Price:
        texts = []
        for place in range(3):
            item = self.table.item(at, place)
            texts.append("" if item is None else item.text().strip())
        return Price(model=texts[0], read=_number(texts[1]), written=_number(texts[2]))


def _shown(price: float) -> str:
    return locale().toString(float(price), "g", 8)


def _number(text: str) -> float:
    value, is_number = locale().toDouble(text)
    if not is_number:
        value, is_number = float("nan"), False
    return float(value)
