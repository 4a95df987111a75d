"""The kinds of remote destinations: how they are written, and which options they have.

s3://bucket/folder               S3 and what speaks its language
gs://bucket/folder               Google Cloud Storage
abfs://container/folder          Azure Blob Storage
sftp://user@host:port/folder     a folder behind SSH
webdavs://host/folder            a folder behind WebDAV; webdav:// without TLS
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from privatus.core.errors import UserError


@dataclass(frozen=True, slots=True)
class Option:
    """Something that may be said of a destination beside its address."""

    name: str
    about: str
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of destination."""

    names: tuple[str, ...]
    title: str
    extra: str  # of the project, brings the libraries
    options: tuple[Option, ...]


SCHEMES = (
    Scheme(
        ("s3",),
        "S3",
        "s3",
        (
            Option("key", "id of the access key; else what the AWS tools use"),
            Option("secret", "the access key itself", is_secret=True),
            Option("token", "token of a temporary key", is_secret=True),
            Option("profile", "profile of the AWS tools with the key"),
            Option("endpoint", "address of another provider's store, https://…"),
            Option("region", "region of the store"),
            Option("ca_file", "file with the certificates to trust"),
            Option("lock_days", "days for which the store lets nobody change or remove an object"),
        ),
    ),
    Scheme(
        ("gs", "gcs"),
        "Google Cloud Storage",
        "gcs",
        (
            Option("credentials", "file with the key of a service account; else what gcloud uses"),
            Option("project", "project of the bucket"),
            Option("endpoint", "another address of the service, https://…"),
        ),
    ),
    Scheme(
        ("abfs", "az"),
        "Azure Blob Storage",
        "azure",
        (
            Option("account", "name of the storage account"),
            Option("account_key", "key of the account", is_secret=True),
            Option("sas", "shared access signature", is_secret=True),
            Option("connection", "connection string", is_secret=True),
        ),
    ),
    Scheme(
        ("sftp", "ssh"),
        "SFTP",
        "sftp",
        (
            Option("password", "password; else a key of ~/.ssh or the agent", is_secret=True),
            Option("key_file", "file with the private key"),
            Option("key_password", "password of that file", is_secret=True),
            Option("host_key", "fingerprint of the server, SHA256:…; else ~/.ssh/known_hosts"),
        ),
    ),
    Scheme(
        ("webdavs", "webdav"),
        "WebDAV",
        "webdav",
        (
            Option("user", "name of the account"),
            Option("password", "password of the account, or one for this app", is_secret=True),
            Option("ca_file", "file with the certificates to trust"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Address:
    """A remote place, taken apart; `location` is for people, and holds no secret."""

    scheme: Scheme
    name: str
    host: str  # the bucket or the container, where there is one
    port: int | None
    user: str | None
    path: str  # without slashes around it, but for the one that SFTP's absolute paths begin with
    location: str


def scheme_of(name: str) -> Scheme | None:
    """Return the scheme called *name*, if there is one."""
    return next((scheme for scheme in SCHEMES if name.lower() in scheme.names), None)


def read_address(where: str, options: Mapping[str, str]) -> Address:
    """Take *where* apart and hold *options* against its scheme.

    Raises:
        UserError: it is none, holds a secret, or has options that it does not know.
    """
    parts = _split(where)
    scheme = scheme_of(parts.scheme)
    if scheme is None:
        known = ", ".join(f"{kind.names[0]}://" for kind in SCHEMES)
        raise UserError(
            f"{parts.scheme}:// is no place for backups; give a folder, or one of {known}"
        )
    _check_options(scheme, options)
    if parts.password is not None or parts.query or parts.fragment:
        raise UserError("the address may hold no password and no ?; give these as options")
    if not parts.hostname:
        raise UserError(f"the address of {scheme.title} names no host or bucket; add it after ://")
    if parts.username is not None and scheme.extra in {"s3", "gcs", "webdav"}:
        raise UserError(f"the address of {scheme.title} may hold no user; give one as an option")
    path = unquote(parts.path).rstrip("/")
    if scheme.extra in {"s3", "gcs", "azure"} and any(
        part in {"", ".", ".."} for part in path.split("/")[1:]
    ):
        raise UserError("the folder in the address has empty parts or dots; write it plainly")
    return Address(
        scheme=scheme,
        name=parts.scheme.lower(),
        # As written: buckets may have letters that host names have not.
        host=_host(parts),
        port=parts.port,
        user=unquote(parts.username) if parts.username is not None else None,
        path=path,
        location=f"{parts.scheme.lower()}://{parts.netloc}{path}",
    )


def _split(where: str) -> SplitResult:
    try:
        parts = urlsplit(where)
        _ = parts.port
    except ValueError:
        raise UserError("the address cannot be read; write it as scheme://host/folder") from None
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.netloc.rpartition("@")[2]
    if parts.port is not None:
        host = host.rpartition(":")[0]
    return host.strip("[]").rstrip(":")


def _check_options(scheme: Scheme, options: Mapping[str, str]) -> None:
    known = {option.name for option in scheme.options}
    for name in options:
        if name not in known:
            raise UserError(
                f"{scheme.title} has no option of that name; it has {', '.join(sorted(known))}"
            )
