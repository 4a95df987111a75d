"""Chats that are dragged out of the window: a file for a moment, and none after locking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDrag

from privatus.bootstrap import Vault
from support.chats import bring, numbered
from support.desk import Desk
from ui.chats import drag_out
from ui.chats.page import ChatsPage


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return lambda vault: bring(vault, *numbered(1))


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def page(desk: Desk) -> ChatsPage:
    desk.unlock()
    made = desk.show_page("chats")
    assert isinstance(made, ChatsPage)
    desk.qtbot.waitUntil(lambda: bool(made.pane.selected()))
    return made


def test_a_chat_dragged_out_is_a_file_until_the_vault_is_locked(
    desk: Desk, page: ChatsPage, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dragged: list[Path] = []
    monkeypatch.setattr(
        drag_out.QDrag,
        "exec",
        lambda drag, _action: dragged.extend(Path(u.toLocalFile()) for u in drag.mimeData().urls()),
    )

    page.pane.view.drag_wanted.emit()

    desk.qtbot.waitUntil(lambda: bool(dragged))
    assert dragged[0].name.startswith("Chat 000")
    assert "Answer 0" in dragged[0].read_text()
    assert dragged[0].parent.parent == own_folder
    assert dragged[0].parent.stat().st_mode & 0o077 == 0
    desk.lock()
    assert not dragged[0].parent.exists()


def test_a_drag_ends_when_the_vault_is_locked(
    desk: Desk, page: ChatsPage, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []

    def locked(drag: QDrag, _action: object) -> None:
        drag.targetChanged.emit(None)
        desk.window.lock()

    monkeypatch.setattr(drag_out.QDrag, "exec", locked)
    # Else the title hangs at the pointer until the button is released.
    monkeypatch.setattr(drag_out.QDrag, "cancel", lambda: ended.append(True))

    page.pane.view.drag_wanted.emit()

    desk.qtbot.waitUntil(lambda: desk.window.shell.session is None)
    assert ended == [True]
    assert list(own_folder.iterdir()) == []


def test_a_vault_that_is_locked_while_a_chat_is_written_for_a_drag_leaves_no_file(
    desk: Desk, page: ChatsPage, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = desk.session.vault.exports
    as_page = exports.page
    is_read, is_locked = Event(), Event()

    def locked_meanwhile(chat: UUID) -> tuple[str, str]:
        read = as_page(chat)
        is_read.set()
        is_locked.wait(10)
        return read

    monkeypatch.setattr(exports, "page", locked_meanwhile)
    leaves = lambda drag, _action: drag.targetChanged.emit(None)  # noqa: E731
    monkeypatch.setattr(drag_out.QDrag, "exec", leaves)

    page.pane.view.drag_wanted.emit()
    desk.qtbot.waitUntil(is_read.is_set)
    desk.window.lock()
    is_locked.set()

    desk.qtbot.waitUntil(lambda: desk.window.shell.keeper.tasks.live == 0)
    assert list(own_folder.iterdir()) == []


def test_what_is_dropped_within_the_window_writes_nothing(
    desk: Desk, page: ChatsPage, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried: list[QMimeData] = []

    def dropped_on_a_folder(drag: QDrag, _action: object) -> None:
        drag.targetChanged.emit(page.beside.sidebar.tree.viewport())
        carried.append(drag.mimeData())
        assert drag.mimeData().hasUrls()

    monkeypatch.setattr(drag_out.QDrag, "exec", dropped_on_a_folder)

    page.pane.view.drag_wanted.emit()

    assert len(carried) == 1
    assert list(own_folder.iterdir()) == []


def test_another_program_is_given_the_addresses_of_the_files(
    desk: Desk, page: ChatsPage, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[bytes] = []
    read = lambda drag, _action: given.append(bytes(drag.mimeData().data("text/uri-list").data()))  # noqa: E731
    monkeypatch.setattr(drag_out.QDrag, "exec", read)

    page.pane.view.drag_wanted.emit()

    [address] = given[0].decode().split()
    assert address.startswith("file:///") and "Chat%20000" in address
