"""What can be done with the selected chats: by menu, by key, by dragging."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu

from privatus.core.marks import SETTABLE, Mark
from ui.chats.drag_out import DragOut
from ui.chats.export_dialog import ExportDialog
from ui.chats.list_pane import ListPane
from ui.chats.marking import Marks
from ui.chats.model import title_of
from ui.chats.paper import print_chat, proposed_name, write_pdf
from ui.chats.printing import ask_printer
from ui.folders.filing import Filing
from ui.i18n import _, ngettext
from ui.icons import icon
from ui.merging.merging import Merging
from ui.places import DOCUMENTS, place
from ui.session import Session
from ui.shell.shell import Shell
from ui.summaries.titles import Naming
from ui.tags.giving import Giving
from ui.tasks import Lane

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

# More rows than were read can be selected; their titles would have to be read for this.
_MOST_TITLES = 2000


class ChatActions(QObject):
    """Acts on what is selected in a ListPane."""

    def __init__(self, pane: ListPane, shell: Shell, session: Session) -> None:
        super().__init__(pane)
        self._pane, self._shell, self._session = pane, shell, session
        self._drag_out = DragOut(pane.view, session)
        self.marks = Marks(pane, shell, session)
        self.tags = Giving(shell, session, pane)
        self.naming = Naming(shell, session, pane)
        self.filing = Filing(shell, session, pane)
        self.merging = Merging(shell, session, pane)
        view = pane.view
        view.menu_wanted.connect(self._on_menu_wanted)
        view.drag_wanted.connect(self._on_drag_wanted)
        pane.selection_changed.connect(self._on_selection_changed)
        bar = pane.bar
        for mark, made in bar.mark_buttons.items():
            made.clicked.connect(partial(self._on_mark_clicked, mark))
        for clicked, act in (
            (bar.tags, self.tag_selected),
            (bar.folder, self.move),
            (bar.export, self.export_selected),
            (bar.copy, self.copy_titles),
            (bar.trash, self.throw_away),
            (bar.restore, self.restore),
        ):
            clicked.clicked.connect(act)
        pane.trash_bar.empty_wanted.connect(self.filing.empty_trash)
        pane.trash_bar.days_chosen.connect(self.filing.keep_for)
        for text, keys, act in (
            (_("Copy the titles"), QKeySequence.StandardKey.Copy, self.copy_titles),
            (_("Rename…"), "F2", self.rename),
        ):
            action = QAction(text, view)
            action.setShortcut(keys)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(act)
            view.addAction(action)

    def ask_rules(self) -> None:
        """Show the rules that give tags."""
        self.tags.ask_rules()

    def close(self) -> None:
        """Let go of everything: the vault is locked."""
        self._drag_out.close()

    def menu(self) -> QMenu:
        """Return the menu for what is selected."""
        menu = QMenu(self._pane)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        count = self._pane.view.selected_count()
        if count == 1:
            menu.addAction(icon("book-open"), _("Read"), self._pane.entered.emit)
            menu.addSeparator()
        if count:
            if self._pane.is_trash:
                self._add_ways_out(menu, count)
            else:
                self._add_marks(menu, count)
                self._add_places(menu, count)
                self.naming.fill(menu)
                if count > 1:
                    merge = ngettext("Merge this chat…", "Merge {n} chats…", count)
                    menu.addAction(icon("layers"), merge, self.merge_selected)
            menu.addSeparator()
            menu.addAction(
                icon("copy"),
                ngettext("Copy the title", "Copy {n} titles", count),
                self.copy_titles,
            ).setEnabled(count <= _MOST_TITLES)
            menu.addAction(
                icon("file-down"),
                ngettext("Export this chat…", "Export {n} chats…", count),
                self.export_selected,
            )
            if count == 1:
                menu.addAction(icon("file-text"), _("Save as PDF…"), self.save_as_pdf)
                menu.addAction(icon("printer"), _("Print…"), self.print_selected)
            menu.addSeparator()
        menu.addAction(icon("square-check"), _("Select all"), self._pane.view.selectAll)
        menu.addAction(icon("download"), _("Export all chats…"), self.export_all)
        return menu

    def _add_marks(self, menu: QMenu, count: int) -> None:
        for mark in SETTABLE:
            marking = self.marks.offered(mark)
            action = menu.addAction(icon(marking.icon), marking.offer(count))
            action.triggered.connect(partial(self._on_mark_clicked, mark))
        menu.addSeparator()

    def rename(self) -> None:
        """Ask for another title of the selected chat, which is the one that is read."""
        if self._pane.view.selected_count() == 1:
            self._shell.commands.run("rename-chat")

    def _add_places(self, menu: QMenu, count: int) -> None:
        if count == 1:
            menu.addAction(icon("type"), f"{_('Rename…')}\tF2", self.rename)
        tags = ngettext("Tags…", "Tags of {n} chats…", count)
        menu.addAction(icon("tag"), tags, self.tag_selected)
        move = ngettext("Move to a folder…", "Move {n} chats to a folder…", count)
        menu.addAction(icon("folder"), move, self.move)
        put = ngettext("Put into the trash", "Put {n} chats into the trash", count)
        menu.addAction(icon("trash-2"), put, self.throw_away)

    def _add_ways_out(self, menu: QMenu, count: int) -> None:
        out = ngettext("Take out of the trash", "Take {n} chats out of the trash", count)
        menu.addAction(icon("undo-2"), out, self.restore)
        delete = ngettext("Delete for good…", "Delete {n} chats for good…", count)
        menu.addAction(icon("trash-2"), delete, self.delete_for_good)

    def _selected(self) -> list[int]:
        return self._pane.model.row_ids(self._pane.view.selected_rows())

    def move(self, _checked: bool = False) -> None:
        """Ask into which folder what is selected is to go."""
        if not self._pane.is_trash:
            self._pane.go_on_with_next()
            self.filing.ask_where(self._selected())

    def throw_away(self, _checked: bool = False) -> None:
        """Put what is selected into the trash."""
        if not self._pane.is_trash:
            self._pane.go_on_with_next()
            self.filing.throw_away(self._selected())

    def restore(self, _checked: bool = False) -> None:
        """Take what is selected out of the trash."""
        if self._pane.is_trash:
            self._pane.go_on_with_next()
            self.filing.restore(self._selected())

    def delete_for_good(self) -> None:
        """Ask whether what is selected in the trash is to go for good."""
        if self._pane.is_trash:
            self.filing.delete_for_good(self._selected())

    def empty_trash(self) -> None:
        """Ask whether all that is in the trash is to go for good."""
        self.filing.empty_trash()

    def tag_selected(self, _checked: bool = False) -> None:
        """Ask which tags the selected chats are to have."""
        self.tags.ask(self._pane.model.row_ids(self._pane.view.selected_rows()))

    def merge_selected(self) -> None:
        """Ask how the selected chats are to become one."""
        self.merging.ask(self._pane.model.row_ids(self._pane.view.selected_rows()))

    def copy_titles(self) -> None:
        """Copy the titles of what is selected, one a line."""
        chats = self._pane.selected()
        if chats:
            said = ngettext("Title copied", "{n} titles copied", len(chats))
            self._shell.copy("\n".join(map(title_of, chats)), said)

    def export_selected(self) -> None:
        """Ask how to export what is selected."""
        rows = self._pane.view.selected_rows()
        self._export(self._pane.model.row_ids(rows))

    def save_as_pdf(self) -> None:
        """Ask where to write the selected chat as a PDF, and write it."""
        chat = next(iter(self._pane.selected()), None)
        if chat is None:
            return
        path, _kind = QFileDialog.getSaveFileName(
            self._pane, _("Save as PDF"), str(place(DOCUMENTS) / proposed_name(chat)), "PDF (*.pdf)"
        )
        if path:
            self._shell.jobs.start(
                self._session.tasks,
                _("PDF"),
                partial(write_pdf, self._session.vault, chat, Path(path)),
                lane=Lane.CPU,
                on_done=partial(self._on_pdf_written, Path(path)),
            )

    def _on_pdf_written(self, path: Path, _result: None) -> None:
        self._shell.toast(_("Saved as {file}.").format(file=path.name), kind="good")

    def print_selected(self) -> None:
        """Ask on which printer the selected chat is to be printed, and print it."""
        chat = next(iter(self._pane.selected()), None)
        if chat is not None:
            self.print_chat(chat.summary.id)

    def print_chat(self, conversation_id: UUID) -> None:
        """Ask on which printer a chat is to be printed, and print it."""
        ask_printer(self._pane, partial(self.print_on, conversation_id=conversation_id))

    def print_on(self, printer: QPrinter, conversation_id: UUID) -> None:
        """Print a chat on *printer*."""
        self._shell.jobs.start(
            self._session.tasks,
            _("Printing"),
            partial(print_chat, self._session.vault, conversation_id, printer),
            lane=Lane.CPU,
            on_done=self._on_printed,
        )

    def _on_printed(self, _result: None) -> None:
        self._shell.toast(_("The chat was given to the printer."), kind="good")

    def export_all(self) -> None:
        """Ask how to export everything."""
        self._export(None)

    def _export(self, row_ids: list[int] | None) -> None:
        if row_ids != []:
            dialog = ExportDialog(self._shell, self._session, row_ids, self._pane)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _on_menu_wanted(self, point: QPoint) -> None:
        self.menu().popup(point)

    def _on_mark_clicked(self, mark: Mark, _checked: bool = False) -> None:
        self.marks.toggle(mark)

    def _on_selection_changed(self) -> None:
        """Let the buttons say what they would do."""
        count = self._pane.view.selected_count()
        if count < 2:
            return
        for mark, made in self._pane.bar.mark_buttons.items():
            marking = self.marks.offered(mark)
            made.setIcon(icon(marking.icon))
            made.setToolTip(marking.offer(count))
            made.setAccessibleName(marking.offer(count))

    def _on_drag_wanted(self) -> None:
        self._drag_out.begin(self._pane.selected())
