"""One window for each vault, and nobody else in its place."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ui.instance import Instance


def test_a_second_start_brings_the_first_window_forward(tmp_path: Path, qtbot: QtBot) -> None:
    first, second = Instance(tmp_path), Instance(tmp_path)
    other = Instance(tmp_path / "other")
    assert first.claim()

    with qtbot.waitSignal(first.raised):
        assert not second.claim()

    assert other.claim()
    first.release()
    assert second.claim()
    second.release()
    other.release()


def test_the_window_answers_for_the_vault_that_was_opened_last(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "first")
    assert instance.claim()

    instance.move(tmp_path / "second")

    assert Instance(tmp_path / "second").call()
    assert not Instance(tmp_path / "first").call()
    instance.release()


def test_a_vault_in_a_folder_whose_name_is_no_text_has_its_window(tmp_path: Path) -> None:
    instance = Instance(Path(os.fsdecode(bytes(tmp_path) + b"/\xff")))

    assert instance.claim()

    instance.release()


def test_nobody_else_can_take_the_windows_place_where_each_user_has_a_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A short one: the system allows such names a hundred letters.
    with tempfile.TemporaryDirectory(prefix="p") as own:
        monkeypatch.setenv("XDG_RUNTIME_DIR", own)
        instance = Instance(Path("/a/vault"))

        assert instance.claim()

        (socket,) = Path(own).iterdir()
        assert socket.stat().st_mode & 0o077 == 0
        instance.release()
