"""Merging chats, splitting them, and finding those that are there twice."""
