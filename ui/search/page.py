"""The search page: everything that was ever said, found, narrowed down and opened in its place."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QStackedWidget, QWidget

from privatus.core.errors import QueryError, TamperedError
from privatus.core.saved_search import SavedSearch
from privatus.services.wording import narrowed
from ui import theme
from ui.chats.export_dialog import ExportDialog
from ui.commands import Command
from ui.i18n import _, mark, ngettext
from ui.layouts import button, column, row
from ui.search import summary
from ui.search.facets_pane import FacetsPane
from ui.search.head import Head
from ui.search.health import HealthBar
from ui.search.instead import Instead
from ui.search.palette import install
from ui.search.panes import StartPane
from ui.search.recent import Recent
from ui.search.results import ResultsModel
from ui.search.results_view import ResultsView
from ui.search.saved_pane import SavedPane
from ui.search.searcher import Answer, Asked, Counts, Searcher
from ui.search.target import Order, SearchTarget
from ui.session import Session
from ui.shell.pages import MessageTarget, Page, PageWidget
from ui.shell.shell import Shell
from ui.style_sheet import set_kind
from ui.tags.found import TagFound

_SIDE = 264
_WIDE_FROM = 780


class SearchPage(PageWidget):
    """What is typed is searched; a result opens at its message."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._session: Session | None = None
        self._searcher: Searcher | None = None
        self._answer: Answer | None = None
        self._place: SearchTarget | None = None
        # Where there is room it is there until it is put away, elsewhere when it is asked for.
        self._is_side_wanted, self._is_side_asked = True, False
        self._keeps_focus = self._is_coming_back = False
        # Enter was pressed before there was an answer to what stands in the field.
        self._is_entered = False
        self.head = Head()
        self.health = HealthBar(shell)
        self.model = ResultsModel(self)
        self.view = ResultsView()
        self.view.setModel(self.model)
        # Below the last of the best, where there are others.
        self.rest = button("", "link", "chevron-down")
        self.results = QWidget()
        self.results.setLayout(column(self.view, self.rest, gap=0))
        self.start = StartPane(shell)
        self.message = Instead()
        self.facets = FacetsPane()
        self.saved = SavedPane(shell)
        self.stack = QStackedWidget()
        for each in (self.start, self.results, self.message):
            self.stack.addWidget(each)
        # Whatever the widest button of another pane would like.
        self.stack.setMinimumWidth(1)
        self.side = self._make_side()
        body = row(self.stack, self.side, gap=0)
        body.setStretch(0, 1)
        whole = column(self.head, self.health, gap=0)
        whole.addLayout(body, 1)
        self.setLayout(whole)
        self._connect()

    def _make_side(self) -> QWidget:
        inner = QWidget()
        inner.setLayout(column(self.saved, self.facets, None, gap=18, margins=(14, 16, 10, 16)))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        side = QWidget()
        set_kind(side, "side")
        side.setAccessibleName(_("Narrow the search"))
        side.setLayout(column(area, gap=0))
        return side

    def _connect(self) -> None:
        self.head.changed.connect(self._on_query_changed)
        self.head.field.down_pressed.connect(self._to_results)
        self.head.field.enter_pressed.connect(self._on_enter)
        self.head.save_wanted.connect(self._on_save_wanted)
        self.head.export_wanted.connect(self._on_export_wanted)
        self.tagging = TagFound(self, self.shell, self.head)
        self.head.tag.clicked.connect(self.tagging.ask)
        self.head.facets_toggled.connect(self._on_facets_toggled)
        self.view.opened.connect(self._on_opened)
        self.view.left_at_top.connect(self.head.field.setFocus)
        self.view.typed.connect(self._on_typed_in_list)
        self.start.chosen.connect(self._on_chosen)
        self.message.chosen.connect(self._on_chosen)
        self.message.mend_wanted.connect(self.health.mend)
        self.facets.narrowed.connect(self._on_narrowed)
        self.saved.chosen.connect(self._on_saved_chosen)
        self.saved.listed.connect(self._show_side)
        self.health.mended.connect(self._search)
        self.rest.clicked.connect(self._on_rest_wanted)
        self.shell.commands.add(
            Command(name="save-search", title=mark("Save this search"), keys="Ctrl+D",
                    icon="bookmark-plus", run=self._on_save_wanted), owner=self
        )  # fmt: skip

    # What the window says.

    def on_open(self, session: Session) -> None:
        self._session = session
        self._searcher = searcher = Searcher(session, self)
        searcher.answered.connect(self._on_answered)
        searcher.continued.connect(self._on_continued)
        searcher.counted.connect(self._on_counted)
        searcher.failed.connect(self._on_failed)
        self.model.more_wanted.connect(searcher.more)
        session.changed.connect(self._on_vault_changed)
        self.health.open(session)
        self.health.level.connect(searcher.count_again)
        self.saved.open(session)
        self.start.open(session)
        self._show_start()

    def on_lock(self) -> None:
        if self._searcher is not None:
            self._searcher.stop()
        self.model.show((), None)
        self.head.field.clear()
        self._answer = self._session = self._searcher = None

    def on_shown(self) -> None:
        if self._keeps_focus:
            # The place among the results, to which a person came back.
            self._keeps_focus = False
        else:
            self.head.field.setFocus()
            self.head.field.selectAll()
        if self._session is not None and not self.head.query:
            self.start.show_recent(Recent.of(self._session))

    def on_target(self, target: object) -> None:
        if not isinstance(target, SearchTarget):
            return
        is_shown = self._is_answered(target.query, target.order)
        if is_shown and target.row < 0:
            return
        self._keeps_focus = self._is_coming_back = target.row >= 0
        if not is_shown:
            self.head.put(target.query, target.order)
        self._place = target
        if is_shown:
            self._restore()
        else:
            self._search()

    def where(self) -> SearchTarget | None:
        if not self.head.query:
            return None
        return SearchTarget(
            query=self.head.query,
            order=self.head.chosen_order,
            row=self.view.currentIndex().row(),
            scroll=self.view.verticalScrollBar().value(),
            loaded=len(self.model.hits),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_side()

    # Searching.

    def _on_query_changed(self) -> None:
        self._place, self._is_entered = None, False
        self._search()

    def _is_answered(self, query: str, order: Order) -> bool:
        return self._answer is not None and self._answer.asked == Asked(query, order)

    def _search(self) -> None:
        if self._searcher is None:
            return
        query = self.head.query
        self.head.offer_saving(is_searching=bool(query))
        if not query:
            self._searcher.stop()
            self._answer = None
            self._show_start()
            return
        at_least = self._place.loaded if self._place is not None else 0
        self._searcher.search(Asked(query, self.head.chosen_order), at_least=at_least)

    def _show_start(self) -> None:
        self.model.show((), None)
        self.facets.hide()
        self.head.offer_saving(is_searching=False)
        if self._session is not None:
            self.start.show_recent(Recent.of(self._session))
        self._bring(self.start)
        self._show_side()

    def _on_answered(self, answer: Answer) -> None:
        self._answer = answer
        self.head.count.say(summary.count_line(answer))
        self.health.say(summary.notes_line(answer))
        self.model.show(answer.result.hits, answer.result.next_skip)
        if not answer.result.hits:
            self._show_nothing(answer)
            return
        self._bring(self.results)
        self._show_rest(answer)
        self.view.scrollToTop()
        self._restore()
        self._show_side()
        if self._is_entered and self.head.field.hasFocus():
            self._on_enter()

    def _on_continued(self, answer: Answer) -> None:
        self.model.add(answer.result.hits, answer.result.next_skip)
        self._show_rest(answer)

    def _show_rest(self, answer: Answer) -> None:
        """Say at the end of the best that there are others, which were not compared."""
        within = answer.result.ranked_within
        self.rest.setVisible(within is not None and answer.result.next_skip is None)
        self.rest.setText(
            ngettext("This was the best of the newest {n}. Show all, newest first",
                     "These were the best of the newest {n}. Show all, newest first", within or 0)
        )  # fmt: skip

    def _on_counted(self, counts: Counts) -> None:
        if self._answer is not None:
            self.facets.show_facets(self._answer.result.query, counts.facets)
            self.health.show_waiting(counts.waiting)
            self._show_side()

    def _restore(self) -> None:
        """Go back to the place where the person was among the results."""
        place, self._place = self._place, None
        is_back, self._is_coming_back = self._is_coming_back, False
        if place is None:
            return
        if place.row >= 0:
            self.view.setCurrentIndex(self.model.index(place.row))
            if is_back:
                self.view.setFocus()
        # The bar knows its range once the rows are laid out.
        QTimer.singleShot(0, self.view, partial(self._scroll, place.scroll))

    def _scroll(self, value: int) -> None:
        self.view.verticalScrollBar().setValue(value)

    def _bring(self, pane: QWidget) -> None:
        """Show *pane* below the field; who was in another one goes on typing."""
        former, focus = self.stack.currentWidget(), QApplication.focusWidget()
        if former is not pane and focus is not None and self.stack.isAncestorOf(focus):
            self.head.field.setFocus()
        self.stack.setCurrentWidget(pane)
        self.head.offer_results(has_results=pane is self.results)

    # What is shown where no results are.

    def _show_nothing(self, answer: Answer) -> None:
        self.message.show_nothing(answer.asked.query, answer.result.suggestions)
        self._bring(self.start if self.start.is_empty else self.message)

    def _on_failed(self, error: BaseException) -> None:
        self.model.stop()
        self._is_entered = False
        if isinstance(error, QueryError):
            self.message.show_fault(str(error), error.nearest)
        elif isinstance(error, TamperedError):
            self.message.show_damage()
        else:
            self.shell.tell_error(error)
            return
        self._answer = None
        self.model.show((), None)
        self.health.say("")
        self.facets.hide()
        self._bring(self.message)
        self._show_side()

    # What a person does.

    def _to_results(self) -> None:
        if self.stack.currentWidget() is self.results and self.model.hits:
            self.view.setFocus()
            if self.view.currentIndex().row() < 0:
                self.view.setCurrentIndex(self.model.index(0))

    def _on_enter(self) -> None:
        self._is_entered = not self._is_answered(self.head.query, self.head.chosen_order)
        if self._is_entered:
            return
        if self.stack.currentWidget() is self.results and self.model.hits:
            row = max(0, self.view.currentIndex().row())
            self._on_opened(self.model.index(row))

    def _on_opened(self, index: QModelIndex) -> None:
        hit = self.model.hit(index.row())
        if hit is None or self._answer is None or self._session is None:
            return
        self.view.setCurrentIndex(index)
        recent = Recent.of(self._session)
        recent.searched(self.head.query)
        recent.opened(hit)
        self.shell.open_message(
            MessageTarget(
                conversation_id=hit.conversation_id,
                message_id=hit.message_id,
                words=() if hit.note is not None else self._answer.result.words,
                annotation_id=hit.annotation_id,
            )
        )

    def _on_chosen(self, query: str) -> None:
        self.head.put(query)
        self.head.field.setFocus()

    def _on_rest_wanted(self) -> None:
        self.head.put(self.head.query, "newest")

    def _on_narrowed(self, kind: str, value: str) -> None:
        if self._answer is not None:
            self.head.put(narrowed(self.head.query, kind, value))

    def _on_saved_chosen(self, saved: SavedSearch) -> None:
        order = saved.order if saved.order in ("relevance", "newest", "oldest") else "relevance"
        self.head.put(saved.query, order)  # type: ignore[arg-type]

    def _on_save_wanted(self) -> None:
        if self.head.query:
            self.side.show()
            self.saved.save(self.head.query, self.head.chosen_order)
            self._show_side()

    def _on_export_wanted(self) -> None:
        if self._session is None or not self.head.query:
            return
        dialog = ExportDialog(self.shell, self._session, None, self, self.head.query)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_typed_in_list(self, text: str) -> None:
        self.head.field.setFocus()
        self.head.field.end(False)
        self.head.field.insert(text)

    def _on_facets_toggled(self, is_wanted: bool) -> None:
        if self._has_room:
            self._is_side_wanted = is_wanted
        else:
            self._is_side_asked = is_wanted
        self._show_side()

    def _on_vault_changed(self, what: str) -> None:
        if what == "conversations" and self.head.query:
            self._place = self.where()
            self._search()

    @property
    def _has_room(self) -> bool:
        return self.width() >= theme.px(_WIDE_FROM)

    def _show_side(self) -> None:
        """Show what narrows the search where there is room, or where it was asked for."""
        has_something = not self.facets.isHidden() or not self.saved.isHidden()
        is_wanted = self._is_side_wanted if self._has_room else self._is_side_asked
        is_shown = has_something and (is_wanted or self.saved.is_asking)
        # In a narrow window at a large zoom it would leave no room for what it narrows.
        self.side.setFixedWidth(min(theme.px(_SIDE), self.width() // 2))
        self.side.setVisible(is_shown)
        self.head.offer_side(is_shown=is_shown, is_empty=not has_something)


PAGE = Page(
    name="search",
    title=mark("Search"),
    icon="search",
    keys="Ctrl+Shift+F",
    make=SearchPage,
    install=install,
)
