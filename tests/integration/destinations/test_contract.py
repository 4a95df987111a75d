"""What every destination promises, held against real servers."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from privatus.backup.destinations.port import (
    Destination,
    DestinationError,
    Entry,
    ExistsError,
    NotThereError,
)
from privatus.core.errors import TamperedError
from support.places import Place

_MIB = 1024 * 1024


@pytest.mark.parametrize("size", [0, 1, 8 * _MIB])
def test_an_object_comes_back_as_it_went(destination: Destination, size: int) -> None:
    data = os.urandom(size)

    destination.put("data/3f/3f9a", data)

    assert destination.get("data/3f/3f9a") == data


def test_the_first_object_of_a_name_stays(destination: Destination, place: Place) -> None:
    destination.put("snapshots/1", b"first")

    with pytest.raises(ExistsError):
        destination.put("snapshots/1", b"second")
    with pytest.raises(ExistsError):
        place.open().put("snapshots/1", b"third")

    assert destination.get("snapshots/1") == b"first"


def test_of_many_who_write_one_name_at_once_one_wins(place: Place) -> None:
    writers = [place.open() for _ in range(4)]

    def write(number: int) -> int | None:
        try:
            writers[number].put("locks/one", bytes([number]) * 1000)
        except ExistsError:
            return None
        return number

    with ThreadPoolExecutor(len(writers)) as pool:
        won = [number for number in pool.map(write, range(len(writers))) if number is not None]

    assert len(won) == 1
    assert place.open().get("locks/one") == bytes(won) * 1000


def test_a_list_is_of_one_folder_complete_and_sorted(destination: Destination) -> None:
    names = [f"data/{number % 7:02x}/{number:04x}" for number in range(60)]
    for name in [*names, "index/1", "config-1"]:
        destination.put(name, name.encode())

    found = destination.list("data")

    assert [entry.name for entry in found] == sorted(names)
    assert {entry.size_bytes for entry in found} == {12}
    assert found == destination.list("data/")
    assert [entry.name for entry in destination.list("data/03")] == sorted(
        name for name in names if "/03/" in name
    )
    assert len(destination.list("")) == 62
    assert destination.list("tombstones") == []


def test_a_list_says_when_an_object_was_written(destination: Destination, place: Place) -> None:
    if place.kind == "memory":
        pytest.skip("its clock counts writes")
    destination.put("data/one", b"bytes")

    (entry,) = destination.list("data")

    # A server's clock is this machine's here; one of them tells whole seconds.
    assert entry.modified_at_ms is not None
    assert abs(entry.modified_at_ms - time.time() * 1000) < 60_000


def test_a_list_has_more_than_one_page(remote: Place) -> None:
    if remote.kind in {"openssh", "wsgidav"}:
        pytest.skip("lists there have no pages")
    destination = remote.open()
    names = [f"data/{number:04x}" for number in range(1_100)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: destination.put(name, b"x"), names))

    assert [entry.name for entry in destination.list("data")] == names


def test_an_empty_place_has_nothing(destination: Destination) -> None:
    assert destination.list("") == []
    assert destination.clear_leftovers(0) == 0


@pytest.mark.parametrize(
    ("offset", "length"), [(0, 1), (0, 100_000), (1, 99_999), (65_535, 2), (99_999, 1), (50, 0)]
)
def test_a_range_is_exactly_what_was_asked_for(
    destination: Destination, offset: int, length: int
) -> None:
    data = os.urandom(100_000)
    destination.put("data/one", data)

    assert destination.get_range("data/one", offset, length) == data[offset : offset + length]


@pytest.mark.parametrize(("offset", "length"), [(99_999, 2), (100_000, 1), (200_000, 5)])
def test_a_range_beyond_the_end_is_an_error(
    destination: Destination, offset: int, length: int
) -> None:
    destination.put("data/one", bytes(100_000))

    with pytest.raises(DestinationError):
        destination.get_range("data/one", offset, length)


def test_what_is_not_there_is_said_to_be_missing(destination: Destination) -> None:
    destination.put("data/one", b"bytes")

    with pytest.raises(NotThereError):
        destination.get("data/none")
    with pytest.raises(NotThereError):
        destination.get("none/none")
    with pytest.raises(NotThereError):
        destination.get_range("data/none", 0, 1)


def test_what_is_larger_than_any_object_is_not_read(
    remote: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.open().put("data/one", bytes(2000))
    monkeypatch.setattr("privatus.backup.destinations.remote.MOST_BYTES", 1999)
    destination = remote.open()

    with pytest.raises(TamperedError, match="too large"):
        destination.get("data/one")
    assert [entry.size_bytes for entry in destination.list("data")] == [2000]
    with pytest.raises(TamperedError, match="too large"):
        destination.get("data/one")


def test_what_is_deleted_is_gone_and_can_be_deleted_again(destination: Destination) -> None:
    destination.put("data/one", b"bytes")

    destination.delete("data/one")
    destination.delete("data/one")
    destination.delete("never/there")

    assert destination.list("") == []
    with pytest.raises(NotThereError):
        destination.get("data/one")


def test_a_name_is_free_again_when_its_object_was_deleted(destination: Destination) -> None:
    destination.put("locks/one", b"first")
    destination.delete("locks/one")
    destination.put("locks/one", b"second")

    assert destination.get("locks/one") == b"second"


def test_what_one_wrote_another_sees_at_once(place: Place) -> None:
    one, other = place.open(), place.open()
    assert other.list("data") == []

    one.put("data/one", b"bytes")

    assert other.get("data/one") == b"bytes"
    assert [entry.name for entry in other.list("data")] == ["data/one"]
    one.delete("data/one")
    assert other.list("data") == []


def test_several_threads_write_and_read_at_once(destination: Destination) -> None:
    contents = {f"data/{number:02x}": os.urandom(20_000) for number in range(24)}

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda item: destination.put(*item), contents.items()))
        found = dict(zip(contents, pool.map(destination.get, contents), strict=True))

    assert found == contents


def test_an_entry_can_be_told_from_another() -> None:
    assert sorted([Entry("b", 1, None), Entry("a", 2, 5)])[0].name == "a"


def test_a_closed_destination_can_be_closed_again(place: Place) -> None:
    destination = place.open()

    with suppress(DestinationError):
        destination.close()
    destination.close()
