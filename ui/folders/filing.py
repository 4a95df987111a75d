"""Puts chats into folders and the trash, off the GUI thread; all of it with a way back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.core.tag import SEPARATOR
from privatus.services.folder_changes import FolderChange
from privatus.services.trash import TrashChange
from ui.folders.chooser import FolderChooser
from ui.i18n import _, ngettext
from ui.purge.purging import ask_to_delete
from ui.session import Session
from ui.shell.changing import Changing
from ui.shell.shell import Shell
from ui.tasks import Lane

# After an opening there is other work to do first; then what is due goes within the hour.
_FIRST_LOOK_MS = 30_000
_LOOK_EVERY_MS = 3_600_000


class Filing(QObject):
    """Acts on chats by the ids that lists have, and on folders by their names."""

    # A folder is called otherwise now.
    moved = Signal(str, str)

    def __init__(self, shell: Shell, session: Session, over: QWidget) -> None:
        super().__init__(over)
        self._shell, self._session, self._over = shell, session, over
        vault = session.vault
        self._trash: Changing[TrashChange] = Changing(
            self, shell, session, "trash", vault.trash.undo
        )
        self._folders: Changing[FolderChange] = Changing(
            self, shell, session, "folders", vault.folders.undo
        )
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_time)
        self._timer.start(_FIRST_LOOK_MS)

    # The trash.

    def throw_away(self, row_ids: Sequence[int]) -> None:
        """Put chats into the trash."""
        if row_ids:
            self._trash.make(partial(_put, self._session.vault, row_ids), _told_put)

    def restore(self, row_ids: Sequence[int]) -> None:
        """Take chats out of the trash."""
        if row_ids:
            self._trash.make(partial(_restore, self._session.vault, row_ids), _told_restored)

    def delete_for_good(self, row_ids: Sequence[int]) -> None:
        """Ask whether chats are to go for good."""
        if row_ids:
            ask_to_delete(self._shell, self._session, self._over, row_ids)

    def empty_trash(self) -> None:
        """Ask whether all that is in the trash is to go for good."""
        self._session.tasks.run(
            partial(_due, self._session.vault), owner=self, on_done=self.delete_for_good
        )

    def keep_for(self, days: int) -> None:
        """Let what is in the trash go by itself after so many days; 0: never."""
        self._session.tasks.run(
            partial(_set_days, self._session.vault, days),
            lane=Lane.WRITE,
            is_owed=True,
            owner=self,
            on_done=partial(self._on_days_set, days),
        )

    def _on_days_set(self, days: int, former: int) -> None:
        self._session.tell_changed("trash")
        if days != former:
            self._shell.done(_told_days(days), partial(self.keep_for, former))

    def _on_time(self) -> None:
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._session.tasks.run(
            partial(_tidy, self._session.vault), lane=Lane.WRITE, owner=self, on_done=self._on_gone
        )

    def _on_gone(self, count: int) -> None:
        if count:
            said = ngettext("A chat left the trash for good", "{n} chats left the trash for good",
                            count)  # fmt: skip
            self._shell.toast(said)
            self._session.tell_changed("conversations")

    # Folders.

    def ask_where(self, row_ids: Sequence[int]) -> FolderChooser | None:
        """Ask into which folder chats are to go."""
        if not row_ids:
            return None
        chooser = FolderChooser(self._session, len(row_ids), self._over)
        chooser.decided.connect(partial(self.put, row_ids))
        chooser.open()
        return chooser

    def put(self, row_ids: Sequence[int], name: str) -> None:
        """Put chats into the folder *name*, or, if it is "", into none."""
        if row_ids:
            work = partial(_put_into, self._session.vault, row_ids, name)
            self._folders.make(work, partial(_told_moved, name))

    def ask_for_folder(self, outer: str = "") -> None:
        """Ask how a new folder is to be called, which lies in *outer*."""
        dialog = QInputDialog(self._over)
        dialog.setWindowTitle(_("New folder"))
        dialog.setLabelText(_("Name of the new folder"))
        dialog.setTextValue(f"{outer}{SEPARATOR}" if outer else "")
        dialog.textValueSelected.connect(self.create)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def create(self, name: str) -> None:
        """Make a folder."""
        if name.strip():
            self._folders.make(partial(_create, self._session.vault, name), _told_created)

    def rename(self, name: str, new_name: str) -> None:
        """Call a folder otherwise, and those that lie in it."""
        work = partial(_rename, self._session.vault, name, new_name)
        on_turned = partial(self._on_renamed, name, new_name)
        self._folders.make(work, _told_renamed, on_turned)

    def _on_renamed(self, name: str, new_name: str, change: FolderChange) -> None:
        is_new = any(folder.name == new_name.strip() for folder in change.after.folders)
        self.moved.emit(*((name, new_name) if is_new else (new_name, name)))

    def move_folder(self, name: str, place: int) -> None:
        """Let a folder stand in another place among its neighbours."""
        work = partial(_move, self._session.vault, name, place)
        self._folders.make(work, _told_placed)

    def delete_folder(self, name: str) -> None:
        """Delete a folder and those that lie in it; the chats stay."""
        self._folders.make(partial(_delete, self._session.vault, name), _told_deleted)


def _put(vault: Vault, row_ids: Sequence[int], _job: Job) -> TrashChange:
    return vault.trash.put(row_ids)


def _restore(vault: Vault, row_ids: Sequence[int], _job: Job) -> TrashChange:
    return vault.trash.restore(row_ids)


def _due(vault: Vault, _job: Job) -> Sequence[int]:
    return vault.trash.due()


def _set_days(vault: Vault, days: int, _job: Job) -> int:
    return vault.trash.set_days(days)


def _tidy(vault: Vault, job: Job) -> int:
    return vault.trash.tidy(job)


def _put_into(vault: Vault, row_ids: Sequence[int], name: str, _job: Job) -> FolderChange:
    return vault.folders.put(name, row_ids) if name else vault.folders.take_out(row_ids)


def _create(vault: Vault, name: str, _job: Job) -> FolderChange:
    return vault.folders.create(name)


def _rename(vault: Vault, name: str, new_name: str, _job: Job) -> FolderChange:
    return vault.folders.rename(name, new_name)


def _move(vault: Vault, name: str, place: int, _job: Job) -> FolderChange:
    return vault.folders.place(name, place)


def _delete(vault: Vault, name: str, _job: Job) -> FolderChange:
    return vault.folders.delete(name)


def _told_put(change: TrashChange) -> str:
    count = change.count
    return (
        ngettext("Chat put into the trash", "{n} chats put into the trash", count) if count else ""
    )


def _told_restored(change: TrashChange) -> str:
    count = change.count
    told = ngettext("Chat taken out of the trash", "{n} chats taken out of the trash", count)
    return told if count else ""


def _told_days(days: int) -> str:
    if not days:
        return _("Nothing leaves the trash by itself now")
    return ngettext("What is in the trash goes after a day now",
                    "What is in the trash goes after {n} days now", days)  # fmt: skip


def _told_moved(name: str, change: FolderChange) -> str:
    count = change.conversations
    if not count:
        return ""
    if not name:
        return ngettext("Chat taken out of its folder", "{n} chats taken out of their folders",
                        count)  # fmt: skip
    # Isolated, so that an Arabic name stays in its place.
    told = ngettext("Chat moved to {folder}", "{n} chats moved to {folder}", count)
    return told.format(folder=f"\u2068{name}\u2069")


def _told_created(_change: FolderChange) -> str:
    return _("Folder made")


def _told_renamed(_change: FolderChange) -> str:
    return _("Folder renamed")


def _told_placed(_change: FolderChange) -> str:
    return _("Folder moved")


def _told_deleted(change: FolderChange) -> str:
    return ngettext("Folder deleted", "{n} folders deleted", len(change.before.folders))
