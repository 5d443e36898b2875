"""Independent random streams of one seed: drawing from one does not change the others."""

from __future__ import annotations

import numpy as np

PLACES = {"batches": 0, "held out": 1, "weights": 2}
"""Keys of the streams that had numbers before names; any other stream is keyed by its name."""


def stream(seed: int, of: str, iteration: int | None = None) -> np.random.Generator:
    """Return a generator at the beginning of one of a seed's streams.

    Parameters
    ----------
    seed : int
        The recipe's.
    of : str
        What is drawn: the name of the stream.
    iteration : int, optional
        Gives each iteration a stream of its own, so that what is drawn follows from the iteration
        alone: a replay and a fork draw the same numbers, whatever was drawn before.
    """
    key = PLACES.get(of, int.from_bytes(of.encode()))
    # Not 0: a seed sequence ignores zeros at its end.
    return np.random.default_rng([seed, key] if iteration is None else [seed, key, 1 + iteration])
