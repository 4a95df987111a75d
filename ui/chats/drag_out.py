"""A chat that is dragged out of the window becomes a Markdown file where it is dropped.

A file manager takes files, so one must be written: for its owner alone, in memory where the
system has such a place, and only until a moment after the drop, or until the vault is locked.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QMimeData, QPoint, QRectF, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.services.listing import ListedConversation
from ui import theme
from ui.chats.model import title_of
from ui.i18n import ngettext
from ui.icons import paint
from ui.session import Session

# A folder for each user that lies in memory and is gone at the end of the session.
_IN_MEMORY = "XDG_RUNTIME_DIR"
# A file manager copies after the drop; a large file takes it a moment.
_KEPT_MS = 30_000
# More at once are for the export.
_MOST_FILES = 50


class DragOut:
    """Writes the files of a drag, carries it out, and takes the files away."""

    def __init__(self, owner: QWidget, session: Session) -> None:
        self._owner, self._session = owner, session
        self._folders: list[Path] = []
        self._is_dragging = False

    def begin(self, chats: Sequence[ListedConversation]) -> None:
        """Prepare the files; the drag begins if the button is still held when they are there."""
        chats = chats[:_MOST_FILES]
        if not chats:
            return
        title = title_of(chats[0]) if len(chats) == 1 else ngettext(
            "{n} chat", "{n} chats", len(chats)
        )  # fmt: skip
        # Known from the start: locked while it is being written, nobody would hear of it.
        folder = Path(tempfile.mkdtemp(prefix="privatus-", dir=os.environ.get(_IN_MEMORY)))
        self._folders.append(folder)
        ids = [chat.summary.id for chat in chats]
        self._session.tasks.run(
            partial(_write, self._session.vault, ids, folder),
            owner=self._owner,
            on_done=partial(self._on_written, title),
        )

    def _on_written(self, title: str, folder: Path) -> None:
        if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._drag(folder, title)
        QTimer.singleShot(_KEPT_MS, self._owner, partial(_remove, folder))

    def _drag(self, folder: Path, title: str) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in sorted(folder.iterdir())])
        drag = QDrag(self._owner)
        drag.setMimeData(mime)
        drag.setPixmap(_label(title, self._owner.devicePixelRatioF()))
        drag.setHotSpot(QPoint(theme.px(14), theme.px(14)))
        self._is_dragging = True
        try:
            drag.exec(Qt.DropAction.CopyAction)
        finally:
            self._is_dragging = False

    def close(self) -> None:
        """Take away what is still there, also at the pointer: the vault is locked."""
        if self._is_dragging:
            QDrag.cancel()
        for folder in self._folders:
            _remove(folder)
        self._folders.clear()


def _write(vault: Vault, ids: Sequence[UUID], folder: Path, job: Job) -> Path:
    try:
        for conversation_id in ids:
            job.check()
            name, text = vault.exports.page(conversation_id)
            (folder / name).write_text(text, encoding="utf-8", errors="replace")
        # Locking stops the job before it takes the folder away; what came between goes here.
        job.check()
    except BaseException:
        _remove(folder)
        raise
    return folder


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _label(title: str, ratio: float) -> QPixmap:
    """Return what hangs at the pointer."""
    width, height = theme.px(220), theme.px(36)
    drawn = QPixmap(round(width * ratio), round(height * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.colour("border_strong"))
    painter.setBrush(theme.colour("raised"))
    edge = QRectF(0.5, 0.5, width - 1, height - 1)
    painter.drawRoundedRect(edge, theme.px(8), theme.px(8))
    side = theme.px(16)
    paint(painter, "file-text", QRectF(theme.px(11), (height - side) / 2, side, side), "accent")
    painter.setFont(theme.font(13))
    painter.setPen(theme.colour("text"))
    room = edge.adjusted(theme.px(36), 0, -theme.px(10), 0)
    text = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, round(room.width()))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
    painter.end()
    return drawn
