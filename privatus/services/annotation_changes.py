"""A change of annotations as what was before and what is after it, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from privatus.core.annotation import Annotation
from privatus.storage.annotations import StoredAnnotation
from privatus.storage.store import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationChange:
    """What was done: `AnnotationService.undo` takes it back, and gives what does it again."""

    before: tuple[StoredAnnotation, ...] = ()
    after: tuple[StoredAnnotation, ...] = ()

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """Return what was made or changed, or else what was removed."""
        return tuple(stored.annotation for stored in self.after or self.before)

    @property
    def reversed(self) -> AnnotationChange:
        return AnnotationChange(before=self.after, after=self.before)

    @classmethod
    def joined(cls, changes: Iterable[AnnotationChange]) -> AnnotationChange:
        """Return changes of different annotations as one."""
        several = tuple(changes)
        return cls(
            before=tuple(stored for change in several for stored in change.before),
            after=tuple(stored for change in several for stored in change.after),
        )


def apply(tables: Tables, change: AnnotationChange) -> None:
    """Make a change, in the transaction that is open.

    What another change has removed meanwhile stays away, and so does what was on something that
    is gone.
    """
    before = {stored.id for stored in change.before}
    for stored in change.after:
        conversation = tables.conversations.get(stored.conversation_id)
        number = stored.annotation.number
        if conversation is None:
            continue
        if number is not None and not tables.messages.has_number(conversation.id, number):
            continue
        if stored.id not in before:
            tables.annotations.insert(conversation.container, stored)
        else:
            tables.annotations.update(conversation.container, stored)
    after = {stored.id for stored in change.after}
    tables.annotations.delete(before - after)
