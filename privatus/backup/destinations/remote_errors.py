"""What went wrong at a remote place, in our words.

Each library has errors of its own, and their texts hold addresses, signatures and worse: only their
kind is read, and nothing of their text is passed on.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator

from privatus.backup.destinations.port import (
    BrokenTransferError,
    DestinationError,
    DestinationFullError,
    ExistsError,
    NotThereError,
    RefusedError,
    UnreachableError,
)
from privatus.core.errors import PrivatusError

_UNTRUSTED = {"SSLCertVerificationError", "CertificateError"}
_REFUSED = {
    *("AuthenticationException", "BadAuthenticationType", "PasswordRequiredException"),
    *("BadHostKeyException", "NoCredentialsError", "PartialCredentialsError", "ProfileNotFound"),
    *("UnauthorizedSSOTokenError", "TokenRetrievalError", "SSOTokenLoadError"),
    *("ClientAuthenticationError", "CredentialUnavailableError", "DefaultCredentialsError"),
    *("MalformedError", "RefreshError"),
}
# Some stores say these with 400 as their status.
_REFUSED_CODES = {
    *("AuthorizationHeaderMalformed", "ExpiredToken", "InvalidAccessKeyId", "InvalidToken"),
    *("SignatureDoesNotMatch", "TokenRefreshRequired", "RequestTimeTooSkewed", "AccessDenied"),
}
_FULL_CODES = {
    *("QuotaExceeded", "StorageFull", "XMinioStorageFull", "InsufficientCapacity"),
    *("InsufficientAccountPermissionsQuota", "EntityTooLarge"),
}
_SILENT = {
    # botocore
    *("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "HTTPClientError"),
    *("ConnectionClosedError", "ProxyConnectionError", "ResponseStreamingError"),
    # aiohttp
    *("ClientConnectionError", "ClientOSError", "ClientPayloadError", "ServerDisconnectedError"),
    # httpx
    *("TransportError", "NetworkError", "TimeoutException"),
    # paramiko
    *("SSHException", "NoValidConnectionsError", "ChannelException", "IncompatiblePeer"),
    # azure
    *("ServiceRequestError", "ServiceResponseError", "IncompleteReadError"),
    # google
    "TransportError",
    # fsspec
    "FSTimeoutError",
}
_EXISTING = {"ResourceAlreadyExists", "ResourceExistsError"}
_MISSING = {"ResourceNotFound", "ResourceNotFoundError", "NoSuchBucket"}
_BROKEN = {"ChecksumError", "IncompleteRead", "ResponseParserError"}
_BROKEN_STATUS = {408, 409, 423, 429, 500}
_SILENT_STATUS = {502, 503, 504}
_FULL_STATUS = {413, 507}
_SILENT_ERRNO = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
_FULL_ERRNO = {errno.ENOSPC, errno.EDQUOT}


def in_our_words(error: Exception, location: str, name: str | None) -> PrivatusError:
    """Return what to raise for *error*, met with the object *name* or with the place as a whole."""
    if isinstance(error, PrivatusError):
        return error
    for kind in _KINDS:
        if any(kind[0](link) for link in _chain(error)):
            return kind[1](location, name)
    return DestinationError(f"{location} does not do as asked ({type(error).__name__})")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Walk from an error to what caused it: libraries wrap those of libraries below them."""
    seen: set[int] = set()
    links: list[BaseException | None] = [error]
    while links:
        link = links.pop(0)
        if link is not None and id(link) not in seen:
            seen.add(id(link))
            yield link
            links.append(
                link.__cause__ or (None if link.__suppress_context__ else link.__context__)
            )
            # httpcore and requests hand the former error over as an argument.
            links += [former for former in link.args if isinstance(former, BaseException)]


def _names(error: BaseException) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}


def _status(error: BaseException) -> int | None:
    """Return the status that the server answered with, wherever the library keeps it."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    else:
        status = next(
            (
                value
                for name in ("status_code", "status", "code")
                if (value := getattr(error, name, None)) is not None
            ),
            None,
        )
    try:
        return int(status) if status is not None else None
    except (TypeError, ValueError):
        return None


def _code(error: BaseException) -> str:
    """Return the word that S3 and Azure give with a status."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return str(response.get("Error", {}).get("Code", ""))
    return str(getattr(error, "error_code", ""))


def _is_untrusted(error: BaseException) -> bool:
    return bool(_names(error) & _UNTRUSTED)


def _is_refused(error: BaseException) -> bool:
    return (
        isinstance(error, PermissionError)
        or _status(error) in {401, 403}
        or bool(_names(error) & _REFUSED)
        or _code(error) in _REFUSED_CODES
        # gcsfs has only text for it.
        or (type(error) is OSError and str(error).startswith("Forbidden: "))
    )


def _is_existing(error: BaseException) -> bool:
    return (
        isinstance(error, FileExistsError)
        or _status(error) == 412
        or bool(_names(error) & _EXISTING)
    )


def _is_missing(error: BaseException) -> bool:
    return (
        isinstance(error, FileNotFoundError)
        or _status(error) == 404
        or bool(_names(error) & _MISSING)
    )


def _is_full(error: BaseException) -> bool:
    return (
        (isinstance(error, OSError) and error.errno in _FULL_ERRNO)
        or _status(error) in _FULL_STATUS
        or "InsufficientStorage" in _names(error)
        or _code(error) in _FULL_CODES
    )


def _is_broken(error: BaseException) -> bool:
    return (
        _status(error) in _BROKEN_STATUS
        or bool(_names(error) & _BROKEN)
        or _code(error) in {"BadDigest", "IncompleteBody", "XAmzContentSHA256Mismatch"}
    )


def _is_silent(error: BaseException) -> bool:
    return (
        isinstance(error, ConnectionError | TimeoutError | EOFError)
        or "gaierror" in _names(error)
        or (isinstance(error, OSError) and error.errno in _SILENT_ERRNO)
        or _status(error) in _SILENT_STATUS
        or "BadGatewayError" in _names(error)
        or bool(_names(error) & _SILENT)
        # paramiko's word for a connection that has gone.
        or (type(error) is OSError and str(error) == "Socket is closed")
    )


def _untrusted(location: str, _: str | None) -> PrivatusError:
    return RefusedError(
        f"{location} shows a certificate that this computer does not trust; see whether it is right"
    )


def _refused(location: str, _: str | None) -> PrivatusError:
    return RefusedError(
        f"{location} does not let us in; see whether the credentials are right and allow this"
    )


def _existing(location: str, name: str | None) -> PrivatusError:
    return ExistsError(f"{name or 'what was to be written'} is at {location} already")


def _missing(location: str, name: str | None) -> PrivatusError:
    if name is None:
        return UnreachableError(f"{location} is not there; make it, or choose another place")
    return NotThereError(f"{name} is not at {location}")


def _full(location: str, _: str | None) -> PrivatusError:
    return DestinationFullError(f"{location} is full; make room there, or choose another place")


def _broken(location: str, _: str | None) -> PrivatusError:
    return BrokenTransferError(f"a transfer with {location} broke off; try again")


def _silent(location: str, _: str | None) -> PrivatusError:
    return UnreachableError(f"{location} does not answer; see whether it and the network are up")


# The first that fits, so that a certificate is not taken for a silent server, whose error wraps it.
_KINDS = (
    (_is_untrusted, _untrusted),
    (_is_existing, _existing),
    (_is_missing, _missing),
    (_is_full, _full),
    (_is_refused, _refused),
    (_is_broken, _broken),
    (_is_silent, _silent),
)
