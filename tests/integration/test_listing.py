"""Lists of conversations: their order, their filters, and what their rows say."""

from __future__ import annotations

import random

import pytest

from privatus.core.conversation import Role
from privatus.core.errors import JobCancelled
from privatus.core.jobs import Job
from privatus.services.listing import UNDATED, ListFilter, Order, excerpt
from support.conversations import attachment, conversation, message
from support.vaults import ScratchVault

_DAY_MS = 86_400_000


@pytest.fixture
def listed(vault: ScratchVault) -> ScratchVault:
    """Return a vault with four conversations, which every order puts otherwise."""
    vault.bring(
        conversation("Hello", "Good day", external_id="a", title="Über Zebras", source="claude",
                     updated_at_ms=3 * _DAY_MS, is_starred=True),
        conversation("Hi", external_id="b", title="apples", source="chatgpt",
                     updated_at_ms=4 * _DAY_MS),
        conversation("1", "2", "3", external_id="c", title="", source="claude",
                     updated_at_ms=1 * _DAY_MS, is_archived=True),
        conversation("x", "**Bold** [here](https://a.example)\n\n```python\nprint(1)\n```",
                     external_id="d", title="Melons and zebras", source="gemini",
                     updated_at_ms=2 * _DAY_MS),
    )  # fmt: skip
    return vault


def _titles(vault: ScratchVault, *arguments: object, **options: object) -> list[str]:
    listing = vault.vault.listing
    arranged = listing.arrange(*arguments, **options)
    return [row.summary.title for row in listing.rows(arranged.ids)]


def test_each_order_holds_every_conversation_in_its_way(listed: ScratchVault) -> None:
    newest = ["apples", "Über Zebras", "Melons and zebras", ""]

    assert _titles(listed) == newest
    assert _titles(listed, order=Order.OLDEST) == newest[::-1]
    assert _titles(listed, order=Order.LONGEST) == [
        "",
        "Über Zebras",
        "Melons and zebras",
        "apples",
    ]
    assert _titles(listed, order=Order.TITLE) == ["apples", "Melons and zebras", "Über Zebras", ""]


def test_what_has_no_date_ends_a_list_by_time_whichever_way_it_goes(listed: ScratchVault) -> None:
    listed.bring(
        conversation("Said", external_id="n", title="Undated"),
        conversation(message(1, "Said", created_at_ms=5 * _DAY_MS), external_id="m", title="Told"),
    )

    assert _titles(listed)[0] == "Told"
    for order in (Order.NEWEST, Order.OLDEST):
        arranged = listed.vault.listing.arrange(order=order)
        assert list(arranged.times_ms).count(UNDATED) == 1
        assert arranged.times_ms[-1] == UNDATED
        assert _titles(listed, order=order)[-1] == "Undated"


def test_each_source_can_stand_by_itself(listed: ScratchVault) -> None:
    arranged = listed.vault.listing.arrange(by_source=True)

    assert arranged.sources == ["chatgpt", "claude", "claude", "gemini"]
    assert list(arranged.times_ms) == [4 * _DAY_MS, 3 * _DAY_MS, 1 * _DAY_MS, 2 * _DAY_MS]
    assert listed.vault.listing.sources() == [("claude", 2), ("gemini", 1), ("chatgpt", 1)]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ListFilter(source="claude"), ["Über Zebras", ""]),
        (ListFilter(is_starred=True), ["Über Zebras"]),
        (ListFilter(is_archived=True), [""]),
        (ListFilter(is_archived=False, source="claude"), ["Über Zebras"]),
        (ListFilter(is_missing=True), []),
        (ListFilter(title="ZEBRAS"), ["Über Zebras", "Melons and zebras"]),
        (ListFilter(title="zeb uber"), ["Über Zebras"]),
        (ListFilter(title="nothing"), []),
    ],
)
def test_a_filter_leaves_what_it_asks_for(
    listed: ScratchVault, wanted: ListFilter, found: list[str]
) -> None:
    assert _titles(listed, wanted) == found


def test_a_title_that_an_import_changes_is_found_by_its_new_words(vault: ScratchVault) -> None:
    vault.bring(conversation("Hello", title="Before", updated_at_ms=1))
    assert _titles(vault, ListFilter(title="before")) == ["Before"]

    vault.bring(conversation("Hello", title="After", updated_at_ms=2))

    assert _titles(vault, ListFilter(title="before")) == []
    assert _titles(vault, ListFilter(title="after")) == ["After"]


def test_a_row_says_how_the_conversation_ends(listed: ScratchVault) -> None:
    listing = listed.vault.listing
    by_title = {row.summary.title: row for row in listing.rows(listing.arrange().ids)}

    assert by_title["Über Zebras"].excerpt == "Good day"
    assert by_title["Über Zebras"].excerpt_role is Role.ASSISTANT
    assert by_title["Melons and zebras"].excerpt == "Bold here print(1)"
    assert by_title["Über Zebras"].summary.is_starred
    assert by_title[""].summary.messages == 3


def test_a_row_tells_of_attachments_and_of_the_branch_that_is_shown(vault: ScratchVault) -> None:
    vault.bring(
        conversation(
            message(1, "Look", attachments=(attachment("a.txt", b"a"),)),
            message(2, "The shown answer"),
            message(3, "Another answer", parent=1),
            active=2,
        ),
        conversation("Nothing here", external_id="c2"),
    )
    listing = vault.vault.listing

    rows = {row.excerpt: row.has_attachments for row in listing.rows(listing.arrange().ids)}

    assert rows == {"The shown answer": True, "Nothing here": False}


def test_a_conversation_is_found_by_its_public_id(listed: ScratchVault) -> None:
    listing = listed.vault.listing
    row = listing.rows(listing.arrange().ids)[2]

    assert listing.row_id(row.summary.id) == row.row_id
    assert listing.rows([row.row_id, 999]) == [row]


def test_pages_are_the_whole_list(vault: ScratchVault) -> None:
    chance = random.Random(7)
    vault.bring(
        *(
            conversation(f"text {n}", external_id=f"c{n}", title=f"{chance.random()}",
                         updated_at_ms=chance.randrange(50))
            for n in range(300)
        )
    )  # fmt: skip
    listing = vault.vault.listing

    arranged = listing.arrange()
    rows = [
        row for start in range(0, 300, 64) for row in listing.rows(arranged.ids[start : start + 64])
    ]

    assert [row.row_id for row in rows] == list(arranged.ids)
    times = [row.summary.updated_at_ms or 0 for row in rows]
    assert times == sorted(times, reverse=True) == list(arranged.times_ms)


def test_the_beginning_of_a_list_can_be_had_alone(listed: ScratchVault) -> None:
    assert _titles(listed, newest=2) == ["apples", "Über Zebras"]
    assert _titles(listed, ListFilter(source="claude"), newest=1) == ["Über Zebras"]


def test_opening_titles_stops_when_asked(listed: ScratchVault) -> None:
    job = Job()
    job.cancel()

    with pytest.raises(JobCancelled):
        listed.vault.listing.arrange(order=Order.TITLE, job=job)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# Title\n\n- one\n- two", "Title one two"),
        ("> quoted _word_ and snake_case", "quoted word and snake_case"),
        ("1. first\n2. second", "first second"),
        ("![alt](a.png) 2 * 3 = 6", "alt 2 * 3 = 6"),
        ("a" * 500, "a" * 240),
    ],
)
def test_an_excerpt_is_one_line_without_signs(text: str, line: str) -> None:
    assert excerpt(text) == line
