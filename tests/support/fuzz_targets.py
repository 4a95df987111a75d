"""What is fuzzed: each provider's export mangled, any file at all, and any search.

An input is bytes. Of a mangled export they are the choices that mangle it, so that whatever makes
bytes can make a case: a seed, a fuzzer that watches which code it reaches, a file of last week.
"""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from privatus.bootstrap import Vault
from privatus.core.conversation import Json
from privatus.core.errors import QueryError
from support.copies import copied
from support.export_shapes import EXPORTS
from support.imported import check_sentence, read, store
from support.kill import wrong_checks
from support.mangle import mangled_export
from support.search_archive import archive
from support.searches import any_search
from support.vaults import ScratchVault

Members = Mapping[str, Json | bytes]

_SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
# A search has at most 2,000 characters.
_MAX_TAGS = 500
_SAMPLE_BYTES = 100_000
_SUFFIXES = ("json", "zip", "html", "csv", "txt", "")
# A vault is checked and copied after so many cases, and the next ones get a new one.
_CASES_OF_A_VAULT = 500


class Choices(random.Random):
    """Chance that does what its bytes say; when they are used up, the first thing always."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._data = data
        self._at = 0

    def getrandbits(self, k: int, /) -> int:
        size = (k + 7) // 8
        piece = self._data[self._at : self._at + size]
        self._at += size
        return int.from_bytes(piece.ljust(size, b"\0"), "little") & ((1 << k) - 1)

    def random(self) -> float:
        return self.getrandbits(32) / (1 << 32)


class Bench:
    """A folder where cases are tried, with a vault into which it all goes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cases = 0
        self._scratch: ScratchVault | None = None
        self.targets: dict[str, Callable[[bytes], None]] = {
            "search": self._search,
            "file": self._file,
            **{f"{name} export": self._mangled([EXPORTS[name]]) for name in EXPORTS},
        }
        if samples := _samples():
            self.targets["samples"] = self._mangled(samples)

    def run(self, target: str, data: bytes) -> None:
        """Try one case.

        Raises:
            Exception: anything, which is a finding; the next case gets a new vault.
        """
        try:
            self.targets[target](data)
            self._cases += 1
            if self._cases % _CASES_OF_A_VAULT == 0:
                self.finish()
        except BaseException:
            self._drop()
            raise

    def finish(self) -> None:
        """Check the vault, see that it can be copied by its JSON, and drop it."""
        if self._scratch is None:
            return
        assert wrong_checks(self._scratch.vault) == []
        copied(self._scratch.vault, self._folder / "copies")
        self._drop()

    def _search(self, data: bytes) -> None:
        is_typed = data[:1] < b"\x80"
        # Half of the cases are bytes as they come, for a fuzzer to learn the language from.
        text = any_search(Choices(data[1:])) if is_typed else data[1:].decode(errors="replace")
        search(self._vault, text)

    def _file(self, data: bytes) -> None:
        suffix = _SUFFIXES[data[0] % len(_SUFFIXES)] if data else ""
        self._import(f"any.{suffix}", data[1:])

    def _mangled(self, exports: Sequence[Members]) -> Callable[[bytes], None]:
        def run(data: bytes) -> None:
            chance = Choices(data)
            self._import(*mangled_export(chance.choice(exports), chance))

        return run

    def _import(self, name: str, raw: bytes) -> None:
        path = self._folder / name
        path.write_bytes(raw)
        if read(path):
            store(self._vault, path)

    @property
    def _vault(self) -> Vault:
        if self._scratch is None:
            self._scratch = ScratchVault.create(self._folder / "bench" / "vault")
            self._scratch.bring(*archive())
            first, second, *_ = self._scratch.vault.conversations.list()
            self._scratch.vault.tags.add("work", first.id, f"{second.id}.1")
        return self._scratch.vault

    def _drop(self) -> None:
        if self._scratch is not None:
            self._scratch.vault.lock()
            self._scratch = None
        for name in ("bench", "copies"):
            shutil.rmtree(self._folder / name, ignore_errors=True)


def search(vault: Vault, text: str) -> None:
    """Search for *text*, or else for the nearest search that is offered, and check the hits."""
    # The nearest search parses; it may still name tags that there are not, one by one.
    for _ in range(_MAX_TAGS):
        try:
            result = vault.search.find(text)
            break
        except QueryError as error:
            check_sentence(str(error))
            text = error.nearest
    else:
        raise AssertionError("the nearest search is refused, again and again")
    assert len(result.hits) <= result.total
    for hit in result.hits:
        ends = [0, *(end for span in hit.snippet.highlights for end in span)]
        assert ends == sorted(ends) and ends[-1] <= len(hit.snippet.text)
    for suggestion in result.suggestions:
        assert vault.search.find(suggestion).total > 0
    _search_otherwise(vault, text)


def _search_otherwise(vault: Vault, text: str) -> None:
    find = vault.search.find
    first = find(text, order="newest", limit=6)
    pages = [find(text, order="newest", limit=3, skip=skip) for skip in (0, 3)]
    assert first.hits == (*pages[0].hits, *pages[1].hits)
    assert len({hit.conversation_id for hit in first}) <= len(vault.search.conversation_ids(text))
    unfinished = find(text, is_unfinished=True)
    assert unfinished.total >= first.total or not unfinished.total_is_exact
    vault.search.facets(text)
    vault.search.titles(text)


def _samples() -> list[Members]:
    """Return the files of every sample that is there and not too large to be mangled quickly."""
    small = (p for p in sorted(_SAMPLES.glob("*/*")) if p.stat().st_size < _SAMPLE_BYTES)
    found = [_members(path) for path in small if path.parent.name != "hostile"]
    return [members for members in found if members]


def _members(path: Path) -> Members:
    if not zipfile.is_zipfile(path):
        return {path.name: _value(path.read_bytes())}
    with zipfile.ZipFile(path) as archive:
        names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        return {name: _value(archive.read(name)) for name in names}


def _value(raw: bytes) -> Json | bytes:
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def seeds(target: str) -> list[bytes]:
    """Return inputs to begin with, for a fuzzer that learns from what it is given."""
    if target == "search":
        return [b"\xff" + text for text in (b'a "b c" -d*', b"NEAR(a b, 3) since:2025 | (c OR d)")]
    if target == "file":
        members = [content for export in EXPORTS.values() for content in export.values()]
        raw = [c if isinstance(c, bytes) else json.dumps(c).encode() for c in members]
        return [b"\0" + r for r in raw] + [b"\2" + r for r in raw if r[:1] == b"<"]
    return [random.Random(number).randbytes(64) for number in range(20)]
