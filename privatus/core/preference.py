"""What a person chose for one vault, wherever it is opened."""

from __future__ import annotations

from enum import IntEnum


class Preference(IntEnum):
    """What can be chosen. Numbers are for ever."""

    TRASH_DAYS = 1  # after so many days a chat leaves the trash for good; 0: never by itself
