"""Finding words in sealed text: folding, the index file, the query language."""
