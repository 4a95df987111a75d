"""Freed memory stays with the process for a while, and not for good."""

from __future__ import annotations

import resource
import sys

import pytest

from privatus.backup.heap import kept_heap

_PIECE = 8 * 1024 * 1024


def _faults() -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        pieces = [bytearray(b"x") * _PIECE for _ in range(6)]
        del pieces
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is told to keep memory")
def test_what_is_taken_again_and_again_is_asked_of_the_system_once() -> None:
    with kept_heap():
        kept = _faults()
    # Six pieces of 8 MiB are 12,288 pages, and are asked for twenty times.
    assert kept < 4 * 12_288
    assert kept < _faults()


def test_an_error_inside_is_an_error_outside() -> None:
    with pytest.raises(ValueError, match="inside"), kept_heap():
        raise ValueError("inside")
