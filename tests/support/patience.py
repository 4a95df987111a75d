"""Waiting in tests of the window. Imports Qt, so only tests in `gui` may import this."""

from __future__ import annotations

from functools import partialmethod

from pytestqt.qtbot import QtBot

# A machine that is busy with other things is slow; a state that never comes is a fault all the
# same. Who waits less than this measures the machine.
_PATIENCE_MS = 30_000


class PatientBot(QtBot):
    """Waits as long as a busy machine takes, unless it is told how long."""

    waitUntil = partialmethod(QtBot.waitUntil, timeout=_PATIENCE_MS)  # noqa: N815 - Qt's way
    waitSignal = partialmethod(QtBot.waitSignal, timeout=_PATIENCE_MS)  # noqa: N815 - Qt's way
    waitSignals = partialmethod(QtBot.waitSignals, timeout=_PATIENCE_MS)  # noqa: N815 - Qt's way
