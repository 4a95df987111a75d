"""What the messages of a conversation count for, as it is encoded before it is sealed.

A JSON object of columns; ids and times are steps from one to the next.

    i ids  v revisions, if one is not 1  r roles  t quarters of an hour, -1 where none is known
    w words  k tokens  c tokens of context  m models  n which of m  l languages  g which of l
    o code languages, by the place of the message
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, repeat
from typing import Any

import msgspec

from privatus.core.usage import Fact

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def encode_facts(facts: Sequence[Fact]) -> bytes:
    """Return facts as the JSON that is sealed: columns, times as steps from one to the next.

    i ids  v revisions  r roles  t quarters  w words  k tokens  c context
    m models, n which of them  l languages, g which of them  o code languages, by place
    """
    value = columns_of(facts)
    value["i"] = _steps([fact.message_id for fact in facts])
    if any(fact.revision > 1 for fact in facts):
        value["v"] = [fact.revision for fact in facts]
    return _encode(value)


def columns_of(facts: Sequence[Fact]) -> dict[str, Any]:
    """Return all of facts but ids and revisions, by the names that `encode_facts` gives them."""
    _, _, roles, names, quarters, words, tokens, context, codes, spoken = (
        zip(*facts, strict=True) if facts else repeat((), 10)
    )
    models, languages = list(dict.fromkeys(names)), list(dict.fromkeys(spoken))
    return {
        "r": roles,
        "t": _steps([-1 if quarter is None else quarter for quarter in quarters]),
        "w": words,
        "k": tokens,
        "c": context,
        "m": models,
        "n": list(map(models.index, names)),
        "l": languages,
        "g": list(map(languages.index, spoken)),
        "o": {str(place): said for place, said in enumerate(codes) if said},
    }


def decode_facts(content: bytes) -> list[Fact]:
    """Return what `encode_facts` was given.

    Raises:
        ValueError, KeyError: it is something else.
    """
    value = _decode(content)
    models, languages, codes = value["m"], value["l"], value["o"]
    ids = list(accumulate(value["i"]))
    said: list[tuple[str, ...]] = [()] * len(ids)
    for place, found in codes.items():
        said[int(place)] = tuple(found)
    columns = zip(
        ids,
        value.get("v") or repeat(1, len(ids)),
        value["r"],
        map(models.__getitem__, value["n"]),
        [None if quarter < 0 else quarter for quarter in accumulate(value["t"])],
        value["w"],
        value["k"],
        value["c"],
        said,
        map(languages.__getitem__, value["g"]),
        strict=True,
    )
    return list(map(Fact._make, columns))


def with_ids(columns: bytes, first_id: int, count: int) -> bytes:
    """Return the JSON of new messages with ids that follow one another; *columns* is encoded."""
    return b'{"i":' + _encode([first_id, *[1] * (count - 1)][:count]) + b"," + columns[1:]


def encode_columns(facts: Sequence[Fact]) -> bytes:
    """Return what `with_ids` completes."""
    return _encode(columns_of(facts))


def _steps(numbers: Sequence[int]) -> list[int]:
    return [now - before for before, now in zip([0, *numbers], numbers, strict=False)]
