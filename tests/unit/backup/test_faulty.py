"""The destination of the tests fails as it was told to, and the same way each time."""

from __future__ import annotations

import pytest

from privatus.backup.destinations.port import (
    BrokenTransferError,
    DestinationError,
    DestinationFullError,
    NotThereError,
)
from privatus.core.errors import UnreachableError
from support.faulty import Faults, Faulty
from support.memory_destination import MemoryDestination


def _faulty(faults: Faults, seed: int = 1) -> tuple[MemoryDestination, Faulty]:
    memory = MemoryDestination()
    return memory, Faulty(memory, faults, seed=seed)


def test_an_error_means_that_nothing_was_done() -> None:
    memory, faulty = _faulty(Faults(errors=1.0))

    with pytest.raises(BrokenTransferError):
        faulty.put("data/one", b"bytes")

    assert memory.objects == {}


def test_a_lost_answer_means_that_it_was_done() -> None:
    memory, faulty = _faulty(Faults(lost_answers=1.0))

    with pytest.raises(UnreachableError):
        faulty.put("data/one", b"bytes")

    assert memory.get("data/one") == b"bytes"


def test_a_lost_write_is_said_to_be_done_and_was_not() -> None:
    memory, faulty = _faulty(Faults(lost_writes=1.0))

    faulty.put("data/one", b"bytes")

    assert memory.objects == {}


def test_a_repeated_write_brings_back_what_was_deleted() -> None:
    memory, faulty = _faulty(Faults(repeated_writes=1.0))
    faulty.put("data/one", b"bytes")
    faulty.delete("data/one")

    for _ in range(10):
        faulty.list("")

    assert memory.get("data/one") == b"bytes"


def test_a_short_read_says_nothing() -> None:
    _, faulty = _faulty(Faults(short_reads=1.0))
    faulty.put("data/one", bytes(100))

    assert len(faulty.get("data/one")) < 100
    assert len(faulty.get_range("data/one", 0, 50)) < 50


def test_a_list_that_lags_lacks_what_is_new_and_has_what_is_gone() -> None:
    _, faulty = _faulty(Faults(lagging_lists=1.0, lag_calls=2))
    faulty.put("data/one", b"bytes")
    faulty.put("data/two", b"bytes")

    lists = [[entry.name for entry in faulty.list("data")] for _ in range(4)]

    assert lists[0] in ([], ["data/one"], ["data/one", "data/two"])
    assert lists[-1] == ["data/one", "data/two"]
    faulty.delete("data/one")
    assert {len(faulty.list("data")) for _ in range(6)} == {1, 2}


def test_a_disk_that_is_pulled_out_stays_away_until_it_is_plugged_in_again() -> None:
    _, faulty = _faulty(Faults(pull_out_after=2))
    faulty.put("data/one", b"bytes")
    faulty.put("data/two", b"bytes")

    for _ in range(3):
        with pytest.raises(UnreachableError):
            faulty.get("data/one")
    faulty.heal()

    assert faulty.get("data/one") == b"bytes"


def test_a_full_disk_takes_no_more() -> None:
    memory, faulty = _faulty(Faults(full_after_bytes=10))
    faulty.put("data/one", bytes(8))

    with pytest.raises(DestinationFullError):
        faulty.put("data/two", bytes(3))

    assert list(memory.objects) == ["data/one"]


def test_the_same_seed_fails_the_same_way() -> None:
    faults = Faults(errors=0.2, lost_answers=0.2, lost_writes=0.2, short_reads=0.2)

    def run(seed: int) -> list[str]:
        _, faulty = _faulty(faults, seed)
        said = []
        for number in range(60):
            try:
                faulty.put(f"data/{number}", bytes(9))
                said.append(str(len(faulty.get(f"data/{number}"))))
            except (DestinationError, UnreachableError, NotThereError) as error:
                said.append(error.code)
        return said

    assert run(5) == run(5)
    assert run(5) != run(6)
