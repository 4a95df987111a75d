"""The clipboard: what was copied here is taken out again when the vault is locked."""

from __future__ import annotations

import hashlib

from PySide6.QtCore import QByteArray, QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

# How password managers ask clipboard histories to forget: on KDE, on Windows and on macOS.
_SECRET_FORMATS = {
    "x-kde-passwordManagerHint": b"secret",
    "ExcludeClipboardContentFromMonitorProcessing": b"1",
    "org.nspasteboard.ConcealedType": b"",
}
_SECRET_SECONDS = 45


def forget_selection() -> None:
    """Take away what was last selected here, which X gives to a click of the middle button.

    Qt keeps it when the field or the text is long gone.
    """
    clipboard = QGuiApplication.clipboard()
    if clipboard.supportsSelection() and clipboard.ownsSelection():
        clipboard.clear(QClipboard.Mode.Selection)


class Clipboard(QObject):
    """Copies for a person, and clears what it copied, but nothing of anybody else."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.clear_after_seconds = 0
        self._digest: bytes | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)

    def copy(self, text: str, *, is_secret: bool = False) -> None:
        """Copy *text*; a secret stays for less than a minute, and out of histories."""
        mime = QMimeData()
        mime.setText(text)
        if is_secret:
            for name, value in _SECRET_FORMATS.items():
                mime.setData(name, QByteArray(value))
        self.copy_mime(mime, seconds=_SECRET_SECONDS if is_secret else self.clear_after_seconds)

    def copy_mime(self, mime: QMimeData, *, seconds: int | None = None) -> None:
        """Copy *mime*, which Qt owns from now on."""
        self._digest = _digest(mime)
        QGuiApplication.clipboard().setMimeData(mime)
        seconds = self.clear_after_seconds if seconds is None else seconds
        self._timer.stop()
        if seconds:
            self._timer.start(seconds * 1000)

    def clear(self) -> None:
        """Empty the clipboard if it still holds what was copied here."""
        self._timer.stop()
        digest, self._digest = self._digest, None
        clipboard = QGuiApplication.clipboard()
        if digest is not None and _digest(clipboard.mimeData()) == digest:
            clipboard.clear()


def _digest(mime: QMimeData | None) -> bytes:
    if mime is None:
        return b""
    parts = mime.text().encode("utf-8", "surrogatepass")
    if mime.hasImage():
        parts += b"image"
    return hashlib.sha256(parts).digest()
