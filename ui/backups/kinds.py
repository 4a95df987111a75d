"""The kinds of places that backups can go to, and what each of them asks for."""

from __future__ import annotations

from dataclasses import dataclass

from ui.i18n import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that a kind of place asks for."""

    name: str  # as the option is called
    title: str
    hint: str = ""  # an example, the same in every language
    is_secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of place; `scheme` is how its addresses begin, "" for folders."""

    name: str
    title: str
    icon: str
    scheme: str
    address: str  # what its address is called
    hint: str
    fields: tuple[Field, ...] = ()

    @property
    def is_folder(self) -> bool:
        return not self.scheme


KINDS: tuple[Kind, ...] = (
    Kind(
        name="folder",
        title=mark("A folder or a USB disk"),
        icon="hard-drive",
        scheme="",
        address=mark("Folder"),
        hint="",
    ),
    Kind(
        name="s3",
        title=mark("S3 and what is compatible"),
        icon="cloud",
        scheme="s3://",
        address=mark("Bucket and folder"),
        hint="my-bucket/privatus",
        fields=(
            Field(
                name="endpoint",
                title=mark("Address of the server, if it is not Amazon"),
                hint="https://s3.example.org",
            ),
            Field(name="region", title=mark("Region"), hint="eu-central-1"),
            Field(name="key", title=mark("Access key")),
            Field(name="secret", title=mark("Secret key"), is_secret=True),
        ),
    ),
    Kind(
        name="gcs",
        title=mark("Google Cloud Storage"),
        icon="cloud",
        scheme="gs://",
        address=mark("Bucket and folder"),
        hint="my-bucket/privatus",
        fields=(
            Field(
                name="credentials",
                title=mark("File with the key of the service account"),
                hint="/home/ada/key.json",
            ),
        ),
    ),
    Kind(
        name="azure",
        title=mark("Azure Blob Storage"),
        icon="cloud",
        scheme="abfs://",
        address=mark("Container and folder"),
        hint="my-container/privatus",
        fields=(
            Field(name="account", title=mark("Name of the account")),
            Field(name="account_key", title=mark("Key of the account"), is_secret=True),
        ),
    ),
    Kind(
        name="sftp",
        title=mark("SFTP"),
        icon="terminal",
        scheme="sftp://",
        address=mark("User, server and folder"),
        hint="ada@host.example.org/backups/privatus",
        fields=(
            Field(name="password", title=mark("Password"), is_secret=True),
            Field(
                name="key_file",
                title=mark("File with the SSH key, instead of a password"),
                hint="/home/ada/.ssh/id_ed25519",
            ),
            Field(name="key_password", title=mark("Password of that file"), is_secret=True),
            Field(
                name="host_key",
                title=mark("Fingerprint of the server, if this computer does not know it"),
                hint="SHA256:…",
            ),
        ),
    ),
    Kind(
        name="webdav",
        title=mark("WebDAV, such as Nextcloud"),
        icon="globe",
        scheme="webdavs://",
        address=mark("Server and folder"),
        hint="cloud.example.org/remote.php/dav/files/ada/privatus",
        fields=(
            Field(name="user", title=mark("User"), hint="ada"),
            Field(name="password", title=mark("Password"), is_secret=True),
        ),
    ),
)
FOLDER = KINDS[0]
# Addresses that mean the same kind.
_ALIASES = {"gcs://": "gs://", "az://": "abfs://", "ssh://": "sftp://", "webdav://": "webdavs://"}


def kind_of(location: str) -> Kind:
    """Return the kind of place that *location* is."""
    scheme, sign, _rest = location.partition("://")
    prefix = _ALIASES.get(f"{scheme}://", f"{scheme}://")
    if not sign:
        return FOLDER
    return next((kind for kind in KINDS if kind.scheme == prefix), FOLDER)
