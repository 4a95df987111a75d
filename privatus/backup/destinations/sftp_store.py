"""A folder on a server, by SFTP.

A file is synced before it is moved, where the server can (OpenSSH). OpenSSH moves a file only to a
name that is free, in one step. A server shows its key first, and it must be one that we know: to a
stranger no password is sent.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

from privatus.backup.destinations.file_stores import FileStore
from privatus.backup.destinations.libraries import existing_file, load
from privatus.backup.destinations.port import Entry, RefusedError
from privatus.backup.destinations.remote import ANSWER_S, CONNECT_S
from privatus.backup.destinations.schemes import Address

# Of the protocol: a request beyond the standard, and what OpenSSH calls this one.
_EXTENDED = 200
_SYNC = "fsync@openssh.com"


class SftpStore(FileStore):
    """A folder behind SSH."""

    # The library numbers its requests, but lets one thread at a time read the answers.
    is_threaded = False

    def __init__(self, fs: Any, root: str, *, make: bool) -> None:
        self._fs = fs
        self._ftp = fs.ftp
        self._root = root
        super().__init__(make=make)

    def get(self, name: str) -> bytes:
        content = io.BytesIO()
        self._ftp.getfo(self._path(name), content)
        return content.getvalue()

    def get_part(self, name: str, start: int, stop: int) -> bytes:
        with self._ftp.open(self._path(name), "rb") as file:
            stop = min(stop, file.stat().st_size)
            return b"".join(file.readv([(start, stop - start)])) if start < stop else b""

    def size(self, name: str) -> int:
        return int(self._ftp.stat(self._path(name)).st_size)

    def delete(self, name: str) -> None:
        self._ftp.remove(self._path(name))

    def require_root(self) -> None:
        self._ftp.stat(self._root)

    def close(self) -> None:
        self._fs.client.close()

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}" if name else self._root

    def _list_one(self, folder: str) -> list[tuple[Entry, bool]]:
        found = []
        for facts in self._ftp.listdir_attr(self._path(folder)):
            if S_ISDIR(facts.st_mode) or S_ISREG(facts.st_mode):
                name = f"{folder}/{facts.filename}" if folder else facts.filename
                entry = Entry(name, facts.st_size, facts.st_mtime * 1000)
                found.append((entry, S_ISDIR(facts.st_mode)))
        return found

    def _has(self, name: str) -> bool:
        try:
            self._ftp.stat(self._path(name))
        except FileNotFoundError:
            return False
        return True

    def _make_folder(self, folder: str) -> None:
        try:
            self._ftp.mkdir(self._path(folder), 0o700)
        except PermissionError:
            raise
        except OSError:
            # All the protocol says is "failure".
            if self._has(folder):
                raise FileExistsError from None
            raise

    def _upload(self, name: str, data: bytes) -> None:
        with self._ftp.open(self._path(name), "wbx") as file:
            file.set_pipelined(True)
            file.write(data)
            file.set_pipelined(False)
            with suppress(OSError):  # a server that knows no such request
                # The library has no call for it, though it does the same for others of OpenSSH's.
                self._ftp._request(_EXTENDED, _SYNC, file.handle)  # noqa: SLF001

    def _move_new(self, source: str, target: str) -> None:
        try:
            self._ftp.rename(self._path(source), self._path(target))
        except PermissionError:
            raise
        except OSError:
            if self._has(target):
                raise FileExistsError from None
            raise


def connect_sftp(address: Address, options: Mapping[str, str], *, make: bool) -> SftpStore:
    """Connect to the server, which must show a key that we know."""
    paramiko = load("paramiko", address.scheme)
    key_file = existing_file(options, "key_file")
    has_password = "password" in options
    fs = load("fsspec", address.scheme).filesystem(
        "sftp",
        host=address.host,
        port=address.port or 22,
        username=address.user,
        password=options.get("password"),
        key_filename=key_file,
        passphrase=options.get("key_password"),
        look_for_keys=key_file is None and not has_password,
        allow_agent=key_file is None and not has_password,
        timeout=CONNECT_S,
        banner_timeout=CONNECT_S,
        auth_timeout=ANSWER_S,
        channel_timeout=ANSWER_S,
        host_key_policy=_known_only(paramiko, options.get("host_key")),
        skip_instance_cache=True,
    )
    try:
        fs.ftp.get_channel().settimeout(ANSWER_S)
        return SftpStore(fs, _root(address.path), make=make)
    except BaseException:
        fs.client.close()
        raise


def _root(path: str) -> str:
    """Return the folder as the server reads it: from its root, or with ~ from the person's own."""
    if path in {"", "/~"}:
        return "."
    return path.removeprefix("/~/")


def fingerprint(key: bytes) -> str:
    """Return the fingerprint of a public key, as OpenSSH writes it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def _known_only(paramiko: Any, wanted: str | None) -> Any:
    class KnownOnly(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
        """Lets in the server with the wanted key, or with one that the person's ssh knows."""

        def missing_host_key(self, _client: Any, host: str, key: Any) -> None:
            shown = fingerprint(key.asbytes())
            if wanted is not None:
                if shown == wanted.strip().rstrip("="):
                    return
                raise RefusedError(
                    f"the server shows another key than the one given, {shown}; somebody may "
                    "stand between, or the server is new"
                )
            known = paramiko.HostKeys()
            with suppress(OSError):
                known.load(str(Path("~/.ssh/known_hosts").expanduser()))
            if known.check(host, key):
                return
            if known.lookup(host) is not None:
                raise RefusedError(
                    "the server shows another key than ~/.ssh/known_hosts has for it, "
                    f"{shown}; if that is right, give it as the option host_key"
                )
            raise RefusedError(
                f"the server is not known yet; if its key is {shown}, give that as the option "
                "host_key"
            )

    return KnownOnly()
