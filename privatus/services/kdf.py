"""How much a guess of the password costs, as a person chooses it."""

from __future__ import annotations

from privatus.core.errors import UsageError
from privatus.vault.kdf import KdfParameters, calibrate

__all__ = ["KdfParameters", "kdf_parameters"]

_MIB = 1024
_FLOOR = KdfParameters.FLOOR


def kdf_parameters(memory_mib: int | None = None) -> KdfParameters:
    """Return parameters that take about a second here, with *memory_mib* of memory if given.

    More memory than the second allows is taken all the same, with the fewest passes.

    Raises:
        UsageError: it is less than 64 MiB, or more than 4 GiB.
    """
    if memory_mib is None:
        return calibrate()
    memory_kib = memory_mib * _MIB
    if memory_kib < _FLOOR.memory_kib:
        raise UsageError(
            f"the key derivation takes at least {_FLOOR.memory_kib // _MIB} MiB of memory"
        )
    wanted = KdfParameters(memory_kib=memory_kib, passes=_FLOOR.passes, lanes=_FLOOR.lanes)
    fitting = calibrate(max_memory_kib=memory_kib)
    return fitting if fitting.memory_kib == memory_kib else wanted
