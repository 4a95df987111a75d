"""Privatus: a private vault for every conversation."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privatus.bootstrap import NewVault, Vault
    from privatus.core.errors import PrivatusError
else:

    def __getattr__(name: str) -> object:
        # `privatus --help` needs none of it, and it takes a fifth of a second to import.
        if name not in __all__:
            raise AttributeError(f"module 'privatus' has no attribute {name!r}")
        from privatus import bootstrap
        from privatus.core import errors

        return getattr(errors if name == "PrivatusError" else bootstrap, name)


__all__ = ["NewVault", "PrivatusError", "Vault"]
