"""The first start: from nothing to an open vault."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.errors import DeviceError
from privatus.services.kdf import KdfParameters
from ui import app
from ui.lock.screen import LockScreen
from ui.settings.store import Settings
from ui.shell.window import MainWindow
from ui.welcome import recovery_sheet
from ui.welcome.strength import in_words, measure
from ui.welcome.wizard import Welcome

_PASSWORD = "lorry cactus violin eleven"


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot, settings: Settings) -> Iterator[MainWindow]:
    made = app.build(settings, tmp_path / "new" / "vault")
    made.show()
    yield made
    made.shell.keeper.quit()
    made.close()


@pytest.fixture
def welcome(window: MainWindow) -> Welcome:
    front = window.centralWidget().currentWidget()
    assert isinstance(front, Welcome)
    return front


def _choose_password(welcome: Welcome, qtbot: QtBot) -> None:
    qtbot.mouseClick(welcome.hello.make, Qt.MouseButton.LeftButton)
    step = welcome.password_step
    assert step is not None
    qtbot.waitUntil(lambda: step.kdf is not None)
    # What was measured would take a second.
    step.kdf = KdfParameters.for_tests()
    qtbot.keyClicks(step.password, _PASSWORD)
    qtbot.keyClicks(step.again, _PASSWORD)
    qtbot.keyClick(step.again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: welcome.show_code is not None)


def test_tab_goes_from_the_password_to_the_same_again_and_no_button_types(
    window: MainWindow, welcome: Welcome, qtbot: QtBot
) -> None:
    assert not welcome.hello.back.isVisible()
    qtbot.mouseClick(welcome.hello.make, Qt.MouseButton.LeftButton)
    step = welcome.password_step
    assert step is not None
    qtbot.waitUntil(step.password.hasFocus)
    qtbot.keyClicks(step.password, _PASSWORD)
    qtbot.keyClick(step.password, Qt.Key.Key_Tab)
    focused = window.focusWidget()
    assert focused is step.again
    qtbot.keyClicks(focused, _PASSWORD)
    assert step.password.text() == step.again.text() == _PASSWORD

    step.password.button.setFocus()
    qtbot.keyClicks(step.password.button, "x")
    assert step.password.text() == _PASSWORD
    qtbot.keyClick(step.password.button, Qt.Key.Key_Space)
    assert step.password.button.isChecked()


def test_a_vault_is_made_by_keyboard_and_its_code_typed_back(
    window: MainWindow, welcome: Welcome, qtbot: QtBot, tmp_path: Path
) -> None:
    _choose_password(welcome, qtbot)
    assert welcome.show_code is not None
    sheet = tmp_path / "code.txt"
    welcome.show_code.save(sheet)
    qtbot.keyClick(welcome.show_code.next, Qt.Key.Key_Space)
    back = welcome.type_back
    assert back is not None
    printed = next(line for line in sheet.read_text().splitlines() if line.count("-") == 8)
    for number, field in back.fields.items():
        qtbot.keyClicks(field, recovery_sheet.groups(printed.strip())[number].lower())
    qtbot.keyClick(field, Qt.Key.Key_Return)

    assert window.shell.session is not None
    assert window.shell.session.folder == tmp_path / "new" / "vault"
    assert window.workspace is not None
    window.lock()
    qtbot.waitUntil(lambda: window.shell.keeper.tasks.live == 0)
    Vault.open(tmp_path / "new" / "vault", _PASSWORD).lock()
    Vault.open(tmp_path / "new" / "vault", recovery_code=printed.strip()).lock()


def test_nobody_goes_on_with_the_wrong_groups(welcome: Welcome, qtbot: QtBot) -> None:
    _choose_password(welcome, qtbot)
    assert welcome.show_code is not None
    welcome.show_code.next.click()
    back = welcome.type_back
    assert back is not None

    for field in back.fields.values():
        qtbot.keyClicks(field, "ZZZZ")
        qtbot.keyClick(field, Qt.Key.Key_Return)

    assert not back.next.isEnabled()
    assert "look again" in back.problem.text()
    back.back.click()
    assert welcome.steps.currentWidget() is welcome.show_code


def test_two_passwords_that_differ_make_no_vault(welcome: Welcome, qtbot: QtBot) -> None:
    welcome.hello.make.click()
    step = welcome.password_step
    assert step is not None

    qtbot.keyClicks(step.password, _PASSWORD)
    qtbot.keyClicks(step.again, _PASSWORD[:-1])
    assert not step.next.isEnabled()
    assert step.problem.isHidden()
    qtbot.keyClicks(step.again, "?")
    assert step.problem.text() == "The two are not the same."
    qtbot.keyClick(step.again, Qt.Key.Key_Backspace)
    qtbot.keyClicks(step.again, _PASSWORD[-1])
    assert step.problem.isHidden()
    assert step.next.isEnabled()


def test_the_meter_says_what_a_password_is_worth(welcome: Welcome, qtbot: QtBot) -> None:
    welcome.hello.make.click()
    step = welcome.password_step
    assert step is not None

    qtbot.keyClicks(step.password, "password1")
    qtbot.waitUntil(lambda: step.verdict.text().startswith("Very weak"))
    step.password.setText(_PASSWORD)

    qtbot.waitUntil(lambda: step.verdict.text().startswith("Strong"))


def test_a_password_of_a_thousand_characters_is_measured() -> None:
    strength = measure("correct horse battery staple " * 40)

    assert strength.level == 4
    assert "longer than anybody" in in_words(strength)


def test_a_folder_that_holds_something_else_is_refused_and_the_way_is_open_again(
    welcome: Welcome, qtbot: QtBot, tmp_path: Path
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("mine")
    welcome.hello.make.click()
    step = welcome.password_step
    assert step is not None
    step.folder.setText(str(full))
    qtbot.keyClicks(step.password, _PASSWORD)
    qtbot.keyClicks(step.again, _PASSWORD)
    step.next.click()

    qtbot.waitUntil(lambda: "not empty" in step.problem.text())
    assert welcome.steps.currentWidget() is step
    assert step.password.text() == ""


@pytest.mark.parametrize("path", ["vault", "./vault", "~nobody-is-called-that/vault", " "])
def test_a_folder_that_is_not_named_from_the_top_makes_no_vault(
    welcome: Welcome, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    welcome.hello.make.click()
    step = welcome.password_step
    assert step is not None
    qtbot.keyClicks(step.password, _PASSWORD)
    qtbot.keyClicks(step.again, _PASSWORD)
    assert step.next.isEnabled()

    step.folder.setText(path)

    assert not step.next.isEnabled()
    assert step.folder.remark.isVisible() is bool(path.strip())
    qtbot.keyClick(step.again, Qt.Key.Key_Return)
    assert list(tmp_path.iterdir()) == []
    step.folder.setText("~/vault")
    assert step.next.isEnabled()
    assert step.folder.folder == Path.home() / "vault"


def test_a_vault_that_is_there_is_opened_and_an_empty_folder_is_not(
    window: MainWindow, welcome: Welcome, tmp_path: Path
) -> None:
    welcome.hello.choose(tmp_path)
    assert "no vault" in welcome.hello.problem.text()
    Vault.create(tmp_path / "old", _PASSWORD, kdf=KdfParameters.for_tests()).vault.lock()

    welcome.hello.choose(tmp_path / "old")

    assert isinstance(window.centralWidget().currentWidget(), LockScreen)


def test_a_change_of_size_does_not_lose_the_code(
    window: MainWindow, welcome: Welcome, qtbot: QtBot, settings: Settings
) -> None:
    from ui.settings import table

    _choose_password(welcome, qtbot)

    settings.set(table.ZOOM, 125)

    assert window.centralWidget().currentWidget() is welcome


def test_a_copied_code_is_marked_as_a_secret_and_goes_when_the_vault_opens(
    window: MainWindow, welcome: Welcome, qtbot: QtBot
) -> None:
    _choose_password(welcome, qtbot)
    assert welcome.show_code is not None

    welcome.show_code.copy.click()

    clipboard = QGuiApplication.clipboard()
    assert clipboard.text().count("-") == 8
    assert clipboard.mimeData().hasFormat("x-kde-passwordManagerHint")
    window.shell.clipboard.clear()
    assert clipboard.text() == ""


@pytest.mark.parametrize(
    ("save", "head"), [(recovery_sheet.save_pdf, b"%PDF"), (recovery_sheet.save_text, b"Recovery")]
)
def test_the_sheet_is_for_its_owner_only(
    save: Callable[[Path, str, str, datetime], None], head: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "sheet"

    save(path, "-".join(["ABCD"] * 8 + ["12"]), "vault", datetime(2026, 11, 22, tzinfo=UTC))

    assert path.read_bytes().startswith(head)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_sheet_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="no such file"):
        recovery_sheet.save_text(tmp_path / "no" / "x", "A-B", "v", datetime.now(UTC))
