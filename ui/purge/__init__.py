"""Taking former wordings and whole chats out of the vault for good."""
