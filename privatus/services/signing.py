"""What tells whether two chats are alike: a hash of all they say, and a MinHash of their passages.

A MinHash has for each of 128 slots the least of all hashes of the passages, so that two chats agree
in as many slots as the share of passages that both have. Bands of four slots find the pairs
that are worth comparing, without holding each chat against each.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from rensa import RMinHash

from privatus.core.conversation import Message
from privatus.services.likeness import normalised
from privatus.storage.not_duplicates import Pair
from privatus.storage.signatures import Signature
from privatus.vault.keys import Scope

SLOTS = 128
# Measured: pairs of chats of which one word in twenty differs are all found, of which one in
# ten differs nearly all, and none of 11,000 pairs that have nothing in common.
_SLOTS_A_BAND = 4
_SLOT_BYTES = 4
_PASSAGE_WORDS = 4
# A chat of a few words is like many others by accident.
_LEAST_WORDS = 24
# Half of the passages: of each ten words one may differ, or one chat may be twice as long.
LEAST_SIMILARITY = 0.5
# Our own part, beside the library's: another one makes all signatures anew.
METHOD = RMinHash.ALGORITHM_VERSION * 100 + 1
# A word, or one sign of a script that has no spaces between words.
_WORDS = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
    "|[^\\W_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+"
)
# No more chats of one band are held against each other: they are all of one template.
_MOST_IN_A_BAND = 200


class Signer:
    """Makes signatures, keyed so that they tell nothing to who does not have the vault's key."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._seed = int.from_bytes(scope.tag(b"minhash", b"")[:8], "little")

    def sign(self, place: tuple[int, int, int], messages: Iterable[Message]) -> Signature:
        """Return the signature of a chat; *place*: its row id, version and number of messages."""
        said = [(m.role.value, m.text) for m in messages if not m.is_hidden]
        whole = "\n".join(f"{role}\0{normalised(text)}" for role, text in said)
        exact = self._scope.tag(b"chat text", whole.encode("utf-8", "replace"))
        words = words_of(" ".join(text for _, text in said))
        slots = b"" if len(words) < _LEAST_WORDS else self._slots(words)
        return Signature(*place, METHOD, exact, len(words), slots)

    def _slots(self, words: Sequence[str]) -> bytes:
        shifted = (words[start:] for start in range(_PASSAGE_WORDS))
        sketch = RMinHash(SLOTS, self._seed)
        sketch.update([" ".join(passage) for passage in zip(*shifted, strict=False)])
        return struct.pack(f"<{SLOTS}I", *sketch.digest())


def words_of(text: str) -> list[str]:
    """Return the words of *text* as they are compared."""
    return _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())


def similarity(one: Signature, other: Signature) -> float:
    """Return how much of two chats is in both, from 0 to 1."""
    if one.exact == other.exact:
        return 1.0
    if not one.slots or len(one.slots) != len(other.slots):
        return 0.0
    pairs = zip(_slots_of(one), _slots_of(other), strict=True)
    return sum(a == b for a, b in pairs) / SLOTS


def _slots_of(signature: Signature) -> tuple[int, ...]:
    return struct.unpack(f"<{SLOTS}I", signature.slots)


def alike(signatures: Sequence[Signature]) -> dict[Pair, float]:
    """Return the pairs of chats that are alike, and how much."""
    by_id = {signature.conversation_id: signature for signature in signatures}
    found: dict[Pair, float] = {}
    for pair in _candidates(signatures):
        if pair not in found:
            found[pair] = similarity(by_id[pair.first_id], by_id[pair.second_id])
    return {pair: value for pair, value in found.items() if value >= LEAST_SIMILARITY}


def _candidates(signatures: Sequence[Signature]) -> Iterator[Pair]:
    """Yield the pairs that say the same, or have a band in common; some of them often."""
    same: dict[bytes, list[int]] = {}
    bands: dict[bytes, list[int]] = {}
    size = _SLOTS_A_BAND * _SLOT_BYTES
    for signature in signatures:
        if signature.words:
            same.setdefault(signature.exact, []).append(signature.conversation_id)
        for start in range(0, len(signature.slots), size):
            band = start.to_bytes(2, "little") + signature.slots[start : start + size]
            bands.setdefault(band, []).append(signature.conversation_id)
    for ids in (*same.values(), *bands.values()):
        if len(ids) > _MOST_IN_A_BAND:
            # Each is like the first: that makes them one group as well.
            yield from (Pair.of(ids[0], other) for other in ids[1:])
        elif len(ids) > 1:
            yield from (Pair.of(*pair) for pair in combinations(ids, 2))
