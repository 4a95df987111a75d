"""People: the contact book, one's own card, and who takes part in a chat."""
