"""`privatus` without a command opens the window, or says why it cannot."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from support.command_line import CommandLine


def test_without_a_command_the_window_opens_on_the_vault_that_was_named(
    empty_cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []

    def main(folder: object, *, is_named: bool) -> int:
        opened.append((folder, is_named))
        return 0

    monkeypatch.setitem(sys.modules, "ui.app", SimpleNamespace(main=main))

    empty_cli.run(QT_QPA_PLATFORM="offscreen")

    assert opened == [(empty_cli.vault, True)]


def test_a_header_that_a_file_manager_opens_stands_for_its_vault(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    main = SimpleNamespace(main=lambda folder, **_: opened.append(folder))
    monkeypatch.setitem(sys.modules, "ui.app", main)

    cli.run("--vault", cli.vault / "vault.pvh.a", QT_QPA_PLATFORM="offscreen")
    refused = cli.run("--vault", cli.vault / "vault.db", code=2, QT_QPA_PLATFORM="offscreen")

    assert opened == [cli.vault]
    assert "is a file" in refused.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_without_a_screen_it_says_so_and_names_the_commands(empty_cli: CommandLine) -> None:
    result = empty_cli.run(code=1, DISPLAY=None, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)

    assert "no screen" in result.stderr
    assert "privatus --help" in result.stderr


def test_without_the_window_it_says_how_to_install_it(
    empty_cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ui.app", None)

    result = empty_cli.run(code=1, QT_QPA_PLATFORM="offscreen")

    assert "pip install 'privatus[window]'" in result.stderr


def test_without_a_library_of_the_system_it_names_the_library(
    empty_cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from privatus.cli import window

    def fail() -> None:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(window, "_look_for_libraries", fail)

    result = empty_cli.run(code=1, QT_QPA_PLATFORM="offscreen")

    assert "libEGL.so.1" in result.stderr
    assert "cannot open" not in result.stderr
