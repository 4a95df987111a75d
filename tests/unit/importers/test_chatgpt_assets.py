"""Files of ChatGPT's exports: found under all the names that they have had."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Attachment, Json, PartKind
from privatus.importers.base import Notes
from privatus.importers.chatgpt import IMPORTER
from privatus.importers.export import open_export
from support.chatgpt_records import answered, chat, parts, read, read_message, said, told
from support.exports import write_zip

PNG = b"\x89PNG\r\n\x1a\n0000"
ID = "file_00000000aaaabbbbccccddddeeeeffff"
OLD_ID = "file-AbCdEf1234567890"


def image(pointer: str) -> dict[str, Json]:
    return {"content_type": "image_asset_pointer", "asset_pointer": pointer, "size_bytes": 12}


def shown(folder: Path, pointer: str, members: dict[str, Json | bytes]) -> Attachment:
    """Return the attachment that a message with an image of that pointer has."""
    [attachment] = read_message(folder, said("m", parts(image(pointer))), **members).attachments
    return attachment


@pytest.mark.parametrize(
    ("pointer", "name_in_zip", "name"),
    [
        (f"file-service://{OLD_ID}", f"{OLD_ID}-cat photo.png", "cat photo.png"),
        (f"sediment://{ID}", f"{ID}-sanitized.png", "sanitized.png"),
        (f"sediment://{ID}#frame=1", f"{ID}.dat", f"{ID}.dat"),
        (f"sediment://{ID}", f"user-1/{ID}-0f0f.png", "0f0f.png"),
        (f"file-service://{OLD_ID}", f"dalle-generations/{OLD_ID}-1a2b.webp", "1a2b.webp"),
        (f"sediment://{ID}", f"c-1/image/{ID}-1a2b.png", "1a2b.png"),
        (ID, ID, ID),
    ],
)
def test_a_file_is_found_by_its_id(
    tmp_path: Path, pointer: str, name_in_zip: str, name: str
) -> None:
    attachment = shown(tmp_path, pointer, {name_in_zip: PNG})

    assert attachment.open is not None
    assert attachment.name == name
    assert attachment.size_bytes == len(PNG)
    assert attachment.media_type in ("image/png", "image/webp")


def test_the_table_of_names_gives_a_file_its_name_back(tmp_path: Path) -> None:
    table = {f"{ID}.dat": "c-1/audio/voice.wav"}
    members = {f"{ID}.dat": PNG, "conversation_asset_file_names.json": table}

    assert shown(tmp_path, f"sediment://{ID}", members).name == "voice.wav"


def test_the_table_of_names_leads_to_a_file_under_its_old_name(tmp_path: Path) -> None:
    table = {f"{ID}.dat": "c-1/audio/voice.wav"}
    members = {"c-1/audio/voice.wav": PNG, "conversation_asset_file_names.json": table}

    assert shown(tmp_path, f"sediment://{ID}", members).open is not None


def test_the_library_gives_a_file_its_name_and_type(tmp_path: Path) -> None:
    row = {
        "id": {"id": "libfile_1", "partition_key": "p"},
        "file_id": ID,
        "file_name": "plan.odt",
        "mime_type": "application/vnd.oasis.opendocument.text",
        "sha256_digest": "00",
    }
    members = {f"{ID}.dat": b"PK", "library_files.json": [row, None, {}]}

    for pointer in (f"sediment://{ID}", "libfile_1"):
        found = shown(tmp_path, pointer, members)
        assert (found.name, found.media_type) == ("plan.odt", row["mime_type"])
        assert found.open is not None
        assert found.metadata["library"]["sha256_digest"] == "00"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF0000WEBP", "image/webp"),
        (b"RIFF0000WAVE", "audio/wav"),
        (b"GIF89a", "image/gif"),
        (b"0000ftypisom", "video/mp4"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\x00\x01\x02", None),
    ],
)
def test_a_file_without_a_type_is_known_by_its_first_bytes(
    tmp_path: Path, content: bytes, media_type: str | None
) -> None:
    assert shown(tmp_path, f"sediment://{ID}", {f"{ID}.dat": content}).media_type == media_type


def test_a_file_that_is_not_there_is_named_all_the_same(tmp_path: Path) -> None:
    found = shown(tmp_path, f"sediment://{ID}", {})

    assert (found.name, found.external_id, found.open) == (ID, ID, None)
    assert found.size_bytes == 12


def test_what_a_message_says_of_a_file_goes_before_all_else(tmp_path: Path) -> None:
    declared = {
        "id": ID,
        "name": "cat.png",
        "size": 99,
        "mimeType": "image/x-cat",
        "width": 8,
        "source": "local",
    }
    message = said(
        "m", parts("Look", image(f"sediment://{ID}")), metadata={"attachments": [declared]}
    )

    found = read_message(tmp_path, message, **{f"{ID}.dat": PNG})

    assert found.attachments == (
        Attachment(
            name="cat.png",
            media_type="image/x-cat",
            size_bytes=len(PNG),
            external_id=ID,
            metadata={"width": 8, "source": "local"},
        ),
    )
    assert [(p.kind, p.attachment) for p in found.parts] == [
        (PartKind.TEXT, None),
        (PartKind.IMAGE, 0),
    ]
    assert "attachments" not in found.metadata


def test_files_that_no_part_shows_have_parts_of_their_own(tmp_path: Path) -> None:
    files: list[Any] = [
        {"id": "file-1", "name": "a.pdf", "mime_type": "application/pdf"},
        {"id": "file-2", "name": "b.png"},
        {"name": "no id"},
        None,
    ]

    found = read_message(tmp_path, said("m", "Read this", metadata={"attachments": files}))

    assert [(p.kind, p.name, p.attachment) for p in found.parts] == [
        (PartKind.TEXT, None, None),
        (PartKind.FILE, "a.pdf", 0),
        (PartKind.IMAGE, "b.png", 1),
    ]


def test_a_file_that_code_made_is_found_by_its_name(tmp_path: Path) -> None:
    row = {"file_id": ID, "file_name": "out.csv", "initiating_conversation_id": "c-1"}
    other = {"file_id": "file-x", "file_name": "out.csv", "initiating_conversation_id": "c-2"}
    answer = said("m", "Here: [out](sandbox:/mnt/data/out.csv)", author={"role": "assistant"})

    found = read_message(
        tmp_path, answer, **{f"{ID}.dat": b"a,b", "library_files.json": [other, row]}
    )

    [attachment] = found.attachments
    assert (attachment.name, attachment.external_id) == ("out.csv", ID)
    assert attachment.open is not None
    assert found.parts[1].kind is PartKind.FILE


DRAWN = {
    "messages": [],
    "jupyter_messages": [
        None,
        {"msg_type": "status", "content": {"execution_state": "busy"}},
        {
            "msg_type": "display_data",
            "content": {
                "data": {
                    "text/plain": "<Figure size 640x480 with 1 Axes>",
                    "image/vnd.openai.fileservice2.png": f"file-service://{OLD_ID}",
                }
            },
        },
    ],
}
CITED = [None, {"metadata": {"type": "image_inline", "asset_pointer_links": [f"sediment://{ID}"]}}]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (said("m", "Hi", metadata={"dictation_asset_pointer": f"sediment://{ID}"}), "audio"),
        (said("m", "Hi", dictation_asset_pointer={"asset_pointer": f"sediment://{ID}"}), "audio"),
        (told("m", "python", "", metadata={"aggregate_result": DRAWN}), "image"),
        (answered("m", "As seen here", metadata={"citations": CITED}), "image"),
    ],
)
def test_a_file_that_is_named_beside_the_content_is_there_if_the_export_holds_it(
    tmp_path: Path, message: dict[str, Json], kind: str
) -> None:
    name = f"{OLD_ID if OLD_ID in str(message) else ID}.dat"
    content = PNG if kind == "image" else b"RIFF\x00\x00\x00\x00WAVE0000"

    found = read_message(tmp_path, message, **{name: content})
    without = read_message(tmp_path, message)

    [file] = found.attachments
    assert file.open is not None
    assert file.size_bytes == len(content)
    assert [p.kind.value for p in found.parts if p.attachment == 0] == [kind]
    assert found.text == without.text
    assert without.attachments == ()


def test_the_bytes_can_be_read_more_than_once(tmp_path: Path) -> None:
    record = chat(said("m", parts(image(f"sediment://{ID}"))))
    path = write_zip(tmp_path / "a.zip", {"conversations.json": [record], f"{ID}.dat": PNG})

    with open_export(path) as export:
        [conversation] = IMPORTER.read(export, Notes())
        open_bytes = conversation.messages[0].attachments[0].open
        assert open_bytes is not None
        for _ in range(2):
            with open_bytes() as stream:
                assert stream.read() == PNG


def test_files_that_no_message_names_are_counted(tmp_path: Path) -> None:
    _, notes = read(
        tmp_path,
        chat(said("m", parts(image(f"sediment://{ID}")))),
        **{f"{ID}.dat": PNG, "file-2.dat": b"x", "chat.html": b"<html>", "user.json": {"id": "u"}},
    )

    assert notes.ignored == {"file that no message refers to": 1}
