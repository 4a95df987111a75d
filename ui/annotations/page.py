"""The page of all notes and highlights: found, narrowed down, changed, exported, opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QStackedWidget

from privatus.bootstrap import Vault
from privatus.core.annotation import FoundAnnotation
from privatus.core.jobs import Job
from privatus.services.annotation_export import save
from ui import theme
from ui.annotations.card import Draft, NoteCard
from ui.annotations.changing import Changing
from ui.annotations.head import Head
from ui.annotations.list_view import NotesView
from ui.annotations.listed import FOUND, Listed, Wish
from ui.annotations.target import NotesTarget
from ui.annotations.tints import NAMES, ORDER
from ui.i18n import _, mark, ngettext
from ui.icons import icon
from ui.jobs import error_text
from ui.layouts import button, column
from ui.notices import Notice
from ui.places import DOCUMENTS, place
from ui.session import Session
from ui.shell.pages import MessageTarget, Page, PageWidget
from ui.shell.shell import Shell
from ui.tags.dots import dot_icon
from ui.tasks import Lane, Latest

_FORMATS = (("markdown", "Markdown", ".md"), ("csv", "CSV", ".csv"), ("json", "JSON", ".json"))


class NotesPage(PageWidget):
    """Lists all annotations; takes a NotesTarget."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._session: Session | None = None
        self._changing: Changing | None = None
        self._latest: Latest | None = None
        self._wanted_row = -1
        self.model = Listed(self)
        self.view = NotesView()
        self.view.setModel(self.model)
        self.head = Head()
        self.empty = Notice(
            "highlighter",
            _("No notes yet"),
            _("Select words of a message and press H to highlight them, or N to write a note."),
        )
        again = button(_("Show all"), icon_name="x")
        again.clicked.connect(self._on_all_wanted)
        self.nothing = Notice("search", _("No note or highlight is like that"), "", again)
        self.loading = Notice("loader-circle", _("Reading the notes…"))
        retry = button(_("Try again"), icon_name="refresh-cw")
        retry.clicked.connect(self.load)
        self.problem = Notice("triangle-alert", _("The notes could not be read"), "", retry)
        self.stack = QStackedWidget()
        for pane in (self.loading, self.view, self.empty, self.nothing, self.problem):
            self.stack.addWidget(pane)
        self.setLayout(column(self.head, self.stack, gap=0))
        self.card = NoteCard(self)
        self._connect()

    def _connect(self) -> None:
        self.head.changed.connect(self._on_wished)
        self.head.tag_chosen.connect(self.load)
        self.head.left_downwards.connect(self._to_list)
        self.head.export.setMenu(self._export_menu())
        self.view.opened.connect(self._on_opened)
        self.view.edit_wanted.connect(self._on_edit_wanted)
        self.view.delete_wanted.connect(self._on_delete_wanted)
        self.view.colour_wanted.connect(self._on_colour_wanted)
        self.view.menu_wanted.connect(self._on_menu_wanted)
        self.view.left_at_top.connect(self.head.field.setFocus)
        self.card.saved.connect(self._on_saved)
        self.card.deleted.connect(self._on_deleted)
        self.card.closed.connect(self.view.setFocus)

    # ------------------------------------------------------------------ from unlocking to locking

    def on_open(self, session: Session) -> None:
        self._session = session
        self._changing = Changing(self.shell, session, self)
        self._latest = Latest(session.tasks, self, delay_ms=0)
        session.changed.connect(self._on_vault_changed)
        session.closing.connect(self.card.save)
        session.tags.changed.connect(self._on_tags_read)
        self._on_tags_read()
        self.load()

    def on_lock(self) -> None:
        if self._session is not None:
            self._session.changed.disconnect(self._on_vault_changed)
            self._session.tags.changed.disconnect(self._on_tags_read)
        self._session = self._changing = self._latest = None
        self.card.leave()
        self.model.fill(())
        self.head.clear()

    def on_shown(self) -> None:
        if self.view.currentIndex().isValid():
            self.view.setFocus()
        else:
            self.head.field.setFocus()

    def on_target(self, target: object) -> None:
        if not isinstance(target, NotesTarget):
            return
        self._wanted_row = target.row
        self.head.put(target.wish or Wish(chat=target.chat), self._chat_title(target))
        self._on_wished()

    def _chat_title(self, target: NotesTarget) -> str:
        chat = target.wish.chat if target.wish else target.chat
        return self.model.title_of(chat) if chat is not None else ""

    def where(self) -> object | None:
        return NotesTarget(wish=self.head.wish, row=self.view.currentIndex().row())

    # ------------------------------------------------------------------ what is shown

    def load(self) -> None:
        """Read the annotations anew; those that are shown stay until they are there."""
        if self._session is None or self._latest is None:
            return
        if not self.model.count:
            self.stack.setCurrentWidget(self.loading)
        work = partial(_read, self._session.vault, self.head.tag)
        self._latest.request(work, self._on_read, self._on_failed)

    def _on_read(self, found: Sequence[FoundAnnotation]) -> None:
        self._keep_place(partial(self.model.fill, found))
        if self.head.wish.chat is not None:
            self.head.name_chat(self.model.title_of(self.head.wish.chat))
        self._show()

    def _on_failed(self, error: BaseException) -> None:
        self.problem.say(_("The notes could not be read"), error_text(error))
        self.stack.setCurrentWidget(self.problem)

    def _on_wished(self) -> None:
        self.model.show(self.head.wish)
        self._show()

    def _keep_place(self, change: partial[None]) -> None:
        """Change the list, and let the current row be the one that was, or where that stood."""
        former = self.view.currentIndex()
        row, was = former.row(), former.data(FOUND)
        change()
        ids = [found.annotation.id for found in self.model.shown]
        if was is not None and was.annotation.id in ids:
            row = ids.index(was.annotation.id)
        if row >= 0 and ids:
            self.view.setCurrentIndex(self.model.index(min(row, len(ids) - 1)))

    def _show(self) -> None:
        shown, count = len(self.model.shown), self.model.count
        self.head.say(shown, count)
        if shown:
            self.stack.setCurrentWidget(self.view)
        else:
            is_narrow = self.head.wish.is_narrow or self.head.tag is not None
            self.stack.setCurrentWidget(self.nothing if is_narrow else self.empty)
        if 0 <= self._wanted_row < shown:
            self.view.setCurrentIndex(self.model.index(self._wanted_row))
            self._wanted_row = -1

    def _on_all_wanted(self) -> None:
        self.head.put(Wish(order=self.head.wish.order), "")
        self.load()
        self._on_wished()
        self.head.field.setFocus()

    def _on_vault_changed(self, what: str) -> None:
        if what in ("annotations", "conversations"):
            self.load()

    def _on_tags_read(self) -> None:
        if self._session is not None:
            self.head.offer_tags([each.tag.name for each in self._session.tags.all])

    # ------------------------------------------------------------------ what a person does

    def _to_list(self) -> None:
        if self.model.shown:
            self.view.setFocus()
            if not self.view.currentIndex().isValid():
                self.view.setCurrentIndex(self.model.index(0))

    def _on_opened(self, index: QModelIndex) -> None:
        found = index.data(FOUND)
        if isinstance(found, FoundAnnotation):
            number, chat = found.annotation.number, found.conversation_id
            self.shell.open_message(
                MessageTarget(
                    conversation_id=chat,
                    message_id=None if number is None else f"{chat}.{number}",
                    annotation_id=found.annotation.id,
                )
            )

    def _on_edit_wanted(self) -> None:
        found = self.view.currentIndex().data(FOUND)
        if isinstance(found, FoundAnnotation):
            self.card.save()
            self.card.open(Draft(found=found), found.annotation.colour)
            top = self.view.visualRect(self.view.currentIndex()).bottom() + self.stack.y()
            most = self.height() - self.card.height() - theme.px(12)
            self.card.move(theme.px(30), max(theme.px(8), min(top, most)))

    def _on_saved(self, draft: Draft, text: str, colour: str | None) -> None:
        if self._changing is not None and draft.found and draft.found.annotation.id is not None:
            self._changing.edit(draft.found.annotation.id, text, colour)

    def _on_deleted(self, annotation_id: int) -> None:
        if self._changing is not None:
            self._changing.remove([annotation_id])

    def _on_delete_wanted(self) -> None:
        ids = [f.annotation.id for f in self.view.selected() if f.annotation.id is not None]
        if ids and self._changing is not None:
            self._changing.remove(ids)

    def _on_colour_wanted(self, colour: str) -> None:
        chosen = [f for f in self.view.selected() if f.annotation.passage is not None]
        if self._changing is None:
            return
        if chosen:
            self._changing.recolour([f.annotation.id or 0 for f in chosen], colour)
        else:
            self.shell.toast(_("Only passages have colours."))

    def _on_menu_wanted(self, where: QPoint) -> None:
        chosen = self.view.selected()
        if not chosen:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(chosen) == 1:
            index = self.view.currentIndex()
            menu.addAction(f"{_('Open')}\t↵", partial(self._on_opened, index))
            menu.addAction(icon("pencil"), f"{_('Edit')}\tF2", self._on_edit_wanted)
        colours = menu.addMenu(icon("palette"), _("Colour"))
        colours.setEnabled(any(f.annotation.passage is not None for f in chosen))
        for at, colour in enumerate(ORDER, 1):
            run = partial(self._on_colour_wanted, colour)
            drawing = dot_icon(colour, theme.px(12))
            colours.addAction(drawing, f"{_(NAMES[colour])}\t{at % 10}", run)
        menu.addSeparator()
        menu.addAction(icon("trash-2"), f"{_('Delete')}\tDel", self._on_delete_wanted)
        menu.popup(where)

    # ------------------------------------------------------------------ export

    def _export_menu(self) -> QMenu:
        menu = QMenu(self.head.export)
        for name, title, suffix in _FORMATS:
            menu.addAction(title, partial(self._on_export_wanted, name, suffix))
        return menu

    def _on_export_wanted(self, name: str, suffix: str) -> None:
        proposed = str(place(DOCUMENTS) / f"{_('Notes')}{suffix}")
        path, _kind = QFileDialog.getSaveFileName(self, _("Export the notes"), proposed)
        if path and self._session is not None:
            # The dialog has asked already whether it may be replaced.
            work = partial(_export, list(self.model.shown), name, Path(path))
            self._session.tasks.run(
                work, lane=Lane.WRITE, owner=self, on_done=partial(self._on_exported, Path(path))
            )

    def _on_exported(self, path: Path, count: int) -> None:
        said = ngettext(
            "{n} note is in {name}. It is not encrypted there.",
            "{n} notes are in {name}. They are not encrypted there.",
            count,
        )
        self.shell.toast(said.replace("{name}", path.name), kind="good")


def _read(vault: Vault, tag: str | None, _job: Job) -> Sequence[FoundAnnotation]:
    return vault.annotations.list(None if tag is None else f'tag:"{tag}"')


def _export(found: list[FoundAnnotation], name: str, path: Path, _job: Job) -> int:
    path.unlink(missing_ok=True)
    return save(found, name, path)


PAGE = Page(name="annotations", title=mark("Notes"), icon="highlighter", make=NotesPage)
