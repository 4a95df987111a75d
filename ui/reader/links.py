"""Links of imported texts: shown as they are and opened only when a person says so."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QWidget

from ui import theme
from ui.i18n import _
from ui.layouts import column, label

_SAFE = re.compile(r"(?:https?://|mailto:)[^\s<>\"\\]+\Z", re.IGNORECASE)
# They turn the direction of what follows, so that an address looks like another.
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MOST_CHARS = 4_000


def safe_target(link: str) -> str | None:
    """Return where *link* leads if a browser may be given it: http, https or mailto."""
    link = link.strip()
    if len(link) > _MOST_CHARS or _TURNS.search(link) or not _SAFE.match(link):
        return None
    return link


def host_of(link: str) -> str:
    """Return the part of an address that says whose it is, as the network knows it."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    if parts.scheme.lower() == "mailto":
        return parts.path.partition("?")[0].rpartition("@")[2]
    host = parts.hostname or ""
    # Letters of other alphabets that look like ours are written out.
    return QUrl.toAce(host).toStdString() if not host.isascii() else host


class LinkDialog(QDialog):
    """Shows where a link really leads, and asks."""

    def __init__(self, link: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Open a link"))
        self.setMinimumWidth(theme.px(460))
        target = safe_target(link)
        shown = QPlainTextEdit(link[:_MOST_CHARS])
        shown.setReadOnly(True)
        shown.setFont(theme.mono_font(13))
        shown.setFixedHeight(theme.px(88))
        shown.setAccessibleName(_("Address"))
        box = QDialogButtonBox()
        if target is None:
            said = _("This link is not of a kind that a browser opens safely.")
        else:
            said = _("Your browser will connect to {host}.").replace("{host}", host_of(target))
            box.addButton(_("Open in the browser"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.copy_button = box.addButton(_("Copy address"), QDialogButtonBox.ButtonRole.ActionRole)
        close = box.addButton(_("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self.setLayout(column(label(said), shown, box, gap=14, margins=(20, 20, 20, 16)))
        close.setDefault(True)
        close.setFocus()


def open_in_browser(link: str) -> bool:
    """Give *link* to the browser if it is safe; return whether it was given."""
    target = safe_target(link)
    return target is not None and QDesktopServices.openUrl(QUrl(target))
