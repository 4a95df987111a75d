"""What a screen reader is told of the window, as JSON. Runs in the system's Python, which has gi.

    at_spi_reader.py PROGRAM-ARGUMENT...

Starts the program and prints the tree once it has a named message, and once more after locking.
"""

import json
import signal
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 - its version must be said before

_PATIENCE_S = 60


def tree():
    """Return role, name and whether it takes the focus, for all of the program."""
    found = []
    desktop = Atspi.get_desktop(0)
    for number in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(number)
        if program is not None and program.get_name() == "privatus":
            collect(program, found)
    return found


def collect(node, found):
    """Add *node* and what is in it to *found*."""
    try:
        states = node.get_state_set()
        is_focusable = states.contains(Atspi.StateType.FOCUSABLE)
        is_showing = states.contains(Atspi.StateType.SHOWING)
        text = Atspi.Text.get_text(node, 0, -1) if node.get_text_iface() else ""
        found.append((node.get_role_name(), node.get_name(), is_focusable and is_showing, text))
        for number in range(node.get_child_count()):
            child = node.get_child_at_index(number)
            if child is not None:
                collect(child, found)
    except GLib.Error:
        # It was destroyed while it was looked at.
        return


def wait_for(is_so):
    """Return the first tree that is as wanted, or the last one."""
    until_s = time.monotonic() + _PATIENCE_S
    while True:
        found = tree()
        if is_so(found) or time.monotonic() > until_s:
            return found
        time.sleep(0.3)


def main():
    """Start the program, and print what is told of it."""
    program = subprocess.Popen(sys.argv[1:])
    try:
        opened = wait_for(
            lambda found: any(role == "list item" and ": " in name for role, name, *_ in found)
        )
        program.send_signal(signal.SIGUSR1)
        locked = wait_for(lambda found: any(role == "password text" for role, *_ in found))
    finally:
        program.terminate()
        program.wait()
    json.dump({"opened": opened, "locked": locked}, sys.stdout)


if __name__ == "__main__":
    main()
