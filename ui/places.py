"""Where a dialog for files begins: in a folder that is there.

In one that is not, Qt takes its name for that of a file, and nothing can be opened.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices

DOWNLOADS = QStandardPaths.StandardLocation.DownloadLocation
DOCUMENTS = QStandardPaths.StandardLocation.DocumentsLocation


def nearest(folder: Path) -> Path:
    """Return *folder*, or the nearest one above it that is there."""
    return next((found for found in (folder, *folder.parents) if found.is_dir()), Path.home())


def place(kind: QStandardPaths.StandardLocation) -> Path:
    """Return the person's folder for *kind*, or the nearest one above it that is there."""
    return nearest(Path(QStandardPaths.writableLocation(kind) or Path.home()))


def open_folder(folder: Path) -> None:
    """Let the desktop show *folder*, which is one of this computer and no address."""
    if folder.is_absolute() and folder.is_dir():
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
