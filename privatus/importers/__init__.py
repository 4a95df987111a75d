"""One file per provider: an export's bytes in, conversations out."""
