"""Rules about the code that no linter of ours can hold; import-linter holds the layers."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_MAX_FILE_LINES = 400
# One file on purpose: a person carries it away, to lie beside a backup for years.
_MAX_LINES_OF = {"docs/restore.py": 500}
_MAX_FUNCTION_LINES = 40

# Names under which anything can be put, so that nothing can be found.
_EMPTY_NAMES = {"common", "data", "helpers", "info", "manager", "misc", "util", "utils"}

_FORBIDDEN_CALLS = {"breakpoint", "eval", "exec", "input", "print"}

_SQL = re.compile(
    r"\b(SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s"
    r"|(CREATE|DROP|ALTER)\s+(TABLE|INDEX|TRIGGER)\s|PRAGMA\s|BEGIN\s+IMMEDIATE)",
    re.DOTALL,
)
_MAY_HOLD_SQL = ("privatus/storage/", "privatus/search/")


def _files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (_ROOT / folder).rglob("*.py"))


def _name(path: Path) -> str:
    return path.relative_to(_ROOT).as_posix()


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_bytes(), filename=_name(path)))


def _assigned(path: Path) -> set[str]:
    """Return the names that the module at *path* assigns itself, not those it imports."""
    targets = [
        target
        for node in ast.parse(path.read_bytes()).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _built(package: str, constant: str) -> list[object]:
    """Return the value of *constant* from every module of *package* that assigns it."""
    return [
        getattr(importlib.import_module(f"privatus.{package}.{path.stem}"), constant)
        for path in (_ROOT / "privatus" / package).glob("*.py")
        if constant in _assigned(path)
    ]


def test_the_rules_have_files_to_hold_to() -> None:
    assert len(_files("privatus")) > 20
    assert Path(__file__) in _files("tests")


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {
        _name(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in _files("privatus", "ui", "packaging", "tests", "benchmarks", "docs")
    }

    too_long = {n: x for n, x in lengths.items() if x > _MAX_LINES_OF.get(n, _MAX_FILE_LINES)}
    assert too_long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    too_long = {
        f"{_name(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in _files("privatus", "ui", "packaging", "tests", "benchmarks", "docs")
        for node in _nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= _MAX_FUNCTION_LINES
    }

    assert too_long == {}


def test_every_module_says_what_is_in_it() -> None:
    silent = [
        _name(path)
        for path in _files("privatus", "ui", "packaging", "tests")
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_bytes()))
    ]

    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [_name(path) for path in _files("privatus", "ui") if path.stem in _EMPTY_NAMES] == []


@pytest.mark.parametrize(
    ("package", "constant"), [("importers", "IMPORTER"), ("exporters", "EXPORTER")]
)
def test_every_format_is_registered_once(package: str, constant: str) -> None:
    registry = importlib.import_module(f"privatus.{package}.registry")

    built = _built(package, constant)

    assert built
    # Ids and not equality: two importers without state may well be equal.
    assert sorted(map(id, built)) == sorted(map(id, registry.BUILT_IN))


def test_sql_stands_in_storage_search_and_schema_only() -> None:
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in _files("privatus", "ui")
        if not _name(path).startswith(_MAY_HOLD_SQL)
        for node in _nodes(path)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _SQL.search(node.value)
    ]

    assert found == []


def test_no_module_prints_asks_or_runs_text() -> None:
    found = [
        f"{_name(path)}:{node.lineno} {node.func.id}"
        for path in _files("privatus", "ui")
        for node in _nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _FORBIDDEN_CALLS
    ]

    assert found == []


def test_errors_are_sentences_without_a_full_stop() -> None:
    ending_in_a_stop = [
        f"{_name(path)}:{node.lineno}"
        for path in _files("privatus", "ui")
        for node in _nodes(path)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and _last_text(node.exc).endswith((".", "!", "\n"))
    ]

    assert ending_in_a_stop == []


def _last_text(call: ast.Call) -> str:
    """Return the end of the first argument of *call*, if it is text written there."""
    value = call.args[0] if call.args else None
    if isinstance(value, ast.JoinedStr) and value.values:
        value = value.values[-1]
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def test_the_schema_is_data_and_no_package() -> None:
    migrations = sorted((_ROOT / "schema").glob("*.sql"))

    assert migrations
    # With an __init__.py it would overwrite another project's package of that name.
    assert list((_ROOT / "schema").rglob("*.py")) == []
    # Numbered from 1 without a gap: the number is the version of the vault.
    assert [int(path.name[:4]) for path in migrations] == list(range(1, len(migrations) + 1))


def test_the_window_uses_no_threads_of_qt_and_never_runs_the_loop_itself() -> None:
    forbidden = {"QThread", "QRunnable", "QThreadPool", "processEvents", "moveToThread", "setHtml"}

    found = [
        f"{_name(path)}:{node.lineno}"
        for path in _files("ui")
        for node in _nodes(path)
        if (isinstance(node, ast.Attribute) and node.attr in forbidden)
        or (isinstance(node, ast.Name) and node.id in forbidden)
    ]

    assert found == []
