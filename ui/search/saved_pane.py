"""The saved searches beside the results: one click runs one, and one lets go of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from privatus.core.jobs import Job
from privatus.core.saved_search import SavedSearch
from privatus.services.saved_searches import SavedSearchService, SearchChange
from ui import theme
from ui.i18n import _
from ui.icons import icon
from ui.layouts import button, column, empty, icon_button, label, row, tip
from ui.session import Session
from ui.shell.changing import Changing
from ui.shell.shell import Shell
from ui.style_sheet import set_kind

CHANGED = "searches"


class SavedPane(QWidget):
    """Lists them by name; `save` asks for a name in place."""

    chosen = Signal(object)  # SavedSearch
    listed = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._session: Session | None = None
        self.saved: list[SavedSearch] = []
        self._query = ""
        self._order = "relevance"
        self.name = QLineEdit()
        set_kind(self.name, "search")
        self.name.setAccessibleName(_("Name of the saved search"))
        self.name.setPlaceholderText(_("Name"))
        self.name.setMaxLength(100)
        self.name.returnPressed.connect(self._on_named)
        self.keep = button(_("Save"), "primary")
        self.keep.clicked.connect(self._on_named)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.close_form)
        self.form = QWidget()
        self.form.setLayout(column(self.name, row(self.keep, cancel, None), gap=6))
        self.form.hide()
        self._rows = column(gap=0)
        self._caption: QLabel = label(_("Saved searches"), "caption")
        self.setLayout(column(self._caption, self.form, self._rows, gap=6))
        self.hide()

    @property
    def is_asking(self) -> bool:
        """Say whether a name is asked for."""
        return not self.form.isHidden()

    def open(self, session: Session) -> None:
        """Show what is saved in the vault."""
        self._session = session
        session.changed.connect(self._on_changed)
        self.reload()

    def reload(self) -> None:
        """Read them anew."""
        if self._session is not None:
            work = partial(_list, self._session.vault.saved_searches)
            self._session.tasks.run(work, owner=self, on_done=self._on_listed)

    def save(self, query: str, order: str) -> None:
        """Ask for a name, to save *query* under it."""
        self._query, self._order = query, order
        former = next((s.name for s in self.saved if s.query == query), "")
        self.name.setText(former or query[:60])
        self.name.selectAll()
        self.form.show()
        self._caption.show()
        self.show()
        self.name.setFocus()

    def close_form(self) -> None:
        """Ask for no name any more."""
        self.form.hide()
        self._show_rows()

    def _on_named(self) -> None:
        name = self.name.text().strip()
        if name and self._session is not None:
            work = partial(_save, self._session.vault.saved_searches, name, self._query,
                           self._order)  # fmt: skip
            self._change(work, partial(_told_saved, name))
            self.close_form()

    def remove(self, saved: SavedSearch) -> None:
        """Let go of *saved*, with a way back."""
        if self._session is not None:
            searches = self._session.vault.saved_searches
            self._change(partial(_remove, searches, saved), _told_removed)

    def _change(
        self, work: Callable[[Job], SearchChange], told: Callable[[SearchChange], str]
    ) -> None:
        if self._session is not None:
            undo = self._session.vault.saved_searches.undo
            changing: Changing[SearchChange] = Changing(
                self, self._shell, self._session, CHANGED, undo
            )
            changing.make(work, told)

    def _on_changed(self, what: str) -> None:
        if what == CHANGED:
            self.reload()

    def _on_listed(self, saved: list[SavedSearch]) -> None:
        self.saved = saved
        self._show_rows()

    def _show_rows(self) -> None:
        empty(self._rows)
        for each in self.saved:
            self._rows.addWidget(self._row(each))
        has_something = bool(self.saved) or self.is_asking
        self._caption.setVisible(has_something)
        self.setVisible(has_something)
        self.listed.emit()

    def _row(self, saved: SavedSearch) -> QWidget:
        run = button(saved.name, "link", "bookmark")
        run.setToolTip(tip(saved.query))
        run.setAccessibleName(_("Saved search: {name}").format(name=saved.name))
        run.setCursor(Qt.CursorShape.PointingHandCursor)
        run.setMinimumWidth(theme.px(40))
        run.clicked.connect(partial(_choose, self, saved))
        gone = icon_button("x", _("Let go of “{name}”").format(name=saved.name))
        gone.setIcon(icon("x", "faint"))
        gone.setIconSize(QSize(theme.px(13), theme.px(13)))
        gone.clicked.connect(partial(_let_go, self, saved))
        made = QWidget()
        made.setLayout(row(run, None, gone, gap=2))
        return made


def _choose(pane: SavedPane, saved: SavedSearch, _is_checked: bool = False) -> None:
    pane.chosen.emit(saved)


def _let_go(pane: SavedPane, saved: SavedSearch, _is_checked: bool = False) -> None:
    pane.remove(saved)


def _list(searches: SavedSearchService, _job: Job) -> list[SavedSearch]:
    return searches.list()


def _save(
    searches: SavedSearchService, name: str, query: str, order: str, _job: Job
) -> SearchChange:
    return searches.keep(name, query, order)


def _remove(searches: SavedSearchService, saved: SavedSearch, _job: Job) -> SearchChange:
    return searches.remove(saved)


def _told_saved(name: str, _change: SearchChange) -> str:
    return _("Saved as “{name}”").format(name=name)


def _told_removed(_change: SearchChange) -> str:
    return _("The saved search is gone")
