"""How fast Privatus is, beside a plain SQLite that does the same without protecting anything."""
