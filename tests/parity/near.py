"""How near two results have to be, and what to say when they are not."""

from __future__ import annotations

import re

import numpy as np

from tests.parity.cases import Arrays

# A state's gradient may shrink by many powers of ten from one timestep to the one before, so
# that a timestep is compared with itself and not with the largest of them all.
BY_TIMESTEP = re.compile(r"(dh|dc|dx)(_l\d+)?|loss|grad_norm")


def assert_near(ours: Arrays, theirs: Arrays, tolerance: float) -> None:
    """Fail unless the same arrays are there and each differs by `tolerance` × its largest entry.

    Gradients of states, and numbers by iteration, are held to that at every single one.
    """
    assert ours.keys() == theirs.keys()
    far = []
    for name, theirs_here in theirs.items():
        mine, other = np.asarray(ours[name]), np.asarray(theirs_here)
        assert mine.shape == other.shape, f"{name}: {mine.shape} and {other.shape}"
        rows = mine.ndim > 0 and BY_TIMESTEP.fullmatch(name)
        axes = tuple(range(1, mine.ndim)) if rows else None
        error = np.abs(np.subtract(mine, other, dtype=float)).max(axis=axes)
        scale = np.abs(other).max(axis=axes)
        # `not <=` so that a NaN is far as well.
        wrong = ~np.atleast_1d(error <= tolerance * scale)
        if wrong.any():
            k = int(wrong.argmax())
            at = f"[{k}]" if rows else ""
            worst = f"{np.atleast_1d(error)[k]:.1e} off, largest {np.atleast_1d(scale)[k]:.1e}"
            far.append(f"{name}{at}: {worst}")
    assert not far, f"tolerance {tolerance:.0e}: " + "; ".join(far)
