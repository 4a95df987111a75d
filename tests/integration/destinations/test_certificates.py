"""Servers behind TLS are trusted for their certificate, and sent nothing before."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from privatus.backup.destinations.opening import open_destination
from privatus.backup.destinations.port import RefusedError


@dataclass(slots=True)
class _Guard:
    """A server behind TLS that lets nobody in, and remembers who asked."""

    port: int
    certificate: Path
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[_Guard]:
    certificate = _write_certificate(tmp_path)
    asked: list[str] = []

    class Refuse(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline()
            if self.raw_requestline and self.parse_request():
                asked.append(self.command)
                self.send_response(403)
                self.send_header("Content-Length", "0")
                self.end_headers()
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up does so
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield _Guard(server.server_address[1], certificate, asked)
    server.shutdown()
    server.server_close()
    thread.join()


def _write_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return path


def _address(kind: str, guard: _Guard) -> tuple[str, dict[str, str]]:
    if kind == "webdav":
        return f"webdavs://127.0.0.1:{guard.port}/folder", {"user": "ada", "password": "secret"}
    endpoint = f"https://127.0.0.1:{guard.port}"
    return "s3://bucket", {"endpoint": endpoint, "key": "ada", "secret": "secret"}


@pytest.mark.parametrize("kind", ["webdav", "s3"])
def test_a_certificate_that_nobody_trusts_is_refused_before_anything_is_said(
    kind: str, guard: _Guard
) -> None:
    where, options = _address(kind, guard)

    with pytest.raises(RefusedError, match="certificate that this computer does not trust"):
        open_destination(where, options)

    assert guard.asked == []


@pytest.mark.parametrize("kind", ["webdav", "s3"])
def test_a_certificate_of_one_s_own_can_be_trusted(kind: str, guard: _Guard) -> None:
    where, options = _address(kind, guard)

    with pytest.raises(RefusedError, match="does not let us in"):
        open_destination(where, options | {"ca_file": str(guard.certificate)})

    assert guard.asked != []
