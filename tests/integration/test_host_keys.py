"""The key of an SFTP server is taken as a fingerprint and as the public key that it is one of."""

from __future__ import annotations

import pytest

from privatus.backup.destinations import sftp_store
from privatus.bootstrap import Vault
from privatus.core.errors import UserError
from privatus.services.backups import places
from privatus.services.backups.host_keys import with_fingerprint
from support.vaults import PASSWORD, ScratchVault

# The one that GitHub has published, and what it says is the fingerprint of it.
_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
_FINGERPRINT = "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"
_WHERE = "sftp://ada@localhost:1/backups"


@pytest.mark.parametrize(
    "given",
    [_KEY, f"{_KEY} root@host", f"host.example.org {_KEY}", f" @x [h]:22 {_KEY}\n", _FINGERPRINT],
)
def test_a_public_key_means_its_fingerprint(given: str) -> None:
    said = with_fingerprint({"host_key": given, "password": "p"})
    assert said == {"host_key": _FINGERPRINT, "password": "p"}


def test_an_empty_one_stays_empty_and_none_stays_none() -> None:
    assert with_fingerprint({"host_key": ""}) == {"host_key": ""}
    assert with_fingerprint(None) == {}


@pytest.mark.parametrize(
    "given",
    ["MD5:16:27:ac", "nonsense", "ssh-ed25519", f"ssh-rsa {_KEY.split()[1]}", "ssh-ed25519 AAAÄ"],
)
def test_what_is_neither_is_refused_before_anybody_is_asked(
    given: str, vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sftp_store, "connect_sftp", pytest.fail)
    options = {"host_key": given}
    with pytest.raises(UserError, match="neither a fingerprint"):
        vault.vault.backups.add("far", _WHERE, options=options)
    with pytest.raises(UserError, match="neither a fingerprint"):
        vault.vault.backups.test(_WHERE, options=options)
    with pytest.raises(UserError, match="neither a fingerprint"):
        Vault.list_backups(_WHERE, PASSWORD, options=options)


def test_what_is_kept_of_a_destination_is_the_fingerprint(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "holds_backups", lambda *_: False)
    made = vault.vault.backups.add("far", _WHERE, options={"host_key": _KEY})
    vault.vault.backups.change(made.id, options={"host_key": f"{_KEY} again", "password": "p"})

    with vault.vault._store.snapshot() as tables:
        kept = tables.backups.destinations.get(made.id).details.options
    assert kept == {"host_key": _FINGERPRINT, "password": "p"}
