"""What a network broke is tried again; what is wrong is not."""

from __future__ import annotations

import pytest

from privatus.backup.destinations.port import (
    BrokenTransferError,
    ExistsError,
    NotThereError,
    RefusedError,
)
from privatus.backup.destinations.retrying import DELAYS_S, Retrying
from privatus.core.errors import JobCancelled, UnreachableError
from support.faulty import Faults, Faulty
from support.memory_destination import MemoryDestination


class _Failing(MemoryDestination):
    """Fails as often as it was told, before or after it did what it should."""

    def __init__(self, *errors: Exception, after: bool = False) -> None:
        super().__init__()
        self.errors = list(errors)
        self.after = after
        self.calls = 0

    def put(self, name: str, data: bytes) -> None:
        self.calls += 1
        if self.errors and not self.after:
            raise self.errors.pop(0)
        super().put(name, data)
        if self.errors:
            raise self.errors.pop(0)


def test_a_transfer_that_breaks_off_is_tried_again_after_ever_longer_waits() -> None:
    waits: list[float] = []
    failing = _Failing(BrokenTransferError("broke off"), UnreachableError("silent"))

    Retrying(failing, sleep=waits.append).put("data/one", b"bytes")

    assert failing.get("data/one") == b"bytes"
    assert waits == list(DELAYS_S[:2])
    assert list(DELAYS_S) == sorted(DELAYS_S)


def test_what_stays_away_is_said_in_the_end() -> None:
    waits: list[float] = []
    failing = _Failing(*[UnreachableError("silent")] * 10)

    with pytest.raises(UnreachableError):
        Retrying(failing, sleep=waits.append).put("data/one", b"bytes")

    assert waits == list(DELAYS_S)
    assert failing.calls == len(DELAYS_S) + 1


def test_who_stays_away_is_waited_for_once_and_again_when_it_was_back() -> None:
    waits: list[float] = []
    failing = _Failing(*[UnreachableError("silent")] * (len(DELAYS_S) + 2))
    retrying = Retrying(failing, sleep=waits.append)

    for number in range(2):
        with pytest.raises(UnreachableError):
            retrying.put(f"data/{number}", b"bytes")
    assert waits == list(DELAYS_S)
    retrying.put("data/2", b"bytes")
    failing.errors = [UnreachableError("silent")]
    retrying.put("data/3", b"bytes")

    assert waits == [*DELAYS_S, DELAYS_S[0]]


@pytest.mark.parametrize("error", [RefusedError("no"), ExistsError("there"), NotThereError("no")])
def test_what_no_second_try_can_help_is_said_at_once(error: Exception) -> None:
    waits: list[float] = []
    failing = _Failing(error)

    with pytest.raises(type(error)):
        Retrying(failing, sleep=waits.append).put("data/one", b"bytes")

    assert waits == []
    assert failing.calls == 1


def test_a_put_whose_answer_was_lost_is_done() -> None:
    failing = _Failing(UnreachableError("silent"), after=True)

    Retrying(failing, sleep=lambda _: None).put("data/one", b"bytes")

    assert failing.get("data/one") == b"bytes"
    assert failing.calls == 2


def test_a_put_that_meets_another_object_at_its_second_try_is_an_error() -> None:
    failing = _Failing(BrokenTransferError("broke off"))
    failing.objects["data/one"] = b"of somebody else", 1

    with pytest.raises(ExistsError):
        Retrying(failing, sleep=lambda _: None).put("data/one", b"bytes")

    assert failing.get("data/one") == b"of somebody else"


def test_a_put_that_meets_its_own_bytes_at_its_first_try_is_an_error() -> None:
    failing = _Failing()
    failing.put("data/one", b"bytes")

    with pytest.raises(ExistsError):
        Retrying(failing, sleep=lambda _: None).put("data/one", b"bytes")


def test_waiting_can_be_stopped() -> None:
    def stop(_: float) -> None:
        raise JobCancelled

    failing = _Failing(*[UnreachableError("silent")] * 10)

    with pytest.raises(JobCancelled):
        Retrying(failing, sleep=stop).put("data/one", b"bytes")

    assert failing.calls == 1


def test_a_bad_network_is_not_noticed() -> None:
    faulty = Faulty(MemoryDestination(), Faults(errors=0.1, timeouts=0.1, lost_answers=0.1), seed=3)
    retrying = Retrying(faulty, delays_s=(0.0,) * 12, sleep=lambda _: None)

    for number in range(200):
        retrying.put(f"data/{number:03}", bytes([number]))
    for number in range(0, 200, 2):
        retrying.delete(f"data/{number:03}")

    assert [entry.name for entry in retrying.list("data")] == [
        f"data/{number:03}" for number in range(1, 200, 2)
    ]
    assert all(retrying.get(f"data/{number:03}") == bytes([number]) for number in range(1, 200, 2))
    assert faulty.met.keys() == {"errors", "timeouts", "lost_answers"}
