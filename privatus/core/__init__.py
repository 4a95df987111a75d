"""What a conversation is, and the few plain things that every layer shares."""
