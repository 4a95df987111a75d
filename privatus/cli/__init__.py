"""The `privatus` command, one file per command group."""
