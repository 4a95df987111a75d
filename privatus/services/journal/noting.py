"""Noting what came of a work: how long it took, and what went wrong with it.

One decorator on the method that does the work, so that command, window and schedule are alike.
A work within another is part of that one. What cannot be noted, on a full disk or in a vault
that is open for reading only, is not: no work fails because of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import ContextVar
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from privatus.core import clock
from privatus.core.errors import JobCancelled, PrivatusError, UsageError
from privatus.core.journal import Measured, NotedError, Work
from privatus.services.journal.figures import Figures, figures
from privatus.storage.store import Store, Tables


class _OnStore(Protocol):
    _store: Store


_Service = TypeVar("_Service", bound=_OnStore)
_P = ParamSpec("_P")
_R = TypeVar("_R")

_is_within: ContextVar[bool] = ContextVar("is_within", default=False)


def noted(
    work: Work,
) -> Callable[[Callable[Concatenate[_Service, _P], _R]], Callable[Concatenate[_Service, _P], _R]]:
    """Let a method of a service note what comes of *work*."""

    def decorated(
        method: Callable[Concatenate[_Service, _P], _R],
    ) -> Callable[Concatenate[_Service, _P], _R]:
        @wraps(method)
        def noting(service: _Service, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            if _is_within.get():
                return method(service, *args, **kwargs)
            token = _is_within.set(True)
            started_s = time.monotonic()
            try:
                result = method(service, *args, **kwargs)
            except JobCancelled:
                raise
            except Exception as error:
                _note(service._store, work, [error], None)  # noqa: SLF001 - one of its methods
                raise
            finally:
                _is_within.reset(token)
            took_ms = round(1000 * (time.monotonic() - started_s))
            found = figures(result)
            problems = found.problems if found else ()
            measured = _measured(work, took_ms, found) if found else None
            _note(service._store, work, problems, measured)  # noqa: SLF001
            return result

        return noting

    return decorated


def _note(store: Store, work: Work, errors: Iterable[Exception], measured: Measured | None) -> None:
    # Wrong words of a command are no failure of the vault.
    told = [_told(work, each) for each in errors if not isinstance(each, UsageError)]
    if not store.is_writable or not (told or measured):
        return
    with suppress(PrivatusError), store.transaction() as tables:
        _write(tables, told, measured)


def _write(tables: Tables, told: Iterable[NotedError], measured: Measured | None) -> None:
    for each in told:
        tables.error_log.note(each)
    if measured is not None:
        tables.metrics.append(measured)


def _told(work: Work, error: Exception) -> NotedError:
    if isinstance(error, PrivatusError):
        said, code = str(error), error.code
    else:
        # What others say may quote what they were given.
        said, code = f"something went wrong that should not ({type(error).__name__})", "bug"
    return NotedError(at_ms=clock.now_ms(), where=work, said=said, code=code)


def _measured(work: Work, took_ms: int, found: Figures) -> Measured:
    return Measured(
        at_ms=clock.now_ms(),
        what=work,
        duration_ms=took_ms,
        items=found.items,
        data_bytes=found.data_bytes,
    )
