"""The window with a vault that opens by itself; it locks on SIGUSR1. Started by test_at_spi."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from support.desk import PASSWORD
from ui import app
from ui.garbage import GuiCollector
from ui.settings.store import Settings


def main(folder: Path) -> None:
    """Show the vault in *folder* until somebody ends this."""
    application = QApplication(["privatus"])
    application.setApplicationName("privatus")
    settings = Settings(folder.with_name("window.ini"), application)
    app.follow(settings, application)
    # Its timer gives Python its turn to handle signals.
    collector = GuiCollector(application)
    window = app.build(settings, folder)
    signal.signal(signal.SIGUSR1, lambda *_: window.lock())
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    window.show()
    window.shell.keeper.open(folder, PASSWORD)
    application.exec()
    window.shell.keeper.quit()
    collector.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
