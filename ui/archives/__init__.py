"""Chats in sealed files outside the database, and the way back."""
