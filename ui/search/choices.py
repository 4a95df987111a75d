"""What the palette offers for what was typed: commands by name, recent places, hits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from rapidfuzz import fuzz, utils

from privatus.core import tag
from privatus.core.conversation import ConversationSummary
from privatus.core.tag import TagCount
from privatus.services.search import Hit
from ui.commands import Command, shown_keys
from ui.i18n import _, moment, ngettext, when
from ui.search.palette_model import Row, RowKind, command_row, section
from ui.search.recent import Recent
from ui.shell.shell import Shell

COMMAND_SIGN = ">"
_LEAST_SCORE = 72
_UNSURE_SCORE = 95.0
_RECENT = 4
_TAGS = 4
# Before the name of a tag, as one writes it elsewhere and in a search.
_TAG_SIGN = re.compile(r"^\s*(#|tag:)")

Run = Callable[[], object]


def commands(
    shell: Shell, text: str, run: Callable[[Command], object], *, limit: int | None = None
) -> list[Row]:
    """Return the rows of commands whose names resemble *text*, all if it is empty."""
    found = matching(_offered(shell), text)[:limit]
    return [
        command_row(command, shown_keys(shell.commands.keys_of(command)), partial(run, command))
        for command in found
    ]


def matching(offered: Sequence[Command], text: str) -> list[Command]:
    """Return the commands whose names resemble *text*, the most alike first."""
    if not text.strip():
        return sorted(offered, key=lambda command: _(command.title).casefold())
    wanted = utils.default_process(text)
    scored = [(_alike(wanted, utils.default_process(_(c.title))), c) for c in offered]
    scored = [(score, command) for score, command in scored if score >= _LEAST_SCORE]
    return [command for _score, command in sorted(scored, key=_by_score)]


def tags(
    known: Sequence[TagCount], text: str, open_tag: Callable[[str], object]
) -> tuple[list[Row], bool]:
    """Return the rows of tags whose names have all of *text*, and whether a tag is meant by it."""
    bare = _TAG_SIGN.sub("", text).strip('" ')
    wanted = tag.key(bare)
    if not wanted:
        return [], False
    found = [each for each in known if all(w in tag.key(each.tag.name) for w in wanted.split())]
    # What is called so stands first, and then what begins so.
    found.sort(key=lambda each: (tag.key(each.tag.name) != wanted,
                                 not tag.key(each.tag.name).startswith(wanted)))  # fmt: skip
    is_meant = bare != text or any(tag.key(each.tag.name) == wanted for each in found[:1])
    rows = [
        line(
            each.tag.name,
            "tag",
            partial(open_tag, each.tag.name),
            ngettext("{n} chat", "{n} chats", each.all_conversations),
        )
        for each in found[:_TAGS]
    ]
    return section(_("Tags"), rows), is_meant


def are_meant(shell: Shell, text: str) -> bool:
    """Say whether *text* is so much like the name of a command that it goes before all else."""
    wanted = utils.default_process(text)
    return len(wanted) > 1 and any(
        utils.default_process(_(command.title)).startswith(wanted) for command in _offered(shell)
    )


def before_typing(
    shell: Shell,
    recent: Recent,
    newest: Sequence[ConversationSummary],
    open_hit: Callable[[Hit], object],
    open_chat: Callable[[ConversationSummary], object],
    search: Callable[[str], object],
    run: Callable[[Command], object],
) -> list[Row]:
    """Return what is offered before anything is typed: recent first."""
    opened = [Row(kind=RowKind.HIT, text=hit.title, hit=hit, run=partial(open_hit, hit))
              for hit in recent.hits[:_RECENT]]  # fmt: skip
    searches = [Row(kind=RowKind.LINE, text=query, icon="history", run=partial(search, query))
                for query in recent.queries[:_RECENT]]  # fmt: skip
    chats = [_chat_row(chat, open_chat) for chat in newest]
    return [
        *section(_("Opened before"), opened),
        *section(_("Searched before"), searches),
        *section(_("Newest chats"), chats),
        *section(_("Commands"), commands(shell, "", run)),
    ]


def for_hits(
    messages: Sequence[Hit], titles: Sequence[Hit], open_hit: Callable[[Hit], object]
) -> list[Row]:
    """Return the rows of what a search found: chats by their titles, then messages."""
    rows = [
        [Row(kind=RowKind.HIT, text=hit.title, hit=hit, run=partial(open_hit, hit)) for hit in hits]
        for hits in (titles, [hit for hit in messages if hit.number is not None])
    ]
    return [*section(_("Chats"), rows[0]), *section(_("Messages"), rows[1])]


def line(text: str, icon: str, run: Run, detail: str = "") -> Row:
    """Return a row of one line."""
    return Row(kind=RowKind.LINE, text=text, icon=icon, detail=detail, run=run)


def _offered(shell: Shell) -> list[Command]:
    return [command for command in shell.commands.offered() if command.name != "palette"]


def _alike(typed: str, title: str) -> float:
    """Compare as people abbreviate: the beginning of a word of a name counts most."""
    if not typed:
        return 0.0
    words = title.split()
    if title.startswith(typed) or any(word.startswith(typed) for word in words):
        return 100.0
    if all(any(word.startswith(part) for word in words) for part in typed.split()):
        return _UNSURE_SCORE
    return max(fuzz.ratio(typed, part) for part in (title, *words))


def _by_score(scored: tuple[float, Command]) -> tuple[float, str]:
    return -scored[0], _(scored[1].title).casefold()


def _chat_row(chat: ConversationSummary, open_chat: Callable[[ConversationSummary], object]) -> Row:
    changed_at = moment(chat.updated_at_ms or chat.created_at_ms)
    return Row(
        kind=RowKind.LINE,
        text=" ".join(chat.title.split()) or _("Untitled chat"),
        detail="" if changed_at is None else when(changed_at, datetime.now(UTC)),
        icon="message-square",
        run=partial(open_chat, chat),
    )
