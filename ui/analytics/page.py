"""The analytics page: what the archive adds up to, all of it or what a search finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QGridLayout,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from privatus.core.errors import QueryError
from privatus.core.jobs import Progress
from privatus.services.prices import Price
from ui import theme
from ui.analytics import plots
from ui.analytics.bars import BarChart, ColumnChart
from ui.analytics.card import AS_TABLE, SAVE_AS, Card
from ui.analytics.chart import Chart
from ui.analytics.grids import CalendarChart, GridChart
from ui.analytics.loading import Counted, Loader, Rest
from ui.analytics.plot import Point
from ui.analytics.prices_dialog import PricesDialog
from ui.choice_box import ChoiceBox
from ui.commands import Command
from ui.i18n import _, mark, ngettext, number
from ui.jobs import error_text
from ui.layouts import button, column, label, page_margin, row
from ui.notices import Notice
from ui.progress_bar import ProgressBar
from ui.search.faults import said
from ui.search.head import QueryField
from ui.search.target import SearchTarget
from ui.session import Session
from ui.shell.pages import MessageTarget, Page, PageWidget
from ui.shell.shell import Shell
from ui.style_sheet import set_kind
from ui.tasks import Lane

_TWO_FROM = 900
_TABS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_PROGRESS_AFTER_MS = 300
_KEYS = {"png": "Ctrl+Alt+P", "svg": "Ctrl+Alt+G", "csv": "Ctrl+Alt+C"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyticsTarget:
    """A query that is to be counted."""

    query: str = ""


class AnalyticsPage(PageWidget):
    """Plots with one query above all of them."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._session: Session | None = None
        self._loader: Loader | None = None
        self._shown: Counted | None = None
        self.field = QueryField(_("Count only what a search finds"))
        self.field.setMaxLength(4000)
        self.measure = ChoiceBox(140)
        self.measure.setAccessibleName(_("Compare by"))
        self.measure.addItem(_("Messages"), False)
        self.measure.addItem(_("Words"), True)
        self.totals = label("", "muted")
        self.problem = label("", "error")
        self.progress = ProgressBar(_("Counting"))
        self.prices = button(_("Prices…"), "link")
        self.cards = self._make_cards()
        self.area = self._make_area()
        self.empty = self._make_empty()
        self.broken = Notice("circle-alert", _("This cannot be counted."))
        self.waiting = Notice("chart-column", _("Counting…"))
        self.stack = QStackedWidget()
        for each in (self.waiting, self.area, self.empty, self.broken):
            self.stack.addWidget(each)
        head = QWidget()
        set_kind(head, "bar")
        line = row(self.field, self.measure, gap=8)
        line.setStretch(0, 1)
        margins = (20.0, 14.0, 16.0, 8.0)
        head.setLayout(
            column(line, self.totals, self.problem, self.progress, gap=8, margins=margins)
        )
        for hidden in (self.problem, self.progress):
            hidden.hide()
        whole = column(head, gap=0)
        whole.addWidget(self.stack, 1)
        self.setLayout(whole)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_PROGRESS_AFTER_MS)
        self._connect()

    def _make_cards(self) -> dict[str, Card]:
        charts: dict[str, tuple[Chart, bool]] = {
            "activity": (CalendarChart(), True),
            "months": (ColumnChart(), True),
            "hours": (GridChart(), True),
            "sources": (BarChart(), False),
            "models": (BarChart(), False),
            "roles": (BarChart(), False),
            "languages": (BarChart(), False),
            "longest": (BarChart(), False),
            "returned": (BarChart(), False),
            "topics": (GridChart(), True),
            "cost": (BarChart(), False),
            "codes": (BarChart(), False),
            "attachments": (BarChart(), False),
        }
        return {
            name: Card(
                self.shell, chart, *([self.prices] if name == "cost" else []), is_wide=is_wide
            )
            for name, (chart, is_wide) in charts.items()
        }

    def _make_area(self) -> QScrollArea:
        inner = QWidget()
        self._grid = QGridLayout(inner)
        self._columns = 0
        self._grid.setSpacing(theme.px(14))
        margin = theme.px(page_margin())
        self._grid.setContentsMargins(margin, theme.px(10), margin, margin)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _make_empty(self) -> Notice:
        start = button(_("Import chats"), "primary")
        start.clicked.connect(partial(self.shell.go, "imports"))
        return Notice(
            "chart-column", _("Nothing to count yet"),
            _("When chats are imported, you see here when you wrote, with whom, and about what."),
            start,
        )  # fmt: skip

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_typed)
        self.field.enter_pressed.connect(self._on_entered)
        self.field.down_pressed.connect(self._to_plots)
        self.measure.currentIndexChanged.connect(self._show_bars)
        self.prices.clicked.connect(self.edit_prices)
        self._slow.timeout.connect(self.progress.show)
        for card in self.cards.values():
            card.opened.connect(self._on_opened)
            card.chart.installEventFilter(self)
            card.table.installEventFilter(self)
        add = self.shell.commands.add
        for kind, text in SAVE_AS.items():
            run = partial(self._save, kind)
            add(Command(name=f"plot-{kind}", title=text, keys=_KEYS[kind], run=run,
                        icon="download"), owner=self)  # fmt: skip
        add(Command(name="plot-table", title=AS_TABLE, keys="Ctrl+Alt+T", icon="table-2",
                    run=self._switch_table), owner=self)  # fmt: skip
        add(Command(name="token-prices", title=mark("Prices of tokens…"), run=self.edit_prices,
                    icon="sliders-horizontal"), owner=self)  # fmt: skip

    # What the window says.

    def on_open(self, session: Session) -> None:
        self._session = session
        self._loader = loader = Loader(session, self)
        loader.counted.connect(self._on_counted)
        loader.completed.connect(self._on_completed)
        loader.failed.connect(self._on_failed)
        loader.progressed.connect(self._on_progressed)
        session.changed.connect(self._on_vault_changed)
        self._load(at_once=True)

    def on_lock(self) -> None:
        if self._loader is not None:
            self._loader.stop()
        self._slow.stop()
        self.field.blockSignals(True)
        self.field.clear()
        self.totals.clear()
        self._shown = self._session = self._loader = None
        for card in self.cards.values():
            card.forget()

    def on_shown(self) -> None:
        self.field.setFocus()

    def on_target(self, target: object) -> None:
        if isinstance(target, AnalyticsTarget) and target.query != self.field.text():
            self.field.setText(target.query)

    def where(self) -> AnalyticsTarget:
        return AnalyticsTarget(query=self.field.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        QTimer.singleShot(0, self, self._fit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A plot that the keys have come to is to be seen.
        is_by_tab = isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() in _TABS
        if is_by_tab and isinstance(watched, QWidget):
            self.area.ensureWidgetVisible(watched.parentWidget() or watched, 0, theme.px(40))
        return False

    # Counting.

    def _on_typed(self) -> None:
        self._load()

    def _on_entered(self) -> None:
        self._load(at_once=True)

    def _on_vault_changed(self, _noun: str) -> None:
        self._load()

    def _load(self, *, at_once: bool = False) -> None:
        if self._loader is not None:
            self._slow.start()
            self._loader.ask(self.field.text().strip(), at_once=at_once)

    def _on_progressed(self, progress: Progress) -> None:
        self.progress.show_part(progress.fraction)

    def _end_waiting(self) -> None:
        self._slow.stop()
        self.progress.hide()

    def _on_counted(self, counted: Counted) -> None:
        self._end_waiting()
        self.problem.hide()
        self._shown = counted
        found = counted.found
        self.totals.setText(_totals(counted))
        if not found.messages and not found.query:
            self._bring(self.empty)
            return
        self._arrange()
        self.cards["activity"].show_plot(plots.days(found))
        self.cards["months"].show_plot(plots.months(found))
        self.cards["hours"].show_plot(plots.hours(found))
        self.cards["longest"].show_plot(plots.longest(found))
        self.cards["returned"].show_plot(plots.returned(found))
        self.cards["codes"].show_plot(plots.codes(found))
        self.cards["cost"].show_plot(plots.cost(found, counted.cost))
        self._show_bars()
        self._bring(self.area)
        self._fit()

    def _show_bars(self) -> None:
        if self._shown is None:
            return
        found, by_words = self._shown.found, bool(self.measure.currentData())
        self.cards["sources"].show_plot(plots.sources(found, by_words=by_words))
        self.cards["models"].show_plot(plots.models(found, by_words=by_words))
        self.cards["roles"].show_plot(plots.roles(found, by_words=by_words))
        self.cards["languages"].show_plot(plots.languages(found, by_words=by_words))

    def _on_completed(self, rest: Rest) -> None:
        self.cards["topics"].show_plot(plots.topics(rest.topics, rest.query))
        self.cards["attachments"].show_plot(plots.attachments(rest.attachments, rest.query))
        self._fit()

    def _on_failed(self, error: BaseException) -> None:
        self._end_waiting()
        if isinstance(error, QueryError):
            # What was counted last stays: a query is wrong while it is typed.
            self.problem.setText(said(str(error)))
            self.problem.show()
            return
        self.broken.say(_("This cannot be counted."), error_text(error))
        self._bring(self.broken)

    def _bring(self, shown: QWidget) -> None:
        self.stack.setCurrentWidget(shown)

    def _arrange(self) -> None:
        columns = 2 if self.width() >= theme.px(_TWO_FROM) else 1
        if columns == self._columns:
            return
        self._columns = columns
        line = place = 0
        for card in self.cards.values():
            if card.is_wide:
                line, place = line + (1 if place else 0), 0
            self._grid.addWidget(card, line, place, 1, columns if card.is_wide else 1)
            place += columns if card.is_wide else 1
            if place >= columns:
                line, place = line + 1, 0
        for each in range(2):
            self._grid.setColumnStretch(each, int(each < columns))

    def _fit(self) -> None:
        for card in self.cards.values():
            card.fit()

    # What a person does.

    def _to_plots(self) -> None:
        if self.stack.currentWidget() is self.area:
            self.cards["activity"].chart.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_opened(self, point: Point) -> None:
        if point.chat is not None:
            self.shell.open_message(MessageTarget(conversation_id=point.chat))
        elif point.query is not None:
            self.shell.go("search", SearchTarget(query=point.query, order="newest"))

    def _current_card(self) -> Card:
        """Return the card that has the keys, else the first."""
        focus = QApplication.focusWidget()
        held = (card for card in self.cards.values() if focus and card.isAncestorOf(focus))
        return next(held, self.cards["activity"])

    def _save(self, kind: str) -> None:
        self._current_card().save(kind)

    def _switch_table(self) -> None:
        card = self._current_card()
        card.show_as_table(not card.is_table)

    def edit_prices(self) -> None:
        """Ask for prices, and count by them."""
        session = self._session
        if session is not None:
            session.tasks.run(
                lambda _job: session.vault.analytics.prices(),
                owner=self,
                on_done=self._ask_for_prices,
            )

    def _ask_for_prices(self, table: object) -> None:
        dialog = PricesDialog(table, self)  # type: ignore[arg-type]
        former = table.prices if table.is_edited else None  # type: ignore[attr-defined]
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.prices != former:
            self._set_prices(
                dialog.prices,
                partial(self.shell.done, _("Prices changed."), partial(self._set_prices, former)),
            )
        dialog.deleteLater()

    def _set_prices(self, prices: tuple[Price, ...] | None, then: object = None) -> None:
        session = self._session
        if session is None:
            return

        def done(_table: object) -> None:
            self._load(at_once=True)
            if callable(then):
                then()

        session.tasks.run(
            lambda _job: session.vault.analytics.set_prices(prices),
            lane=Lane.WRITE,
            owner=self,
            on_done=done,
        )


def _totals(counted: Counted) -> str:
    found = counted.found
    parts = [
        ngettext("{n} chat", "{n} chats", found.chats),
        plots.messages_text(found.messages),
        plots.words_text(found.words),
        _("about {count} tokens").format(count=number(found.tokens)),
    ]
    if found.undated:
        parts.append(
            ngettext("{n} message without a time", "{n} messages without a time", found.undated)
        )
    return "  ·  ".join(parts)


PAGE = Page(name="analytics", title=mark("Analytics"), icon="chart-column", make=AnalyticsPage)
