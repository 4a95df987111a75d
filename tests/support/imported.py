"""What holds for every file that somebody imports, whatever is in it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from privatus.bootstrap import Vault
from privatus.core.conversation import Attachment, Conversation, Json, Part
from privatus.core.errors import UnreadableInputError
from privatus.importers import registry
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from privatus.services.import_objections import objection


def read(path: Path) -> list[Conversation]:
    """Read the file as an import does, and check what comes: nothing if it is unreadable.

    Anything but UnreadableInputError is for the test to fail with.
    """
    notes = Notes()
    found: list[Conversation] = []
    try:
        with open_export(path) as export:
            importer = registry.find(export)
            importer.account(export)
            importer.is_whole_account(export)
            for conversation in importer.read(export, notes):
                check(conversation, is_ours=importer.source == "privatus")
                found.append(conversation)
    except UnreadableInputError as error:
        check_sentence(str(error))
    assert notes.conversations_seen == len(found)
    assert notes.messages_seen == sum(len(c.messages) for c in found)
    for note in (*notes.skipped, *notes.warnings):
        check_sentence(note.reason)
    return found


def check(conversation: Conversation, *, is_ours: bool) -> None:
    """Check that the vault can hold the conversation, and that its files open or say why not.

    What is read from a file of ours is taken as it stands, and the vault may object.
    """
    assert conversation.external_id
    assert is_ours or objection(conversation) is None
    for message in conversation.messages:
        for part in message.parts:
            _check_part(part, len(message.attachments))
        for attachment in message.attachments:
            _check_attachment(attachment)
    for text in _texts(conversation):
        text.encode()
    conversation.active_path()


def check_sentence(sentence: str) -> None:
    """Check the form of what a person is told."""
    assert sentence
    assert not sentence.endswith(".")
    assert "Traceback" not in sentence and "Error" not in sentence


def store(vault: Vault, path: Path) -> None:
    """Import the file into *vault*, which holds its own counts against those of the importer."""
    report = vault.imports.run(path)
    for trouble in report.failed:
        check_sentence(trouble.reason)
    for file in report.files:
        for trouble in (*file.skipped, *file.warnings):
            check_sentence(trouble.reason)


def _check_part(part: Part, attachment_count: int) -> None:
    assert part.attachment is None or 0 <= part.attachment < attachment_count


def _check_attachment(attachment: Attachment) -> None:
    size = attachment.size_bytes
    assert size is None or 0 <= size < 1 << 63
    if attachment.open is not None:
        try:
            with attachment.open() as stream:
                while stream.read(1 << 20):
                    pass
        except UnreadableInputError as error:
            check_sentence(str(error))


def _texts(conversation: Conversation) -> Iterator[str]:
    c = conversation
    yield from filter(None, (c.title, c.external_id, c.account, c.model, c.project))
    yield from _strings(c.metadata)
    for message in c.messages:
        yield from filter(None, (message.external_id, message.author, message.model))
        yield from _strings(message.metadata)
        for part in message.parts:
            yield from filter(None, (part.text, part.name, part.url))
            yield from _strings(part.data)
        for file in message.attachments:
            yield from filter(None, (file.name, file.media_type, file.external_id))
            yield from _strings(file.metadata)


def _strings(value: Json) -> Iterator[str]:
    """Yield every string in a JSON value, and check that JSON holds the rest."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, str):
            yield inner
        elif isinstance(inner, list | tuple):
            waiting += inner
        elif isinstance(inner, dict) or hasattr(inner, "items"):
            for key, item in inner.items():
                assert isinstance(key, str)
                waiting += (key, item)
        else:
            assert inner is None or isinstance(inner, bool | int | float), type(inner)
            assert not isinstance(inner, float) or math.isfinite(inner)
