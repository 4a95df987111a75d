"""The pane at the left: the list of chats, what filters and orders it, and its other states."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QToolButton, QWidget

from privatus.core import tag as tags
from privatus.core.marks import Shelf
from privatus.services.listing import ListedConversation, ListFilter
from ui import theme
from ui.chats.arranging import Arranged, Wish, arrange, arrange_beginning
from ui.chats.filter_menus import Chips, FilterMenu, OrderMenu
from ui.chats.model import ChatsModel
from ui.chats.nothing import NothingLikeThat
from ui.chats.selection_bar import SelectionBar
from ui.chats.skeleton import Skeleton
from ui.chats.trash_bar import TrashBar
from ui.chats.view import ChatsView
from ui.i18n import _, ngettext, number
from ui.jobs import error_text
from ui.layouts import button, column, icon_button, label, row
from ui.notices import Notice
from ui.search.target import SearchTarget
from ui.search_field import SearchField
from ui.session import Session
from ui.shell.shell import Shell
from ui.sidebar.contents import nothing_in, title_of
from ui.tags.chips import no_colour
from ui.tasks import Latest

_STATE = "chats-list"
_TYPING_MS = 120


class ListPane(QWidget):
    """Asks for a list, shows it, and says which chat was chosen."""

    chosen = Signal(object)  # ListedConversation, or None
    entered = Signal()  # Enter: to the reader
    selection_changed = Signal()
    import_wanted = Signal()
    wished = Signal()  # the list shows something else now
    tags_wanted = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._session: Session | None = None
        self._latest: Latest | None = None
        self._at_once: Latest | None = None
        self._chosen_id: int | None = None
        self._is_first = True
        self._is_wish_new = True
        # A chat that was asked for before the list was there is shown when it is.
        self._is_awaited = False
        self._next_row = -1
        self.wish = Wish.from_state(shell.settings.state(_STATE))
        self.setProperty("kind", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = ChatsModel(self)
        self.model.on_error = self._on_page_failed
        self.model.dataChanged.connect(self._on_rows_read)
        self.view = ChatsView(self.model)
        self.view.setAccessibleName(_("Chats"))
        self.view.typed.connect(self._on_typed)
        self.view.entered_chat.connect(self.entered)
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._build()

    # Parts.

    def _build(self) -> None:
        self._count = label("", "muted", wraps=False)
        self.filter_button = icon_button("list-filter", _("Filter"))
        self.order_button = icon_button("arrow-up-down", _("Order and groups"))
        self.side_button = icon_button("panel-left", _("Places and folders"), "Ctrl+B")
        self.side_button.clicked.connect(self.tags_wanted)
        for made in (self.filter_button, self.order_button):
            made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._filter_menu = FilterMenu(self.filter_button)
        self._filter_menu.chosen.connect(self.show_wish)
        self._filter_menu.pane_wanted.connect(self.tags_wanted)
        self._order_menu = OrderMenu(self.order_button)
        self._order_menu.chosen.connect(self.show_wish)
        self.filter_field = SearchField(_("Filter by title"))
        self.filter_field.textChanged.connect(self._on_text_changed)
        self.filter_field.installEventFilter(self)
        self.chips = Chips()
        self.chips.chosen.connect(self.show_wish)
        self._states = QStackedWidget()
        self._build_states()
        self.bar = SelectionBar()
        self.bar.done.clicked.connect(self._on_selection_ended)
        self.trash_bar = TrashBar()
        self._title = label("", "heading", wraps=False)
        head = row(self._title, self._count, None, self.side_button, self.filter_button,
                   self.order_button, gap=6)  # fmt: skip
        top = column(head, self.filter_field, self.chips, self.trash_bar, gap=8,
                     margins=(20, 14, 12, 8))  # fmt: skip
        self.setLayout(column(top, self._states, self.bar, gap=0))
        self._show_wish_in_controls()

    def _build_states(self) -> None:
        import_button = button(_("Import chats…"), "primary", "import")
        import_button.clicked.connect(self.import_wanted)
        again = button(_("Try again"), icon_name="refresh-cw")
        again.clicked.connect(self.reload)
        self._loading = Skeleton()
        # Who is here when the list comes is in the list then.
        self._loading.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._empty = Notice(
            "messages-square",
            _("No chats yet"),
            _("Drop an export of ChatGPT, Claude, Gemini or another provider into this window."),
            import_button,
        )
        self.nothing = NothingLikeThat()
        self.nothing.clear_wanted.connect(self.clear_filter)
        self.nothing.search_wanted.connect(self._on_search_wanted)
        self._broken = Notice("circle-alert", _("The list cannot be shown"), "", again,
                              colour="danger")  # fmt: skip
        for widget in (self._loading, self.view, self._empty, self.nothing, self._broken):
            self._states.addWidget(widget)

    # From unlocking to locking.

    def open(self, session: Session) -> None:
        """Show the chats of *session*."""
        self._session = session
        self.view.show_tags_in(session.tags.colour_of)
        session.tags.changed.connect(self._on_tags_read)
        self._on_tags_read()
        self._latest = Latest(session.tasks, self, delay_ms=_TYPING_MS)
        self._at_once = Latest(session.tasks, self, delay_ms=0)
        self.model.open(session.vault.listing, session.tasks)
        work = partial(arrange_beginning, session.vault.listing, self.wish)
        self._at_once.request(work, self._on_beginning, self._on_failed)

    def close_vault(self) -> None:
        """Let go of everything that came from the vault."""
        for asked in (self._latest, self._at_once):
            if asked is not None:
                asked.cancel()
        self._session = self._latest = self._at_once = None
        self.view.show_tags_in(no_colour)
        self._filter_menu.tags = ()
        self.model.close()

    # What is shown.

    @property
    def is_vault_empty(self) -> bool:
        """Say whether there is no chat at all, whatever is filtered."""
        return self._states.currentWidget() is self._empty

    @property
    def is_trash(self) -> bool:
        """Say whether the list shows the trash."""
        return self.wish.filter.shelf is Shelf.TRASH

    def show_wish(self, wish: Wish, *, is_typed: bool = False) -> None:
        """Show what *wish* asks for: now, or when who types makes a pause."""
        if wish == self.wish:
            return
        self.wish, self._is_wish_new = wish, True
        self._shell.settings.set_state(_STATE, wish.to_state())
        self._show_wish_in_controls()
        self.wished.emit()
        self._ask(self._latest if is_typed else self._at_once)

    def clear_filter(self) -> None:
        """Show all chats again."""
        self.show_wish(Wish(ListFilter(), self.wish.order, self.wish.grouping))

    def reload(self) -> None:
        """Read the list anew; what is selected stays so, if it is still there."""
        self._ask(self._at_once)

    def show_tag(self, name: str) -> None:
        """Show the chats that have a tag, or one that lies in it, and no others."""
        self.show_wish(Wish(ListFilter(tag=name), self.wish.order, self.wish.grouping))

    def show_person(self, name: str) -> None:
        """Show the chats in which somebody takes part, and no others."""
        self.show_wish(Wish(ListFilter(person=name), self.wish.order, self.wish.grouping))

    def follow_tag(self, name: str, new_name: str) -> None:
        """Go on showing the chats of a tag that is called otherwise now."""
        wanted = self.wish.filter.tag
        if wanted is not None:
            self.show_wish(self.wish.with_filter(tag=tags.moved(wanted, name, new_name)))

    def reload_tags(self) -> None:
        """Read the list anew, for chats were given tags or lost them."""
        # Which tags there are is read first, where the list shows those of one.
        if self.wish.filter.tag is None:
            self.reload()

    def _on_tags_read(self) -> None:
        if self._session is None:
            return
        known, wanted = self._session.tags.all, self.wish.filter.tag
        self._filter_menu.tags = known
        self.view.viewport().update()
        if wanted is None or not self._session.tags.is_read:
            return
        if any(tags.is_within(each.tag.name, wanted) for each in known):
            self.reload()
        else:
            self.show_wish(self.wish.with_filter(tag=None))

    def _ask(self, asked: Latest | None, *, keeps_rows: bool = False) -> None:
        if self._latest is None or self._at_once is None or self._session is None:
            return
        self._latest.cancel()
        self._at_once.cancel()
        if asked is not None:
            work = partial(arrange, self._session.vault.listing, self.wish)
            on_done = partial(self._on_arranged, keeps_rows=keeps_rows)
            asked.request(work, on_done, self._on_failed)

    def _show_wish_in_controls(self) -> None:
        if self.filter_field.text().strip() != self.wish.filter.title:
            self.filter_field.blockSignals(True)
            self.filter_field.setText(self.wish.filter.title)
            self.filter_field.blockSignals(False)
        self._filter_menu.wish = self._order_menu.wish = self.wish
        self.chips.show_wish(self.wish)
        self._title.setText(title_of(self.wish.filter))
        self.trash_bar.setVisible(self.is_trash)

    def _on_beginning(self, arranged: Arranged) -> None:
        """Show the first rows while the others are still counted."""
        if not arranged.is_beginning:
            self._on_arranged(arranged)
            return
        if arranged.arrangement.ids:
            self._show(arranged, is_whole=False)
        self._ask(self._at_once, keeps_rows=True)

    def _on_arranged(self, arranged: Arranged, *, keeps_rows: bool = False) -> None:
        self._show(arranged, keeps_rows=keeps_rows)
        self._filter_menu.sources = arranged.sources
        self.trash_bar.tell(arranged.trash_days)

    def _show(self, arranged: Arranged, *, is_whole: bool = True, keeps_rows: bool = False) -> None:
        count = len(arranged.arrangement.ids)
        selected = self.model.row_ids(self.view.selected_rows())
        anchor = None if self._is_wish_new else self.view.anchor()
        self._is_wish_new = False
        self.view.shows_counts = is_whole
        self.model.arrange(arranged.arrangement, arranged.groups, keeps_rows=keeps_rows)
        self._count.setText(number(count) if count and is_whole else "")
        self._count.setAccessibleName(ngettext("{n} chat", "{n} chats", count))
        if count:
            self._states.setCurrentWidget(self.view)
            self.view.doItemsLayout()
            self._select_again(selected, anchor)
        elif arranged.is_vault_empty:
            self._states.setCurrentWidget(self._empty)
            self.chosen.emit(None)
        else:
            self.nothing.tell(self.wish.filter.title, *nothing_in(self.wish.filter))
            self._states.setCurrentWidget(self.nothing)
        # A model that was arranged anew takes the selection along, and does not say so.
        self._show_bar()

    def _select_again(self, selected: list[int], anchor: tuple[int, int] | None) -> None:
        if len(selected) > 1 and (rows := self.model.rows_of(selected)):
            self.view.select_rows(rows)
            self.view.scroll_to_anchor(anchor)
            return
        wanted = self._chosen_id if self._chosen_id is not None else next(iter(selected), None)
        found = None if wanted is None else self.model.row_of(wanted)
        if found is None and self._next_row >= 0 and not self._is_awaited:
            found = min(self._next_row, self.model.rowCount() - 1)
        self._next_row = -1
        if found is not None:
            self.view.select_row(found, is_centred=self._is_awaited)
        elif self._is_first and wanted is None:
            self.view.select_row(0)
        if not (self._is_awaited and found is not None):
            self.view.scroll_to_anchor(anchor)
        self._is_first = self._is_awaited = False

    def _on_failed(self, error: BaseException) -> None:
        self._broken.say(_("The list cannot be shown"), error_text(error))
        self._states.setCurrentWidget(self._broken)

    def _on_page_failed(self, error: BaseException) -> None:
        self._shell.tell_error(error)

    # Choosing.

    def choose(self, row_id: int) -> None:
        """Select the conversation *row_id*, now or as soon as the list is there."""
        self._chosen_id, self._is_first = row_id, False
        found = self.model.row_of(row_id)
        if found is not None:
            self.view.select_row(found, is_centred=True)
        else:
            self._is_awaited = True
            self.view.clearSelection()

    def go_on_with_next(self) -> None:
        """Choose what stands next if what is selected is gone from here when the list is read."""
        self._next_row = next(self.view.selected_rows(), -1)

    def step(self, step: int) -> None:
        """Choose the next chat (1) or the one before (-1)."""
        count = self.model.rowCount()
        if count:
            current = self.view.currentIndex().row()
            self.view.select_row(min(max(0, current + step), count - 1))

    def selected(self) -> list[ListedConversation]:
        """Return the selected chats that were read; of a few, these are all."""
        chats = (self.model.chat(selected) for selected in self.view.selected_rows())
        return [chat for chat in chats if chat is not None]

    def _show_bar(self) -> int:
        """Offer what can be done with several; return how many are selected."""
        count = self.view.selected_count()
        self.bar.tell(count, is_trash=self.is_trash)
        return count

    def _on_selection_changed(self) -> None:
        count = self._show_bar()
        self.selection_changed.emit()
        if count == 1:
            selected = next(iter(self.view.selected_rows()))
            self._chosen_id = self.model.row_id(selected)
            chat = self.model.chat(selected)
            if chat is not None:
                self.chosen.emit(chat)
            else:
                self.model.need(selected, selected)

    def _on_rows_read(self) -> None:
        if self.view.selected_count() == 1:
            chat = self.model.chat(next(iter(self.view.selected_rows())))
            if chat is not None:
                self.chosen.emit(chat)

    def _on_selection_ended(self) -> None:
        current = self.view.currentIndex().row()
        if current >= 0:
            self.view.select_row(current)

    # Typing.

    def focus_list(self) -> None:
        """Put the focus where a person goes on with the arrows."""
        shown = self._states.currentWidget()
        lists = (self.view, self._loading)
        next((part for part in lists if part is shown), self.filter_field).setFocus()

    def _on_typed(self, text: str) -> None:
        self.filter_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter_field.setText(self.filter_field.text() + text)

    def _on_text_changed(self, text: str) -> None:
        self.show_wish(self.wish.with_filter(title=text.strip()), is_typed=True)

    def _on_search_wanted(self, words: str) -> None:
        self._shell.go("search", SearchTarget(query=words))

    def _leave_for_nothing(self, words: str, *, is_enter: bool) -> None:
        if is_enter and words:
            self._on_search_wanted(words)
        else:
            self.nothing.focus_first()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.filter_field.text():
                self.filter_field.clear()
                return True
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter or event.key() == Qt.Key.Key_Down:
                if self.nothing.isVisible():
                    self._leave_for_nothing(self.filter_field.text().strip(), is_enter=is_enter)
                    return True
                self.view.setFocus(Qt.FocusReason.TabFocusReason)
                if self.view.selected_count() != 1 and self.model.rowCount():
                    self.view.select_row(0)
                return True
        return super().eventFilter(watched, event)


def least_width() -> int:
    """Return how narrow the pane may be."""
    return theme.px(240)
