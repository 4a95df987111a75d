"""Whether the parts of a vault are of one time: header, database and index.

Each of them alone can be an earlier copy that somebody has put back, and open and be whole. They
tell on each other: the log knows the header's sequence number, and the index a row of the log
that was the last, and what it has taken over. A copy of all of them is of one time again.
"""

from __future__ import annotations

from collections.abc import Callable

from privatus.core.errors import TamperedError
from privatus.search.index import Index
from privatus.storage import audit
from privatus.storage.store import Store, Tables

FOUND = "an earlier copy was found"
_OLD_DATABASE = (
    "vault.db is older than {0}: an earlier copy of it was put in its place, or its log was cut;"
    " restore the whole folder from a backup if you did not do that"
)


def header_problem(tables: Tables, read_sequence: Callable[[], int]) -> str:
    """Say what is wrong with the header's sequence number; nothing if it is the log's.

    Raises:
        TamperedError: what the log says of it does not open.
    """
    sequence = read_sequence()
    note = tables.audit.last_header()
    if note is None:
        return "the log says nothing of the header"
    # One who only reads may come upon a change: then the header is another one now.
    if note.fits(sequence) or read_sequence() != sequence:
        return ""
    if sequence > note.sequence:
        return _OLD_DATABASE.format("the header")
    return (
        "vault.pvh.a and vault.pvh.b are older than the log: an earlier copy of them was put in"
        " their place, and former passwords or recovery codes may open the vault;"
        " change the password and the recovery code"
    )


def database_problem(tables: Tables, index: Index) -> str:
    """Say what is wrong with a database that lacks what the index knows; else nothing.

    To be asked before the index is brought up to the database.
    """
    try:
        number, mark = index.anchor()
        applied = index.applied()
    except TamperedError:
        return ""  # it will be made anew, which the log tells
    chain = tables.audit.chain_of(number)
    is_unknown = chain is None and tables.audit.is_cut_off(number)
    is_cut = number and not is_unknown and (chain is None or _mark(chain) != mark)
    if is_cut or applied > tables.index_queue.last():
        return _OLD_DATABASE.format("the search index")
    return ""


def settle_header(store: Store, sequence: int) -> None:
    """Note in the log that a change of the header is in force which a crash kept from that."""
    with store.exclusive() as tables:
        note = tables.audit.last_header()
    if note is not None and note.former is not None and note.sequence == sequence:
        with store.transaction() as tables:
            tables.audit.append(audit.HEADER_COMPLETED, {"header": sequence})


def note_problems(store: Store, problems: list[str]) -> None:
    """Write into the log what was found, unless it says just that."""
    with store.exclusive() as tables:
        is_noted = tables.audit.last_action() == FOUND
    if problems and not is_noted:
        with store.transaction() as tables:
            tables.audit.append(FOUND, {"problems": list(problems)})


def anchor(tables: Tables, index: Index) -> None:
    """Let the index know the last row of the log."""
    number, chain = tables.audit.head()
    if (number, _mark(chain)) != index.anchor():
        index.set_anchor(number, _mark(chain))


def _mark(chain: bytes) -> int:
    # 63 bits, as SQLite keeps it signed: enough against who cannot make a chain at all.
    return int.from_bytes(chain[:8], "little") >> 1
