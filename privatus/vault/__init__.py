"""Keys: how they come from a password, where they are kept, and what they seal."""
