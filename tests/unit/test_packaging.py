"""What a person installs: the wheel, and the versions in the lock files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).resolve().parents[2]
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_DESTINATIONS = ("azure", "gcs", "s3", "sftp", "webdav")
_LOCKS = {
    "requirements.lock": ("window",),
    "requirements-destinations.lock": _DESTINATIONS,
    "requirements-test.lock": ("package", "parquet", "window", *_DESTINATIONS, "test"),
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    (path,) = WheelBuilder(str(_ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(path) as opened:
        yield opened


def _pins(lock: str) -> dict[str, str]:
    """Return name and version of everything in *lock*."""
    text = (_ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def _requirements(*extras: str) -> list[Requirement]:
    lines = list(_PROJECT["dependencies"])
    for extra in extras:
        lines += _PROJECT["optional-dependencies"][extra]
    found = [Requirement(line) for line in lines]
    return [requirement for requirement in found if requirement.name != "privatus"]


def test_the_wheel_holds_every_migration_inside_the_package(wheel: zipfile.ZipFile) -> None:
    migrations = {path.name: path.read_bytes() for path in (_ROOT / "schema").glob("*.sql")}

    packed = {
        name.rpartition("/")[2]: wheel.read(name)
        for name in wheel.namelist()
        if name.startswith("privatus/_schema/")
    }

    assert migrations
    assert packed == migrations


def test_the_wheel_holds_all_of_the_package_and_nothing_beside_it(wheel: zipfile.ZipFile) -> None:
    here = {
        place + path.relative_to(_ROOT).as_posix()
        for folder, place in (("privatus", ""), ("ui", "privatus/_window/"))
        for path in (_ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    packed = set(wheel.namelist())

    assert {"privatus/py.typed", "privatus/_window/ui/theme.py"} <= here
    assert here <= packed
    assert {name.partition("/")[0] for name in packed} == {
        "privatus",
        f"privatus-{_PROJECT['version']}.dist-info",
    }


def test_the_window_of_the_wheel_is_found_with_all_that_it_shows(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    wheel.extractall(tmp_path)
    look = (
        "from privatus.cli.window import load; print(load().__file__)\n"
        "from ui import icons, i18n; print(len(icons.names()))\n"
        "i18n.set_language('de'); print(i18n._('Settings'))"
    )
    environment = dict(os.environ) | {"PYTHONPATH": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}

    told = subprocess.run(
        [sys.executable, "-c", look],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    assert told[0] == str(tmp_path / "privatus" / "_window" / "ui" / "app.py")
    assert int(told[1]) > 100
    assert told[2] == "Einstellungen"


@pytest.mark.parametrize("lock", _LOCKS)
def test_a_lock_pins_every_dependency_within_its_range(lock: str) -> None:
    pins = _pins(lock)

    for requirement in _requirements(*_LOCKS[lock]):
        version = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement


@pytest.mark.parametrize("lock", _LOCKS)
def test_a_lock_pins_by_hash_and_names_no_registry(lock: str) -> None:
    text = (_ROOT / lock).read_text(encoding="utf-8")

    for entry in re.split(r"\n(?=[a-z])", text)[1:]:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
    assert not re.search(r"https?:|^-", text, re.MULTILINE)


@pytest.mark.parametrize("lock", _LOCKS)
def test_the_tests_run_with_the_versions_that_people_install(lock: str) -> None:
    tested = _pins("requirements-test.lock")

    assert {name: tested[name] for name in _pins(lock)} == _pins(lock)


def test_the_program_brings_nothing_that_speaks_to_the_network() -> None:
    remote = {"aiohttp", "botocore", "fsspec", "httpx", "paramiko", "requests", "urllib3"}

    assert not remote & _pins("requirements.lock").keys()
