"""The head of the search page: the field, its filters, and how the results are ordered."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from privatus.services.wording import without_filter
from ui import theme
from ui.choice_box import ChoiceBox
from ui.elided_label import ElidedLabel
from ui.i18n import _, mark
from ui.layouts import column, icon_button, row
from ui.search.chips import Chips
from ui.search.target import Order
from ui.search_field import SearchField
from ui.style_sheet import set_kind

ORDERS: tuple[tuple[Order, str], ...] = (
    ("relevance", mark("Best first")),
    ("newest", mark("Newest first")),
    ("oldest", mark("Oldest first")),
)


class QueryField(SearchField):
    """Where a search is typed; Down and Enter lead on to the results."""

    down_pressed = Signal()
    enter_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.down_pressed.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter_pressed.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class Head(QWidget):
    """Says what is searched; `changed` tells when that is something else."""

    changed = Signal()
    save_wanted = Signal()
    export_wanted = Signal()
    facets_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        set_kind(self, "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.field = _field()
        self.field.textChanged.connect(self._on_typed)
        self.save = icon_button("bookmark-plus", _("Save this search"), "Ctrl+D")
        self.save.clicked.connect(self.save_wanted)
        self.tag = icon_button("tag", _("Tag what was found"), "Ctrl+T")
        self.export = icon_button("download", _("Export what was found"))
        self.export.clicked.connect(self.export_wanted)
        self.facets = icon_button("list-filter", _("Narrow the search"))
        self.facets.setCheckable(True)
        self.facets.clicked.connect(self.facets_toggled)
        for each in (self.save, self.tag, self.export, self.facets):
            each.setIconSize(QSize(theme.px(19), theme.px(19)))
        self.chips = Chips()
        self.chips.removed.connect(self._on_chip_removed)
        self.count = ElidedLabel("muted")
        self.order = ChoiceBox()
        self.order.setAccessibleName(_("Order"))
        for name, title in ORDERS:
            self.order.addItem(_(title), name)
        self.order.currentIndexChanged.connect(self.changed)
        self.below = QWidget()
        below = row(self.count, self.order)
        below.setStretch(0, 1)
        self.below.setLayout(below)
        self.setLayout(
            column(row(self.field, 4, self.save, self.tag, self.export, self.facets, gap=2),
                   self.chips, self.below, gap=8, margins=(20, 14, 16, 8))
        )  # fmt: skip
        self.offer_saving(is_searching=False)
        self.offer_results(has_results=False)

    @property
    def query(self) -> str:
        """Return what is searched."""
        return self.field.text().strip()

    @property
    def chosen_order(self) -> Order:
        """Return how the results are to be ordered."""
        order: Order = self.order.currentData()
        return order

    def put(self, query: str, order: Order | None = None) -> None:
        """Search for something else, as if it had been typed."""
        self.order.blockSignals(True)
        if order is not None:
            self.order.setCurrentIndex(max(0, self.order.findData(order)))
        self.order.blockSignals(False)
        if query != self.field.text():
            self.field.setText(query)
        else:
            self.changed.emit()

    def offer_saving(self, *, is_searching: bool) -> None:
        """Offer to save the search, if something is searched."""
        self.save.setVisible(is_searching)

    def offer_results(self, *, has_results: bool) -> None:
        """Offer what is for results, if there are any."""
        for each in (self.tag, self.export, self.below):
            each.setVisible(has_results)

    def offer_side(self, *, is_shown: bool, is_empty: bool) -> None:
        """Say on its button whether what narrows the search is shown; no button if it is empty."""
        self.facets.setChecked(is_shown)
        self.facets.setVisible(not is_empty)

    def _on_typed(self, text: str) -> None:
        self.chips.show_filters(text)
        self.changed.emit()

    def _on_chip_removed(self, said: object) -> None:
        self.put(without_filter(self.field.text(), said))  # type: ignore[arg-type]
        self.field.setFocus()


def _field() -> QueryField:
    field = QueryField(_("Search every chat"))
    field.setMinimumHeight(theme.px(40))
    field.setFont(theme.font(15))
    field.setMaxLength(4000)
    return field
