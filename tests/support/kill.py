"""Imports in a process of their own that is killed, and what is left in the vault.

A kill is planned before it happens: at the n-th call that writes (strace), or after a part of the
time that an import takes. The same seed plans the same kills; what the threads of the import have
done by then is chance.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from privatus.bootstrap import Vault
from privatus.core.conversation import Attachment, Json
from privatus.exporters.privatus_json import DOCUMENT, conversation_record
from privatus.services.integrity import Check
from support import syscall_faults
from support.grown_export import write_exports
from support.headers import INSTANT
from support.syscall_faults import Call

PASSWORD = "password"
# What changes or syncs a file. A question mark: not every processor has the call.
WRITES = (
    *("write", "pwrite64", "fsync", "?syncfs", "fdatasync", "ftruncate", "fallocate"),
    *("?rename", "renameat", "?link", "linkat", "?unlink", "unlinkat", "?mkdir", "mkdirat"),
)
_READY = "ready to import"
_MARKS = re.compile(r'"marks":\[[^]]*\],')

# Small batches, small blocks and an eager log: a second's work has hundreds of places to die at.
# It speaks by `writev`, which nothing else calls, so that no fault hits what it says.
IMPORT = """
import os

from privatus.bootstrap import Vault
from privatus.core.errors import PrivatusError
from privatus.services import reading
from privatus.services.import_batch import ImportBatch
from privatus.storage import blob_files

reading._LARGE_BYTES = {large_bytes}
ImportBatch.ROWS = 25
blob_files._IN_MEMORY_BYTES = 20_000
os.writev(1, [b"ready to import\\n"])
try:
    with Vault.open({vault!r}, "password") as vault:
        vault._store._writer.execute("PRAGMA wal_autocheckpoint = 40")
        vault._index.db.execute("PRAGMA wal_autocheckpoint = 40")
        report = vault.imports.run({export!r})
        assert not report.failed, report.failed
except PrivatusError as error:
    os.writev(1, [type(error).__name__.encode(), b" ", str(error).encode()])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import to be killed: into a copy of the vault *base*, which stays as it is.

    `before` and `after` are what that vault holds before and after an import that nobody disturbs.
    """

    base: Path
    export: Path
    before: Contents
    after: Contents
    calls: tuple[Call, ...]  # that write; none where strace does not run
    seconds: float
    is_read_apart: bool = False  # in a process of its own, as a large export is

    def script(self, vault: Path) -> str:
        return IMPORT.format(
            vault=str(vault),
            export=str(self.export),
            large_bytes=0 if self.is_read_apart else 1 << 60,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All that a person has of a vault, without the ids that it made up itself, and without marks.

    What is news depends on what was there when an import began, and a broken one changes that.
    """

    export: str
    records: dict[str, Json]
    changes: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """Where an import dies: as a thread enters a call, or (None) after part of its time."""

    call: Call | None
    after_s: float = 0.0

    def __str__(self) -> str:
        if self.call is None:
            return f"after {self.after_s * 1000:.0f} ms"
        return f"at {self.call.name} {self.call.number}"


def new_vault(folder: Path) -> Path:
    Vault.create(folder, PASSWORD, kdf=INSTANT).vault.lock()
    return folder


def filled_vault(folder: Path, conversations: int) -> Path:
    """Make *folder*, and in it a vault with so many conversations; return where the vault is."""
    folder.mkdir()
    exports = write_exports(folder, conversations=conversations)
    with Vault.open(new_vault(folder / "vault"), PASSWORD) as vault:
        vault.imports.run(exports.first)
    return folder / "vault"


def calls_that_write(script: str, base: Path, scratch: Path) -> list[Call]:
    """Return the calls that *script* makes on a copy of *base*, once it has said that it is ready.

    What it says after that, by `writev`, is among them.
    """
    vault = shutil.copytree(base, scratch / "dry run")
    found = syscall_faults.calls(
        script.format(vault=str(vault)), ("writev", *WRITES), scratch / "calls", start="ready"
    )
    return found[1:]


def prepare(
    base: Path,
    export: Path,
    scratch: Path,
    also: Collection[str] = (),
    *,
    is_read_apart: bool = False,
) -> Import:
    """Import *export* once undisturbed, and see what that writes and how long it takes.

    The calls in *also* are seen beside those that write.
    """
    scratch.mkdir()
    vault = shutil.copytree(base, scratch / "vault")
    before = contents_of(vault, scratch / "before")
    plan = Import(
        base=base,
        export=export,
        before=before,
        after=before,
        calls=(),
        seconds=0.0,
        is_read_apart=is_read_apart,
    )
    seconds = _time_of(plan, vault)
    after = contents_of(vault, scratch / "after")
    calls: tuple[Call, ...] = ()
    if not syscall_faults.missing():
        traced = shutil.copytree(base, scratch / "traced")
        log = scratch / "calls"
        calls = tuple(
            syscall_faults.calls(
                plan.script(traced), ("writev", *WRITES, *also), log, start=_READY
            )[1:]
        )
        shutil.rmtree(traced)
    return replace(plan, after=after, calls=calls, seconds=seconds)


def plan_kills(plan: Import, seed: int) -> Iterator[Kill]:
    """Yield kills without end: two of three at a call, the others by the clock."""
    chance = random.Random(seed)
    names = sorted({call.name for call in plan.calls})
    while True:
        if names and chance.random() < 2 / 3:
            # By name first: there are a hundred writes to one rename.
            name = chance.choice(names)
            yield Kill(call=chance.choice([call for call in plan.calls if call.name == name]))
        else:
            yield Kill(call=None, after_s=chance.random() * plan.seconds)


def run_killed(plan: Import, vault: Path, kill: Kill) -> bool:
    """Import into a copy of the base at *vault*; say whether the import died before its end."""
    shutil.copytree(plan.base, vault)
    script = plan.script(vault)
    if kill.call is not None:
        killed = syscall_faults.run_killed_at(script, kill.call)
        code, errors = killed.returncode, killed.stderr
    else:
        code, errors = _killed_after(script, kill.after_s)
    assert code in (0, -signal.SIGKILL), errors
    return code != 0


def contents_of(vault: Path | Vault, scratch: Path) -> Contents:
    """Return what is in a vault; *scratch* is used for an export and removed."""
    if isinstance(vault, Path):
        with Vault.open(vault, PASSWORD) as opened:
            return contents_of(opened, scratch)
    vault.exports.run(scratch, "json")
    export = _without_ids_and_marks((scratch / DOCUMENT).read_text(encoding="utf-8"))
    shutil.rmtree(scratch)
    return Contents(export=export, records=records_of(vault), changes=_changes_of(vault))


def records_of(vault: Vault) -> dict[str, Json]:
    """Return each conversation, with the hashes of its files, by the provider's id."""
    return {
        conversation.external_id: conversation_record(
            replace(conversation, id=None, marks=None), _sha256
        )
        for conversation in vault.conversations.each()
    }


def wrong_checks(vault: Vault) -> list[Check]:
    return [check for check in vault.integrity.check().checks if not check.ok]


def _changes_of(vault: Vault) -> dict[str, Json]:
    """Return what updates changed, and the former messages, without the time of it."""
    found: dict[str, Json] = {}
    for conversation in vault.conversations.each():
        assert conversation.id is not None
        versions = vault.versions.list(conversation.id)
        found[conversation.external_id] = (
            [replace(version, created_at_ms=0) for version in versions],
            vault.versions.former_messages(conversation.id),
        )
    return found


def _without_ids_and_marks(document: str) -> str:
    lines = document.splitlines()
    for number, line in enumerate(lines):
        if line.startswith('{"id":'):
            lines[number] = line.replace(json.loads(line.rstrip(","))["id"], "")
    return _MARKS.sub("", "\n".join(lines))


def _sha256(attachment: Attachment) -> str | None:
    if attachment.open is None:
        return None
    with attachment.open() as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def _time_of(plan: Import, vault: Path) -> float:
    with _started(plan.script(vault)) as child:
        started_s = time.monotonic()
        _, errors = child.communicate()
        assert child.returncode == 0, errors
        return time.monotonic() - started_s


def _killed_after(script: str, after_s: float) -> tuple[int, str]:
    with _started(script) as child:
        time.sleep(after_s)
        child.kill()
        _, errors = child.communicate()
        return child.returncode, errors


def _started(script: str) -> subprocess.Popen[str]:
    """Return the process that runs *script*, as soon as its modules are there."""
    child = syscall_faults.start(script)
    assert child.stdout is not None
    line = child.stdout.readline()
    assert line.strip() == _READY, child.communicate()
    return child
