"""Asks whether something is to be purged, and does it: for every menu that offers it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.core.purging import Purged, PurgePreview
from ui.i18n import _, ngettext
from ui.purge.dialog import PurgeDialog
from ui.session import Session
from ui.shell.shell import Shell
from ui.tasks import Lane

Act = Callable[[Job, bool], Purged]


def ask_to_purge_history(
    shell: Shell,
    session: Session,
    over: QWidget,
    conversation_id: UUID,
    numbers: Collection[int] | None = None,
) -> None:
    """Ask whether former wordings of a chat, or of these messages of it, are to go for good."""
    purging = session.vault.purging

    def act(job: Job, with_copy: bool) -> Purged:
        return purging.purge_history(conversation_id, numbers, with_copy=with_copy, job=job)

    def look(_job: Job) -> PurgePreview:
        return purging.preview(conversation_id, numbers)

    session.tasks.run(
        look, lane=Lane.READ, owner=over, on_done=partial(_ask, shell, session, over, act)
    )


def ask_to_delete(shell: Shell, session: Session, over: QWidget, row_ids: Sequence[int]) -> None:
    """Ask whether chats, as lists hold them, are to go for good."""
    purging = session.vault.purging

    def act(job: Job, with_copy: bool) -> Purged:
        return purging.destroy(row_ids, with_copy=with_copy, job=job)

    def look(_job: Job) -> PurgePreview:
        return purging.preview_destroy(row_ids)

    session.tasks.run(
        look, lane=Lane.READ, owner=over, on_done=partial(_ask, shell, session, over, act)
    )


def ask_to_delete_chat(
    shell: Shell, session: Session, over: QWidget, conversation_id: UUID
) -> None:
    """Ask whether one chat is to go for good."""
    session.tasks.run(
        partial(_row_ids, session.vault, conversation_id),
        lane=Lane.READ,
        owner=over,
        on_done=partial(ask_to_delete, shell, session, over),
    )


def _row_ids(vault: Vault, conversation_id: UUID, _job: Job) -> list[int]:
    return vault.purging.row_ids([conversation_id])


def _ask(shell: Shell, session: Session, over: QWidget, act: Act, preview: PurgePreview) -> None:
    if preview.is_empty:
        shell.toast(_("There is nothing to purge: this was not changed, or purged already."))
        return
    dialog = PurgeDialog(preview, over)
    dialog.decided.connect(partial(_begin, shell, session, act))
    dialog.open()


def _begin(shell: Shell, session: Session, act: Act, with_copy: bool) -> None:
    shell.jobs.start(
        session.tasks,
        _("Purging"),
        partial(_act, act, with_copy),
        lane=Lane.WRITE,
        on_done=partial(_on_purged, shell, session),
        remark=_told,
    )


def _act(act: Act, with_copy: bool, job: Job) -> Purged:
    return act(job, with_copy)


def _on_purged(shell: Shell, session: Session, done: Purged) -> None:
    # It holds words that are not to come back.
    shell.forget_done()
    session.tell_changed("conversations")
    shell.toast(f"{_told(done)}.", kind="good")


def _told(done: Purged) -> str:
    if done.conversations:
        return ngettext(
            "{n} chat deleted for good", "{n} chats deleted for good", done.conversations
        )
    return ngettext("{n} former wording purged", "{n} former wordings purged", done.wordings)
