"""How far long work is, in words."""

from __future__ import annotations

from privatus.cli.progress import speed
from privatus.core.jobs import Progress


def _at(done: int, total: int | None, elapsed_s: float) -> str:
    return speed(Progress(stage="reading", done=done, total=total, elapsed_s=elapsed_s))


def test_bytes_have_a_speed_once_there_is_something_to_say() -> None:
    assert _at(30_000_000, 90_000_000, 2.0) == ", 15.0 MB a second"
    assert _at(30_000_000, 90_000_000, 0.1) == ""


def test_steps_have_no_speed() -> None:
    assert _at(1, 3, 2.0) == ""
    assert _at(1, None, 2.0) == ""
