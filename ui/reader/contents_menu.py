"""What is in a message, as a menu: whoever has no mouse reaches links, files and tables by it."""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from ui.i18n import _
from ui.reader.blocks import LINK, Code, Prepared, Table, Words, everything

if TYPE_CHECKING:
    from ui.reader.actions import MessageActions

_MOST = 20
_MOST_CHARS = 60


def add_contents(menu: QMenu, prepared: Prepared, actions: MessageActions) -> None:
    """Offer the links, files, tables and code of a message."""
    blocks = [block for block, _is_folded in everything(prepared.blocks)]
    _add_links(menu, [block for block in blocks if isinstance(block, Words)], actions)
    files = [file for file in prepared.message.attachments if file.open is not None]
    if files:
        inner = menu.addMenu(_("Files"))
        for file in files[:_MOST]:
            if (file.media_type or "").startswith("image/"):
                shown = _("Show {name}").replace("{name}", _short(file.name))
                inner.addAction(shown, partial(actions.view_picture, file))
            saved = _("Save {name}").replace("{name}", _short(file.name))
            inner.addAction(saved, partial(actions.save, file))
    tables = [block for block in blocks if isinstance(block, Table)]
    codes = [block for block in blocks if isinstance(block, Code) and not block.is_continued]
    if tables or codes:
        inner = menu.addMenu(_("Copy a part"))
        for table in tables[:_MOST]:
            head = _short(" | ".join(table.texts[0]))
            inner.addAction(f"{head}  (CSV)", partial(actions.copy_text, as_csv(table)))
        for code in codes[:_MOST]:
            text = code.all_copied
            inner.addAction(_short(text.strip()), partial(actions.copy_text, text))


def _add_links(menu: QMenu, words: list[Words], actions: MessageActions) -> None:
    links = {
        run.target: run.text
        for block in words
        for paragraph in block.paragraphs
        for run in paragraph.runs
        if run.style & LINK and run.target
    }
    if links:
        inner = menu.addMenu(_("Links"))
        for target, text in list(links.items())[:_MOST]:
            inner.addAction(_short(text), partial(actions.follow, target))


def as_csv(table: Table) -> str:
    """Return a table as CSV."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(table.texts)
    return written.getvalue()


def _short(text: str) -> str:
    line = " ".join(text.split()).replace("&", "&&")
    return line if len(line) <= _MOST_CHARS else line[: _MOST_CHARS - 1] + "…"
