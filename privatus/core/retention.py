"""How long what kind of data is kept: what a person decided, and what follows from it at a time.

What is old enough is marked first, and goes when its grace is over, unless it is no longer old
enough then or the person said that it stays. Only a policy without any grace lets go at once.
Without a policy nothing is ever marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

DAY_MS = 86_400_000
MAX_DAYS = 36_500
USUAL_GRACE_DAYS = 30


class Kind(StrEnum):
    """What a policy is about; what a vault does not hold has none."""

    CHATS = "chats"  # whole conversations, by when they were last changed
    MESSAGES = "messages"  # of conversations that stay, by when they were written
    AUDIT = "audit"  # the oldest entries of the log of what was done with the vault
    ERRORS = "errors"  # what was noted of errors that a person was told of
    METRICS = "metrics"  # how long work took


class Action(StrEnum):
    """What happens to what is old enough."""

    KEEP = "keep"
    ARCHIVE = "archive"
    DESTROY = "destroy"


class Deed(StrEnum):
    """What a run does with something."""

    ARCHIVED = "archived"
    DESTROYED = "destroyed"
    MARKED = "marked"
    RELEASED = "released"  # marked before, and not old enough any more


# A message alone is no conversation that could be brought back, and the log is a chain.
ACTIONS = {
    Kind.CHATS: (Action.KEEP, Action.ARCHIVE, Action.DESTROY),
    Kind.MESSAGES: (Action.KEEP, Action.DESTROY),
    Kind.AUDIT: (Action.KEEP, Action.DESTROY),
    Kind.ERRORS: (Action.KEEP, Action.DESTROY),
    Kind.METRICS: (Action.KEEP, Action.DESTROY),
}


# What only tells of the vault's own work may go at once.
WITHOUT_GRACE = frozenset({Kind.ERRORS, Kind.METRICS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What happens to a kind of data after so many days; `keep` is what holds without one."""

    kind: Kind
    action: Action = Action.KEEP
    days: int = 365
    grace_days: int = USUAL_GRACE_DAYS
    with_marked: bool = False  # also chats that are pinned or starred, and what is in them
    where: str = ""  # for archives: a destination; empty: the vault's own folder
    format: str = "jsonl"  # for archives

    def limit_ms(self, now_ms: int) -> int:
        """Return before which time something is old enough."""
        return now_ms - self.days * DAY_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that will go; of messages and the log what is older than `until_ms`."""

    kind: Kind
    subject: int  # row id of a conversation; 0: a log
    until_ms: int
    marked_at_ms: int
    goes_at_ms: int
    is_kept: bool = False  # the person said that it stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a run changes of a kind."""

    new: tuple[Mark, ...] = ()
    dropped: tuple[Mark, ...] = ()  # it is not old enough any more, or gone
    due: tuple[Mark, ...] = ()
    waiting: tuple[Mark, ...] = ()
    kept: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that is marked, as a person sees it."""

    kind: Kind
    subject: int
    id: UUID | None  # of the conversation
    title: str
    goes_at_ms: int
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Something that the next run would do, as a person sees it."""

    kind: Kind
    deed: Deed
    id: UUID | None  # of the conversation; None: a log, or a conversation that is gone
    title: str
    since_ms: int | None  # by which time it is old enough or not; None: nobody knows any more
    messages: int | None = None  # how many of them are old; None: it is not about messages


@dataclass(frozen=True, slots=True, kw_only=True)
class KindReport:
    """What a run did, or would do, with a kind of data."""

    kind: Kind
    action: Action
    marked: int = 0  # for the first time; of messages: in how many chats; so are the next three
    released: int = 0  # marked before, and not old enough any more
    waiting: int = 0
    kept: int = 0  # the person said that they stay
    archived: int = 0
    destroyed: int = 0  # chats, messages or entries
    problem: str = ""  # why the rest waits; empty: nothing went wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run did, or would do."""

    ran_at_ms: int
    kinds: tuple[KindReport, ...] = ()
    is_dry: bool = False

    @property
    def is_ok(self) -> bool:
        return not any(kind.problem for kind in self.kinds)


def step(
    policy: Policy, oldest_ms: Mapping[int, int], marks: Mapping[int, Mark], now_ms: int
) -> Step:
    """Return what a run does at *now_ms*.

    *oldest_ms*: by subject the time by which it is old enough, of all that the policy could
    be about. *marks*: those of this kind that there are, by subject.
    """
    limit_ms = policy.limit_ms(now_ms)
    is_asked = policy.action is not Action.KEEP
    old = {s for s, at_ms in oldest_ms.items() if at_ms < limit_ms} if is_asked else set[int]()
    goes_at_ms = now_ms + policy.grace_days * DAY_MS
    standing = [mark for subject, mark in marks.items() if subject in old]
    held = [mark for mark in standing if not mark.is_kept]
    new = tuple(
        Mark(
            kind=policy.kind,
            subject=subject,
            until_ms=limit_ms,
            marked_at_ms=now_ms,
            goes_at_ms=goes_at_ms,
        )
        for subject in sorted(old - marks.keys())
    )
    at_once = () if policy.grace_days else new
    return Step(
        new=() if at_once else new,
        dropped=tuple(
            mark
            for subject, mark in marks.items()
            if subject not in old and not (is_asked and mark.is_kept and subject in oldest_ms)
        ),
        due=(*at_once, *(mark for mark in held if mark.goes_at_ms <= now_ms)),
        waiting=tuple(mark for mark in held if mark.goes_at_ms > now_ms),
        kept=tuple(mark for mark in standing if mark.is_kept),
    )
