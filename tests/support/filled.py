"""A vault with something of everything, small: for tests that damage it or look into it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from privatus.core.conversation import Conversation, Kind, Part, PartKind
from privatus.core.marks import Mark
from support.conversations import attachment, conversation, message
from support.vaults import ScratchVault

# Over 16 KB also when it is packed, so that it lies in message_content.
LARGE_TEXT = " ".join(f"{number * 7919 % 1_000_003:x}" for number in range(12_000))
ACCOUNT = "account-4711"


def first_export() -> tuple[Conversation, ...]:
    """Return three conversations: with files, with branches, and a document."""
    with_files = conversation(
        message(
            1,
            "Look at these",
            created_at_ms=1_700_000_000_000,
            attachments=(
                attachment("plan.txt", b"the plan" * 30_000, media_type="text/plain"),
                attachment("photo.png", b"the photo" * 50, media_type="image/png"),
                attachment("lost.pdf", None),
            ),
        ),
        message(2, LARGE_TEXT, created_at_ms=1_700_000_001_000, model="claude-9"),
        external_id="with-files",
        title="Two files",
        account=ACCOUNT,
        project="Garden",
        created_at_ms=1_700_000_000_000,
        updated_at_ms=1_700_000_002_000,
        metadata={"starred_by": ["me"]},
    )
    branched = conversation(
        message(1, "A question", created_at_ms=1_690_000_000_000),
        message(2, "One answer", created_at_ms=1_690_000_001_000),
        message(3, "Another answer", parent=1, created_at_ms=1_690_000_002_000),
        external_id="branched",
        title="Two answers",
        account=ACCOUNT,
        created_at_ms=1_690_000_000_000,
        updated_at_ms=1_690_000_002_000,
    )
    document = conversation(
        message(1, parts=(Part(kind=PartKind.FILE, text="Notes of the project", name="notes.md"),)),
        external_id="document",
        title="Garden",
        kind=Kind.DOCUMENT,
        account=ACCOUNT,
    )
    return with_files, branched, document


def next_export() -> tuple[Conversation, ...]:
    """Return the export of a month later: a changed, an added and a missing message."""
    with_files, branched, document = first_export()
    question, _, other = branched.messages
    grown = replace(
        branched,
        title="Three answers",
        updated_at_ms=1_700_100_000_000,
        messages=(
            question,
            replace(other, number=2, parts=(Part(kind=PartKind.TEXT, text="Edited answer"),)),
            message(3, "A third answer", parent=1, external_id="m9"),
        ),
        active=3,
    )
    return with_files, grown, document


def fill(vault: ScratchVault) -> None:
    """Import both exports, and add a message of one's own."""
    vault.bring(*first_export(), account_name=ACCOUNT)
    vault.bring(*next_export(), account_name=ACCOUNT)
    [pinned] = [c.id for c in vault.all().values() if c.external_id == "with-files"]
    assert pinned is not None
    vault.vault.marks.set(Mark.PINNED, [pinned])
    for is_set in (True, False):
        vault.vault.marks.set(Mark.STARRED, [pinned], is_set)


def filled_vault(folder: Path) -> ScratchVault:
    vault = ScratchVault.create(folder)
    fill(vault)
    return vault
