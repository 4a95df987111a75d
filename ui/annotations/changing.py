"""Changes annotations off the GUI thread, and offers to take that back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from privatus.bootstrap import Vault
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from privatus.services.annotation_changes import AnnotationChange
from ui.annotations.selected import Selected, spans_of
from ui.i18n import _, ngettext
from ui.shell.changing import Changing as Changes

if TYPE_CHECKING:
    from ui.session import Session
    from ui.shell.shell import Shell

MOST_MESSAGES = 200
Work = Callable[[Vault, Job], AnnotationChange]


class Changing(QObject):
    """Hands changes in, and tells of them."""

    def __init__(self, shell: Shell, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._vault = session.vault
        self._changes: Changes[AnnotationChange] = Changes(
            self, shell, session, "annotations", session.vault.annotations.undo
        )

    def change(self, work: Work, told: Callable[[AnnotationChange], str]) -> None:
        """Change annotations by *work*; *told* says what was done, and Undo stands beside it."""
        self._changes.make(partial(_work, self._vault, work), told)

    def highlight(self, selected: Selected, colour: str) -> None:
        """Highlight what is selected; what has just this colour loses it."""
        self.change(partial(_highlighted, selected=selected, colour=colour), _told)

    def note(self, selected: Selected, text: str, colour: str | None) -> None:
        """Attach a note to what is selected."""
        self.change(partial(_noted, selected=selected, text=text, colour=colour), _told)

    def add(self, target: str, text: str) -> None:
        """Attach a note to a whole message, or a chat."""
        self.change(partial(_added, target=target, text=text), _told)

    def edit(self, annotation_id: int, text: str, colour: str | None) -> None:
        """Give an annotation another text and colour."""
        self.change(partial(_edited, annotation_id=annotation_id, text=text, colour=colour), _told)

    def recolour(self, annotation_ids: Sequence[int], colour: str) -> None:
        """Give annotations a colour."""
        self.change(partial(_recoloured, annotation_ids=annotation_ids, colour=colour), _told)

    def remove(self, annotation_ids: Sequence[int]) -> None:
        """Remove annotations."""
        self.change(partial(_removed, annotation_ids=annotation_ids), _told)


def _told(change: AnnotationChange) -> str:
    """Say what was done."""
    count = len(change.annotations)
    if not count:
        return ""
    is_note = any(annotation.text for annotation in change.annotations)
    if change.before and change.after:
        return _("Note changed") if is_note else _("Highlight changed")
    if change.after:
        return _("Noted") if is_note else _("Highlighted")
    if is_note:
        return ngettext("Note deleted", "{n} notes deleted", count)
    return ngettext("Highlight removed", "{n} highlights removed", count)


def _work(vault: Vault, work: Work, job: Job) -> AnnotationChange:
    return work(vault, job)


def _highlighted(vault: Vault, job: Job, *, selected: Selected, colour: str) -> AnnotationChange:
    changes: list[AnnotationChange] = []
    there: list[int] = []
    spans = spans_of(vault, selected, job)
    for target, span in spans:
        former = next((f for f in vault.annotations.of(target) if f.place.span == span), None)
        if former is None or former.annotation.id is None:
            changes.append(vault.annotations.add(target, span=span, colour=colour))
        elif former.annotation.colour == colour:
            there.append(former.annotation.id)
        else:
            changes.append(vault.annotations.edit(former.annotation.id, colour=colour))
    if len(there) == len(spans):
        changes += [_without_colour(vault, annotation_id) for annotation_id in there]
    return AnnotationChange.joined(changes)


def _without_colour(vault: Vault, annotation_id: int) -> AnnotationChange:
    try:
        return vault.annotations.edit(annotation_id, colour="")
    except UserError:
        # Nothing would be left of it.
        return vault.annotations.remove(annotation_id)


def _noted(
    vault: Vault, job: Job, *, selected: Selected, text: str, colour: str | None
) -> AnnotationChange:
    target, span = spans_of(vault, selected, job)[0]
    return vault.annotations.add(target, text, span=span, colour=colour)


def _added(vault: Vault, _job: Job, *, target: str, text: str) -> AnnotationChange:
    return vault.annotations.add(target, text)


def _edited(
    vault: Vault, _job: Job, *, annotation_id: int, text: str, colour: str | None
) -> AnnotationChange:
    return vault.annotations.edit(annotation_id, text=text, colour=colour or "")


def _recoloured(
    vault: Vault, _job: Job, *, annotation_ids: Sequence[int], colour: str
) -> AnnotationChange:
    edit = partial(vault.annotations.edit, colour=colour)
    return AnnotationChange.joined(map(edit, annotation_ids))


def _removed(vault: Vault, _job: Job, *, annotation_ids: Sequence[int]) -> AnnotationChange:
    return vault.annotations.remove(*annotation_ids)
