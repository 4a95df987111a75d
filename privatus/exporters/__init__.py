"""One file per format: conversations in, files out."""
