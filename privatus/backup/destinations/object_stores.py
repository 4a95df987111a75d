"""Stores of objects: S3, Google Cloud Storage and Azure.

All three write an object whole or not at all, and can be told to write only what is not there yet:
by If-None-Match, by ifGenerationMatch=0, by If-None-Match again. Folders are only the beginnings of
names.
"""

from __future__ import annotations

import hashlib
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import MethodType
from typing import Any
from urllib.parse import urlsplit

from privatus.backup.destinations.libraries import existing_file, load
from privatus.backup.destinations.port import MOST_BYTES, BrokenTransferError, Entry
from privatus.backup.destinations.remote import ANSWER_S, CONNECT_S
from privatus.backup.destinations.schemes import Address
from privatus.core.errors import UserError

# An instance of its own for each destination, which sees what others have written.
_FRESH = {"skip_instance_cache": True, "use_listings_cache": False}


class ObjectStore(ABC):
    """What the three have in common."""

    is_threaded = True

    def __init__(self, fs: Any, root: str) -> None:
        self._fs = fs
        self._root = root
        self._bucket = root.partition("/")[0]
        self.require_root()

    def put_new(self, name: str, data: bytes) -> None:
        self._fs.pipe_file(self._path(name), data, mode="create")
        self._check_size(name, data)

    def get(self, name: str) -> bytes:
        return bytes(self._fs.cat_file(self._path(name)))

    def get_part(self, name: str, start: int, stop: int) -> bytes:
        # Some stores answer a range beyond the end with an error and some with less.
        stop = min(stop, self.size(name))
        return (
            bytes(self._fs.cat_file(self._path(name), start=start, end=stop))
            if start < stop
            else b""
        )

    def size(self, name: str) -> int:
        return int(self._fs.info(self._path(name))["size"])

    def entries(self, folder: str) -> Iterable[Entry]:
        found = self._fs.find(self._path(folder) if folder else self._root, detail=True)
        if not found:
            # The libraries say the same of an empty bucket and of none.
            self.require_root()
        for path, facts in found.items():
            name = path.removeprefix(self._root + "/")
            # What others put here is not ours, nor are marks for folders.
            if not name.startswith(".") and facts["type"] == "file" and not path.endswith("/"):
                yield Entry(name, int(facts["size"]), _milliseconds(facts))

    def delete(self, name: str) -> None:
        self._fs.rm_file(self._path(name))

    def clear_leftovers(self, older_than_ms: int) -> int:
        """Nothing is left half-written here: an object is sent in one piece."""
        return 0

    @abstractmethod
    def close(self) -> None: ...

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _check_size(self, name: str, data: bytes) -> None:
        if self.size(name) != len(data):
            raise BrokenTransferError(f"{name} did not arrive whole; try again")

    @abstractmethod
    def require_root(self) -> None:
        """Raise FileNotFoundError if there is no bucket, whatever is in it."""


class S3Store(ObjectStore):
    """S3, and what speaks its language."""

    def __init__(self, fs: Any, root: str, *, asks_first: bool, lock_days: int | None) -> None:
        # Stores that only resemble S3 may not know the condition, and overwrite.
        self._asks_first = asks_first
        self._lock_days = lock_days
        super().__init__(fs, root)

    def put_new(self, name: str, data: bytes) -> None:
        path = self._path(name)
        if self._asks_first and self._fs.exists(path):
            raise FileExistsError
        answer = self._fs.pipe_file(path, data, mode="create", **self._object_lock(data))
        tag = str((answer or {}).get("ETag", "")).strip('"')
        # It is the MD5 unless the store encrypts with keys of its own.
        if tag == hashlib.md5(data, usedforsecurity=False).hexdigest():
            return
        self._check_size(name, data)

    def require_root(self) -> None:
        self._fs.call_s3("list_objects_v2", Bucket=self._bucket, MaxKeys=1)

    def close(self) -> None:
        with suppress(AttributeError):
            self._fs.close_session(self._fs.loop, self._fs.s3)

    def _object_lock(self, data: bytes) -> Mapping[str, object]:
        if self._lock_days is None:
            return {}
        until = datetime.now(UTC) + timedelta(days=self._lock_days)
        return {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}


class GoogleStore(ObjectStore):
    """Google Cloud Storage, whose library holds the MD5 of what arrived against ours."""

    def require_root(self) -> None:
        self._fs.call("GET", "b/{}/o", self._bucket, maxResults=1)

    def close(self) -> None:
        self._fs.close_session(self._fs.loop, self._fs.session)


class AzureStore(ObjectStore):
    """Azure Blob Storage, which holds an MD5 against what arrived.

    *wait* runs in fsspec's own thread what its library does beside others.
    """

    def __init__(self, fs: Any, root: str, wait: Callable[..., object]) -> None:
        self._wait = wait
        super().__init__(fs, root)

    def put_new(self, name: str, data: bytes) -> None:
        self._fs.pipe_file(self._path(name), data, mode="create", validate_content=True)
        self._check_size(name, data)

    def require_root(self) -> None:
        async def look() -> None:
            async with self._fs.service_client.get_container_client(self._bucket) as container:
                async for _ in container.list_blobs(results_per_page=1):
                    return

        self._wait(self._fs.loop, look)

    def close(self) -> None:
        self._wait(self._fs.loop, self._fs.service_client.close)


def connect_s3(address: Address, options: Mapping[str, str]) -> S3Store:
    """Connect to a bucket; credentials that are not given are looked for as the AWS tools do."""
    load("s3fs", address.scheme)
    endpoint = options.get("endpoint")
    client = {"verify": existing_file(options, "ca_file"), "region_name": options.get("region")}
    is_foreign = endpoint is not None and not _is_of_amazon(endpoint)
    settings: dict[str, Any] = {
        "connect_timeout": CONNECT_S,
        "read_timeout": ANSWER_S,
        "retries": {"total_max_attempts": 1},
        # A bucket is a part of the host's name at Amazon; elsewhere that needs a DNS of its own.
        "s3": {"addressing_style": "path" if is_foreign else "auto"},
    }
    fs = load("fsspec", address.scheme).filesystem(
        "s3",
        key=options.get("key"),
        secret=options.get("secret"),
        token=options.get("token"),
        profile=options.get("profile"),
        endpoint_url=endpoint,
        client_kwargs=client,
        config_kwargs=settings,
        **_FRESH,
    )
    # We do it ourselves, and can be stopped while we wait.
    fs.retries = 1
    return S3Store(fs, _root(address), asks_first=is_foreign, lock_days=_days(options))


def connect_gcs(address: Address, options: Mapping[str, str]) -> GoogleStore:
    """Connect to a bucket; without a key, as gcloud or the machine does."""
    gcsfs = load("gcsfs.core", address.scheme)
    credentials = existing_file(options, "credentials")
    timeout = load("aiohttp", address.scheme).ClientTimeout(
        sock_connect=CONNECT_S, sock_read=ANSWER_S
    )
    # By its name: the one that fsspec makes asks each bucket by gRPC of what kind it is.
    fs = gcsfs.GCSFileSystem(
        token=credentials or "google_default",
        project=options.get("project", ""),
        endpoint_url=options.get("endpoint"),
        # The store's MD5 is held against ours.
        consistency="md5",
        requests_timeout=timeout,
        **_FRESH,
    )
    # It would try six times, for half a minute; we do it ourselves, and can be stopped.
    fs._request = MethodType(inspect.unwrap(type(fs)._request), fs)  # noqa: SLF001
    return GoogleStore(fs, _root(address))


def connect_azure(address: Address, options: Mapping[str, str]) -> AzureStore:
    """Connect to a container; without a key, as Azure's tools do."""
    load("adlfs", address.scheme)
    account = options.get("account")
    container = address.host
    if address.user is not None:
        # abfs://container@account.dfs.core.windows.net/folder
        container, account = address.user, account or address.host.partition(".")[0]
    if not account and "connection" not in options:
        raise UserError("the storage account is not named; give the option account")
    is_open = not {"account_key", "sas", "connection"} & options.keys()
    fs = load("fsspec", address.scheme).filesystem(
        "abfs",
        account_name=account,
        account_key=options.get("account_key"),
        sas_token=options.get("sas"),
        connection_string=options.get("connection"),
        anon=False if is_open else None,
        assume_container_exists=True,
        **_FRESH,
    )
    fs.service_client = _hasty_client(load("azure.storage.blob.aio", address.scheme), fs, options)
    wait = load("fsspec.asyn", address.scheme).sync
    return AzureStore(fs, container + address.path, wait)


def _hasty_client(blobs: Any, fs: Any, options: Mapping[str, str]) -> Any:
    """Return a client that waits as long as we do and tries once, which adlfs has no words for."""
    patience = {
        "connection_timeout": CONNECT_S,
        "read_timeout": ANSWER_S,
        "retry_total": 0,
        # One piece and not several, so that a condition holds for all of it.
        "max_single_put_size": MOST_BYTES,
    }
    if "connection" in options:
        try:
            return blobs.BlobServiceClient.from_connection_string(options["connection"], **patience)
        except ValueError:
            raise UserError("the connection string cannot be read; copy it anew") from None
    credential = options.get("account_key") or options.get("sas") or fs.credential
    return blobs.BlobServiceClient(fs.account_url, credential=credential, **patience)


def _root(address: Address) -> str:
    return address.host + address.path


def _is_of_amazon(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    return host == "amazonaws.com" or host.endswith((".amazonaws.com", ".amazonaws.com.cn"))


def _days(options: Mapping[str, str]) -> int | None:
    text = options.get("lock_days")
    if text is None:
        return None
    if not text.isdecimal() or not 0 < int(text) <= 36_500:
        raise UserError("the days for which objects are locked are no number from 1 to 36500")
    return int(text)


def _milliseconds(facts: Mapping[str, Any]) -> int | None:
    """Return when an object was written; each library has a name of its own for it."""
    for name in ("LastModified", "mtime", "last_modified", "updated", "modified"):
        moment = facts.get(name)
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        if isinstance(moment, datetime):
            return int(moment.timestamp() * 1000)
    return None
