"""The page of imports: from dropping files to the report, and how to get one's chats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QScrollArea, QWidget

from privatus.services.contact_files import CARD_SUFFIX, VCARD_SUFFIXES
from ui.commands import Command
from ui.contacts.target import ContactFiles
from ui.i18n import _, mark
from ui.imports.drop import DropTarget
from ui.imports.guides import Guide
from ui.imports.importing import Importing, Phase
from ui.imports.parts import WIDTH, Footer
from ui.imports.preview_view import PreviewView
from ui.imports.progress_view import ProgressView
from ui.imports.report_view import ReportView
from ui.imports.start_view import GuideView, StartView
from ui.layouts import centred, column, page_margin
from ui.places import DOWNLOADS, place
from ui.session import Session
from ui.shell.pages import Page, PageWidget
from ui.shell.shell import Shell

_CONTACT_SUFFIXES = (*VCARD_SUFFIXES, CARD_SUFFIX)


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """Files to look into; none: the person is asked for some."""

    paths: tuple[Path, ...] = ()


class ImportsPage(PageWidget):
    """Shows the phase that the import is in; takes an ImportTarget or a Guide."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.importing: Importing | None = None
        self.view: QWidget | None = None
        self._area: QScrollArea | None = None
        self._guide: Guide | None = None
        self._shown: tuple[object, ...] = ()
        # The focus was in a view that has gone, and goes on to the next one.
        self._is_awaiting_focus = False
        self._footer: QWidget | None = None
        self._lines = column(gap=0)
        self.setLayout(self._lines)

    # From unlocking to locking.

    def on_open(self, session: Session) -> None:
        self.importing = Importing.of(self.shell, session)
        self.importing.changed.connect(self._on_changed)
        self._on_changed()

    def on_lock(self) -> None:
        if self.importing is not None:
            self.importing.changed.disconnect(self._on_changed)
            self.importing = None
        self._replace(None)

    def on_shown(self) -> None:
        self._is_awaiting_focus = True
        if self.view is not None:
            self._take_focus(self.view)

    def on_target(self, target: object) -> None:
        if isinstance(target, Guide):
            self._guide = target
            self._on_changed()
        elif isinstance(target, ImportTarget):
            if target.paths:
                self.look_into(target.paths)
            else:
                # The page is shown first, and then the dialog over it.
                QTimer.singleShot(0, self, self.ask_for_files)

    def where(self) -> object | None:
        return self._guide

    # What is shown.

    def _on_changed(self) -> None:
        importing = self.importing
        if importing is None:
            return
        if importing.phase is not Phase.START:
            self._guide = None
        # While files are looked into, one preview after the other is not shown yet.
        preview = importing.preview if importing.phase is Phase.READY else None
        shown = (importing.phase, self._guide, preview, importing.outcome)
        if shown != self._shown:
            self._shown = shown
            self._replace(self._made(importing))
        elif isinstance(self.view, ProgressView):
            self.view.show_progress()

    def _made(self, importing: Importing) -> QWidget:
        if importing.phase in (Phase.LOOKING, Phase.RUNNING):
            return ProgressView(importing)
        if importing.preview is not None:
            preview = PreviewView(importing.preview, with_deleted=importing.with_deleted)
            preview.import_wanted.connect(importing.start)
            preview.deleted_wanted.connect(importing.bring_deleted)
            preview.more_wanted.connect(self.ask_for_files)
            preview.cancelled.connect(importing.reset)
            preview.removed.connect(importing.remove)
            return preview
        if importing.outcome is not None:
            report = ReportView(self.shell, importing.outcome)
            report.read_wanted.connect(partial(self.shell.go, "chats"))
            report.again_wanted.connect(importing.reset)
            return report
        if self._guide is not None:
            guide = GuideView(self._guide)
            guide.back_wanted.connect(self._on_guide_left)
            guide.copy_wanted.connect(self._on_address_wanted)
            return guide
        start = StartView()
        start.files_wanted.connect(self.ask_for_files)
        start.folder_wanted.connect(self.ask_for_folder)
        start.guide_wanted.connect(self.on_target)
        return start

    def _replace(self, view: QWidget | None) -> None:
        """Show *view*; the former one is destroyed: it may hold titles."""
        # While a file dialog closes, only the window still knows.
        known = (QApplication.focusWidget(), self.window().focusWidget())
        focused = next(filter(None, known), None)
        if focused is not None and self.isAncestorOf(focused):
            self._is_awaiting_focus = True
        for shown in (self._area, self._footer):
            if shown is not None:
                shown.hide()
                shown.deleteLater()
        self.view, self._area, self._footer = view, None, None
        if view is not None:
            self._area = centred(view, WIDTH, margin=page_margin())
            self._lines.addWidget(self._area, 1)
            self._footer = getattr(view, "footer", None)
            if isinstance(self._footer, Footer):
                self._footer.stand_under(self._area)
                self._lines.addWidget(self._footer)
            # Once it is on the screen: until then it takes none.
            QTimer.singleShot(0, view, partial(self._take_focus, view))

    def _take_focus(self, view: QWidget) -> None:
        if self._is_awaiting_focus and view is self.view:
            self._is_awaiting_focus = False
            self._focus(view)

    @staticmethod
    def _focus(view: QWidget) -> None:
        for name in ("stop_button", "import_button", "read_button", "files_button", "back_button"):
            found = getattr(view, name, None)
            if isinstance(found, QWidget):
                found.setFocus()
                return

    # What a person does.

    def look_into(self, paths: tuple[Path, ...]) -> None:
        """Look into *paths*, unless an import runs."""
        if self.importing is not None and not self.importing.look_into(paths):
            self.shell.toast(_("Wait until this import has ended, then drop the files again."),
                             kind="warn")  # fmt: skip

    def ask_for_files(self) -> None:
        """Let the person choose files to look into."""
        paths, _kind = QFileDialog.getOpenFileNames(
            self, _("Choose exports"), str(place(DOWNLOADS)),
            ";;".join((_("Exports (*.zip *.json *.jsonl *.csv *.html *.txt)"), _("All files (*)"))),
        )  # fmt: skip
        if paths:
            self.look_into(tuple(map(Path, paths)))

    def ask_for_folder(self) -> None:
        """Let the person choose a folder to look into."""
        path = QFileDialog.getExistingDirectory(self, _("Choose an export"), str(place(DOWNLOADS)))
        if path:
            self.look_into((Path(path),))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._guide is not None:
            self._on_guide_left()
        else:
            super().keyPressEvent(event)

    def _on_guide_left(self) -> None:
        self._guide = None
        self._on_changed()

    def _on_address_wanted(self, address: str) -> None:
        self.shell.copy(address, _("Address copied"))


def _install(shell: Shell) -> None:
    shell.commands.add(
        Command(
            name="import",
            title=mark("Import chats…"),
            run=partial(shell.go, "imports", ImportTarget()),
            keys="Ctrl+O",
            icon="import",
        )
    )
    if shell.window.findChild(DropTarget) is None:
        DropTarget(shell.window, partial(_on_dropped, shell))


def _on_dropped(shell: Shell, paths: list[Path]) -> None:
    if shell.session is None:
        shell.toast(_("Unlock the vault, then drop the files again."), kind="warn")
    elif all(path.suffix.lower() in _CONTACT_SUFFIXES for path in paths):
        shell.go("contacts", ContactFiles(tuple(paths)))
    else:
        shell.go("imports", ImportTarget(tuple(paths)))


PAGE = Page(name="imports", title=mark("Import"), icon="import", make=ImportsPage, install=_install)
