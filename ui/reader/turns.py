"""Which messages stand under one head: what a model thinks, calls and says until a person speaks.

Providers keep each thought and each call as a message of its own, and some that say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from privatus.core.conversation import Role
from ui.i18n import day
from ui.reader.model import Messages, moment

# How many messages around one may say how it stands in its turn.
_FARTHEST = 24


@dataclass(frozen=True, slots=True)
class Turn:
    """How a message stands among its neighbours, as far as these have been read."""

    is_begun: bool = False  # an earlier one shows who speaks
    goes_on: bool = False  # a later one of the same speaker ends it
    day: str = ""  # if it is the first of its day


def turn_of(model: Messages, row: int) -> Turn:
    """Return how the message in *row* stands in its turn."""
    prepared = model.get(row, ask=False)
    if prepared is None or not prepared.blocks:
        return Turn()
    message = prepared.message
    new_day = _new_day(model, row, message.created_at_ms)
    speaker = None if prepared.is_aside else model.speaker(message)
    if speaker is not None and message.role is not Role.ASSISTANT:
        return Turn(day=new_day)
    is_begun = not new_day and _is_joined(model, row, -1, speaker)
    return Turn(is_begun, _is_joined(model, row, 1, speaker), new_day)


def around(model: Messages, rows: range) -> Iterator[int]:
    """Yield the rows beside *rows* that may stand otherwise now that these have been read."""
    for first, step in ((rows.start - 1, -1), (rows.stop, 1)):
        for at in range(first, first + step * _FARTHEST, step):
            found = model.get(at, ask=False) if 0 <= at < model.rowCount() else None
            if found is None:
                break
            yield at
            if found.blocks and not found.is_aside and found.message.created_at_ms:
                # Whoever stands behind it looks no further.
                break


def _is_joined(model: Messages, row: int, step: int, speaker: str | None) -> bool:
    """Say whether *speaker*, None for any model, says the next message in this direction."""
    for at in range(row + step, row + step * (_FARTHEST + 1), step):
        if not 0 <= at < model.rowCount():
            return False
        found = model.get(at, ask=False)
        if found is not None and (found.is_aside or not found.blocks):
            continue
        role = found.message.role if found is not None else _role(model, at)
        if found is None and role in (Role.TOOL, Role.SYSTEM):
            continue
        is_same = found is None or speaker is None or model.speaker(found.message) == speaker
        return role is Role.ASSISTANT and is_same
    return False


def _role(model: Messages, row: int) -> Role | None:
    return model.roles[row] if row < len(model.roles) else None


def _new_day(model: Messages, row: int, at_ms: int | None) -> str:
    """Return the day of a message if the one before was said on another."""
    if not at_ms:
        return ""
    own = _date(at_ms)
    for earlier in range(row - 1, max(-1, row - 1 - _FARTHEST), -1):
        found = model.get(earlier, ask=False)
        if found is None and earlier >= len(model.times):
            return ""
        if found is not None and not found.blocks:
            continue
        said_ms = model.times[earlier] if found is None else found.message.created_at_ms
        if said_ms:
            return day(own) if _date(said_ms) != own else ""
    return day(own) if row <= _FARTHEST else ""


def _date(at_ms: int) -> date:
    return moment(at_ms).astimezone().date()
