"""No word of a person is in any file of the vault, nor in its database without the inner keys."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver
import zstandard

from privatus.core.conversation import Conversation, Role
from privatus.core.errors import TamperedError
from privatus.storage.database import Database
from privatus.vault import sealing
from privatus.vault.keys import keyspec
from support.chatgpt_chats import chat
from support.claude_records import answered, said
from support.claude_records import chat as claude_chat
from support.conversations import attachment, conversation, message
from support.exports import write_zip
from support.people import contact
from support.vaults import PASSWORD, ScratchVault

# Words that stand nowhere else, one for each place where an export can hold one.
_WORDS = {
    place: f"Xq{place.title()}Zebrafink"
    for place in (
        *("question", "answer", "title", "long", "account", "email", "project", "instruction"),
        *("filename", "content", "thinking", "tool", "metadata", "author", "retitled", "edited"),
        *("external", "own", "largefile", "document", "tag", "renamedtag", "deletedtag"),
        *("rule", "formerrule", "note", "formernote", "removednote"),
        *("contact", "formercontact", "alias", "address", "ownname", "remark"),
    )
}
_LONG = " ".join(f"{n * 7919 % 1_000_003:x}" for n in range(12_000))


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchVault]:
    folder = tmp_path_factory.mktemp("leaks")
    scratch = ScratchVault.create(folder / "vault")
    for name, conversations in (("first", _claude("")), ("later", _claude(_WORDS["edited"]))):
        path = write_zip(folder / f"data-{name}-batch-0000.zip", conversations)
        assert not scratch.vault.imports.run(path).failed
    chatgpt = chat(_WORDS["title"], f"{_WORDS['question']} {_LONG}", _WORDS["answer"])
    path = folder / "conversations.json"
    path.write_text(json.dumps([chatgpt]), encoding="utf-8")
    assert not scratch.vault.imports.run(path).failed
    scratch.bring(_other(), account_name=_WORDS["account"])
    [first, *_] = scratch.vault.conversations.list()
    scratch.vault.conversations.append(first.id, Role.USER, f"My note: {_WORDS['own']}")
    _tag(scratch)
    _annotate(scratch)
    _befriend(scratch)
    scratch.vault.search.find(_WORDS["question"])
    scratch.vault.search.find(f"in:notes {_WORDS['note']}")
    yield scratch
    scratch.vault.lock()


def _tag(scratch: ScratchVault) -> None:
    tags = scratch.vault.tags
    [first, second, *_] = scratch.vault.conversations.list()
    tags.add(f"work/{_WORDS['renamedtag']}", str(first.id), f"{second.id}.1")
    tags.rename(f"work/{_WORDS['renamedtag']}", f"work/{_WORDS['tag']}")
    tags.colour(f"work/{_WORDS['tag']}", "teal")
    tags.add(_WORDS["deletedtag"], str(second.id))
    tags.delete(_WORDS["deletedtag"])
    tags.rules.add(f"work/{_WORDS['tag']}", f"no {_WORDS['rule']}")
    former = tags.rules.add(f"work/{_WORDS['tag']}", f"no {_WORDS['formerrule']}")
    tags.rules.remove(former.after.rules[0].id)


def _annotate(scratch: ScratchVault) -> None:
    notes = scratch.vault.annotations
    chat = next(c for c in scratch.all().values() if c.title == _WORDS["retitled"])
    quote = chat.messages[0].text
    [made] = notes.add(f"{chat.id}.1", _WORDS["formernote"], quote=quote).annotations
    notes.edit(made.id or 0, text=_WORDS["note"], colour="pink")
    [gone] = notes.add(str(chat.id), _WORDS["removednote"]).annotations
    notes.remove(gone.id or 0)


def _befriend(scratch: ScratchVault) -> None:
    contacts = scratch.vault.contacts
    scratch.vault.identity.set(name=_WORDS["ownname"], note=_WORDS["ownname"])
    said = contact(_WORDS["formercontact"], email=f"{_WORDS['address']}@example.org")
    [made] = contacts.add(replace(said, aliases=(_WORDS["alias"],))).after.contacts
    contacts.edit(replace(made, name=_WORDS["contact"], note=_WORDS["contact"]))
    scratch.vault.notes.write(contacts.note_to(made.id), _WORDS["remark"])
    contacts.delete([contacts.add(contact(_WORDS["formercontact"])).after.contacts[0].id])


def _claude(edited: str) -> dict[str, object]:
    """Return Claude's export; with *edited*, one of a month later that changed."""
    talk = claude_chat(
        said("u-1", 1, f"{_WORDS['question']} {edited}"),
        answered(
            "u-2",
            2,
            {"type": "thinking", "thinking": _WORDS["thinking"]},
            {"type": "tool_use", "name": "search", "input": {"q": _WORDS["tool"]}},
            f"{_WORDS['answer']} {_WORDS['long']} {_LONG}",
            attachments=[
                {
                    "file_name": f"{_WORDS['filename']}.txt",
                    "file_size": 10,
                    "file_type": "txt",
                    "extracted_content": _WORDS["content"],
                }
            ],
        ),
        uuid="c-leak",
        name=_WORDS["retitled"] if edited else _WORDS["title"],
        created_at="2026-01-02T10:00:00Z",
        updated_at="2026-02-02T10:00:00Z" if edited else "2026-01-02T10:00:00Z",
        account={"uuid": _WORDS["account"]},
        unknown_field=_WORDS["metadata"],
    )
    user = {
        "uuid": _WORDS["account"],
        "full_name": _WORDS["author"],
        "email_address": f"{_WORDS['email']}@example.org",
        "verified_phone_number": None,
    }
    return {"conversations.json": [talk], "users.json": [user], "projects.json": [_project()]}


def _project() -> dict[str, object]:
    return {
        "uuid": "p-1",
        "name": _WORDS["project"],
        "description": "",
        "is_starter_project": False,
        "prompt_template": _WORDS["instruction"],
        "created_at": "2026-01-02T10:00:00Z",
        "updated_at": "2026-01-02T10:00:00Z",
        "docs": [{"uuid": "d-1", "filename": "x", "content": _WORDS["document"]}],
    }


def _other() -> Conversation:
    return conversation(
        message(
            1,
            "see the file",
            external_id=_WORDS["external"],
            author=_WORDS["author"],
            attachments=(
                attachment(f"{_WORDS['filename']}.bin", _WORDS["content"].encode() * 9),
                attachment("large.bin", _WORDS["largefile"].encode() * 20_000),
            ),
        ),
        external_id=f"short-{_WORDS['external']}",
        title=_WORDS["title"],
        account=_WORDS["account"],
        project=_WORDS["project"],
        metadata={_WORDS["metadata"]: 1},
    )


def _needles(word: str) -> set[bytes]:
    """Return *word* in the forms in which it could lie somewhere."""
    forms = {word, word.lower(), word.upper()}
    found = {form.encode(encoding) for form in forms for encoding in ("utf-8", "utf-16-le")}
    # In base64 it looks in three ways, by where it begins; without the letters of its neighbours.
    for form in forms:
        for shift in range(3):
            encoded = base64.b64encode(b"\0" * shift + form.encode())
            found.add(encoded[4 if shift else 0 : -4])
    found |= {form.encode().hex().encode() for form in forms}
    found |= {form.encode()[::-1] for form in forms}
    return found


def _leaks(contents: Iterable[tuple[str, bytes]]) -> list[str]:
    needles = {place: _needles(word) for place, word in _WORDS.items()}
    return [
        f"{place} in {where}"
        for where, raw in contents
        for place, forms in needles.items()
        if any(form in raw for form in forms)
    ]


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"{path.name} ({path.parent.name})", path.read_bytes()
            # A name of a file is read by whoever sees the folder.
            yield f"the name of {path.name}", path.name.encode()


def _plain_copy(db_path: Path, key: bytes, plain: Path) -> None:
    """Write the database as a plain SQLite file, as its key alone allows."""
    db = Database.open(db_path, keyspec(key))
    try:
        db.execute("ATTACH ? AS plain KEY ''", (str(plain),))
        db.value("SELECT sqlcipher_export('plain')")
        db.execute("DETACH plain")
    finally:
        db.close()


def _decrypted(vault: ScratchVault, folder: Path) -> list[tuple[str, bytes]]:
    vault.vault.lock()
    plain = folder / "plain.db"
    _plain_copy(vault.folder / "vault.db", vault.database_key, plain)
    try:
        return [("the decrypted database", plain.read_bytes())]
    finally:
        vault.reopen()


def test_every_word_came_in(vault: ScratchVault) -> None:
    unsearched = {"external", "metadata", "author", "account", "email", "content", "largefile",
                  "tag", "renamedtag", "deletedtag", "rule", "formerrule",
                  "note", "formernote", "removednote", "formercontact", "alias", "address",
                  "ownname"}  # fmt: skip
    shown = str([vault.vault.conversations.get(c.id) for c in vault.vault.conversations.list()])
    for place, word in _WORDS.items():
        if place not in unsearched | {"project"}:
            assert vault.vault.search.find(word).total, place
    for place in ("external", "metadata", "author", "account", "project"):
        assert _WORDS[place] in shown
    [found] = vault.vault.annotations.list()
    assert found.annotation.text == _WORDS["note"]
    assert found.annotation.passage and _WORDS["question"] in found.annotation.passage.quote
    [count] = vault.vault.contacts.list(_WORDS["address"])
    assert (count.contact.name, count.contact.aliases) == (_WORDS["contact"], (_WORDS["alias"],))
    assert [count.tag.name for count in vault.vault.tags.list()] == [f"work/{_WORDS['tag']}"]


def test_no_word_is_in_any_file_of_an_open_vault(vault: ScratchVault) -> None:
    assert _leaks(_files(vault.folder)) == []


def test_no_word_is_in_any_file_of_a_locked_vault(vault: ScratchVault) -> None:
    vault.vault.lock()
    try:
        assert _leaks(_files(vault.folder)) == []
    finally:
        vault.reopen()


def test_no_word_is_in_the_database_when_sqlcipher_is_taken_off(
    vault: ScratchVault, tmp_path: Path
) -> None:
    contents = _decrypted(vault, tmp_path)

    assert contents[0][1].startswith(b"SQLite format 3\0")
    # What is clear by design shows that the copy is of this vault, and readable.
    assert b"claude" in contents[0][1]
    assert b"gpt-4o" not in contents[0][1]
    assert _leaks(contents) == []


def _unpacked(value: bytes) -> Iterator[bytes]:
    """Yield *value*, and what it holds if it is packed in a way that we use."""
    dictionary, _ = sealing._dictionary()
    reader = zstandard.ZstdDecompressor(
        dict_data=dictionary, format=zstandard.FORMAT_ZSTD1_MAGICLESS
    )
    yield value
    for begin in (0, 1):
        with contextlib.suppress(zlib.error):
            yield zlib.decompress(value[begin:])
        with contextlib.suppress(zstandard.ZstdError):
            # By and by: random bytes may claim to be a terabyte.
            yield reader.stream_reader(value[begin:]).read(1 << 20)


def test_no_value_of_a_row_holds_a_word_packed_or_not(vault: ScratchVault) -> None:
    with vault.database() as db:
        tables = [row[0] for row in db.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        values = [
            (table, form)
            for table in tables
            for row in db.rows(f"SELECT * FROM {table}")
            for value in row
            for form in _unpacked(value if isinstance(value, bytes) else str(value).encode())
        ]
    vault.reopen()

    assert len(values) > 200
    assert _leaks(values) == []
    packed = sealing._pack(f"{_WORDS['title']} and some more".encode() * 3)
    assert _leaks(("packed", form) for form in _unpacked(packed)) == ["title in packed"]


def test_no_long_word_of_the_samples_is_left_readable(samples: Path, tmp_path: Path) -> None:
    vault = ScratchVault.create(tmp_path / "vault")
    for name in ("claude", "chatgpt", "grok", "deepseek", "mistral"):
        vault.vault.imports.run(*sorted((samples / name).iterdir()))
    found = [vault.vault.conversations.get(c.id) for c in vault.vault.conversations.list()]
    texts = [f"{c.title} {c.account} {c.project} {[m.parts for m in c.messages]}" for c in found]
    words = {word for text in texts for word in re.findall("[A-Za-z]{11,}", text)}
    # Names of our own fields, which SQL says of its columns.
    words -= {"annotations", "attachments", "conversation", "conversations"}
    assert len(words) > 50

    contents = [raw for _, raw in (*_files(vault.folder), *_decrypted(vault, tmp_path))]
    vault.vault.lock()

    assert not [word for word in words if any(word.encode() in raw for raw in contents)]


def test_the_search_index_does_not_open_with_the_keys_of_the_database(
    vault: ScratchVault,
) -> None:
    opened = vault.vault._keys.opened
    keys = {
        "database key": vault.database_key,
        "database key with the index's salt": vault.database_key[:32]
        + vault.index_path.read_bytes()[:16],
        "vault key": bytes(opened.vault_key.reveal()) + opened.database_salt,
        "nothing": bytes(48),
    }
    vault.vault.lock()
    try:
        for key in keys.values():
            with pytest.raises(TamperedError):
                Database.open(vault.index_path, keyspec(key))
        plain = driver.connect(vault.index_path)
        with pytest.raises(driver.DatabaseError):
            plain.execute("SELECT * FROM sqlite_schema")
        plain.close()
    finally:
        vault.reopen()


def test_the_words_are_in_the_index_for_whoever_has_its_key(
    vault: ScratchVault, tmp_path: Path
) -> None:
    vault.vault.lock()
    plain = tmp_path / "plain-index.db"
    with vault.index() as db:
        terms = {term for (term,) in db.rows("SELECT term FROM terms")}
        db.execute("ATTACH ? AS plain KEY ''", (str(plain),))
        db.execute("CREATE TABLE plain.blocks AS SELECT * FROM messages_fts_data")
        db.execute("DETACH plain")
    vault.reopen()

    # The test of the files above would see them: here they are, once the layer is off.
    assert _WORDS["question"].lower() in terms
    assert _leaks([("the decrypted index", plain.read_bytes())]) != []


def test_a_word_in_a_clear_column_would_be_found(vault: ScratchVault, tmp_path: Path) -> None:
    vault.vault.lock()
    mutated = vault.copy_to(tmp_path / "mutated")
    mutated.attack(
        "UPDATE conversations SET source = ? WHERE id = 1", parameters=(_WORDS["title"],)
    )

    assert _leaks(_decrypted(mutated, tmp_path)) == ["title in the decrypted database"]

    mutated.vault.lock()
    vault.reopen()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_word_in_a_file_would_be_found(tmp_path: Path, encoding: str) -> None:
    word = _WORDS["own"].upper()
    (tmp_path / "left.tmp").write_bytes(b"..." + word.encode(encoding) + b"...")
    (tmp_path / "mail.txt").write_bytes(base64.b64encode(f"a {word} b".encode()))
    (tmp_path / f"{word}.bin").touch()

    assert _leaks(_files(tmp_path)) == [
        f"own in the name of {word}.bin",
        f"own in left.tmp ({tmp_path.name})",
        f"own in mail.txt ({tmp_path.name})",
    ]


def test_the_password_and_the_keys_are_in_no_file(vault: ScratchVault) -> None:
    secrets = {
        "password": PASSWORD.encode(),
        "database key": vault.database_key[:32],
        "vault key": bytes(vault.vault._keys.opened.vault_key.reveal()),
        "search key": bytes.fromhex(vault.search_key[2:66].decode()),
        "scope key": bytes(vault.vault._store.scope._key.reveal()),
    }
    for where, raw in _files(vault.folder):
        for name, secret in secrets.items():
            assert secret not in raw, f"{name} in {where}"
            assert secret.hex().encode() not in raw.lower(), f"{name} in {where}"
