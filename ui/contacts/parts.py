"""Parts that show a person: what is said of them, their keys, their chats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from privatus.core.contact import Contact, ContactField, ContactKey, FieldKind, VerifiedBy
from privatus.core.conversation import ConversationSummary
from privatus.services.contacts import SafetyNumber
from ui import theme
from ui.contacts.number_view import NumberView
from ui.flow import buttons_row
from ui.i18n import _, day, mark, moment
from ui.layouts import breakable, button, card, column, icon_button, label, row

KINDS = {
    FieldKind.EMAIL: mark("E-mail"),
    FieldKind.PHONE: mark("Phone"),
    FieldKind.URL: mark("Web page"),
}
_HOW = {
    VerifiedBy.NUMBER: mark("Verified on {day}, side by side"),
    VerifiedBy.PHONE: mark("Verified on {day}, on the phone"),
    VerifiedBy.QR: mark("Verified on {day}, by their QR code"),
}
_MOST_CHATS = 12


def tags_line(texts: Sequence[str]) -> QWidget:
    """Return the tags of somebody in a line."""
    made = label(breakable("  ·  ".join(texts)), "hint")
    made.setAccessibleName(f"{_('Tags')}: {', '.join(texts)}")
    return made


def fields_card(fields: Sequence[ContactField], copy: Callable[[str], object]) -> QFrame:
    """Return how somebody is reached, each with a button that copies it."""
    inner = QWidget()
    grid = QGridLayout(inner)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.px(14))
    grid.setVerticalSpacing(theme.px(4))
    grid.setColumnStretch(1, 1)
    for at, said in enumerate(fields):
        kind = _(KINDS[said.kind])
        named = label(said.label or kind, "hint")
        named.setMaximumWidth(theme.px(120))
        grid.addWidget(named, at, 0)
        grid.addWidget(selectable(said.value), at, 1)
        copies = icon_button("copy", _("Copy {value}").format(value=said.value))
        copies.clicked.connect(partial(_call, copy, said.value))
        grid.addWidget(copies, at, 2)
    return card(column(label(_("Reached by"), "caption"), inner, gap=8), margin=16)


def note_card(text: str) -> QFrame:
    """Return what there is to say of somebody."""
    return card(column(label(_("Note"), "caption"), selectable(text), gap=8), margin=16)


def key_card(
    contact: Contact,
    key: ContactKey,
    number: SafetyNumber,
    on_compare: Callable[[], object],
    on_remove: Callable[[], object],
) -> QFrame:
    """Return a key with the number that is compared, and whether that was done."""
    if key.verified:
        at = moment(key.verified.at_ms)
        said = label(_(_HOW[key.verified.how]).format(day=day(at) if at else ""), "good")
        act = button(_("Compare again"), icon_name="shield-check")
    else:
        said = label(_("Not verified: nobody has made sure yet that this key is theirs."), "warn")
        act = button(_("Compare the safety number…"), "primary", "shield-check")
    act.clicked.connect(partial(_call, on_compare))
    removes = button(_("Remove this key"), "link")
    removes.clicked.connect(partial(_call, on_remove))
    buttons = buttons_row(act, removes, gap=6)
    heading = label(_("Safety number with {name}").format(name=contact.name), "caption")
    return card(column(heading, said, NumberView(number), buttons, gap=10), margin=16)


def no_key_card() -> QFrame:
    """Return that there is no key, and how one comes."""
    said = label(_("There is no key yet. Ask for their Privatus card and drop it here."), "muted")
    return card(column(label(_("Key"), "caption"), said, gap=8), margin=16)


def chats_card(
    name: str,
    chats: Sequence[ConversationSummary],
    on_open: Callable[[ConversationSummary], object],
    on_all: tuple[Callable[[], object], Callable[[], object]],
) -> QFrame:
    """Return the chats that somebody takes part in; *on_all* lists and searches all of them."""
    parts: list[QWidget] = [label(_("Chats with {name}").format(name=name), "caption")]
    if not chats:
        hint = _("None yet. In a chat, “Who took part” in its menu adds people.")
        parts.append(label(hint, "muted"))
    for chat in chats[:_MOST_CHATS]:
        shown = button(chat.title or _("Chat without a title"), "link", "message-square")
        shown.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        shown.setMinimumWidth(theme.px(120))
        shown.clicked.connect(partial(_call, on_open, chat))
        parts.append(shown)
    if chats:
        for text, drawing, act in (
            (_("All of them in the list of chats"), "list", on_all[0]),
            (_("Search in all of them"), "search", on_all[1]),
        ):
            everything = button(text, "link", drawing)
            everything.clicked.connect(partial(_call, act))
            parts.append(everything)
    return card(column(*parts, gap=4), margin=16)


def selectable(text: str) -> QLabel:
    """Return a text that can be selected by mouse and keyboard."""
    made = label(breakable(text))
    flags = Qt.TextInteractionFlag
    made.setTextInteractionFlags(flags.TextSelectableByMouse)
    return made


def beside(*parts: QWidget) -> QWidget:
    """Return *parts* in a line, of which the last takes the room."""
    made = QWidget()
    line = row(*parts, gap=16)
    line.setStretch(len(parts) - 1, 1)
    made.setLayout(line)
    return made


def _call(act: Callable[..., object], *said: object) -> None:
    # What the button tells of itself is left out.
    act(*[each for each in said if not isinstance(each, bool)])
