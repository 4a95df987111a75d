"""Addresses of remote places are taken apart, and hold no secrets."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any

import pytest

from privatus.backup.destinations.opening import open_destination
from privatus.backup.destinations.schemes import SCHEMES, read_address
from privatus.core.errors import UserError


def test_a_bucket_and_a_folder() -> None:
    address = read_address("s3://My.Bucket_1/years/2026/", {})

    assert (address.host, address.path) == ("My.Bucket_1", "/years/2026")
    assert address.location == "s3://My.Bucket_1/years/2026"


def test_a_container_of_an_account() -> None:
    address = read_address("abfs://backups@ada.dfs.core.windows.net/vault", {})

    assert (address.user, address.host) == ("backups", "ada.dfs.core.windows.net")


def test_a_folder_behind_ssh() -> None:
    address = read_address("sftp://ada@[::1]:2222/srv/a%20b", {})

    assert (address.user, address.host, address.port) == ("ada", "::1", 2222)
    assert address.path == "/srv/a b"


@pytest.mark.parametrize(
    "where",
    [
        "sftp://ada:secret-word@host/folder",
        "webdavs://ada:secret-word@host/folder",
        "s3://key:secret-word@bucket/folder",
        "s3://bucket/folder?secret=secret-word",
        "abfs://container/folder#secret-word",
    ],
)
def test_an_address_with_a_secret_is_refused_and_not_repeated(where: str) -> None:
    with pytest.raises(UserError) as caught:
        open_destination(where)

    assert "secret-word" not in str(caught.value)


@pytest.mark.parametrize(
    "where",
    ["s3://", "s3:///folder", "s3://bucket/../other", "gs://bucket//folder", "sftp://host:port/",
     "ftp://host/folder", "s3://user@bucket/x"],
)  # fmt: skip
def test_an_address_that_cannot_be_right_is_refused(where: str) -> None:
    with pytest.raises(UserError):
        open_destination(where)


def test_an_option_that_nobody_knows_is_refused_and_its_value_not_repeated() -> None:
    with pytest.raises(
        UserError, match="has no option of that name; it has ca_file, endpoint"
    ) as caught:
        open_destination("s3://bucket", {"passwrd": "secret-word"})

    assert "secret-word" not in str(caught.value)


def test_a_folder_takes_no_options() -> None:
    with pytest.raises(UserError, match="has no options"):
        open_destination("/backups", {"password": "secret-word"})


def test_every_option_that_lets_somebody_in_is_secret() -> None:
    secret = {option.name for scheme in SCHEMES for option in scheme.options if option.is_secret}

    assert secret == {
        *("secret", "token", "account_key", "sas", "connection", "password", "key_password"),
    }


@pytest.mark.parametrize(
    ("where", "extra"),
    [
        ("s3://bucket", "s3"),
        ("gs://bucket", "gcs"),
        ("abfs://container@account.dfs.core.windows.net", "azure"),
        ("sftp://host/folder", "sftp"),
        ("webdavs://host/folder", "webdav"),
    ],
)
def test_a_library_that_is_not_installed_is_said_with_how_to_install_it(
    where: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.import_module

    def without(name: str, *rest: Any) -> Any:
        if not name.startswith("privatus"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)

    with pytest.raises(UserError) as caught:
        open_destination(where)

    assert f"pip install 'privatus[{extra}]'" in str(caught.value)


def test_nothing_of_the_network_is_loaded_before_a_remote_place_is_opened() -> None:
    look = (
        "import sys, privatus.bootstrap, privatus.backup.destinations.opening\n"
        "print({'fsspec', 'paramiko', 's3fs', 'httpx', 'aiohttp', 'ssl'} & sys.modules.keys())"
    )

    said = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True
    ).stdout

    assert said.strip() == "set()"
