"""How long data is kept, and what happens to it then."""
