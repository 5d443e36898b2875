"""Independent random streams of one seed: drawing from one does not change the others."""

from __future__ import annotations

from typing import Literal

import numpy as np

PLACES = {"batches": 0, "held out": 1, "weights": 2}


def stream(seed: int, of: Literal["batches", "held out", "weights"]) -> np.random.Generator:
    """Return a generator at the beginning of one of a seed's streams."""
    return np.random.default_rng([seed, PLACES[of]])
