"""The SQLCipher database and the attachment files: the only SQL about the archive."""
