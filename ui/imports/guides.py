"""How to get one's chats from each provider: where to click, and what comes.

docs/importing.md says the same at length; a test holds the names of the menus here against it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ui.i18n import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """One provider; all texts are English and marked for translation."""

    source: str
    steps: tuple[str, ...]
    waiting: str
    missing: str = ""
    look_out: str = ""
    address: str = ""  # where it begins, to be copied: Privatus opens no pages by itself


GUIDES = (
    Guide(
        source="chatgpt",
        address="https://chatgpt.com",
        steps=(
            mark("Open chatgpt.com and click on your name."),
            mark("Choose Settings → Data controls → Export data → Confirm."),
            mark("Wait for the mail. Its link works for 24 hours: download the ZIP."),
            mark("Drop the ZIP here as it is."),
        ),
        waiting=mark("Minutes to a week, by mail"),
        missing=mark(
            "Memories, the names of projects, custom GPTs, temporary and deleted chats, and some"
            " generated pictures."
        ),
        look_out=mark(
            "A download that was cut off is read as far as it goes, and the report says so."
        ),
    ),
    Guide(
        source="claude",
        address="https://claude.ai",
        steps=(
            mark("Open claude.ai and click on your initials."),
            mark("Choose Settings → Privacy → Export data."),
            mark("Wait for the mail and download every ZIP: each link works once, for a day."),
            mark("Drop all of the ZIPs here together."),
        ),
        waiting=mark("Minutes to a day, by mail"),
        missing=mark(
            "The files that you uploaded (only the text that Claude took from them), the model"
            " that answered, and which project a conversation belonged to."
        ),
        look_out=mark("Some old conversations are blank in the export itself."),
    ),
    Guide(
        source="gemini",
        address="https://takeout.google.com",
        steps=(
            mark("Open takeout.google.com and choose Deselect all."),
            mark("Tick My Activity. Under All activity data included choose only Gemini Apps."),
            mark("Under Multiple formats set Activity records to JSON."),
            mark("Create the export, wait for the mail, and drop the ZIP here."),
        ),
        waiting=mark("Minutes to days, by mail"),
        missing=mark(
            "Many answers, and what Google has deleted by itself, after 18 months by default."
        ),
        look_out=mark(
            "The product called Gemini in the list holds no chats: it is My Activity that does."
        ),
    ),
    Guide(
        source="aistudio",
        address="https://drive.google.com",
        steps=(
            mark("Open Google Drive: AI Studio keeps its prompts there."),
            mark("Download the folder Google AI Studio."),
            mark("Drop the ZIP here; its times are those of the prompts."),
        ),
        waiting=mark("At once"),
        missing=mark("Pictures, sound and documents that were attached from Drive."),
    ),
    Guide(
        source="mistral",
        address="https://chat.mistral.ai",
        steps=(
            mark("Open Le Chat and go to your account settings."),
            mark("Under your data or privacy choose export."),
            mark("Drop the ZIP here as it is."),
        ),
        waiting=mark("Minutes"),
        missing=mark("Titles and the model: Privatus takes the beginning of the first question."),
    ),
    Guide(
        source="grok",
        address="https://grok.com",
        steps=(
            mark("Open grok.com or accounts.x.ai and go to your account settings."),
            mark("Choose data, then download."),
            mark("Wait for the mail and drop the ZIP here as it is."),
        ),
        waiting=mark("Minutes, by mail"),
        missing=mark("Many of the pictures that messages name."),
        look_out=mark("Two files about sign-ins and payments are left out: they are no chats."),
    ),
    Guide(
        source="deepseek",
        address="https://chat.deepseek.com",
        steps=(
            mark("Open chat.deepseek.com."),
            mark("Choose Settings → Data → Export data."),
            mark("Drop the ZIP here as it is."),
        ),
        waiting=mark("Minutes"),
        missing=mark("Attached files, beyond their names."),
    ),
    Guide(
        source="copilot",
        address="https://account.microsoft.com/privacy",
        steps=(
            mark("Open account.microsoft.com/privacy and look for Copilot."),
            mark("Choose Export activity history."),
            mark("Drop the CSV file here."),
        ),
        waiting=mark("At once"),
        missing=mark("What would tell two chats with the same title apart: they become one."),
        look_out=mark(
            "The Copilot in Microsoft 365 and the one in Windows have entries of their own."
        ),
    ),
    Guide(
        source="privatus",
        steps=(
            mark("In the other vault choose Export, and JSON as the format."),
            mark("Drop the folder here."),
        ),
        waiting=mark("At once"),
    ),
    Guide(
        source="other",
        steps=(
            mark("Export from the other tool as JSON: a list of conversations with messages."),
            mark("Each message needs a role and a content."),
            mark("Drop the file here."),
        ),
        waiting=mark("At once"),
        look_out=mark(
            "A conversation without an id is known again by its time and its first message."
        ),
    ),
)
