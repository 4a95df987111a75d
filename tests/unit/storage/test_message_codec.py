"""A message becomes bytes and comes back the same, in as few bytes as it can."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.core.conversation import Message, Part, PartKind
from privatus.core.errors import TamperedError
from privatus.storage.message_codec import decode_details, decode_words, encode_message
from support.conversations import json_values, message, messages, texts

_UUID = "0f0e0d0c-0b0a-4908-8706-050403020100"


def _decoded(content: bytes) -> tuple[object, ...]:
    return (*decode_details(content), decode_words(content))


def _said(value: Message) -> tuple[object, ...]:
    return (value.external_id, value.author or None, dict(value.metadata), value.parts)


@given(messages(1, []), texts(40))
def test_any_message_comes_back_as_it_was(value: Message, external_id: str) -> None:
    value = dataclasses.replace(value, external_id=external_id)

    assert _decoded(encode_message(value)) == _said(value)


@pytest.mark.parametrize(
    "external_id",
    [
        _UUID,
        _UUID.upper(),
        _UUID.replace("-", ""),
        _UUID.replace("0f0e", " f0e"),
        "00000000-0000-0000-0000-000000000000",
        "",
        "#12",
        "msg_01AbC",
        "ünïcode",
        f"{{{_UUID}}}",
    ],
)
def test_an_id_comes_back_letter_by_letter(external_id: str) -> None:
    content = encode_message(message(1, "text", external_id=external_id))

    assert decode_details(content)[0] == external_id


def test_a_plain_message_costs_hardly_more_than_its_text() -> None:
    content = encode_message(message(1, "Hello", external_id=_UUID))

    assert content == (17).to_bytes(4, "little") + b"\x01" + UUID(_UUID).bytes + b"THello"


@given(st.dictionaries(texts(8), json_values(), max_size=3))
def test_what_a_part_holds_beside_its_text_comes_back(data: dict[str, object]) -> None:
    part = Part(kind=PartKind.UNKNOWN, text="x", name="", url="u", attachment=0, data=data)

    assert decode_words(encode_message(message(1, parts=(part,)))) == (part,)


@pytest.mark.parametrize("more", [{"name": ""}, {"url": ""}, {"attachment": 0}])
def test_a_text_with_an_empty_name_or_address_keeps_it(more: dict[str, Any]) -> None:
    part = Part(kind=PartKind.TEXT, text="x", **more)

    assert decode_words(encode_message(message(1, parts=(part,)))) == (part,)


@pytest.mark.parametrize("content", [b"", bytes(4), bytes(4) + b"Xtext", b"\x01\0\0\0\x07T"])
def test_an_encoding_of_a_later_version_is_said_to_be_one(content: bytes) -> None:
    with pytest.raises(TamperedError, match="does not know"):
        _decoded(content)
