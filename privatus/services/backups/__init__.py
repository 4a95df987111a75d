"""Backups as a person knows them: destinations, schedules, what was made, what proves it."""
