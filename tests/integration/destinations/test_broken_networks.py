"""Cut lines, silent servers, wrong keys: said quickly, in words, and without harm."""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from privatus.backup.destinations import object_stores, sftp_store, webdav_store
from privatus.backup.destinations.opening import open_destination
from privatus.backup.destinations.port import NotThereError, RefusedError
from privatus.core.errors import PrivatusError, UnreachableError, UserError
from support.places import STARTERS, Place
from support.proxy import Proxy
from support.servers import KEY, SECRET, Server

_MIB = 1024 * 1024


@pytest.fixture
def proxy(remote: Place) -> Proxy:
    assert remote.server is not None
    return remote.enter(Proxy(remote.server.port))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a silent server a second and not thirty."""
    for module in (object_stores, sftp_store, webdav_store):
        monkeypatch.setattr(module, "ANSWER_S", 1.0)
        monkeypatch.setattr(module, "CONNECT_S", 1.0)


def _no_sleep(_: float) -> None:
    """Wait for nothing: on loopback, time mends nothing."""


@pytest.mark.parametrize("after", [0, 100, 300_000, 4 * _MIB])
def test_a_put_whose_line_is_cut_leaves_no_part_of_an_object(
    remote: Place, proxy: Proxy, after: int
) -> None:
    destination = remote.open(proxy.port, sleep=_no_sleep)
    data = os.urandom(8 * _MIB)
    proxy.cut_after(after)

    with pytest.raises(UnreachableError):
        destination.put("data/one", data)

    seen = remote.open()
    assert seen.list("") == []
    with pytest.raises(NotThereError):
        seen.get("data/one")
    # And the next try does it.
    proxy.mend()
    destination.put("data/one", data)
    assert seen.get("data/one") == data


def test_a_line_that_is_cut_once_is_no_error(remote: Place, proxy: Proxy) -> None:
    waits: list[float] = []

    def mend(seconds: float) -> None:
        waits.append(seconds)
        proxy.mend()

    destination = remote.open(proxy.port, sleep=mend)
    data = os.urandom(2 * _MIB)
    proxy.cut_after(_MIB)

    destination.put("data/one", data)
    proxy.cut()

    assert destination.get("data/one") == data
    assert [entry.name for entry in destination.list("")] == ["data/one"]
    assert waits
    assert all(longer > shorter for shorter, longer in pairwise(waits[:1]))


def test_a_server_that_says_nothing_is_unreachable(
    remote: Place, proxy: Proxy, hasty: None
) -> None:
    destination = remote.open(proxy.port, sleep=_no_sleep)
    destination.put("data/one", b"bytes")
    proxy.swallow()

    with pytest.raises(UnreachableError):
        destination.get("data/one")


def test_a_server_that_lets_us_in_and_says_nothing_is_unreachable(
    remote: Place, proxy: Proxy, hasty: None
) -> None:
    proxy.swallow()

    with pytest.raises(UnreachableError):
        remote.open(proxy.port)


def test_a_server_that_is_not_there_is_unreachable(remote: Place) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()

    with pytest.raises(UnreachableError):
        remote.open(port)


@pytest.mark.parametrize("kind", list(STARTERS))
def test_wrong_credentials_are_refused(kind: str, server_of: Callable[[str], Server]) -> None:
    server = server_of(kind)
    if server.wrong_options is None:
        pytest.skip("it lets everybody in")
    options = {name: text.format(port=server.port) for name, text in server.wrong_options.items()}

    with pytest.raises(RefusedError) as caught:
        open_destination(server.where("folder"), options)

    assert "does not let us in" in str(caught.value)


def test_errors_and_names_hold_no_secret(remote: Place, proxy: Proxy) -> None:
    destination = remote.open(proxy.port, sleep=_no_sleep)
    said = [repr(destination), destination.location]
    proxy.cut_after(50)

    for call in (
        lambda: destination.put("data/one", bytes(1000)),
        lambda: destination.get("data/none"),
        lambda: destination.list("data"),
    ):
        with pytest.raises(PrivatusError) as caught:
            call()
        said += [str(caught.value), repr(caught.value)]
        said += traceback.format_exception(caught.value)

    assert not [text for text in said if SECRET in text or KEY in text]


def test_a_folder_that_is_not_there_is_unreachable_and_is_not_made(
    server_of: Callable[[str], Server],
) -> None:
    for kind in ("openssh", "wsgidav"):
        server = server_of(kind)
        where = server.where("never-made/below")

        for make in (False, True):
            with pytest.raises(UnreachableError, match="is not there"):
                open_destination(where, server.said(), make=make)


def test_a_bucket_that_is_not_there_is_unreachable(server_of: Callable[[str], Server]) -> None:
    for kind in ("seaweedfs", "moto"):
        server = server_of(kind)

        with pytest.raises(UnreachableError, match="is not there"):
            open_destination("s3://no-such-bucket/folder", server.said(), make=True)


def test_a_folder_of_a_server_that_was_taken_away_is_not_made_again(
    remote: Place,
) -> None:
    if remote.kind not in {"openssh", "wsgidav"}:
        pytest.skip("folders there are only the beginnings of names")
    destination = remote.open(sleep=_no_sleep)
    destination.put("data/one", b"bytes")
    folder = remote.on_disk()
    folder.rename(folder.with_name("taken-away"))

    for call in (
        lambda: destination.put("data/two", b"bytes"),
        lambda: destination.list("data"),
        lambda: destination.list(""),
    ):
        with pytest.raises(UnreachableError):
            call()
    assert not folder.exists()


def test_a_server_with_another_key_is_sent_nothing(server_of: Callable[[str], Server]) -> None:
    server = server_of("openssh")
    options = server.said() | {"host_key": "SHA256:" + "A" * 43}

    with pytest.raises(RefusedError, match="another key than the one given"):
        open_destination(server.where(""), options)


def test_a_server_that_nobody_knows_is_sent_nothing(
    server_of: Callable[[str], Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = server_of("openssh")
    monkeypatch.setenv("HOME", str(tmp_path))
    options = server.said()
    shown = options.pop("host_key")

    with pytest.raises(RefusedError, match="not known yet") as caught:
        open_destination(server.where(""), options)

    assert shown in str(caught.value)
    assert not (tmp_path / ".ssh").exists()


def test_a_key_file_that_is_not_there_is_said(server_of: Callable[[str], Server]) -> None:
    server = server_of("openssh")

    with pytest.raises(UserError, match="is not there"):
        open_destination(server.where(""), server.said() | {"key_file": "/no/such/file"})
