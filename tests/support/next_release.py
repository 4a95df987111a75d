"""A program that is one schema step ahead of ours: the release to come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from privatus.storage import migrations
from privatus.storage.schema_files import Migration
from privatus.storage.schema_files import migrations as shipped

RELEASE = "99.0"
SQL = "CREATE TABLE later (x TEXT) STRICT;\nUPDATE conversations SET is_missing = is_missing;\n"
# The same in the script of a process of its own.
SCRIPT = f"""
from privatus.storage import migrations
from privatus.storage.schema_files import Migration
from privatus.storage.schema_files import migrations as shipped

steps = (*shipped(), Migration(version=len(shipped()) + 1, name="next", sql={SQL!r}))
migrations.migrations = lambda: steps
"""


def steps() -> tuple[Migration, ...]:
    return (*shipped(), Migration(version=len(shipped()) + 1, name="next", sql=SQL))


@contextmanager
def next_release() -> Iterator[None]:
    """Let this process be the next release inside the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "migrations", steps)
        patch.setattr(migrations, "_app_version", lambda: RELEASE)
        migrations.expected_schema.cache_clear()
        try:
            yield
        finally:
            migrations.expected_schema.cache_clear()
