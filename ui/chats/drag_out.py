"""A chat that is dragged out of the window becomes a Markdown file where it is dropped.

A file manager takes files, so one must be written: for its owner alone, in memory where the
system has such a place, and only until a moment after the drop, or until the vault is locked. It
is written when the pointer leaves the window, so that what is dragged within it writes nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from uuid import UUID

from PySide6.QtCore import (
    QByteArray,
    QMetaType,
    QMimeData,
    QObject,
    QPoint,
    QRectF,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import QDrag, QPainter, QPixmap
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
_URLS = "text/uri-list"
# Who dropped them waits for no longer than that: the window stands still meanwhile.
_MOST_S = 10


class DragOut:
    """Carries chats to the pointer, writes their files when they leave, and takes them away."""

    def __init__(self, owner: QWidget, session: Session) -> None:
        self._owner, self._session = owner, session
        self._folders: list[Path] = []
        self._is_dragging = False

    def begin(self, chats: Sequence[ListedConversation]) -> None:
        """Drag *chats* until they are dropped.

        Nothing is written as long as they are dropped within the window: on a folder, on a tag.
        """
        chats = chats[:_MOST_FILES]
        if not chats:
            return
        title = title_of(chats[0]) if len(chats) == 1 else ngettext(
            "{n} chat", "{n} chats", len(chats)
        )  # fmt: skip
        files = _Files(partial(self._begin_writing, [chat.summary.id for chat in chats]))
        drag = QDrag(self._owner)
        drag.setMimeData(files)
        drag.setPixmap(_label(title, self._owner.devicePixelRatioF()))
        drag.setHotSpot(QPoint(theme.px(14), theme.px(14)))
        drag.targetChanged.connect(partial(_on_target_changed, files))
        self._is_dragging = True
        try:
            drag.exec(Qt.DropAction.CopyAction)
        finally:
            self._is_dragging = False
            if files.folder is not None:
                QTimer.singleShot(_KEPT_MS, self._owner, partial(_remove, files.folder))

    def _begin_writing(self, ids: Sequence[UUID]) -> tuple[Path, Event]:
        """Write the files of chats off the GUI thread; return where, and what is set at the end."""
        # Known from the start: locked while it is being written, nobody would hear of it.
        folder = Path(tempfile.mkdtemp(prefix="privatus-", dir=os.environ.get(_IN_MEMORY)))
        self._folders.append(folder)
        is_written = Event()
        work = partial(_write, self._session.vault, ids, folder, is_written)
        self._session.tasks.run(work, owner=self._owner)
        return folder, is_written

    def close(self) -> None:
        """Take away what is still there, also at the pointer: the vault is locked."""
        if self._is_dragging:
            QDrag.cancel()
        for folder in self._folders:
            _remove(folder)
        self._folders.clear()


class _Files(QMimeData):
    """Files that are written when somebody else asks for them, or is about to."""

    def __init__(self, begin: Callable[[], tuple[Path, Event]]) -> None:
        super().__init__()
        self._begin = begin
        self._is_written: Event | None = None
        self.folder: Path | None = None

    def begin(self) -> None:
        """Begin to write them, if nobody has."""
        if self._is_written is None:
            self.folder, self._is_written = self._begin()

    def formats(self) -> list[str]:
        return [_URLS]

    def hasFormat(self, kind: str) -> bool:
        return kind == _URLS

    def retrieveData(self, kind: str, wanted: QMetaType | QMetaType.Type) -> object:
        if kind != _URLS:
            return None
        self.begin()
        # They were begun when the pointer left the window, so that there is little to wait for.
        if self.folder is None or self._is_written is None or not self._is_written.wait(_MOST_S):
            return None
        urls = [QUrl.fromLocalFile(str(path)) for path in sorted(self.folder.iterdir())]
        if isinstance(wanted, QMetaType) and wanted.id() == QMetaType.Type.QVariantList.value:
            return urls
        lines = (bytes(url.toEncoded().data()) + b"\r\n" for url in urls)
        return QByteArray(b"".join(lines))


def _on_target_changed(files: _Files, target: QObject | None) -> None:
    # Over another program there is no object of ours.
    if target is None:
        files.begin()


def _write(vault: Vault, ids: Sequence[UUID], folder: Path, is_written: Event, job: Job) -> None:
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
    else:
        is_written.set()


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
