"""Stand-ins for Google Cloud Storage and Azure Blob Storage, which nobody can run on loopback.

They answer what our libraries ask, as the documents of the two say: exclusive create, ranges, pages
of lists, checksums, and refusals. They are no proof that the real ones do the same.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from support.servers import BUCKET, SECRET, Server

_PAGE = 500
_TOKEN = "a-token-of-the-tests"
_ACCOUNT = "testaccount"


class _Stored:
    """The objects of one server."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.lock = threading.Lock()

    def create(self, name: str, data: bytes, *, only_new: bool) -> bool:
        with self.lock:
            if only_new and name in self.objects:
                return False
            self.objects[name] = data, datetime.now(UTC)
            return True

    def page(self, prefix: str, after: str) -> tuple[list[str], str]:
        """Return the names of one page and where the next begins."""
        with self.lock:
            names = sorted(name for name in self.objects if name.startswith(prefix))
        names = [name for name in names if name > after]
        return names[:_PAGE], names[_PAGE - 1] if len(names) > _PAGE else ""


class _Handler(BaseHTTPRequestHandler):
    """What both have in common."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits for the client's next acknowledgement
    stored: ClassVar[_Stored]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        given = {"Content-Length": str(len(body))} | (headers or {})
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _json(self, status: int, value: object) -> None:
        self._answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self._line().split(b";")[0], 16):
                parts.append(self._exactly(size))
                self._line()
            self._line()
            return b"".join(parts)
        return self._exactly(int(self.headers.get("Content-Length", 0)))

    def _line(self) -> bytes:
        line = self.rfile.readline()
        if not line.endswith(b"\n"):
            raise ConnectionResetError
        return line

    def _exactly(self, count: int) -> bytes:
        data = self.rfile.read(count)
        # Whose line was cut has sent nothing.
        if len(data) < count:
            raise ConnectionResetError
        return data

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def finish(self) -> None:
        with suppress(ConnectionError):
            super().finish()

    def _asked(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

    def _part(self, data: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Return what a header asks for of an object, with the status that says so."""
        wanted = self.headers.get("x-ms-range") or self.headers.get("Range")
        if wanted is None:
            return 200, data, {}
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
        assert found
        start = int(found[1])
        if start >= len(data):
            return 416, b"", {"Content-Range": f"bytes */{len(data)}"}
        part = data[start : int(found[2]) + 1 if found[2] else None]
        end = start + len(part) - 1
        return 206, part, {"Content-Range": f"bytes {start}-{end}/{len(data)}"}


class _Google(_Handler):
    def do_POST(self) -> None:
        path, query = self._asked()
        body = self._body()
        if path in {"/token", "/no-token"}:
            is_ours = path == "/token" and b"assertion=" in body
            value = {"access_token": _TOKEN, "expires_in": 3600, "token_type": "Bearer"}
            self._json(200 if is_ours else 400, value if is_ours else {"error": "invalid_grant"})
            return
        if not self._is_let_in():
            return
        head, data = _parts(body)
        name = json.loads(head)["name"]
        only_new = query.get("ifGenerationMatch") == "0"
        if not self.stored.create(name, data, only_new=only_new):
            self._json(412, {"error": {"code": 412, "message": "conditionNotMet"}})
            return
        self._json(200, self._facts(name))

    def do_GET(self) -> None:
        path, query = self._asked()
        if not self._is_let_in():
            return
        found = re.fullmatch(r"(?:/download)?/storage/v1/b/([^/]+)(?:/o(?:/(.+))?)?", path)
        if found is None or found[1] != BUCKET:
            self._json(404, {"error": {"code": 404, "message": "no such bucket"}})
        elif found[2] is None:
            names, token = self.stored.page(query.get("prefix", ""), query.get("pageToken", ""))
            page: dict[str, Any] = {
                "kind": "storage#objects",
                "items": [self._facts(name) for name in names],
            }
            self._json(200, page | ({"nextPageToken": token} if token else {}))
        else:
            self._send(unquote(found[2]), whole=query.get("alt") == "media")

    def do_DELETE(self) -> None:
        path, _ = self._asked()
        if self._is_let_in():
            name = unquote(path.rpartition("/o/")[2])
            gone = self.stored.objects.pop(name, None)
            self._answer(404 if gone is None else 204)

    def _is_let_in(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {_TOKEN}":
            return True
        self._json(401, {"error": {"code": 401, "message": "Unauthorized"}})
        return False

    def _send(self, name: str, *, whole: bool) -> None:
        if name not in self.stored.objects:
            self._json(404, {"error": {"code": 404, "message": "no such object"}})
        elif whole:
            status, data, headers = self._part(self.stored.objects[name][0])
            self._answer(status, data, headers)
        else:
            self._json(200, self._facts(name))

    def _facts(self, name: str) -> dict[str, str]:
        data, moment = self.stored.objects[name]
        return {
            "kind": "storage#object",
            "bucket": BUCKET,
            "name": name,
            "size": str(len(data)),
            "updated": moment.isoformat().replace("+00:00", "Z"),
            "timeCreated": moment.isoformat().replace("+00:00", "Z"),
            "md5Hash": base64.b64encode(_md5(data)).decode(),
            "contentType": "application/octet-stream",
        }


class _Azure(_Handler):
    def do_PUT(self) -> None:
        data = self._body()
        if not self._is_let_in():
            return
        assert self.headers["x-ms-blob-type"] == "BlockBlob"
        said = self.headers.get("Content-MD5")
        if said is not None and base64.b64decode(said) != _md5(data):
            self._fail(400, "Md5Mismatch")
        elif not self.stored.create(
            self._name(), data, only_new=self.headers.get("If-None-Match") == "*"
        ):
            self._fail(409, "BlobAlreadyExists")
        else:
            self._answer(201, b"", self._headers(self._name()))

    def do_GET(self) -> None:
        _, query = self._asked()
        if not self._is_let_in():
            return
        if query.get("comp") == "list":
            self._list(query)
        elif query.get("restype") == "container":
            self._answer(200, b"", {"ETag": '"1"', "Last-Modified": _http_date(datetime.now(UTC))})
        elif self._name() not in self.stored.objects:
            self._fail(404, "BlobNotFound")
        else:
            data = self.stored.objects[self._name()][0]
            status, part, headers = self._part(data)
            if status == 416:
                self._fail(416, "InvalidRange")
                return
            if self.command == "HEAD":
                headers = {"Content-Length": str(len(data))}
            self._answer(status, part, self._headers(self._name()) | headers)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        if self._is_let_in():
            if self.stored.objects.pop(self._name(), None) is None:
                self._fail(404, "BlobNotFound")
            else:
                self._answer(202)

    def _name(self) -> str:
        return unquote(self._asked()[0].removeprefix(f"/{_ACCOUNT}/{BUCKET}/"))

    def _is_let_in(self) -> bool:
        path, _ = self._asked()
        # Which key signed is not reckoned out here; the one that the tests call wrong names itself.
        if not self.headers.get("Authorization", "").startswith(f"SharedKey {_ACCOUNT}:"):
            self._fail(403, "AuthenticationFailed")
        elif not path.startswith(f"/{_ACCOUNT}/{BUCKET}"):
            self._fail(404, "ContainerNotFound")
        else:
            return True
        return False

    def _headers(self, name: str) -> dict[str, str]:
        data, moment = self.stored.objects[name]
        return {
            "ETag": f'"{_md5(data).hex()}"',
            "Last-Modified": _http_date(moment),
            "x-ms-blob-type": "BlockBlob",
            "x-ms-creation-time": _http_date(moment),
            "Content-Type": "application/octet-stream",
        }

    def _fail(self, status: int, code: str) -> None:
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>"
        headers = {"x-ms-error-code": code, "Content-Type": "application/xml"}
        self._answer(status, body.encode(), headers)

    def _list(self, query: dict[str, str]) -> None:
        names, marker = self.stored.page(query.get("prefix", ""), query.get("marker", ""))
        blobs = "".join(self._blob(name) for name in names)
        body = (
            f"<?xml version='1.0' encoding='utf-8'?><EnumerationResults ContainerName='{BUCKET}'>"
            f"<Blobs>{blobs}</Blobs><NextMarker>{escape(marker)}</NextMarker></EnumerationResults>"
        )
        self._answer(200, body.encode(), {"Content-Type": "application/xml"})

    def _blob(self, name: str) -> str:
        data, moment = self.stored.objects[name]
        return (
            f"<Blob><Name>{escape(name)}</Name><Properties>"
            f"<Last-Modified>{_http_date(moment)}</Last-Modified><Etag>1</Etag>"
            f"<Content-Length>{len(data)}</Content-Length>"
            "<Content-Type>application/octet-stream</Content-Type>"
            "<BlobType>BlockBlob</BlobType></Properties><Metadata /></Blob>"
        )


def _parts(body: bytes) -> tuple[bytes, bytes]:
    """Take the two parts of an upload apart, as gcsfs puts them together."""
    head, rest = body.removeprefix(b"--==0==\n").split(b"\n--==0==\n", 1)
    data = rest.split(b"\n\n", 1)[1].removesuffix(b"\n--==0==--")
    return head.split(b"\n\n", 1)[1], data


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@contextmanager
def _serving(handler: type[_Handler]) -> Iterator[int]:
    own = type("Own", (handler,), {"stored": _Stored()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), own)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def google(folder: Path) -> Iterator[Server]:
    """Start what answers as Google Cloud Storage does, also for tokens of service accounts."""
    with _serving(_Google) as port:
        for name, address in (("key.json", "token"), ("wrong.json", "no-token")):
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
            account = {
                "type": "service_account",
                "project_id": "tests",
                "private_key_id": "1",
                "private_key": pem,
                "client_email": "tests@example.org",
                "client_id": "1",
                "token_uri": f"http://127.0.0.1:{port}/{address}",
            }
            (folder / name).write_text(json.dumps(account))
        endpoint = {"endpoint": "http://127.0.0.1:{port}", "project": "tests"}
        yield Server(
            port=port,
            home=folder,
            address=f"gs://{BUCKET}",
            options={**endpoint, "credentials": str(folder / "key.json")},
            wrong_options={**endpoint, "credentials": str(folder / "wrong.json")},
        )


@contextmanager
def azure(folder: Path) -> Iterator[Server]:
    """Start what answers as Azure Blob Storage does."""
    with _serving(_Azure) as port:
        key = base64.b64encode(SECRET.encode()).decode()

        def options(account: str) -> dict[str, str]:
            said = (
                f"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};"
                f"BlobEndpoint=http://127.0.0.1:{{port}}/{_ACCOUNT};"
            )
            return {"connection": said}

        yield Server(
            port=port,
            home=folder,
            address=f"abfs://{BUCKET}",
            options=options(_ACCOUNT),
            wrong_options=options("stranger"),
        )
