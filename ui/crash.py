"""When something goes wrong that should not: what happened is shown, and sent nowhere.

The report says where in the program it happened and of what kind it was. It leaves out the words
of the error and the values of variables, which could hold texts of the vault.
"""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QWidget

from privatus.core.errors import PrivatusError
from ui import theme
from ui.about import program_version
from ui.clipboard import Clipboard
from ui.i18n import _
from ui.layouts import button, column, fit, label, row

log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[1]


def report(error: BaseException) -> str:
    """Return what may be said of *error*: its kind, and where it came from."""
    lines = [
        f"Privatus {program_version()}",
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}",
        datetime.now(UTC).isoformat(timespec="seconds"),
        "",
    ]
    current: BaseException | None = error
    while current is not None:
        lines.append(type(current).__name__)
        lines += [
            f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(current.__traceback__)
        ]
        current = current.__cause__ or current.__context__
    return "\n".join(lines)


def _place(filename: str) -> str:
    """Return where a file is without the folders of this computer."""
    path = Path(filename)
    for root in (_ROOT, *(Path(entry) for entry in sys.path if entry)):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name


class CrashDialog(QDialog):
    """Shows the report, and saves or copies it if a person wants that."""

    def __init__(self, text: str, clipboard: Clipboard, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._text, self._clipboard = text, clipboard
        self.setWindowTitle(_("Something went wrong"))
        fit(self, 560, 420)
        about = label(
            _(
                "The program met a fault of its own. Your vault is as it was: every change is"
                " written whole or not at all. This is all that a report would hold; it is sent"
                " nowhere."
            )
        )
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setFont(theme.mono_font(12))
        self.text.setAccessibleName(_("Report"))
        self.remark = label("", "hint")
        save = button(_("Save…"))
        save.clicked.connect(self._on_save)
        copy = button(_("Copy"))
        copy.clicked.connect(self._on_copy)
        close = button(_("Go on"), "primary")
        close.clicked.connect(self.accept)
        foot = row(save, copy, self.remark, None, close)
        title = label(_("Something went wrong that should not"), "heading")
        self.setLayout(column(title, about, self.text, foot, gap=12, margins=4 * (22,)))

    def save(self, path: Path) -> None:
        """Write the report to *path*."""
        try:
            path.write_text(self._text, encoding="utf-8")
        except OSError:
            self.remark.setText(_("It cannot be written there."))
            return
        self.remark.setText(_("Saved."))

    def _on_save(self) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Save the report"), str(Path.home() / "privatus-report.txt")
        )
        if chosen:
            self.save(Path(chosen))

    def _on_copy(self) -> None:
        self._clipboard.copy(self._text)
        self.remark.setText(_("Copied."))


def install(tell: Callable[[BaseException], object]) -> Callable[[], None]:
    """Give *tell* what nobody caught, on any thread; return what undoes it.

    *tell* is called on the thread on which the error arose.
    """
    former, former_thread = sys.excepthook, threading.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            former(kind, error, trace)
            return
        log.error("%s was not caught", kind.__name__)
        tell(error)

    def thread_hook(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            hook(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def undo() -> None:
        sys.excepthook, threading.excepthook = former, former_thread

    sys.excepthook, threading.excepthook = hook, thread_hook
    return undo


def is_fault(error: BaseException) -> bool:
    """Say whether *error* is a fault of ours, and nothing that a person can put right."""
    return not isinstance(error, PrivatusError)
