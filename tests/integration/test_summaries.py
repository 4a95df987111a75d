"""Summaries of chats: made in the background, by version, replaced by a person's own words."""

from __future__ import annotations

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation, Role
from privatus.core.errors import AccessError, JobCancelled, TamperedError, UserError
from privatus.core.jobs import Job
from privatus.core.summary import SummaryAuthor
from support.conversations import conversation, message
from support.vaults import PASSWORD, ScratchVault

_COIN = "A coin blocks the wheel of the pump in the washing machine."
_HOSE = "The hose of the washing machine is torn and loses water."


class _StopsAfter(Job):
    """A job that a person stops when it has asked so many times whether they want that."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._left = times

    def check(self) -> None:
        self._left -= 1
        if not self._left:
            self.cancel()
        super().check()


def _chat(*texts: str, **fields: object) -> Conversation:
    return conversation("Why does the pump of my washing machine hum?", *texts, **fields)


def _said(vault: ScratchVault, title: str = "") -> str:
    [chat] = [c for c in vault.vault.conversations.list() if c.title == title]
    return vault.vault.summaries.of(chat.id).plain


def _kept(vault: ScratchVault) -> list[tuple[object, ...]]:
    sql = "SELECT conversation_id, version, author FROM summaries ORDER BY id"
    rows = vault.query(sql)
    vault.reopen()
    return rows


def test_a_summary_is_of_sentences_that_stand_in_the_messages_it_names(vault: ScratchVault) -> None:
    vault.bring(_chat(f"Look: {_COIN} **Take it out.**"))
    chat = vault.only()

    summary = vault.vault.summaries.of(str(chat.id))

    assert summary.language == "en"
    assert _COIN in summary.plain
    assert not summary.is_own
    texts = {said.number: said for said in chat.messages}
    for said in summary.sentences:
        text = texts[said.number].text
        assert text[said.start : said.start + len(said.text)] == said.text
        assert said.is_person == (texts[said.number].role is Role.USER)
    assert "**" not in summary.plain


def test_what_is_missing_is_made_in_one_go_and_found_after_any_end(vault: ScratchVault) -> None:
    chats = [_chat(_COIN, external_id=f"c{n}", title=f"{n}") for n in range(70)]
    vault.bring(*chats)

    with pytest.raises(JobCancelled):
        vault.vault.summaries.catch_up(_StopsAfter(40))
    assert vault.vault.summaries.waiting() == 38
    vault.reopen()
    assert vault.vault.summaries.catch_up() == 38

    assert vault.vault.summaries.waiting() == 0
    assert vault.vault.summaries.catch_up() == 0
    assert len(_kept(vault)) == 70
    assert vault.check().ok


def test_a_chat_that_changed_is_summed_up_anew_and_the_former_summary_is_kept(
    vault: ScratchVault,
) -> None:
    vault.bring(_chat(_COIN))
    vault.vault.summaries.catch_up()
    vault.bring(_chat(_HOSE))

    assert vault.vault.summaries.waiting() == 1
    assert _HOSE in _said(vault)
    assert vault.vault.summaries.catch_up() == 1

    history = vault.vault.summaries.history(str(vault.only().id))
    assert [said.version for said in history] == [1, 2]
    assert _COIN in history[0].plain
    assert _HOSE in history[1].plain
    assert vault.check().ok


def test_a_message_that_was_added_here_makes_the_summary_anew_in_its_place(
    vault: ScratchVault,
) -> None:
    vault.bring(_chat(_COIN))
    vault.vault.summaries.catch_up()

    vault.vault.conversations.append(vault.only().id or "", Role.USER, _HOSE)

    assert vault.vault.summaries.catch_up() == 1
    assert _HOSE in _said(vault)
    assert len(_kept(vault)) == 1


def test_a_persons_words_stay_until_they_ask_for_the_machines(vault: ScratchVault) -> None:
    vault.bring(_chat(_COIN))
    summaries, chat = vault.vault.summaries, str(vault.only().id)

    summaries.write(chat, "  The coin was it.  ")
    vault.bring(_chat(_HOSE))
    summaries.catch_up()

    assert summaries.of(chat).text == "The coin was it."
    assert summaries.of(chat).is_own
    assert _HOSE in summaries.made(chat).plain
    summaries.reset(chat)
    assert summaries.of(chat).author is SummaryAuthor.MACHINE
    assert "The coin was it." in [said.text for said in summaries.history(chat)]


def test_writing_and_going_back_can_be_undone_and_done_again(vault: ScratchVault) -> None:
    vault.bring(_chat(_COIN))
    summaries, chat = vault.vault.summaries, str(vault.only().id)

    first = summaries.write(chat, "One")
    second = summaries.write(chat, "Two")
    third = summaries.reset(chat)

    assert not summaries.of(chat).is_own
    summaries.undo(third)
    assert summaries.of(chat).text == "Two"
    again = summaries.undo(second)
    assert summaries.of(chat).text == "One"
    summaries.undo(again)
    assert summaries.of(chat).text == "Two"
    summaries.undo(first)
    assert summaries.of(chat).text == "Two"
    assert vault.check().ok


def test_the_same_words_again_change_nothing(vault: ScratchVault) -> None:
    vault.bring(_chat(_COIN))
    summaries, chat = vault.vault.summaries, str(vault.only().id)
    summaries.write(chat, "One")

    change = summaries.write(chat, "One ")

    assert not change.after
    assert len(_kept(vault)) == 1


def test_what_cannot_be_a_summary_is_refused(vault: ScratchVault) -> None:
    vault.bring(_chat(_COIN))
    summaries, chat = vault.vault.summaries, str(vault.only().id)

    with pytest.raises(UserError, match="needs a text"):
        summaries.write(chat, " \n")
    with pytest.raises(UserError, match="at most 20,000"):
        summaries.write(chat, "x" * 20_001)
    with pytest.raises(UserError, match="no summary of yours"):
        summaries.reset(chat)
    with pytest.raises(UserError, match="no conversation"):
        summaries.of("00000000")


def test_who_only_reads_sees_a_summary_and_keeps_none(vault: ScratchVault) -> None:
    vault.bring(_chat(_COIN))
    chat = str(vault.only().id)
    vault.vault.lock()

    with Vault.open(vault.folder, PASSWORD, read_only=True) as reader:
        assert _COIN in reader.summaries.of(chat).plain
        with pytest.raises(AccessError):
            reader.summaries.catch_up()
        with pytest.raises(AccessError):
            reader.summaries.write(chat, "x")


def test_hidden_words_and_those_of_tools_and_other_branches_are_in_no_summary(
    vault: ScratchVault,
) -> None:
    vault.bring(
        conversation(
            message(1, "The system prompt about the pump of the machine.", role=Role.SYSTEM),
            message(2, "Hidden words about the pump of the machine.", is_hidden=True),
            message(3, "Where is the pump of the machine now?", role=Role.USER),
            message(4, "The pump of the machine stands in the cellar.", parent=3),
            message(5, "The pump of the machine was sold in spring.", parent=3),
            active=5,
        )
    )

    assert {s.number for s in vault.vault.summaries.of(str(vault.only().id)).sentences} == {3, 5}


def test_a_very_long_chat_is_summed_up_from_all_of_it(vault: ScratchVault) -> None:
    filler = [f"Yes, {n}." for n in range(1_500)]
    vault.bring(_chat(*filler, *(_COIN for _ in range(30))))

    summary = vault.vault.summaries.of(str(vault.only().id))

    assert _COIN in summary.plain


def test_summaries_have_new_keys_with_their_chats(vault: ScratchVault) -> None:
    vault.bring(_chat(_COIN))
    vault.vault.summaries.catch_up()
    vault.vault.summaries.write(str(vault.only().id), "Mine")
    vault.vault.lock()

    Vault.rotate(vault.folder, PASSWORD)

    assert vault.check().ok
    assert _said(vault) == "Mine"


_ATTACKS = {
    "moved to another chat": "UPDATE summaries SET conversation_id = 1, version = 9 WHERE id = 1",
    "of another version": "UPDATE summaries SET version = 7 WHERE id = 1",
    "of another length": "UPDATE summaries SET message_count = 9 WHERE id = 1",
    "by another method": "UPDATE summaries SET method = 9 WHERE id = 1",
    "by the machine": "UPDATE summaries SET (author, method, version) = ('machine', 1, 5)"
    " WHERE id = 3",
    "made at another time": "UPDATE summaries SET made_at_ms = 0 WHERE id = 1",
    "the words of another": "UPDATE summaries SET (details_sealed, seal) ="
    " (SELECT details_sealed, seal FROM summaries WHERE id = 1) WHERE id = 3",
}


@pytest.mark.parametrize("attack", _ATTACKS)
def test_what_was_edited_of_summaries_is_named(vault: ScratchVault, attack: str) -> None:
    vault.bring(_chat(_COIN, external_id="1"), _chat(_HOSE, external_id="2"))
    vault.vault.summaries.catch_up()
    ids = [c.id for c in vault.all().values()]
    vault.vault.summaries.write(str(ids[0]), "Mine")
    assert vault.check().ok

    assert vault.attack(_ATTACKS[attack])

    assert [p for p in vault.problems() if p.startswith("summaries: summary ")]


def test_a_summary_that_was_edited_is_not_shown(vault: ScratchVault) -> None:
    vault.bring(_chat(_COIN))
    vault.vault.summaries.catch_up()
    chat = str(vault.only().id)
    vault.attack("UPDATE summaries SET made_at_ms = 0")

    with pytest.raises(TamperedError):
        vault.reopen().summaries.of(chat)


def test_a_chat_that_does_not_open_keeps_no_other_from_its_summary(vault: ScratchVault) -> None:
    vault.bring(_chat(_COIN, external_id="1"), _chat(_HOSE, external_id="2"))
    vault.attack("UPDATE messages SET role = 1 WHERE conversation_id = 2")

    assert vault.reopen().summaries.catch_up() == 1
