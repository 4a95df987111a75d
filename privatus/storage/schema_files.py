"""Finds the migrations: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from privatus.core.errors import BugError

_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One numbered step of the schema."""

    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.sql.encode("utf-8")).digest()


def _folder() -> Traversable:
    installed = files("privatus") / "_schema"
    if installed.is_dir():
        return installed
    return Path(__file__).resolve().parents[2] / "schema"


@cache
def migrations() -> tuple[Migration, ...]:
    """Return all migrations, numbered from 1 without gaps.

    Raises:
        BugError: they are missing, or their numbers have a gap.
    """
    found = []
    for file in _folder().iterdir():
        if match := _NAME.fullmatch(file.name):
            # Line ends as git keeps them, or the checksum would differ on Windows.
            sql = file.read_text("utf-8").replace("\r\n", "\n")
            found.append(Migration(version=int(match[1]), name=match[2], sql=sql))
    found.sort(key=lambda migration: migration.version)
    if not found or [m.version for m in found] != list(range(1, len(found) + 1)):
        raise BugError("the schema files are missing or not numbered from 1; install again")
    return tuple(found)
