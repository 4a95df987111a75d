"""A way to a server on this machine that can be cut, or that swallows everything."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self


class Proxy:
    """Passes bytes on to a port of 127.0.0.1, until it is told otherwise."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._left: int | None = None
        self._swallows = False
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            # Wakes the thread that waits in accept.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut_after(self, count: int) -> None:
        """Cut every connection when *count* more bytes have gone to the server."""
        with self._lock:
            self._left = count

    def swallow(self) -> None:
        """Take everything from now on, pass nothing on and say nothing."""
        self._swallows = True

    def mend(self) -> None:
        """Pass everything on again."""
        with self._lock:
            self._left = None
        self._swallows = False

    def cut(self) -> None:
        """Cut every connection that is open now."""
        with self._lock:
            connections, self._open = self._open, set()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            with self._lock:
                self._open |= {client, server}
            for source, target, counts in ((client, server, True), (server, client, False)):
                threading.Thread(
                    target=self._pump, args=(source, target, counts), daemon=True
                ).start()

    def _pump(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        try:
            while data := source.recv(65536):
                if self._swallows:
                    continue
                passed = data[: self._allowed(len(data))] if counts else data
                target.sendall(passed)
                if len(passed) < len(data):
                    self.cut()
                    return
        except OSError:
            pass
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        with self._lock:
            self._open -= {source, target}

    def _allowed(self, count: int) -> int:
        with self._lock:
            if self._left is None:
                return count
            allowed = min(count, self._left)
            self._left -= allowed
            return allowed
