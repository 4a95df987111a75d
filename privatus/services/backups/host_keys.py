"""The key of an SFTP server as a person gives it: its fingerprint, or the public key itself."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from itertools import pairwise

from privatus.backup.destinations.sftp_store import fingerprint
from privatus.core.errors import UserError

_OPTION = "host_key"
# A public key begins with the length of the name of its kind.
_LENGTH_BYTES = 4


def with_fingerprint(options: Mapping[str, str] | None) -> dict[str, str]:
    """Return *options*, in which a public key of the server has become its fingerprint.

    A line of `ssh-keyscan`, of known_hosts or of a `.pub` file has the key, too.

    Raises:
        UserError: what is given is neither a fingerprint nor a key.
    """
    found = dict(options or {})
    given = found.get(_OPTION, "").strip()
    if given and not given.startswith("SHA256:"):
        found[_OPTION] = fingerprint(_key_in(given))
    return found


def _key_in(line: str) -> bytes:
    """Return the key of a line that has, one after the other, its kind and itself in base64."""
    words = line.split()
    for kind, encoded in pairwise(words):
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            continue
        name = kind.encode()
        if key.startswith(len(name).to_bytes(_LENGTH_BYTES, "big") + name):
            return key
    raise UserError(
        "host_key is neither a fingerprint, SHA256:…, nor a public key as ssh-keyscan prints it;"
        " give one of the two"
    )
