"""Whatever happens to a chat: its summary is of sentences that stand in it as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privatus.core.errors import UserError
from support.conversations import conversation
from support.vaults import ScratchVault

_SENTENCES = (
    "The pump of the washing machine hums.", "A coin blocks the wheel!", "Why is **that** so?",
    "Bitte nimm die Münze heraus.", "Dann läuft die Pumpe wieder.", "泵里有一枚硬币。", "- a list",
    "```\ncode();\n```", "Dr. Ada said so, e.g. in May.", "",
)  # fmt: skip
_texts = st.lists(st.sampled_from(_SENTENCES), min_size=1, max_size=4).map(" ".join)
_NUMBERS = st.integers(1, 6)
_STEPS = st.one_of(
    st.tuples(st.just("import"), st.lists(_texts, min_size=1, max_size=6)),
    st.tuples(st.just("edit"), st.tuples(_NUMBERS, _texts)),
    st.tuples(st.just("remove"), _NUMBERS),
    st.tuples(st.just("restore"), _NUMBERS),
    st.tuples(st.just("write"), st.sampled_from(("Mine", "Another", ""))),
    st.tuples(st.just("make"), st.none()),
)
_numbers = count()


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchVault]:
    folder: Path = tmp_path_factory.mktemp("summaries")
    scratch = ScratchVault.create(folder / "vault")
    yield scratch
    scratch.vault.lock()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(first=st.lists(_texts, min_size=1, max_size=6), steps=st.lists(_STEPS, max_size=5))
def test_every_sentence_stands_in_its_message_after_any_changes(
    vault: ScratchVault, first: list[str], steps: list[tuple[str, object]]
) -> None:
    external_id = f"c{next(_numbers)}"
    vault.bring(conversation(*first, external_id=external_id))
    chat = str(vault.all()[external_id].id)
    own = ""

    for times, (name, value) in enumerate(steps):
        with suppress(UserError):
            own = _do(vault, chat, name, value, (external_id, times)) or own
        own = "" if (name, value) == ("write", "") else own

        summary = vault.vault.summaries.of(chat)
        assert summary.text == own
        texts = {m.number: m.text for m in vault.vault.conversations.get(chat).messages}
        for said in vault.vault.summaries.made(chat).sentences:
            assert texts[said.number][said.start :].startswith(said.text)
    vault.vault.summaries.catch_up()
    assert vault.vault.summaries.waiting() == 0


def _do(
    vault: ScratchVault, chat: str, name: str, value: object, place: tuple[str, int]
) -> str | None:
    """Do one thing to the chat; return the person's words if they wrote some."""
    external_id, times = place
    editing, summaries = vault.vault.editing, vault.vault.summaries
    steps: dict[str, Callable[..., object]] = {
        "import": lambda texts: vault.bring(
            conversation(*texts, external_id=external_id, updated_at_ms=times)
        ),
        "edit": lambda edit: editing.edit(chat, *edit),
        "remove": lambda number: editing.remove(chat, [number]),
        "restore": lambda number: vault.vault.versions.restore(chat, number),
        "write": lambda text: summaries.write(chat, text) if text else summaries.reset(chat),
        "make": lambda _: summaries.make(chat),
    }
    steps[name](value)
    return str(value) if name == "write" and value else None
