"""Whatever is noted, imported and undone: annotations stand on their words, or are lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.bootstrap import Vault
from privatus.core.annotation import Fit, FoundAnnotation
from privatus.core.errors import UserError
from privatus.services.annotation_changes import AnnotationChange
from support.conversations import conversation
from support.vaults import ScratchVault

# What the answer of the chat is from import to import; some share words, two share none.
_ANSWERS = (
    "The key is in the drawer, beside the letters. Turn it twice.",
    "Well: the key is in the drawer, beside the old letters. Turn it twice!",
    "Turn it twice. The key is in the drawer.",
    "Ask somebody else",
    "",
)
_QUOTES = ("The key is in the drawer", "beside the letters", "Turn it twice", "e", "somebody")
_IDS = st.integers(1, 6)
_STEP = st.one_of(
    st.tuples(st.just("import"), st.sampled_from(_ANSWERS)),
    st.tuples(st.just("note"), st.sampled_from(["", ".1", ".2", ".3"])),
    st.tuples(st.just("highlight"), st.sampled_from(_QUOTES)),
    st.tuples(st.just("edit"), _IDS),
    st.tuples(st.just("remove"), _IDS),
)
_STEPS = st.lists(_STEP, max_size=12)


def _do(scratch: ScratchVault, step: tuple[str, object], time_ms: int) -> AnnotationChange | None:
    notes = scratch.vault.annotations
    [chat] = scratch.vault.conversations.list()
    try:
        match step:
            case ("import", str(answer)):
                scratch.bring(conversation("Where?", answer, updated_at_ms=time_ms))
                return None
            case ("note", number):
                return notes.add(f"{chat.id}{number}", "so")
            case ("highlight", str(quote)):
                return notes.add(f"{chat.id}.2", quote=quote, colour="pink")
            case ("edit", int(number)):
                return notes.edit(number, text=f"edited {time_ms}")
            case ("remove", int(number)):
                return notes.remove(number)
            case _:
                raise AssertionError(step)
    except UserError:
        return None


def _state(vault: Vault) -> list[FoundAnnotation]:
    return list(vault.annotations.list())


def _assert_places(vault: Vault) -> None:
    for found in _state(vault):
        said, place = found.annotation, found.place
        if said.passage is None:
            assert place.fit is Fit.WHOLE
            continue
        text = vault.conversations.get(found.conversation_id).messages[1].text
        held = None if place.span is None else text[slice(*place.span)]
        match place.fit:
            case Fit.EXACT:
                assert (held, place.span) == (
                    said.passage.quote,
                    (said.passage.start, said.passage.end),
                )
            case Fit.MOVED:
                assert held == said.passage.quote
            case Fit.CHANGED:
                assert held
            case fit:
                assert (fit, held) == (Fit.LOST, None)


@settings(max_examples=30)
@given(_STEPS)
def test_annotations_are_on_their_words_or_lost_and_undone_in_turn(
    steps: list[tuple[str, object]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scratch = ScratchVault.create(Path(folder) / "vault")
        scratch.bring(conversation("Where?", _ANSWERS[0], updated_at_ms=1))
        changes, answer, made_on_first = [], _ANSWERS[0], set()
        for time_ms, step in enumerate(steps, start=2):
            change = _do(scratch, step, time_ms)
            if change is not None:
                changes.append(change)
            if step[0] == "import":
                answer = str(step[1])
            elif change is not None and not change.before and answer == _ANSWERS[0]:
                made_on_first.add(change.annotations[0].id)
            _assert_places(scratch.vault)
        after = _state(scratch.vault)

        undone = [scratch.vault.annotations.undo(change) for change in reversed(changes)]
        assert _state(scratch.vault) == []
        for change in reversed(undone):
            scratch.vault.annotations.undo(change)

        assert _state(scratch.vault) == after
        assert scratch.vault.integrity.check().ok
        # What was placed while the message said this is where it was once it says it again.
        scratch.bring(conversation("Where?", _ANSWERS[0], updated_at_ms=99))
        _assert_places(scratch.vault)
        for found in _state(scratch.vault):
            if found.annotation.id in made_on_first:
                assert found.place.fit in (Fit.WHOLE, Fit.EXACT)
        scratch.vault.lock()
