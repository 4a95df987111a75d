"""Makes an export such as ChatGPT's, of as many messages as asked for, in flat memory.

    python -m benchmarks.generate OUT.zip --messages 1000000 [--seed 1]

The same seed gives the same bytes.  Beside OUT.zip, OUT.json says what is in it.
"""

from __future__ import annotations

import argparse
import random
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.vocabulary import SCRIPTS, Vocabulary

_FIRST_S = 1_680_000_000.0  # March 2023
_SPAN_S = 3.5 * 365.25 * 86_400
_USUAL_MESSAGES = 23
# A chat that was never closed: the one whose first page is opened.
LONG_CHAT = 10_000
_MODELS = ("gpt-4", "gpt-4o", "gpt-4o-mini", "o1", "o3", "gpt-5", "gpt-5-thinking")
_CODE = (
    "def {a}({b}):\n    for i in range({b}):\n        yield f'{c}-{{i}}'",
    "SELECT {a}, count(*) AS n\n  FROM {b}\n GROUP BY {c}",
    '{{"{a}": {{"{b}": [1, 2.5, null, "{c}"]}}}}',
)
_CURLY = "\u2019s \u2014 \u201cso\u201d. "  # as most answers have it somewhere
_encode = msgspec.json.encode


@dataclass(slots=True)
class Made:
    """What an export holds."""

    seed: int
    conversations: int = 0
    messages: int = 0
    texts: int = 0  # of user and assistant, on any branch
    text_bytes: int = 0
    needles: dict[str, str] = field(default_factory=dict)  # a word that stands once: conversation


class Writer:
    """Writes the texts of messages."""

    def __init__(self, seed: int, words: Vocabulary | None = None) -> None:
        self.vocabulary = words or Vocabulary(seed)
        self._stream = self.vocabulary.stream(f"text {seed}")

    def prose(self, chance: random.Random, count: int, topic: list[str], script: str) -> str:
        """Return about *count* words in sentences, some of them about the topic."""
        if script:
            words = self.vocabulary.in_script(chance, script, count)
        else:
            words = list(islice(self._stream, count))
            for _ in range(count // 15):
                words[int(chance.random() * count)] = topic[int(chance.random() * len(topic))]
        sentences = []
        position = 0
        while position < count:
            length = 6 + int(chance.random() * 14)
            sentence = " ".join(words[position : position + length])
            sentences.append(sentence[:1].upper() + sentence[1:])
            position += length
        return ". ".join(sentences) + "."

    def answer(self, chance: random.Random, count: int, topic: list[str], script: str) -> str:
        """Return prose as assistants write it: quotes that curl, lists, code, figures."""
        text = self.prose(chance, count, topic, script)
        if chance.random() < 0.4:
            text = text.replace(". ", _CURLY, 1)
        if chance.random() < 0.2:
            text = f"## {topic[0].title()}\n\n- " + text.replace(". ", ".\n- ")
        if chance.random() < 0.1:
            text += f" {chance.randrange(10**7)} {chance.getrandbits(40):x}"
        if chance.random() < 0.1:
            a, b, c = islice(self._stream, 3)
            code = chance.choice(_CODE).format(a=a.replace(" ", "_"), b=b.replace(" ", "_"), c=c)
            text += f"\n\n```\n{code}\n```\n"
        return text


class _Chat:
    """One conversation as it is being made."""

    def __init__(self, number: int, seed: int, share: float, writer: Writer) -> None:
        self.chance = random.Random(f"{seed}:{number}")
        self._writer = writer
        self.id = _uuid(self.chance)
        # The newest come first, as in real exports.
        self.started_s = self.time_s = (
            _FIRST_S + _SPAN_S * (1 - min(share, 1.0)) + 86_400 * self.chance.random()
        )
        self.topic = writer.vocabulary.topic(self.chance, 30)
        self.script = self.chance.choice(SCRIPTS) if self.chance.random() < 0.06 else ""
        self.model = self.chance.choice(_MODELS)
        self.nodes: dict[str, Any] = {}
        self.messages = self.texts = self.text_bytes = 0
        self.last = self._node(None, None)

    def _node(self, parent: str | None, message: dict[str, Any] | None) -> str:
        node_id = _uuid(self.chance) if message is None else message["id"]
        self.nodes[node_id] = {"id": node_id, "message": message, "parent": parent, "children": []}
        if parent is not None:
            self.nodes[parent]["children"].append(node_id)
        return str(node_id)

    def say(
        self, role: str, content: dict[str, Any], parent: str | None = None, **metadata: Any
    ) -> str:
        """Add a message behind *parent*, else behind the last; return its id."""
        self.time_s += 2 + 60 * self.chance.random()
        if role == "assistant":
            metadata["model_slug"] = self.model
        message = {
            "id": _uuid(self.chance),
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": round(self.time_s, 6),
            "update_time": None,
            "content": content,
            "status": "finished_successfully",
            "end_turn": True if role == "assistant" else None,
            "weight": 1.0,
            "metadata": metadata,
            "recipient": "all",
        }
        self.messages += 1
        node_id = self._node(parent or self.last, message)
        if parent is None:
            self.last = node_id
        return node_id

    def say_text(self, role: str, text: str, parent: str | None = None, **metadata: Any) -> str:
        """Add a message that is one text."""
        self.texts += 1
        self.text_bytes += len(text.encode())
        return self.say(role, {"content_type": "text", "parts": [text]}, parent, **metadata)

    def turn(self, needle: str = "") -> None:
        """Add a question and its answer, and what comes with them now and then."""
        chance, write = self.chance, self._writer
        length = min(1_500, 3 + int(chance.lognormvariate(2.9, 0.9)))
        question = write.prose(chance, length, self.topic, self.script) + needle
        files: dict[str, Any] = {}
        if chance.random() < 0.02:
            name = f"{self.topic[1]}.pdf"
            files["attachments"] = [{"id": f"file-{self.id[:8]}", "name": name, "size": 4096}]
        asked = self.say_text("user", question, **files)
        if chance.random() < 0.06:
            thought = {"summary": "Thinking", "content": write.prose(chance, 60, self.topic, "")}
            self.say("assistant", {"content_type": "thoughts", "thoughts": [thought]})
            self.say("assistant", {"content_type": "reasoning_recap", "content": "Thought for 8s"})
            asked = self.last
        if chance.random() < 0.04:  # a first answer that the person did not like
            self.say_text("assistant", self._answer(), asked)
        text = self._answer()
        metadata: dict[str, Any] = {}
        if chance.random() < 0.03:
            text, metadata = _cited(text, self.topic)
        self.say_text("assistant", text, **metadata)

    def _answer(self) -> str:
        length = min(3_000, 10 + int(self.chance.lognormvariate(4.25, 0.75)))
        return self._writer.answer(self.chance, length, self.topic, self.script)

    def record(self) -> dict[str, Any]:
        """Return the conversation as an export holds it."""
        return {
            "title": " ".join(self.topic[:4]).capitalize(),
            "create_time": self.started_s,
            "update_time": self.time_s,
            "mapping": self.nodes,
            "current_node": self.last,
            "conversation_id": self.id,
            "id": self.id,
            "default_model_slug": self.model,
            "is_archived": self.chance.random() < 0.05,
            "is_starred": self.chance.random() < 0.02,
            "gizmo_id": None,
            "safe_urls": [],
        }


def _cited(text: str, topic: list[str]) -> tuple[str, dict[str, Any]]:
    mark = "\ue200cite\ue202turn0search1\ue201"
    url = f"https://{topic[0]}.example/{topic[1]}"
    reference = {
        "matched_text": mark,
        "start_idx": len(text) + 1,
        "end_idx": len(text) + 1 + len(mark),
        "type": "grouped_webpages",
        "alt": f"([{topic[2]}]({url}))",
        "items": [{"title": " ".join(topic[:5]), "url": url, "snippet": " ".join(topic[5:20])}],
    }
    return f"{text} {mark}", {"content_references": [reference]}


def _uuid(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _needle(seed: int, number: int) -> str:
    """Return a word that stands in one message only; no made-up word has a q."""
    chance = random.Random(f"needle {seed}:{number}")
    return "zq" + "".join(chance.choices("abcdefghij", k=10))


def chats(messages: int, seed: int, made: Made) -> Iterator[dict[str, Any]]:
    """Yield conversations until there are *messages*; count them in *made*."""
    writer = Writer(seed)
    number = 0
    while made.messages < messages:
        chat = _Chat(number, seed, made.messages / messages, writer)
        wanted = min(max(2, int(chat.chance.lognormvariate(2.75, 0.85))), messages - made.messages)
        if number == 3 and messages >= 2 * LONG_CHAT:
            wanted = LONG_CHAT
        needle = _needle(seed, number) if number % 50 == 0 else ""
        chat.say("system", {"content_type": "text", "parts": [""]})
        while chat.messages < wanted:
            # Not more than asked for: a turn adds up to five.
            if messages - made.messages - chat.messages < 5:
                chat.say_text("user", f"{writer.prose(chat.chance, 8, chat.topic, '')} {needle}")
            else:
                chat.turn(f" {needle}" if needle else "")
            if needle:
                made.needles[needle], needle = chat.id, ""
        made.conversations += 1
        made.messages += chat.messages
        made.texts += chat.texts
        made.text_bytes += chat.text_bytes
        number += 1
        yield chat.record()


def short_chats(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield so many conversations of a question and its answer, from all months."""
    writer = Writer(seed)
    for number in range(count):
        chat = _Chat(number, seed, number / count, writer)
        chat.say_text("user", writer.prose(chat.chance, 8, chat.topic, ""))
        chat.say_text("assistant", writer.prose(chat.chance, 16, chat.topic, ""))
        yield chat.record()


def one_chat(messages: int, seed: int) -> dict[str, Any]:
    """Return one conversation of so many messages without branches, in no provider's format."""
    chat = _Chat(0, seed, 0.0, Writer(seed))
    while chat.texts < messages:
        chat.turn()
    said = [node["message"] for node in chat.nodes.values() if node["message"]]
    texts = [m for m in said if m["content"]["content_type"] == "text"][:messages]
    return {
        "id": chat.id,
        "title": " ".join(chat.topic[:4]).capitalize(),
        "messages": [
            {
                "role": message["author"]["role"],
                "content": message["content"]["parts"][0],
                "created_at": message["create_time"],
            }
            for message in texts
        ],
    }


def write(path: Path, messages: int, seed: int = 1) -> Made:
    """Write the export; return what is in it."""
    made = Made(seed=seed)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("conversations.json", "w", force_zip64=True) as stream,
    ):
        separator = b"["
        for record in chats(messages, seed, made):
            stream.write(separator + _encode(record))
            separator = b",\n"
        stream.write(b"]")
    path.with_suffix(".json").write_bytes(_encode(asdict(made)))
    return made


def texts(count: int, seed: int) -> list[str]:
    """Return texts of messages, for adding one by one."""
    writer, chance = Writer(seed, Vocabulary(1)), random.Random(f"texts {seed}")
    topic = writer.vocabulary.topic(chance, 30)
    return [writer.prose(chance, 73, topic, "") for _ in range(count)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Write an export of made-up chats.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    made = write(arguments.path, arguments.messages, arguments.seed)
    print(f"{made.conversations} conversations, {made.messages} messages, {made.text_bytes} bytes")


if __name__ == "__main__":
    main()
