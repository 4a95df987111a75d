"""The archive tools that people use today, on the same export: time, memory, and what they hold.

Each is installed from the package index into an environment of its own, with a home of its own.
One that cannot be installed, or fails, is in the table with the reason.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import ours
from benchmarks.harness import Run, call, command
from benchmarks.lab import Lab
from benchmarks.report import Row, Section

# As many as someone who talks to ChatGPT daily has after three years.
_MESSAGES = 300_000
_LIMIT_S = 1_800
_CONVERSATIONS = "conversations*.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another tool: how to import with it, and how to count what it then holds."""

    package: str
    program: str
    arguments: Callable[[Path, Path], Sequence[Sequence[str | Path]]]  # of export and home
    environment: Callable[[Path], dict[str, str]] = lambda _home: {}
    database: str
    conversations: str
    messages: str
    takes_json: bool = False  # not the ZIP
    python: tuple[int, int] = (3, 11)
    loads_extensions: bool = False


PEERS = (
    Peer(
        package="navig-chats",
        program="navig-chats",
        arguments=lambda export, _home: [["import", export]],
        environment=lambda home: {"NAVIG_CHATS_DB": str(home / "navig.db")},
        database="navig.db",
        conversations="SELECT count(*) FROM conversations",
        messages="SELECT count(*) FROM messages",
    ),
    Peer(
        package="ricoeur",
        program="ricoeur",
        arguments=lambda export, _home: [["init"], ["import", "chatgpt", export]],
        environment=lambda home: {"RICOEUR_HOME": str(home)},
        database="ricoeur.db",
        conversations="SELECT count(*) FROM conversations",
        messages="SELECT count(*) FROM messages",
    ),
    Peer(
        package="ai-pensieve-mcp",
        program="pensieve-archive",
        arguments=lambda export, home: [
            ["init", home / "archive.db"],
            *(("import-chatgpt", home / "archive.db", f) for f in sorted(export.glob("*.json"))),
        ],
        database="archive.db",
        conversations="SELECT count(*) FROM conversations",
        messages="SELECT count(*) FROM messages WHERE message_source_id IS NOT NULL",
        takes_json=True,
    ),
    Peer(
        package="chatlore",
        program="chatlore",
        arguments=lambda export, _home: [["import", export]],
        environment=lambda home: {"CHATLORE_HOME": str(home)},
        database="chatlore.db",
        conversations="SELECT count(*) FROM nodes WHERE label = 'Conversation'",
        messages="SELECT count(*) FROM nodes WHERE label = 'Message'",
        python=(3, 12),
        loads_extensions=True,
    ),
)


class _SkippedError(Exception):
    """A tool cannot be measured here; the text says why."""


def run(lab: Lab) -> Section:
    export = lab.export(min(lab.messages, _MESSAGES))
    expected = call(count, export=export).result
    folder = lab.folder / "peers"
    folder.mkdir(exist_ok=True)
    rows: list[Row] = []
    numbers: dict[str, Any] = {"export": expected}
    mine = _import_ours(export, folder)
    numbers["privatus"] = mine
    for peer in PEERS:
        print(f"beside {peer.package}", file=sys.stderr, flush=True)
        try:
            found = _import_theirs(peer, export, folder)
        except _SkippedError as error:
            rows.append(Row(figure=peer.package, ours=_said(mine), floor=f"skipped: {error}"))
            continue
        numbers[peer.package] = found
        rows.append(_row(peer.package, mine, found, expected))
        mine = _import_ours(export, folder)
    return Section(
        title=f"Beside other archives, {expected['messages']:,} messages",
        rows=rows,
        notes=_notes(expected, numbers),
        numbers=numbers,
        columns=("the other", "Privatus", "the other"),
    )


def _row(name: str, mine: dict[str, Any], found: dict[str, Any], expected: dict[str, Any]) -> Row:
    is_met = mine["rss_mb"] < found["rss_mb"] and _holds_all(mine, expected)
    # Of one that failed on the way we know only that it took longer.
    is_met = is_met and (mine["wall_s"] < found["wall_s"] or bool(found["error"]))
    return Row(
        figure=name,
        ours=_said(mine),
        floor=_said(found),
        ratio=mine["wall_s"] / found["wall_s"],
        wanted="faster, less memory, all messages",
        is_met=is_met,
    )


def _said(found: dict[str, Any]) -> str:
    text = f"{found['wall_s']:.1f} s, {found['rss_mb']:.0f} MB"
    if "conversations" in found:
        text += f", holds {found['conversations']:,} chats, {found['messages']:,} messages"
    return f"{text}; **failed**: {found['error']}" if found.get("error") else text


def _holds_all(found: dict[str, Any], expected: dict[str, Any]) -> bool:
    return all(found.get(what) == expected[what] for what in ("conversations", "messages"))


def _notes(expected: dict[str, Any], numbers: dict[str, Any]) -> list[str]:
    wrong = [name for name, found in numbers.items() if not _holds_all(found, expected)]
    return [
        f"The export has {expected['conversations']:,} chats and {expected['messages']:,} messages,"
        f" {expected['texts']:,} of them texts of the person or the assistant, on any branch.",
        f"Another number of chats or messages: {', '.join(wrong) or 'none'}. Some leave out on"
        " purpose what is hidden, of a tool or on another branch.",
        "Whole programs, from start to end. For Privatus that is with the making of the vault: the"
        " derivation of its key is slow and hungry for memory on purpose, a second or two and up to"
        " 512 MB however small the export.",
        "ai-pensieve-mcp reads no ZIP: it was given the unpacked files.",
    ]


def _import_ours(export: Path, folder: Path) -> dict[str, Any]:
    vault, password = folder / "privatus", folder / "password"
    shutil.rmtree(vault, ignore_errors=True)
    password.write_text(ours.PASSWORD, encoding="utf-8")
    done = command(
        [sys.executable, "-m", "privatus", "import", export],
        environment={"PRIVATUS_VAULT": str(vault), "PRIVATUS_PASSWORD_FILE": str(password)},
    )
    if done.exit_code:
        raise RuntimeError(f"our own import failed:\n{done.output}")
    counts = call(count_ours, folder=vault).result
    shutil.rmtree(vault)
    return {"wall_s": done.wall_s, "rss_mb": done.rss_mb, "error": "", **counts}


def count_ours(folder: str) -> dict[str, int]:
    with ours.open_vault(folder) as vault:
        found = vault.statistics.get()
        return {"conversations": found.conversations, "messages": found.messages}


def _import_theirs(peer: Peer, export: Path, folder: Path) -> dict[str, Any]:
    programs = _install(peer, folder)
    home = folder / f"{peer.package}-home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    given = _unpacked(export, folder) if peer.takes_json else export
    environment = {"HOME": str(home), **peer.environment(home)}
    runs: list[Run] = []
    error = ""
    for arguments in peer.arguments(given, home):
        runs.append(
            command(
                [programs / peer.program, *arguments], environment=environment, limit_s=_LIMIT_S
            )
        )
        if runs[-1].exit_code:
            lines = [line.strip() for line in runs[-1].output.splitlines() if line.strip()]
            error = lines[-1][:120] if lines else f"exit code {runs[-1].exit_code}"
            break
    found: dict[str, Any] = {
        "wall_s": sum(r.wall_s for r in runs),
        "rss_mb": max(r.rss_mb for r in runs),
        "error": error,
        "conversations": 0,
        "messages": 0,
    }
    database = home / peer.database
    if database.exists():
        db = sqlite3.connect(database)
        try:
            found["conversations"] = db.execute(peer.conversations).fetchone()[0]
            found["messages"] = db.execute(peer.messages).fetchone()[0]
        except sqlite3.Error as failure:
            found["error"] = found["error"] or str(failure)
        finally:
            db.close()
    shutil.rmtree(home)
    return found


def _unpacked(export: Path, folder: Path) -> Path:
    target = folder / f"unpacked-{export.stem}"
    if not target.exists():
        with zipfile.ZipFile(export) as archive:
            for name in archive.namelist():
                if Path(name).match(_CONVERSATIONS):
                    archive.extract(name, target)
    return target


def _install(peer: Peer, folder: Path) -> Path:
    """Return where the programs of a peer's environment are.

    Raises:
        _SkippedError: it cannot be installed here.
    """
    environment = folder / peer.package
    programs = environment / "bin"
    if (programs / peer.program).exists():
        return programs
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        raise _SkippedError("uv is not installed; pip install 'privatus[bench]'")
    python = programs / "python"
    wanted = [peer.package]
    _require([uv, "venv", "-q", "--clear", "--python", _python(peer), environment])
    if peer.loads_extensions and not _succeeds([python, "-c", _CAN_LOAD_EXTENSIONS]):
        # This Python was built without them; another build of SQLite stands in.
        wanted.append("pysqlite3-binary")
    _require([uv, "pip", "install", "-q", "--python", python, *wanted])
    if len(wanted) > 1:
        packages = next(environment.glob("lib/python*/site-packages"))
        (packages / "sitecustomize.py").write_text(_STAND_IN, encoding="utf-8")
    return programs


_CAN_LOAD_EXTENSIONS = "import sqlite3; sqlite3.Connection.enable_load_extension"
_STAND_IN = "import sys, pysqlite3\nsys.modules['sqlite3'] = pysqlite3\n"


def _python(peer: Peer) -> str:
    """Return an interpreter that is new enough.

    Raises:
        _SkippedError: there is none.
    """
    if sys.version_info >= peer.python:
        return sys.executable
    candidates = [shutil.which(f"python3.{minor}") for minor in range(peer.python[1], 20)]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    candidates += [str(path) for path in sorted(pyenv.glob("3.1*/bin/python3"))]
    check = f"import sys; sys.exit(sys.version_info < {peer.python})"
    for python in candidates:
        if python is not None and _succeeds([python, "-c", check]):
            return python
    raise _SkippedError(f"it needs Python {'.'.join(map(str, peer.python))}")


def _succeeds(arguments: Sequence[str | Path]) -> bool:
    return subprocess.run(arguments, capture_output=True, check=False).returncode == 0


def _require(arguments: Sequence[str | Path]) -> None:
    done = command(arguments, limit_s=600)
    if done.exit_code:
        lines = [line for line in done.output.splitlines() if line.strip()]
        raise _SkippedError(lines[-1].strip() if lines else f"{arguments[0]} failed")


def count(export: str) -> dict[str, int]:
    """Count what an export holds, by a walk of our own; runs in a process of its own."""
    found = {"conversations": 0, "messages": 0, "texts": 0}
    split = msgspec.json.Decoder(list[msgspec.Raw])
    with zipfile.ZipFile(export) as archive:
        for name in archive.namelist():
            if not Path(name).match(_CONVERSATIONS):
                continue
            for raw in split.decode(archive.read(name)):
                found["conversations"] += 1
                for node in json.loads(bytes(raw))["mapping"].values():
                    message = node.get("message")
                    found["messages"] += bool(message)
                    found["texts"] += bool(message) and _is_text(message)
    return found


def _is_text(message: dict[str, Any]) -> bool:
    content, metadata = message["content"], message.get("metadata") or {}
    texts = [p if isinstance(p, str) else p.get("text") or "" for p in content.get("parts") or []]
    return (
        message["author"]["role"] in ("user", "assistant")
        and content["content_type"] in ("text", "multimodal_text")
        and message.get("recipient", "all") == "all"
        and not metadata.get("is_visually_hidden_from_conversation")
        and bool("".join(texts).strip())
    )
