"""Ids of messages that an export gives to several of them."""

from __future__ import annotations

from privatus.importers.external_ids import ExternalIds


def test_what_comes_again_gets_the_first_number_that_is_free() -> None:
    ids = ExternalIds()

    taken = [ids.take(name) for name in ("a", "a#3", "a", "a", "a#3", "b", "a")]

    assert taken == ["a", "a#3", "a#2", "a#4", "a#3#2", "b", "a#5"]


def test_many_messages_of_one_id_are_not_counted_from_the_start_each_time() -> None:
    # From the start each time, these are twenty thousand million steps.
    ids = ExternalIds()

    taken = {ids.take("a") for _ in range(200_000)}

    assert len(taken) == 200_000 and "a#200000" in taken
