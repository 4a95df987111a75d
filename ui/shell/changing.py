"""Changes of the vault that are made off the GUI thread, and can be taken back and made again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QObject

from privatus.core.jobs import Job
from ui.session import Session
from ui.shell.shell import Shell
from ui.tasks import Lane

C = TypeVar("C")


class Changing(Generic[C]):
    """Makes changes of one kind: *noun* is what `Session.changed` says of them.

    *undo* is the service's own: it takes a change back, and returns what does it again.
    """

    def __init__(
        self, owner: QObject, shell: Shell, session: Session, noun: str, undo: Callable[[C], C]
    ) -> None:
        self._owner, self._shell, self._session = owner, shell, session
        self._noun, self._undo = noun, undo

    def make(
        self,
        work: Callable[[Job], C],
        told: Callable[[C], str],
        on_turned: Callable[[C], object] | None = None,
    ) -> None:
        """Change something by *work*; *told* says what was done, "" if there is nothing to say.

        *on_turned* is told of each change as it is made, taken back or made again.
        """
        self._run(work, partial(self._on_made, told, on_turned))

    def made(
        self, change: C, told: Callable[[C], str], on_turned: Callable[[C], object] | None = None
    ) -> None:
        """Do what `make` does once its work is done, for a change that was made elsewhere."""
        self._on_made(told, on_turned, change)

    def _run(self, work: Callable[[Job], C], on_done: Callable[[C], object]) -> None:
        self._session.tasks.run(
            work,
            lane=Lane.WRITE,
            is_owed=True,
            owner=self._owner,
            on_done=partial(self._on_done, on_done),
            on_error=self._on_failed,
        )

    def _on_done(self, on_done: Callable[[C], object], change: C) -> None:
        # What was handed in as the vault was locked is done, and told to nobody.
        if self._shell.session is self._session:
            on_done(change)

    def _on_made(
        self, told: Callable[[C], str], on_turned: Callable[[C], object] | None, change: C
    ) -> None:
        self._tell(on_turned, change)
        if said := told(change):
            self._shell.done(said, partial(self._take_back, said, on_turned, change))

    def _take_back(self, said: str, on_turned: Callable[[C], object] | None, change: C) -> None:
        on_done = partial(self._on_taken_back, said, on_turned)
        self._run(partial(_turned, self._undo, change), on_done)

    def _on_taken_back(self, said: str, on_turned: Callable[[C], object] | None, again: C) -> None:
        self._tell(on_turned, again)
        self._shell.undone(said, partial(self._do_again, said, on_turned, again))

    def _do_again(self, said: str, on_turned: Callable[[C], object] | None, again: C) -> None:
        on_done = partial(self._on_done_again, said, on_turned)
        self._run(partial(_turned, self._undo, again), on_done)

    def _on_done_again(self, said: str, on_turned: Callable[[C], object] | None, change: C) -> None:
        self._tell(on_turned, change)
        undo = partial(self._take_back, said, on_turned, change)
        self._shell.done(said, undo, is_again=True)

    def _tell(self, on_turned: Callable[[C], object] | None, change: C) -> None:
        if on_turned is not None:
            on_turned(change)
        self._session.tell_changed(self._noun)

    def _on_failed(self, error: BaseException) -> None:
        self._shell.tell_error(error)
        # What was shown already is not so.
        self._session.tell_changed(self._noun)


def _turned(undo: Callable[[C], C], change: C, _job: Job) -> C:
    return undo(change)
