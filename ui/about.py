"""What this program is, of which versions, and on what terms."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QWidget

from ui.clipboard import Clipboard
from ui.emblem import Emblem
from ui.i18n import _
from ui.layouts import button, column, fit, label, row, scrolled
from ui.style_sheet import set_kind

# What runs in the program, and its licence; docs/dependencies.md says more.
_PARTS = (
    ("PySide6-Essentials", "LGPL-3.0"),
    ("sqlcipher3", "zlib; SQLCipher: BSD"),
    ("cryptography", "Apache-2.0 / BSD"),
    ("click", "BSD"),
    ("msgspec", "BSD"),
    ("platformdirs", "MIT"),
    ("zstandard", "BSD"),
    ("rapidfuzz", "MIT"),
    ("markdown-it-py", "MIT"),
    ("Pygments", "BSD"),
    ("zxcvbn", "MIT"),
)
_WITHOUT_VERSION = (
    ("Inter, JetBrains Mono", "SIL OFL 1.1"),
    ("Lucide", "ISC / MIT"),
)


def program_version() -> str:
    """Return the version of the program."""
    return _version_of("privatus") or _("from a checkout")


def versions() -> list[tuple[str, str, str]]:
    """Return name, version and licence of everything in the program."""
    return [
        ("Python", platform.python_version(), "PSF"),
        ("Qt", qVersion(), "LGPL-3.0"),
        *((name, _version_of(name), licence) for name, licence in _PARTS),
        *((name, "", licence) for name, licence in _WITHOUT_VERSION),
    ]


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


class AboutBox(QDialog):
    """Shows all of it, and copies it for a report."""

    def __init__(self, clipboard: Clipboard, parent: QWidget) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self.setWindowTitle(_("About Privatus"))
        fit(self, 460, 520)
        name = label("Privatus", "title")
        number = label(_("Version {version}").format(version=program_version()), "muted")
        head = row(Emblem(56), column(None, name, number, None, gap=2), None, gap=16)
        words = label(
            _(
                "A private, encrypted, searchable archive of your AI chats, on your own computer."
                " Free software under the GNU General Public License, version 3 or later; it comes"
                " without any warranty."
            )
        )
        listed = column(gap=6, margins=(0, 0, 8, 0))
        for part, number_of_part, licence in versions():
            listed.addWidget(_line(part, number_of_part, licence))
        listed.addStretch(1)
        area = scrolled(listed, _("What it is made of"))
        copy = button(_("Copy the versions"), icon_name="copy")
        copy.clicked.connect(self._on_copy)
        close = button(_("Close"))
        close.clicked.connect(self.accept)
        caption = label(_("What it is made of"), "caption")
        foot = row(copy, None, close)
        self.setLayout(column(head, words, 6, caption, area, foot, gap=10, margins=4 * (22,)))

    def _on_copy(self) -> None:
        lines = [f"Privatus {program_version()}", platform.platform()]
        lines += [f"{name} {number}".strip() for name, number, _licence in versions()]
        self._clipboard.copy("\n".join(lines))


def _line(name: str, number: str, licence: str) -> QWidget:
    made = QWidget()
    terms = label(licence, "hint", wraps=False)
    terms.setAlignment(Qt.AlignmentFlag.AlignRight)
    version_label = label(number, "muted", wraps=False)
    set_kind(version_label, "hint")
    line = row(label(name, "small", wraps=False), version_label, None, terms)
    made.setLayout(line)
    return made
