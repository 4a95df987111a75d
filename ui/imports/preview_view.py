"""What is in the exports, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QFrame, QWidget

from privatus.core.import_report import Trouble
from privatus.services.import_preview import FilePreview, ImportPreview
from ui.i18n import _, ngettext, number, size
from ui.imports.parts import Badge, Footer, Shares, Tiles, between
from ui.imports.report_rows import sentence
from ui.layouts import breakable, button, card, column, icon_button, label, row

_LISTED = 5


class PreviewView(QWidget):
    """The numbers of all files, a card for each, and the button that imports them."""

    import_wanted = Signal()
    more_wanted = Signal()
    cancelled = Signal()
    removed = Signal(object)  # Path
    deleted_wanted = Signal(bool)  # whether what was deleted for good is to come again

    def __init__(self, preview: ImportPreview, *, with_deleted: bool = False) -> None:
        super().__init__()
        files = preview.files
        news = sum(file.new + file.changed for file in files)
        self.import_button = button(_("Import"), "primary", "import")
        self.import_button.clicked.connect(self.import_wanted)
        self.import_button.setEnabled(bool(files))
        more = button(_("Add more…"), icon_name="plus")
        more.clicked.connect(self.more_wanted)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.cancelled)
        body = column(label(_headline(preview, news), "title"), gap=12)
        if files:
            body.addWidget(Tiles(_tiles_of(files)))
        if deleted := sum(file.deleted for file in files):
            body.addWidget(self._deleted_box(deleted, with_deleted))
        for file in files:
            body.addWidget(self._file_card(file))
        for path, trouble in zip(preview.failed_paths, preview.failed, strict=True):
            body.addWidget(self._failed_card(path, trouble))
        self.setLayout(body)
        self.footer = Footer(body, more, None, cancel, first=self.import_button)

    def _deleted_box(self, deleted: int, is_wanted: bool) -> QCheckBox:
        made = QCheckBox(ngettext("Bring again {n} chat that you deleted for good",
                                  "Bring again {n} chats that you deleted for good",
                                  deleted))  # fmt: skip
        made.setChecked(is_wanted)
        made.toggled.connect(self.deleted_wanted)
        return made

    def _file_card(self, file: FilePreview) -> QFrame:
        told = [ngettext("{n} chat", "{n} chats", file.conversations),
                ngettext("{n} message", "{n} messages", file.messages)]  # fmt: skip
        if file.attachments:
            told.append(ngettext("{n} attachment", "{n} attachments", file.attachments))
        times = between(file.oldest_ms, file.newest_ms)
        state = _state(file)
        lines = column(
            row(label(file.label, "subheading", wraps=False),
                label(size(file.size_bytes), "hint", wraps=False), None, gap=10),
            label(breakable(file.name), "muted"),
            label(" · ".join([*told, *([times] if times else [])])),
            Shares((file.new, file.changed, file.unchanged), state),
            label(state, "hint"),
            gap=5,
        )  # fmt: skip
        self._add_remarks(lines, file)
        return card(self._with_badge(Badge(file.source, 34), lines, file.path), margin=16)

    def _add_remarks(self, lines: QBoxLayout, file: FilePreview) -> None:
        remarks: list[str] = []
        if file.attachments_missing:
            remarks.append(ngettext("{n} attachment is named, but is not in the export.",
                                    "{n} attachments are named, but are not in the export.",
                                    file.attachments_missing))  # fmt: skip
        if file.skipped_count:
            remarks.append(ngettext("{n} record cannot be read and will be left out.",
                                    "{n} records cannot be read and will be left out.",
                                    file.skipped_count))  # fmt: skip
        for remark in remarks:
            lines.addWidget(label(remark, "warn"))
        for trouble in file.skipped[:_LISTED]:
            lines.addWidget(label(breakable(f"{trouble.where}: {sentence(trouble)}"), "hint"))

    def _failed_card(self, path: Path, trouble: Trouble) -> QFrame:
        name = label(breakable(trouble.file), "subheading")
        lines = column(name, label(breakable(f"{sentence(trouble)}.")), gap=4)
        return card(self._with_badge(None, lines, path), "problem", margin=16)

    def _with_badge(self, badge: QWidget | None, lines: QBoxLayout, path: Path) -> QBoxLayout:
        remove = icon_button("x", _("Leave out {file}").format(file=path.name))
        remove.clicked.connect(partial(_remove, self, path))
        made = row(*([badge] if badge is not None else []), lines, remove, gap=14)
        made.setStretch(made.count() - 2, 1)
        for widget in (badge, remove):
            if widget is not None:
                made.setAlignment(widget, Qt.AlignmentFlag.AlignTop)
        return made


def _tiles_of(files: Sequence[FilePreview]) -> list[tuple[int, str]]:
    new, changed = sum(f.new for f in files), sum(f.changed for f in files)
    # As the report counts them: what comes twice comes in once.
    messages = sum(f.messages - f.messages_again for f in files)
    return [
        (new, ngettext("new chat", "new chats", new)),
        (changed, ngettext("changed chat", "changed chats", changed)),
        (sum(f.unchanged for f in files), _("with nothing new")),
        (messages, ngettext("message", "messages", messages)),
    ]


def _headline(preview: ImportPreview, news: int) -> str:
    if not preview.files:
        return _("No chats that Privatus can read")
    if not news:
        return _("Everything is already here")
    return ngettext("{n} chat to import", "{n} chats to import", news)


def _state(file: FilePreview) -> str:
    parts = [
        (file.new, _("{n} new")),
        (file.changed, _("{n} changed")),
        (file.unchanged, _("{n} with nothing new")),
        (file.deleted, _("{n} deleted by you, left out")),
    ]
    return " · ".join(text.format(n=number(count)) for count, text in parts if count)


def _remove(view: PreviewView, path: Path, _on: bool = False) -> None:
    view.removed.emit(path)
