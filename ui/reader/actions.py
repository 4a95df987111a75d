"""What can be done with a message: copy, read, save, look at, follow a link."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu

from privatus.core.conversation import Attachment
from privatus.core.errors import DeviceError
from privatus.core.jobs import Job
from ui.i18n import _
from ui.reader.blocks import Code
from ui.reader.cells_media import PictureCell
from ui.reader.contents_menu import add_contents
from ui.reader.items import picture_key
from ui.reader.links import LinkDialog, open_in_browser
from ui.reader.pictures import PictureDialog, decode, thumbnail
from ui.reader.selecting import BEHIND_ALL, Position, Request, copy_work
from ui.settings import table
from ui.tasks import Lane

if TYPE_CHECKING:
    from ui.reader.reader import Reader

_ROWS_TO_A_FORK = 200
_FORBIDDEN_IN_NAMES = '<>:"/\\|?*'


class MessageActions(QObject):
    """Does what buttons, menus and keys of the reader say."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._reader = reader
        self._view = reader.view
        self._asked: set[str] = set()
        self.dialog: QDialog | None = None
        self._view.action_asked.connect(self._on_action)
        self._view.link_asked.connect(self.follow)
        self._view.picture_wanted.connect(self._on_picture_wanted)

    def clear(self) -> None:
        """Let go of the chat: close what was opened from it."""
        self._asked.clear()
        if self.dialog is not None:
            self.dialog.close()
            self.dialog = None

    # ------------------------------------------------------------------ menus

    def fill(self, menu: QMenu, number: int) -> None:
        """Offer what can be done with message *number*."""
        if self._view.selecting.span is not None:
            menu.addAction(_("Copy selection"), self.copy)
            menu.addAction(_("Copy selection as Markdown"), self.copy_markdown)
            menu.addSeparator()
        menu.addAction(_("Copy message"), partial(self.copy_message, number))
        menu.addAction(
            _("Copy message as Markdown"), partial(self.copy_message, number, as_markdown=True)
        )
        menu.addAction(_("Copy the message's id"), partial(self._copy_id, number))
        menu.addSeparator()
        menu.addAction(_("Open as text"), partial(self._reader.read, number))
        menu.addAction(_("Show the Markdown"), partial(self._reader.read, number, tab=1))
        menu.addAction(_("Show everything it holds"), partial(self._reader.read, number, tab=2))
        model = self._reader.model
        row = model.path.row(number) if model is not None else None
        prepared = model.get(row) if model is not None and row is not None else None
        if prepared is not None:
            menu.addSeparator()
            add_contents(menu, prepared, self)
        self._offer_branches(menu, number)
        for addition in self._reader.additions:
            addition.fill(menu, number)

    def _offer_branches(self, menu: QMenu, number: int) -> None:
        model = self._reader.model
        if model is None or model.branch_of(number) is None:
            return
        menu.addSeparator()
        for at, sibling in enumerate(model.tree.siblings(number), 1):
            action = menu.addAction(
                _("Branch {n}").replace("{n}", str(at)), partial(self._branch, sibling)
            )
            action.setCheckable(True)
            action.setChecked(sibling == number)
            action.setEnabled(sibling != number)

    def fill_chat(self, menu: QMenu) -> None:
        """Offer what can be done with the whole chat, and how it is read."""
        settings = self._reader.shell.settings
        menu.addAction(_("Select all messages"), self._reader.select_all)
        menu.addAction(_("Copy this branch as Markdown"), self._copy_branch)
        if self._reader.shell.commands.find("print-chat") is not None:
            menu.addAction(self._reader.shell.commands.action("print-chat"))
        for addition in self._reader.additions:
            addition.fill_chat(menu)
        menu.addSeparator()
        size = settings.get(table.TEXT_SIZE)
        larger, smaller = size + 1, size - 1
        menu.addAction(_("Larger text"), partial(settings.set, table.TEXT_SIZE, larger))
        menu.addAction(_("Smaller text"), partial(settings.set, table.TEXT_SIZE, smaller))
        widths = menu.addMenu(_("Width of the text"))
        for width, name in table.READING_WIDTH.choices:
            action = widths.addAction(_(name), partial(settings.set, table.READING_WIDTH, width))
            action.setCheckable(True)
            action.setChecked(settings.get(table.READING_WIDTH) == width)
        wraps = settings.get(table.WRAP_CODE)
        action = menu.addAction(_("Wrap long lines of code"))
        action.setCheckable(True)
        action.setChecked(wraps)
        action.toggled.connect(partial(settings.set, table.WRAP_CODE))

    # ------------------------------------------------------------------ copying

    def copy(self) -> None:
        """Copy what is selected as text; nothing selected: the current message."""
        self._copy(as_markdown=False)

    def copy_markdown(self) -> None:
        """Copy what is selected as Markdown."""
        self._copy(as_markdown=True)

    def _copy(self, *, as_markdown: bool) -> None:
        span = self._view.selecting.span
        model = self._reader.model
        if span is not None:
            self._copy_span(*span, as_markdown=as_markdown)
        elif model is not None and self._view.currentIndex().isValid():
            number = model.path.number(self._view.currentIndex().row())
            self.copy_message(number, as_markdown=as_markdown)

    def copy_message(self, number: int, *, as_markdown: bool = False) -> None:
        """Copy all of message *number*."""
        row = self._reader.model.path.row(number) if self._reader.model else None
        if row is not None:
            self._copy_span(
                Position(row, 0, 0), Position(row, BEHIND_ALL, 0), as_markdown=as_markdown
            )

    def _copy_branch(self) -> None:
        if self._reader.model is not None:
            last = Position(self._reader.model.rowCount(), 0, 0)
            self._copy_span(Position(0, 0, 0), last, as_markdown=True)

    def _copy_span(self, first: Position, last: Position, *, as_markdown: bool) -> None:
        session, model = self._reader.session, self._reader.model
        if session is None or model is None:
            return
        request = Request(
            first=first,
            last=last,
            turned=dict(self._view.choices.turned),
            as_markdown=as_markdown,
        )
        session.tasks.run(copy_work(session, model, request), owner=self, on_done=self._on_copied)

    def _on_copied(self, text: str) -> None:
        self._reader.shell.copy(text, _("Copied"))

    def copy_text(self, text: str) -> None:
        """Copy *text*."""
        self._reader.shell.copy(text, _("Copied"))

    def step_branch(self, step: int) -> None:
        """Show the branch before or after that of the current message."""
        model = self._reader.model
        row = self._view.currentIndex().row()
        if model is None or row < 0:
            return
        # The nearest fork above counts, too: one need not stand exactly on it.
        for at in range(row, max(-1, row - _ROWS_TO_A_FORK), -1):
            number = model.path.number(at)
            siblings = model.tree.siblings(number)
            if len(siblings) > 1:
                self._branch(siblings[(siblings.index(number) + step) % len(siblings)])
                return

    def _copy_id(self, number: int) -> None:
        if self._reader.model is not None:
            self._reader.shell.copy(f"{self._reader.model.conversation_id}.{number}", _("Copied"))

    # ------------------------------------------------------------------ what buttons say

    def _on_action(self, name: str, number: int, about: object) -> None:
        if name == "copy_code" and isinstance(about, Code):
            self._reader.shell.copy(about.all_copied, _("Copied"))
        elif name == "copy_message":
            self.copy_message(number)
        elif name == "read_message":
            self._reader.read(number)
        elif name == "branch" and isinstance(about, int) and self._reader.model is not None:
            self._branch(self._reader.model.tree.siblings(number)[about - 1])
        elif name == "menu":
            row = self._reader.model.path.row(number) if self._reader.model else None
            if row is not None:
                self._view.menu_asked.emit(row, self._view.cursor().pos())
        elif isinstance(about, Attachment):
            self._with_file(name, about)

    def _with_file(self, name: str, attachment: Attachment) -> None:
        if name == "save_file":
            self.save(attachment)
        elif name == "view_picture":
            self.view_picture(attachment)

    def _branch(self, sibling: int) -> None:
        """Show the branch of *sibling* where this one is shown."""
        if self._reader.model is not None:
            self._reader.show_branch(self._reader.model.tree.newest_leaf(sibling), sibling)

    def follow(self, link: str) -> None:
        """Ask whether *link* is to be opened."""
        dialog = LinkDialog(link, self._reader)
        dialog.copy_button.clicked.connect(partial(self._reader.shell.copy, link, _("Copied")))
        dialog.accepted.connect(partial(open_in_browser, link))
        self._show(dialog)

    # ------------------------------------------------------------------ pictures and files

    def _on_picture_wanted(self, number: int, cell: PictureCell) -> None:
        attachment, session = cell.picture.attachment, self._reader.session
        key = picture_key(number, cell.picture)
        if attachment is None or session is None or key in self._asked:
            return
        self._asked.add(key)
        session.tasks.run(
            thumbnail(attachment),
            owner=self,
            on_done=partial(self._on_picture, key, number),
            on_error=partial(self._on_no_picture, key, number),
        )

    def _on_picture(self, key: str, number: int, image: QImage) -> None:
        self._view.take_picture(key, number, image)
        self._asked.discard(key)

    def _on_no_picture(self, key: str, number: int, _error: BaseException) -> None:
        self._view.take_picture(key, number, None)

    def view_picture(self, attachment: Attachment) -> None:
        """Show an image as large as the window."""
        session = self._reader.session
        if session is not None:
            session.tasks.run(
                partial(decode, attachment, None),
                owner=self,
                on_done=partial(self._on_decoded, attachment),
            )

    def _on_decoded(self, attachment: Attachment, image: QImage) -> None:
        dialog = PictureDialog(image, attachment.name, self._reader)
        dialog.save_asked.connect(partial(self.save, attachment))
        self._show(dialog)

    def save(self, attachment: Attachment) -> None:
        """Ask where a file is to go, and write it there, decrypted."""
        path, _kind = QFileDialog.getSaveFileName(
            self._reader, _("Save this file"), safe_name(attachment.name)
        )
        session = self._reader.session
        if path and session is not None:
            session.tasks.run(
                partial(_write, attachment, Path(path)),
                lane=Lane.WRITE,
                owner=self,
                on_done=self._on_saved,
            )

    def _on_saved(self, path: Path) -> None:
        said = _("Saved as {name}. It is not encrypted there.")
        self._reader.shell.toast(said.replace("{name}", path.name), kind="good")

    def _show(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.close()
        self.dialog = dialog
        dialog.finished.connect(self._on_dialog_over)
        dialog.open()

    def _on_dialog_over(self, _result: int) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()


def safe_name(name: str) -> str:
    """Return a file's name without what could lead out of the folder or hide its kind."""
    kept = [
        c
        for c in name.replace("\\", "/").rpartition("/")[2]
        if c.isprintable() and c not in _FORBIDDEN_IN_NAMES
    ]
    return "".join(kept).strip(". ")[:200] or "file"


def _open_private(path: Path) -> BinaryIO:
    # As every export: other people of this computer need not read along.
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def _write(attachment: Attachment, path: Path, job: Job) -> Path:
    if attachment.open is None:
        raise DeviceError("the export did not hold this file, so it cannot be saved")
    try:
        with attachment.open() as stream, _open_private(path) as file:
            while piece := stream.read(1 << 20):
                job.check()
                file.write(piece)
    except OSError:
        raise DeviceError("the file cannot be written there; choose another folder") from None
    return path
