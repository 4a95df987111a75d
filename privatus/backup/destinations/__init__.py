"""Places for backups, behind one small port."""
