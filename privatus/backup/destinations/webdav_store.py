"""A folder on a server, by WebDAV.

A file is moved with `Overwrite: F`, which refuses a name that is taken. When a file is on disk is
the server's affair: the protocol has no word for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from privatus.backup.destinations.file_stores import FileStore
from privatus.backup.destinations.libraries import existing_file, load
from privatus.backup.destinations.port import Entry
from privatus.backup.destinations.remote import ANSWER_S, CONNECT_S
from privatus.backup.destinations.schemes import Address

_PARTIAL_CONTENT = 206
_NOT_SATISFIABLE = 416


class WebdavStore(FileStore):
    """A folder behind HTTP."""

    is_threaded = True

    def __init__(self, fs: Any, *, make: bool) -> None:
        self._fs = fs
        self._client = fs.client
        super().__init__(make=make)

    def get(self, name: str) -> bytes:
        return bytes(self._client.request("GET", name).content)

    def get_part(self, name: str, start: int, stop: int) -> bytes:
        try:
            answer = self._client.request(
                "GET", name, headers={"Range": f"bytes={start}-{stop - 1}"}
            )
        except Exception as error:
            if getattr(error, "status_code", None) == _NOT_SATISFIABLE:
                return b""
            raise
        content = bytes(answer.content)
        # A server may send all of it instead.
        return content if answer.status_code == _PARTIAL_CONTENT else content[start:stop]

    def size(self, name: str) -> int:
        return int(self._fs.info(name)["size"])

    def delete(self, name: str) -> None:
        self._fs.rm_file(name)

    def require_root(self) -> None:
        self._client.propfind("", headers={"Depth": "0"}, follow_redirects=True)

    def close(self) -> None:
        self._client.http.close()

    def _list_one(self, folder: str) -> list[tuple[Entry, bool]]:
        found = []
        for facts in self._fs.ls(folder, detail=True):
            name = facts["name"].strip("/")
            moment = facts.get("modified")
            modified_at_ms = (
                int(moment.timestamp() * 1000) if isinstance(moment, datetime) else None
            )
            entry = Entry(name, int(facts["size"] or 0), modified_at_ms)
            found.append((entry, facts["type"] == "directory"))
        return found

    def _has(self, name: str) -> bool:
        return bool(self._client.exists(name))

    def _make_folder(self, folder: str) -> None:
        try:
            self._client.request("MKCOL", folder, add_trailing_slash=True)
        except Exception as error:
            status = getattr(error, "status_code", None)
            if status == 405:
                raise FileExistsError from None
            if status == 409:
                raise FileNotFoundError from None
            raise

    def _upload(self, name: str, data: bytes) -> None:
        self._client.request("PUT", name, content=data)

    def _move_new(self, source: str, target: str) -> None:
        try:
            self._client.move(source, target, overwrite=False)
        except Exception as error:
            if type(error).__name__ == "ResourceAlreadyExists":
                raise FileExistsError from None
            raise


def connect_webdav(address: Address, options: Mapping[str, str], *, make: bool) -> WebdavStore:
    """Connect to the server."""
    load("webdav4", address.scheme)
    httpx = load("httpx", address.scheme)
    ca_file = existing_file(options, "ca_file")
    scheme = "https" if address.name == "webdavs" else "http"
    port = f":{address.port}" if address.port else ""
    host = f"[{address.host}]" if ":" in address.host else address.host
    user, password = options.get("user"), options.get("password")
    fs = load("fsspec", address.scheme).filesystem(
        "webdav",
        base_url=f"{scheme}://{host}{port}{quote(address.path)}/",
        auth=(user, password or "") if user is not None else None,
        verify=load("ssl", address.scheme).create_default_context(cafile=ca_file),
        timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
        # We try again ourselves, and can be stopped while we wait.
        retry=False,
        # No password of a ~/.netrc, and no proxy that nobody here was told of.
        trust_env=False,
        skip_instance_cache=True,
    )
    try:
        return WebdavStore(fs, make=make)
    except BaseException:
        fs.client.http.close()
        raise
