"""The registry of quantities: what is measured, and all that a reader needs to know of it.

A quantity is registered in the module that computes it. The page takes names, symbols, scales and
first timesteps from here, by way of the recipe's JSON schema.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

QUANTILES = ("q10", "q90")
"""Ends of the names of what stands beside a mean over the batch."""

REVERSE = "reverse"
"""Last part of the names of what is of the half of a lane that reads the sequence backward:
``dh_norm.reverse``, ``dh_norm.q10.reverse``. All of it is in the order of the sequence."""


@dataclass(frozen=True)
class Quantity:
    """Something that is measured at each timestep or iteration.

    Attributes
    ----------
    name : str
        In a frame, after ``<lane>/``. ``*`` stands for a part of the name without a dot: a gate, a
        path, a parameter.
    symbol : str
        As in a formula: ``‖∂ℓ/∂h_t‖``.
    meaning : str
        One plain sentence, without its full stop.
    unit : str
        What a value of 1 is; empty for plain numbers and ratios.
    log : bool
        Whether it spans so many decades that its log10 is sent.
    axes : tuple of str
        Of its array: ``t`` (timesteps), ``s`` (timesteps that have a loss), ``unit``, ``output``,
        ``entry`` (of the joint state: h, or h and c), ``rank`` (the largest first), ``part`` (real
        and imaginary). One that ends in ``?`` is
        missing where the target is a class. Scalars have none.
    first_timestep : int or None
        Timestep of index 0 along ``t``: 0 for arrays (T+1,) that begin with the initial state, 1
        for arrays (T,). None without such an axis.
    view : str or None
        The view of `Watch` that asks for it; None if every frame holds it that is watched at all.
    history : bool
        Whether each frame brings it of all iterations since the last one sent.
    spread : bool
        Whether its 10 % and 90 % quantiles over the batch stand beside it (``.q10``, ``.q90``).
    clipped : bool
        Whether clipping multiplies it.
    """

    name: str
    symbol: str
    meaning: str
    unit: str = ""
    log: bool = False
    axes: tuple[str, ...] = ()
    first_timestep: int | None = None
    view: str | None = None
    history: bool = False
    spread: bool = False
    clipped: bool = False

    def __post_init__(self) -> None:
        """Refuse a first timestep without timesteps, and the other way round."""
        if (self.first_timestep is None) == ("t" in self.axes):
            raise ValueError(
                f"{self.name} has the axes {self.axes} and first_timestep "
                f"{self.first_timestep}; an axis t and a first timestep need each other"
            )

    def matches(self, name: str) -> bool:
        """Return whether an array of this name, without its lane, is this quantity."""
        own, parts = self.name.split("."), name.split(".")
        if parts[-1] == REVERSE:
            parts.pop()
        if self.spread and parts[-1] in QUANTILES:
            parts.pop()
        return len(own) == len(parts) and all(
            mine in ("*", part) for mine, part in zip(own, parts, strict=True)
        )


QUANTITIES: dict[str, Quantity] = {}
"""All quantities by name, as far as the modules that compute them have been imported."""

CONSTANTS: dict[str, float] = {}
"""The engine's constants that a reader should know, by name; set beside the constant itself."""

REVERSE_FIRST = 1
"""Timestep of index 0 along ``t`` in arrays of the reverse half, (T,) and (T+1,) alike: it begins
with its initial state at T + 1 and ends at 1."""
CONSTANTS["reverse_first_timestep"] = REVERSE_FIRST


def register(*quantities: Quantity) -> None:
    """Add quantities to the registry.

    Raises
    ------
    ValueError
        If there is one of that name already.
    """
    for quantity in quantities:
        if quantity.name in QUANTITIES:
            raise ValueError(f"there is a quantity {quantity.name!r} already")
        QUANTITIES[quantity.name] = quantity
    quantity_of.cache_clear()


@cache
def quantity_of(name: str) -> Quantity | None:
    """Return the quantity of an array; None if none of that name is registered.

    Parameters
    ----------
    name : str
        As in a frame, with or without its lane: ``0/dh_norm.q10``, ``0/history/loss``. Of the
        reverse half's arrays the quantity is a copy, with their first timestep.
    """
    bare = name.rsplit("/", 1)[-1]
    found = next((each for each in QUANTITIES.values() if each.matches(bare)), None)
    if found is None or not bare.endswith(f".{REVERSE}"):
        return found
    first = None if found.first_timestep is None else REVERSE_FIRST
    return replace(found, first_timestep=first, history=False)
