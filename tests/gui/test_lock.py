"""The lock screen lets in who knows the password, and shows nothing to others."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.errors import UserError
from privatus.services.kdf import KdfParameters
from support.desk import PASSWORD, Desk
from ui import i18n
from ui.jobs import error_text
from ui.lock.password_field import PasswordField
from ui.lock.patience import Patience
from ui.lock.screen import LockScreen
from ui.settings import table
from ui.welcome.wizard import Welcome


@pytest.fixture
def screen(desk: Desk) -> LockScreen:
    return _front(desk)


def _front(desk: Desk) -> LockScreen:
    front = desk.window.centralWidget().currentWidget()
    assert isinstance(front, LockScreen)
    return front


def _try(screen: LockScreen, qtbot: QtBot, password: str) -> None:
    qtbot.keyClicks(screen.password, password)
    qtbot.keyClick(screen.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(screen.problem.text()))


def test_the_password_opens_the_vault_by_keyboard_alone(desk: Desk, screen: LockScreen) -> None:
    assert desk.window.focusWidget() is screen.password

    desk.qtbot.keyClicks(screen.password, PASSWORD)
    desk.qtbot.keyClick(screen.password, Qt.Key.Key_Return)

    desk.qtbot.waitUntil(lambda: desk.window.shell.session is not None)
    assert desk.window.workspace is not None


def test_a_wrong_password_says_so_and_forgets_what_was_typed(
    desk: Desk, screen: LockScreen
) -> None:
    _try(screen, desk.qtbot, "not the password")

    assert screen.problem.text() == "That is not the password."
    assert screen.password.text() == ""
    assert screen.password.isEnabled()
    assert desk.window.shell.session is None


def test_after_three_wrong_passwords_there_is_a_wait(desk: Desk, screen: LockScreen) -> None:
    for number in range(3):
        assert screen.button.isEnabled()
        screen.problem.clear()
        _try(screen, desk.qtbot, f"wrong {number}")

    assert not screen.button.isEnabled()
    assert screen.button.text().startswith("Wait")
    desk.qtbot.keyClicks(screen.password, PASSWORD)
    desk.qtbot.keyClick(screen.password, Qt.Key.Key_Return)
    assert desk.window.shell.keeper.tasks.live == 0


def test_who_leaves_the_lock_screen_while_a_password_is_tried_has_to_wait_as_well(
    desk: Desk,
) -> None:
    for number in range(3):
        screen = _front(desk)
        desk.qtbot.keyClicks(screen.password, f"wrong {number}")
        desk.qtbot.keyClick(screen.password, Qt.Key.Key_Return)
        screen.other_vault_asked.emit()
        desk.qtbot.waitUntil(lambda: desk.window.shell.keeper.tasks.live == 0)
        desk.window.show_front()

    assert _front(desk).button.text().startswith("Wait")


def test_another_language_allows_no_second_try_while_the_first_runs(desk: Desk) -> None:
    screen = _front(desk)
    desk.qtbot.keyClicks(screen.password, "wrong")
    desk.qtbot.keyClick(screen.password, Qt.Key.Key_Return)

    desk.settings.set(table.LANGUAGE, "de")

    assert not _front(desk).button.isEnabled()
    desk.qtbot.waitUntil(lambda: _front(desk).button.isEnabled())


def test_a_recovery_code_that_was_typed_does_not_come_back(desk: Desk, screen: LockScreen) -> None:
    screen.use_code.click()
    desk.qtbot.keyClicks(screen.code, "ABCD-EFGH")

    screen.use_code.click()
    screen.use_code.click()
    screen.code.undo()

    assert screen.code.text() == ""


def test_each_further_failure_doubles_the_wait_up_to_a_minute() -> None:
    now = [0.0]
    patience = Patience(lambda: now[0])
    waits = []

    for _ in range(10):
        patience.failed()
        waits.append(patience.left_s)
        now[0] += patience.left_s

    assert waits == [0, 0, 2, 4, 8, 16, 32, 60, 60, 60]
    patience.succeeded()
    assert patience.left_s == 0


def test_the_recovery_code_opens_the_vault(
    desk: Desk, screen: LockScreen, tmp_path: object
) -> None:
    folder = desk.folder.with_name("other")
    new = Vault.create(folder, PASSWORD, kdf=KdfParameters.for_tests())
    new.vault.lock()
    desk.window.folder = folder
    desk.window.show_front()
    screen = _front(desk)

    desk.qtbot.mouseClick(screen.use_code, Qt.MouseButton.LeftButton)
    desk.qtbot.keyClicks(screen.code, new.recovery_code.lower())
    desk.qtbot.keyClick(screen.code, Qt.Key.Key_Return)

    desk.qtbot.waitUntil(lambda: desk.window.shell.session is not None)


def test_a_mistyped_recovery_code_is_told_from_a_wrong_one(desk: Desk, screen: LockScreen) -> None:
    screen.use_code.click()
    desk.qtbot.keyClicks(screen.code, "ABCD-EFGH")
    desk.qtbot.keyClick(screen.code, Qt.Key.Key_Return)

    desk.qtbot.waitUntil(lambda: bool(screen.problem.text()))
    assert "compare it with the printed one" in screen.problem.text()


def test_a_vault_that_opens_after_it_was_locked_is_closed_again(
    desk: Desk, screen: LockScreen
) -> None:
    keeper = desk.window.shell.keeper
    keeper.open(desk.folder, PASSWORD)

    keeper.lock("Locked because the computer slept.")
    desk.qtbot.waitUntil(lambda: bool(screen.problem.text()))

    desk.qtbot.waitUntil(lambda: keeper.tasks.live == 0)
    assert keeper.session is None
    # Nobody holds it: it can be opened elsewhere.
    Vault.open(desk.folder, PASSWORD).lock()


def test_ending_while_a_vault_opens_closes_it(desk: Desk) -> None:
    desk.window.shell.keeper.open(desk.folder, PASSWORD)

    desk.window.shell.keeper.quit()

    Vault.open(desk.folder, PASSWORD).lock()


def test_another_vault_can_be_chosen_or_the_same_after_all(desk: Desk, screen: LockScreen) -> None:
    screen.other_vault_asked.emit()

    welcome = desk.window.centralWidget().currentWidget()
    assert isinstance(welcome, Welcome)
    desk.qtbot.mouseClick(welcome.hello.back, Qt.MouseButton.LeftButton)
    assert _front(desk).password.isVisible()


def test_locking_says_why(desk: Desk) -> None:
    desk.unlock()

    desk.window.shell.keeper.lock("Locked because the computer slept.")

    assert _front(desk).reason.text() == "Locked because the computer slept."


@pytest.mark.parametrize("zoom", [100, 300])
def test_the_field_stays_where_it_is_whatever_is_said_of_a_try(desk: Desk, zoom: int) -> None:
    desk.settings.set(table.LANGUAGE, "de")
    desk.settings.set(table.ZOOM, zoom)
    # As large as makes room for all of it.
    desk.window.resize(1240, 400 + 7 * zoom)
    screen = _front(desk)
    places = [_places(screen, desk)]

    desk.qtbot.keyClick(screen.password, "A")
    places.append(_places(screen, desk))
    screen.problem.setText(i18n._("That is not the password."))
    places.append(_places(screen, desk))
    screen.use_code.click()
    screen.problem.setText(error_text(UserError(_LONGEST)))
    places.append(_places(screen, desk)[:2])

    assert places[1] == places[2] == places[0]
    assert places[3] == places[0][:2]


_LONGEST = "a recovery code has 52 letters and digits, this has 51; compare it with the printed one"


def _places(screen: LockScreen, desk: Desk) -> list[int]:
    """Return where the field, the button and the links are."""
    desk.qtbot.wait(10)
    shown = (screen.fields, screen.button, screen.use_code)
    return [widget.mapTo(screen, QPoint()).y() for widget in shown]


def test_the_reason_of_a_lock_is_said_in_the_language_that_is_chosen_there(desk: Desk) -> None:
    desk.unlock()
    desk.window.shell.keeper.lock("Locked because the computer slept.")

    desk.settings.set(table.LANGUAGE, "de")
    assert _front(desk).reason.text() == "Gesperrt, weil der Computer schlief."

    desk.window.show_front()
    assert _front(desk).reason.text() == "Deine Chats sind gesperrt."
    desk.settings.set(table.LANGUAGE, "en")
    assert _front(desk).reason.text() == "Your chats are locked."


def test_caps_lock_is_noticed(desk: Desk, screen: LockScreen) -> None:
    desk.qtbot.keyClick(screen.password, "A")
    assert screen.caps_lock.isVisible()

    desk.qtbot.keyClick(screen.password, "A", Qt.KeyboardModifier.ShiftModifier)
    assert not screen.caps_lock.isVisible()


def test_a_password_field_forgets_undo_and_all(qtbot: QtBot) -> None:
    field = PasswordField("Password")
    qtbot.addWidget(field)
    qtbot.keyClicks(field, "a secret that was typed")

    assert field.take() == "a secret that was typed"

    field.undo()
    assert "secret" not in field.text()
    assert field.echoMode() is PasswordField.EchoMode.Password


def test_what_was_typed_is_in_no_object_after_unlocking(desk: Desk, screen: LockScreen) -> None:
    desk.qtbot.keyClicks(screen.password, PASSWORD)
    desk.qtbot.keyClick(screen.password, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: desk.window.shell.session is not None)
    desk.qtbot.wait(1)
    del screen
    gc.collect()

    # The constant of the test module is one; what was typed would be another of equal value.
    found = [
        referrer
        for holder in gc.get_objects()
        if isinstance(holder, (list, tuple, dict)) and not isinstance(holder, type)
        for referrer in (holder.values() if isinstance(holder, dict) else holder)
        if isinstance(referrer, str) and referrer == PASSWORD and referrer is not PASSWORD
    ]

    assert found == []


def test_an_earlier_copy_of_a_part_of_the_vault_is_said_when_it_opens(desk: Desk) -> None:
    header = desk.folder / "vault.pvh.a", desk.folder / "vault.pvh.b"
    former = [path.read_bytes() for path in header]
    with Vault.open(desk.folder, PASSWORD) as vault:
        vault.passwords.new_recovery_code()
    for path, content in zip(header, former, strict=True):
        path.write_bytes(content)

    desk.unlock()

    (said,) = desk.window.shell.told
    assert "are older than the log" in said
