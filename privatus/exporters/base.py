"""What every exporter is, and what it says when it is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import length_hint
from pathlib import Path
from typing import Protocol

from privatus.core.conversation import Conversation
from privatus.core.jobs import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportResult:
    """What was written; `problems` says what could not be, one sentence each, without content."""

    files: int
    conversations: int
    bytes: int
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what a person should know, though all went well
    replaced: Mapping[str, int] = field(default_factory=dict)  # by a redaction: how many of a kind


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What of conversations is written."""

    with_metadata: bool = True  # times, models, ids, tags, notes: all but title and what was said
    redact: bool = False
    # The country, such as "DE", whose phone numbers a redaction knows without their prefix.
    region: str | None = None


class Exporter(Protocol):
    """Writes conversations in one format. Has no state but its options."""

    format: str  # "markdown": the word after `--format`
    label: str  # "Markdown": shown to a person

    def write(
        self, conversations: Iterable[Conversation], destination: Path, job: Job
    ) -> ExportResult:
        """Write *conversations* into the folder *destination*, which is made if missing.

        Takes them one at a time, so memory holds one. A folder that holds a former export of
        the same format is written over, file by file; nothing in it is deleted.

        Raises:
            UserError: the folder holds something else.
            DeviceError: the disk is full, or the folder cannot be written.
            JobCancelled: the person stopped it; the files that are there are whole.
        """
        ...


def each(conversations: Iterable[Conversation], job: Job) -> Iterator[Conversation]:
    """Yield *conversations*, and report to *job* how many are done.

    The total is known if the iterable gives its length or a `__length_hint__`.
    """
    total = length_hint(conversations) or None
    done = 0
    job.report("export", done, total)
    for conversation in conversations:
        yield conversation
        done += 1
        job.report("export", done, total)
