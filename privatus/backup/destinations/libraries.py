"""What connecting to remote destinations needs: their libraries, and files that options name.

The libraries are installed on demand and slow to import.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from privatus.backup.destinations.schemes import Scheme
from privatus.core.errors import UserError

# Their logs name paths and signatures, and go to the terminal where nobody asked for them.
_TALKATIVE = (
    *("fsspec", "s3fs", "gcsfs", "adlfs", "paramiko", "webdav4"),
    *("botocore", "aiobotocore", "azure", "google", "httpx", "httpcore", "urllib3"),
)


def existing_file(options: Mapping[str, str], name: str) -> str | None:
    """Return the path that an option gives, if it does.

    Raises:
        UserError: there is no such file.
    """
    if name not in options:
        return None
    path = Path(options[name]).expanduser()
    if not path.is_file():
        raise UserError(f"the file that the option {name} names is not there")
    return str(path)


def load(name: str, scheme: Scheme) -> Any:
    """Return the library called *name*, which destinations of *scheme* need.

    Raises:
        UserError: it is not installed.
    """
    try:
        library = importlib.import_module(name)
    except ImportError:
        raise UserError(
            f"this Privatus came without {scheme.title}; install it with "
            f"pip install 'privatus[{scheme.extra}]'"
        ) from None
    for talker in _TALKATIVE:
        logging.getLogger(talker).setLevel(logging.CRITICAL + 1)
    return library
