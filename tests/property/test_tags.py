"""Whatever is done with tags: undone in turn it was never done, and the vault is whole."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.bootstrap import Vault
from privatus.core.errors import UserError
from privatus.services.tag_changes import TagChange
from support.conversations import conversation
from support.tags import state
from support.vaults import ScratchVault

_NAMES = st.sampled_from(
    ["work", "Work", "work/tax", "work/tax/old", "home", "home/tax", "workshop"]
)
_PLACES = st.sampled_from(["0", "0.1", "0.2", "1", "1.1"])
_Step = tuple[str, str, object]
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), _NAMES, st.lists(_PLACES, max_size=3)),
        st.tuples(st.just("remove"), _NAMES, st.lists(_PLACES, max_size=3)),
        st.tuples(st.just("rename"), _NAMES, _NAMES),
        st.tuples(st.just("merge"), _NAMES, _NAMES),
        st.tuples(st.just("colour"), _NAMES, st.sampled_from(["red", "blue", None])),
        st.tuples(st.just("delete"), _NAMES, st.none()),
        st.tuples(st.just("rule"), _NAMES, st.sampled_from(["first", "second", "first OR second"])),
        st.tuples(st.just("no rule"), st.sampled_from(["1", "2", "3"]), st.booleans()),
    ),
    max_size=12,
)


@contextmanager
def _vault() -> Iterator[ScratchVault]:
    with tempfile.TemporaryDirectory() as folder:
        vault = ScratchVault.create(Path(folder) / "vault")
        vault.bring(
            *(
                conversation(text, "b", external_id=str(n), title=str(n))
                for n, text in enumerate(("first", "second"))
            )
        )
        yield vault
        vault.vault.lock()


def _do(vault: Vault, step: _Step) -> TagChange | None:
    ids = {summary.title: str(summary.id) for summary in vault.conversations.list()}
    action, name, more = step
    method: Callable[..., TagChange] = getattr(vault.tags, action, vault.tags.rules.add)
    try:
        match action, more:
            case "no rule", bool(with_tags):
                return vault.tags.rules.remove(int(name), with_tags=with_tags)
            case (("add" | "remove"), list(places)):
                return method(name, *(ids[place[0]] + place[1:] for place in places))
            case "delete", _:
                return method(name)
            case _:
                return method(name, more)
    except UserError:
        return None


@settings(max_examples=40)
@given(_STEPS)
def test_changes_of_tags_are_undone_and_redone_in_turn(steps: list[_Step]) -> None:
    with _vault() as vault:
        states, changes = [state(vault.vault)], []
        for step in steps:
            change = _do(vault.vault, step)
            if change is None:
                assert state(vault.vault) == states[-1], "what is refused changes nothing"
                continue
            changes.append(change)
            states.append(state(vault.vault))
        assert vault.vault.integrity.check().ok

        undone = []
        for change, before in zip(reversed(changes), reversed(states[:-1]), strict=True):
            undone.append(vault.vault.tags.undo(change))
            assert state(vault.vault) == before
        for change, after in zip(reversed(undone), states[1:], strict=True):
            vault.vault.tags.undo(change)
            assert state(vault.vault) == after
        assert vault.vault.integrity.check().ok


@settings(max_examples=25)
@given(_STEPS, st.integers(0, 11))
def test_a_change_undone_out_of_turn_leaves_the_vault_whole(steps: list[_Step], which: int) -> None:
    with _vault() as vault:
        changes = [c for c in (_do(vault.vault, step) for step in steps) if c is not None]
        before = state(vault.vault)

        for change in changes[which : which + 1]:
            try:
                vault.vault.tags.undo(change)
            except UserError:
                assert state(vault.vault) == before

        names = [count.tag.name.casefold() for count in vault.vault.tags.list()]
        assert len(names) == len(set(names))
        assert vault.vault.integrity.check().ok
