"""What only one kind of destination has: locks of S3, and others that only resemble it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from s3fs import S3FileSystem

from privatus.backup.destinations.opening import open_destination
from privatus.backup.destinations.port import (
    BrokenTransferError,
    ExistsError,
)
from privatus.backup.destinations.sftp_store import SftpStore
from privatus.backup.destinations.webdav_store import WebdavStore
from privatus.core.errors import UserError
from support.places import Place
from support.servers import Server


def _files(server: Server) -> S3FileSystem:
    said = server.said()
    return S3FileSystem(
        key=said["key"], secret=said["secret"], endpoint_url=said["endpoint"],
        client_kwargs={"region_name": "us-east-1"}, skip_instance_cache=True,
    )  # fmt: skip


def test_an_object_can_be_locked_against_everybody_for_some_days(
    server_of: Callable[[str], Server],
) -> None:
    server = server_of("moto")
    files = _files(server)
    files.call_s3("create_bucket", Bucket="locked", ObjectLockEnabledForBucket=True)
    destination = open_destination("s3://locked", server.said() | {"lock_days": "30"})

    destination.put("data/one", b"bytes")

    facts = files.call_s3("head_object", Bucket="locked", Key="data/one")
    assert facts["ObjectLockMode"] == "COMPLIANCE"
    left = facts["ObjectLockRetainUntilDate"] - datetime.now(UTC)
    assert timedelta(days=29) < left < timedelta(days=31)
    destination.close()
    files.close_session(files.loop, files.s3)


@pytest.mark.parametrize("days", ["0", "-1", "many", "1.5", "99999"])
def test_a_lock_for_no_number_of_days_is_refused(
    server_of: Callable[[str], Server], days: str
) -> None:
    server = server_of("moto")

    with pytest.raises(UserError, match="no number from 1"):
        open_destination(server.where("folder"), server.said() | {"lock_days": days})


def test_a_store_that_knows_no_condition_keeps_the_first_object_all_the_same(
    server_of: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = S3FileSystem._pipe_file

    async def overwrite(self: Any, path: str, data: bytes, **keywords: Any) -> Any:
        return await real(self, path, data, **keywords | {"mode": "overwrite"})

    monkeypatch.setattr(S3FileSystem, "_pipe_file", overwrite)
    server = server_of("moto")
    destination = open_destination(server.where("no-condition"), server.said())
    destination.put("data/one", b"first")

    with pytest.raises(ExistsError):
        destination.put("data/one", b"second")

    assert destination.get("data/one") == b"first"
    destination.close()


def test_bytes_that_arrived_as_others_are_noticed(
    server_of: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = S3FileSystem._pipe_file

    async def shorten(self: Any, path: str, data: bytes, **keywords: Any) -> Any:
        return await real(self, path, data[:-1], **keywords)

    monkeypatch.setattr(S3FileSystem, "_pipe_file", shorten)
    server = server_of("moto")
    destination = open_destination(server.where("shortened"), server.said(), sleep=lambda _: None)

    with pytest.raises((BrokenTransferError, ExistsError)):
        destination.put("data/one", b"bytes")

    destination.close()


@pytest.mark.parametrize("remote", ["openssh", "wsgidav"], indirect=True)
def test_of_two_who_both_looked_the_second_does_not_overwrite(
    remote: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    destination = remote.open()
    destination.put("locks/one", b"first")
    for store in (SftpStore, WebdavStore):
        _look_too_early(monkeypatch, store)

    with pytest.raises(ExistsError):
        destination.put("locks/one", b"second")

    assert destination.get("locks/one") == b"first"
    assert [entry.name for entry in destination.list("")] == ["locks/one"]


def _look_too_early(
    monkeypatch: pytest.MonkeyPatch, store: type[SftpStore] | type[WebdavStore]
) -> None:
    """Let the first look at a name find it free, whoever has it."""
    real, early = store._has, [False]
    monkeypatch.setattr(
        store, "_has", lambda self, name: early.pop() if early else real(self, name)
    )
