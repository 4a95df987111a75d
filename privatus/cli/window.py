"""Opening the window, which is no part of this package: it is started by name."""

from __future__ import annotations

import ctypes
import os
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

from privatus.cli.settings import Settings
from privatus.core.errors import DeviceError, UserError

_COMMANDS = "`privatus --help` lists the commands, which need no window"
# In the wheel the window lies where its name cannot meet another project's.
_INSTALLED = Path(__file__).resolve().parents[1] / "_window"


def open_window(settings: Settings) -> int:
    """Show the window until it is closed; return the exit code.

    Raises:
        UserError: the window is not installed.
        DeviceError: there is no screen, or a library of the system is missing.
    """
    if not _has_screen():
        raise DeviceError(f"there is no screen to open the window on; {_COMMANDS}")
    code: int = load().main(settings.folder, is_named=settings.is_folder_named)
    return code


def load() -> ModuleType:
    """Return the module that starts the window.

    Raises:
        UserError: the window is not installed.
        DeviceError: a library of the system is missing.
    """
    if _INSTALLED.is_dir() and str(_INSTALLED) not in sys.path:
        sys.path.insert(0, str(_INSTALLED))
    try:
        _look_for_libraries()
        return import_module("ui.app")
    except ModuleNotFoundError:
        raise UserError(
            f"the window is not installed; `pip install 'privatus[window]'` brings it; {_COMMANDS}"
        ) from None
    except (ImportError, OSError) as error:
        raise DeviceError(
            f"the window needs {_library(error)}, which this system lacks; install it; {_COMMANDS}"
        ) from None


def _has_screen() -> bool:
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _look_for_libraries() -> None:
    """Load Qt's plugin for X as Qt would: Qt itself ends the process when it cannot."""
    package = Path(str(import_module("PySide6").__file__)).parent
    import_module("PySide6.QtWidgets")
    plugin = package / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    uses_x = os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY")
    if uses_x and not os.environ.get("QT_QPA_PLATFORM") and plugin.exists():
        ctypes.CDLL(str(plugin))


def _library(error: Exception) -> str:
    return str(error).partition(":")[0]
