"""What a cell's arrays look like, for sequences of any length and batches of any size."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """How many rows of each kind a cell keeps.

    Attributes
    ----------
    input_size, hidden_size : int
        D and H.
    rows : int
        Rows of pre-activations, H for each block.
    kept_rows : int
        The first so many of them stay for the way back.
    gate_rows : int
        The first so many of them become activations; a cell that has more keeps the rest as they
        are.
    has_gates : bool
        Without gates the activations are the states, and stand where those stand.
    has_c : bool
        Whether there is a cell state beside h.
    keeps : int
        How many more arrays of H rows that forward computes backward needs.
    more_factors : int
        How many times H rows the derivative factors have more than there are pre-activations.
    norms : int
        How many sums a timestep normalises.
    vector_rows : int
        Numbers in all parameters that act on each unit by itself.
    """

    input_size: int
    hidden_size: int
    rows: int
    kept_rows: int
    gate_rows: int
    has_gates: bool
    has_c: bool
    keeps: int
    more_factors: int
    norms: int
    vector_rows: int
