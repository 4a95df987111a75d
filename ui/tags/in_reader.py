"""The tags of single messages in the reader: beside them, by a key, and in their menus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QMenu

from privatus.core.jobs import Job
from privatus.core.tag import TagActor, Tagging
from ui import theme
from ui.commands import Command
from ui.i18n import _, day, mark, moment
from ui.icons import icon
from ui.reader.additions import Addition
from ui.reader.margin import Aside
from ui.tags.chips import ChipPainter, said_tags
from ui.tags.giving import Giving
from ui.tags.shades import shade_of

if TYPE_CHECKING:
    from uuid import UUID

    from ui.reader.model import Messages
    from ui.reader.reader import Reader
    from ui.session import Session

_HEIGHT = 21


class TagsAside(Aside):
    """The tags of one message, as chips beside it."""

    icon = "tag"

    def __init__(self, taggings: Sequence[Tagging], asked: Callable[[], object]) -> None:
        self._taggings, self._asked = taggings, asked
        self._colours = {tagging.name: tagging.colour for tagging in taggings}

    @property
    def words(self) -> str:
        return said_with_givers(self._taggings)

    @property
    def ground(self) -> QColor:
        return shade_of(self._taggings[0].colour)[1]

    def height(self, width: float) -> float:
        return float(theme.px(_HEIGHT))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        chips = ChipPainter()
        shown = chips.lay_out([tagging.name for tagging in self._taggings], round(rect.width()))
        chips.paint(painter, rect, shown, self._colours.get)

    def click(self) -> None:
        self._asked()


class TagsInReader(Addition):
    """Shows and changes the tags of messages."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._session: Session | None = None
        self._giving: Giving | None = None
        self._of: dict[int | None, list[Tagging]] = {}
        reader.margin.sources.append(self._asides)
        command = Command(
            name="tag-message",
            title=mark("Tags of the message"),
            run=self.ask_current,
            keys="T",
            icon="tag",
        )
        reader.shell.commands.add(command, reader.view)

    def show_chat(self, model: Messages) -> None:
        session = self.reader.session
        if session is None:
            return
        if session is not self._session:
            self._session = session
            self._giving = Giving(self.reader.shell, session, self.reader)
            session.changed.connect(self._on_vault_changed)
        model.remarks[self] = self._spoken
        self._load()

    def _spoken(self, number: int) -> str:
        names = [tagging.name for tagging in self.on(number)]
        return said_tags(names) if names else ""

    def clear(self) -> None:
        self._of = {}

    def on(self, number: int | None) -> list[Tagging]:
        """Return the tags of a message, None: of the chat."""
        return self._of.get(number, [])

    def _on_vault_changed(self, what: str) -> None:
        if what in ("tags", "conversations"):
            self._load()

    def _load(self) -> None:
        model, session = self.reader.model, self._session
        if model is not None and session is not None:
            work = partial(_taggings, session, model.conversation_id)
            on_done = partial(self._on_read, model)
            session.tasks.run(work, owner=model, on_done=on_done, on_error=self._on_failed)

    def _on_failed(self, _error: BaseException) -> None:
        """Leave it to the messages to say what is wrong with the chat."""

    def _on_read(self, model: Messages, found: Sequence[Tagging]) -> None:
        if model is not self.reader.model:
            return
        self._of = {}
        for tagging in found:
            self._of.setdefault(tagging.number, []).append(tagging)
        chips = self.reader.header.tags
        chips.show_tags([tagging.name for tagging in self.on(None)])
        chips.tell_givers(said_with_givers(self.on(None)))
        self.reader.view.viewport().update()

    def _asides(self) -> Iterator[tuple[float, Aside]]:
        for number, top in self.reader.margin.tops().items():
            if taggings := self.on(number):
                yield top, TagsAside(taggings, partial(self.ask, number))

    # ------------------------------------------------------------------ what a person does

    def ask_current(self) -> None:
        """Ask which tags the current message is to have."""
        model, row = self.reader.model, self.reader.view.currentIndex().row()
        if model is not None and row >= 0:
            self.ask(model.path.number(row))

    def ask(self, number: int) -> None:
        """Ask which tags message *number* is to have."""
        if self.reader.model is not None and self._giving is not None:
            self._giving.ask_of_message(f"{self.reader.model.conversation_id}.{number}")

    def fill(self, menu: QMenu, number: int) -> None:
        there = self.on(number)
        menu.addAction(icon("tag"), f"{_('Tags of the message…')}", partial(self.ask, number))
        for tagging in there:
            said = menu.addAction(said_with_givers([tagging]).replace("&", "&&"))
            said.setEnabled(False)


def said_with_givers(taggings: Sequence[Tagging]) -> str:
    """Return tags, a line each: who gave it, and when."""
    return "\n".join(map(_said, taggings))


def _said(tagging: Tagging) -> str:
    added = moment(tagging.added_at_ms)
    made = day(added) if added else ""
    return (
        _(_GIVERS[tagging.actor]).format(name=f"\u2068{tagging.name}\u2069", day=made).rstrip(", ")
    )


_GIVERS = {
    TagActor.PERSON: mark("{name}: by you, {day}"),
    TagActor.RULE: mark("{name}: by a rule, {day}"),
    TagActor.IMPORT: mark("{name}: by an import, {day}"),
}


def _taggings(session: Session, conversation_id: UUID, _job: Job) -> Sequence[Tagging]:
    return session.vault.tags.within(conversation_id)
