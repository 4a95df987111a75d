"""Privatus: a private vault for every conversation."""

from privatus.bootstrap import NewVault, Vault
from privatus.core.errors import PrivatusError

__all__ = ["NewVault", "PrivatusError", "Vault"]
