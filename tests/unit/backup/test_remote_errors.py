"""Errors of many libraries become few of ours, and nothing of their text is passed on."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest

from privatus.backup.destinations.port import (
    BrokenTransferError,
    DestinationError,
    DestinationFullError,
    ExistsError,
    NotThereError,
    RefusedError,
)
from privatus.backup.destinations.remote_errors import in_our_words
from privatus.core.errors import PrivatusError, UnreachableError, UserError

_SECRET = "X-Amz-Signature=0123456789abcdef"


def _named(name: str, base: type[Exception] = Exception, **facts: object) -> Exception:
    error = type(name, (base,), {})(_SECRET)
    for fact, value in facts.items():
        setattr(error, fact, value)
    return error


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def _answered(status: int, code: str) -> Exception:
    """Make an error as botocore does."""
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return _caused(OSError(errno.EINVAL, _SECRET), _named("ClientError", response=response))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        # S3
        (_answered(412, "PreconditionFailed"), ExistsError),
        (_answered(400, "ExpiredToken"), RefusedError),
        (_answered(400, "AuthorizationHeaderMalformed"), RefusedError),
        (_answered(403, "InvalidAccessKeyId"), RefusedError),
        (_answered(409, "ConditionalRequestConflict"), BrokenTransferError),
        (_answered(503, "SlowDown"), UnreachableError),
        (_answered(500, "InternalError"), BrokenTransferError),
        (_answered(400, "BadDigest"), BrokenTransferError),
        (_answered(507, "XMinioStorageFull"), DestinationFullError),
        (_answered(418, "Teapot"), DestinationError),
        (_named("EndpointConnectionError"), UnreachableError),
        (_named("NoCredentialsError"), RefusedError),
        # WebDAV
        (_named("HTTPError", status_code=401), RefusedError),
        (_named("InsufficientStorage"), DestinationFullError),
        (_named("BadGatewayError"), UnreachableError),
        (_named("ResourceNotFound"), NotThereError),
        (_named("ResourceAlreadyExists"), ExistsError),
        (_named("ConnectTimeout", _named("TransportError").__class__), UnreachableError),
        # SFTP
        (_named("AuthenticationException", _named("SSHException").__class__), RefusedError),
        (_named("SSHException"), UnreachableError),
        (EOFError(), UnreachableError),
        (OSError("Socket is closed"), UnreachableError),
        (OSError("Failure"), DestinationError),
        (PermissionError(errno.EACCES, _SECRET), RefusedError),
        # Google
        (OSError(f"Forbidden: {_SECRET}"), RefusedError),
        (_named("HttpError", code=401), RefusedError),
        (_named("HttpError", code="429"), BrokenTransferError),
        (_named("ChecksumError"), BrokenTransferError),
        (_named("RefreshError"), RefusedError),
        # Azure
        (_named("ClientAuthenticationError"), RefusedError),
        (_named("ResourceExistsError", status_code=409), ExistsError),
        (_named("ServiceRequestError"), UnreachableError),
        # All of them
        (FileExistsError(_SECRET), ExistsError),
        (FileNotFoundError(_SECRET), NotThereError),
        (TimeoutError(_SECRET), UnreachableError),
        (ConnectionResetError(_SECRET), UnreachableError),
        (socket.gaierror(_SECRET), UnreachableError),
        (OSError(errno.ENOSPC, _SECRET), DestinationFullError),
        (OSError(errno.EHOSTUNREACH, _SECRET), UnreachableError),
        (ValueError(_SECRET), DestinationError),
    ],
)
def test_an_error_is_sorted_by_its_kind(error: Exception, expected: type[PrivatusError]) -> None:
    found = in_our_words(error, "s3://bucket", "data/one")

    assert type(found) is expected
    assert _SECRET not in repr(found)


@pytest.mark.parametrize("wrap", ["cause", "argument"])
def test_a_certificate_that_is_not_trusted_is_no_silent_server(wrap: str) -> None:
    inner = ssl.SSLCertVerificationError(_SECRET)
    outer = _named("ConnectError", _named("TransportError").__class__)
    if wrap == "cause":
        outer.__cause__ = inner
    else:
        outer.args = (inner,)

    found = in_our_words(outer, "webdavs://host", None)

    assert isinstance(found, RefusedError)
    assert "certificate" in str(found)


def test_what_is_missing_without_a_name_is_the_place_itself() -> None:
    assert isinstance(in_our_words(FileNotFoundError(), "s3://bucket", None), UnreachableError)


def test_an_error_of_ours_stays_as_it_is() -> None:
    error = UserError("the connection string cannot be read; copy it anew")

    assert in_our_words(error, "abfs://container", None) is error


def test_errors_that_cause_each_other_end() -> None:
    one, other = ValueError(), ValueError()
    one.__cause__, other.__cause__ = other, one

    assert type(in_our_words(one, "s3://bucket", None)) is DestinationError
