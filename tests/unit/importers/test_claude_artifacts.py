"""Claude's artifacts, in the four ways in which they come."""

from __future__ import annotations

from pathlib import Path

from privatus.core.conversation import Json, Kind, PartKind
from privatus.importers.base import Notes
from privatus.importers.claude import IMPORTER
from privatus.importers.export import open_export
from support.claude_records import ROOT, answered, kinds, read_one, said
from support.exports import read_export, write_zip


def test_every_version_of_an_artifact_is_there_as_it_stood(tmp_path: Path) -> None:
    def use(command: str, **fields: Json) -> Json:
        return {
            "type": "tool_use",
            "name": "artifacts",
            "input": {"command": command, "id": "poem", **fields},
        }

    found = read_one(
        tmp_path,
        answered(
            "1", 0, use("create", title="Poem", type="text/markdown", content="Roses are red")
        ),
        answered("2", 1, use("update", old_str="red", new_str="blue")),
        answered("3", 2, use("update", old_str="violets", new_str="x")),
        answered("4", 3, use("rewrite", content="Violets", language="en")),
    )

    parts = [m.parts[0] for m in found.messages]
    assert [(p.kind, p.text) for p in parts if p.kind is PartKind.ARTIFACT] == [
        (PartKind.ARTIFACT, "Roses are red"),
        (PartKind.ARTIFACT, "Roses are blue"),
        (PartKind.ARTIFACT, "Violets"),
    ]
    assert [p.data.get("version") for p in parts] == [1, 2, None, 3]
    assert {p.name for p in parts} == {"Poem", "artifacts"}
    assert parts[1].data["new_str"] == "blue"
    assert parts[0].data == {
        "tool": "artifacts",
        "id": "poem",
        "version": 1,
        "type": "text/markdown",
        "command": "create",
    }
    assert [p.data.get("language") for p in parts] == [None, None, None, "en"]
    # An edit that fits nowhere failed when it was made: it is told as the call that it was.
    assert parts[2].kind is PartKind.TOOL_CALL
    assert "violets" in parts[2].text


def test_an_edit_changes_the_document_of_its_own_branch(tmp_path: Path) -> None:
    def edit(new: str) -> Json:
        arguments = {"command": "update", "id": "d", "old_str": "A", "new_str": new}
        return {"type": "tool_use", "name": "artifacts", "input": arguments}

    create = {
        "type": "tool_use",
        "name": "artifacts",
        "input": {"command": "create", "id": "d", "content": "A"},
    }
    found = read_one(
        tmp_path,
        answered("root", 0, create, parent_message_uuid=ROOT),
        answered("left", 1, edit("L"), parent_message_uuid="root"),
        answered("right", 2, edit("R"), parent_message_uuid="root"),
    )

    assert [m.text for m in found.messages] == ["A", "L", "R"]
    assert [m.parts[0].data["version"] for m in found.messages] == [1, 2, 2]


def test_files_that_were_written_are_artifacts_and_can_be_opened(tmp_path: Path) -> None:
    path = "/mnt/user-data/outputs/a.md"

    def use(tool: str, **arguments: Json) -> Json:
        return {"type": "tool_use", "id": tool, "name": tool, "input": {"path": path, **arguments}}

    found = read_one(
        tmp_path,
        answered(
            "m",
            0,
            use("create_file", file_text="# One", description="d"),
            use("str_replace", old_str="One", new_str="Two"),
            {
                "type": "tool_result",
                "name": "present_files",
                "content": [{"type": "local_resource", "file_path": path, "name": "a.md"}],
            },
        ),
    )

    message = found.messages[0]
    assert [(p.kind, p.text, p.name) for p in message.parts] == [
        (PartKind.ARTIFACT, "# One", "a.md"),
        (PartKind.ARTIFACT, "# Two", "a.md"),
        (PartKind.TOOL_RESULT, "", "present_files"),
        (PartKind.FILE, "", "a.md"),
    ]
    assert message.attachments[0].open is not None
    assert message.attachments[0].open().read() == b"# Two"


def test_a_file_that_could_not_be_written_is_no_artifact(tmp_path: Path) -> None:
    use = {
        "type": "tool_use",
        "id": "t",
        "name": "create_file",
        "input": {"path": "/a", "file_text": "x"},
    }
    failed = {"type": "tool_result", "tool_use_id": "t", "is_error": True, "content": "no"}

    [message] = read_one(tmp_path, answered("m", 0, use, failed)).messages

    assert kinds(message) == [PartKind.TOOL_CALL, PartKind.TOOL_RESULT]


def test_tags_of_2024_become_thoughts_and_artifacts(tmp_path: Path) -> None:
    text = (
        "Here.\n\n<antThinking>Is it worth it?</antThinking>\n\n"
        '<antArtifact identifier="page" type="text/html" title="A &quot;page&quot;">\n<b>x</b>\n'
        "</antArtifact>\n\nDone."
    )
    again = '<antArtifact identifier="page">cut of'

    found = read_one(tmp_path, answered("a", 0, text), answered("b", 1, again), said("c", 2, text))

    assert [(p.kind, p.text, p.name) for p in found.messages[0].parts] == [
        (PartKind.TEXT, "Here.", None),
        (PartKind.THINKING, "Is it worth it?", None),
        (PartKind.ARTIFACT, "<b>x</b>", 'A "page"'),
        (PartKind.TEXT, "Done.", None),
    ]
    [cut] = found.messages[1].parts
    assert (cut.text, cut.name, cut.data["version"]) == ("cut of", 'A "page"', 2)
    # A person who writes about the tags means the tags.
    assert found.messages[2].text == text


def _frames(path: Path) -> Path:
    folder = "frames/artifacts/art-1"
    return write_zip(
        path,
        {
            f"{folder}/artifact.json": {
                "versions": [{"id": "v1", "created_at": "2026-08-01T10:00:00Z"}, {"id": "v2"}],
                "active_version": "v1",
                "owner_account": "u-1",
                "kind": "web",
                "title": "My page",
            },
            f"{folder}/versions/v1/index.html": b"<html>one</html>",
            f"{folder}/versions/v2/index.html": b"<html>two</html>",
            f"{folder}/versions/v2/img/a.png": b"\x89PNG\r\n\x1a\n",
            f"{folder}/versions/v3/notes.txt": b"unlisted",
            f"{folder}/comments.json": [{"text": "nice"}],
        },
    )


def test_artifacts_of_2026_are_documents_with_their_versions(tmp_path: Path) -> None:
    [found], _ = read_export(IMPORTER, _frames(tmp_path / "frames-000.zip"))

    assert (found.kind, found.external_id, found.title) == (Kind.DOCUMENT, "art-1", "My page")
    assert [(m.external_id, m.text) for m in found.messages] == [
        ("v1", "<html>one</html>"),
        ("v2", "<html>two</html>"),
        ("v3", "unlisted"),
    ]
    assert found.active == 1
    assert found.account == "u-1"
    assert found.metadata == {
        "document": "artifact",
        "kind": "web",
        "comments": [{"text": "nice"}],
    }
    assert [m.metadata for m in found.messages] == [{}, {}, {}]


def test_artifacts_of_2026_keep_their_files(tmp_path: Path) -> None:
    with open_export(_frames(tmp_path / "frames-000.zip")) as export:
        assert IMPORTER.recognises(export)
        [found] = IMPORTER.read(export, Notes())
        files = [a.open().read() for m in found.messages for a in m.attachments if a.open]

    assert files == [b"<html>one</html>", b"<html>two</html>", b"\x89PNG\r\n\x1a\n", b"unlisted"]
    assert found.messages[1].attachments[1].name == "img/a.png"
    assert found.messages[1].parts[1].kind is PartKind.IMAGE


def test_versions_may_be_listed_by_their_ids_alone(tmp_path: Path) -> None:
    record = {"versions": ["b", {"uuid": "a", "name": "Page"}], "active_version": {"id": "a"}}
    path = write_zip(
        tmp_path / "frames.zip",
        {
            "artifacts/x/artifact.json": record,
            "artifacts/x/versions/a/page": b"<html>a</html>",
            "artifacts/x/versions/b/page.png": b"not a picture",
            "artifacts/no/other.json": {},
        },
    )

    [found], _ = read_export(IMPORTER, path)

    assert [(m.external_id, m.text) for m in found.messages] == [
        ("b", "not a picture"),
        ("a", "<html>a</html>"),
    ]
    assert (found.title, found.active) == ("Page", 2)
    assert [m.attachments[0].media_type for m in found.messages] == ["image/png", "text/html"]
