"""What the list is asked to show, and how: its filter, its order, its groups."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QByteArray

from privatus.core.jobs import Job
from privatus.core.marks import Shelf
from privatus.services.listing import UNDATED, Arrangement, ListFilter, ListingService, Order
from ui.chats import groups
from ui.chats.groups import Group, Grouping
from ui.i18n import mark

# More than one screen shows at any size.
_BEGINNING = 128


ORDERS = {
    Order.NEWEST: mark("Newest first"),
    Order.OLDEST: mark("Oldest first"),
    Order.TITLE: mark("By title"),
    Order.LONGEST: mark("Longest first"),
}
GROUPINGS = {
    Grouping.MONTH: mark("Group by month"),
    Grouping.SOURCE: mark("Group by source"),
    Grouping.NONE: mark("No groups"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """All that decides what the list shows."""

    filter: ListFilter = field(default_factory=ListFilter)
    order: Order = Order.NEWEST
    grouping: Grouping = Grouping.MONTH

    @property
    def has_filter(self) -> bool:
        return self.filter != ListFilter()

    def with_filter(self, **changes: object) -> Wish:
        """Return the same wish with another filter."""
        return replace(self, filter=replace(self.filter, **changes))  # type: ignore[arg-type]

    def to_state(self) -> QByteArray:
        """Return what may be kept outside the vault: nothing that says what is in it."""
        return QByteArray(f"{self.order} {self.grouping}".encode())

    @classmethod
    def from_state(cls, state: QByteArray) -> Wish:
        """Return what was kept, or what holds at first."""
        try:
            order, grouping = bytes(state.data()).decode().split()
            return cls(order=Order(order), grouping=Grouping(grouping))
        except (ValueError, UnicodeDecodeError):
            return cls()


@dataclass(frozen=True, slots=True)
class Arranged:
    """A list as it is to be shown."""

    arrangement: Arrangement
    groups: list[Group]
    # Each source with the number of its conversations, whatever is filtered.
    sources: list[tuple[str, int]]
    # Only the beginning, and the rest is still to come: what is counted here is too little.
    is_beginning: bool = False
    # After how many days a chat goes from the trash, if the list is of that; 0: never.
    trash_days: int = 0

    @property
    def is_vault_empty(self) -> bool:
        return not self.sources


def arrange_beginning(listing: ListingService, wish: Wish, _job: Job) -> Arranged:
    """Read the first rows of a list that has no filter yet; off the GUI thread."""
    nothing = Arranged(Arrangement(ids=array("q"), times_ms=array("q"), sources=[]), [], [],
                       is_beginning=True)  # fmt: skip
    if wish.has_filter or wish.order is not Order.NEWEST or wish.grouping is Grouping.SOURCE:
        return nothing
    arrangement = listing.arrange(newest=_BEGINNING)
    is_beginning = len(arrangement.ids) >= _BEGINNING
    if is_beginning and UNDATED in arrangement.times_ms:
        # They end the list, and came to its beginning by the day of their import.
        return nothing
    found = groups.of(arrangement, wish.grouping)
    counted = Counter(arrangement.sources).most_common()
    return Arranged(arrangement, found, counted, is_beginning=is_beginning)


def arrange(listing: ListingService, wish: Wish, job: Job) -> Arranged:
    """Read what *wish* asks for; off the GUI thread."""
    is_by_source = wish.grouping is Grouping.SOURCE
    arrangement = listing.arrange(wish.filter, wish.order, by_source=is_by_source, job=job)
    has_months = wish.order in (Order.NEWEST, Order.OLDEST)
    grouping = wish.grouping if is_by_source or has_months else Grouping.NONE
    found = groups.of(arrangement, grouping)
    # All of them are here if nothing is filtered: no need to read the table once more.
    counted = Counter(arrangement.sources).most_common()
    return Arranged(
        arrangement,
        found,
        listing.sources() if wish.has_filter else counted,
        trash_days=listing.trash_days() if wish.filter.shelf is Shelf.TRASH else 0,
    )
