"""The cliff of Pascanu, Mikolov & Bengio (2013): the smallest network whose gradient explodes.

"On the difficulty of training recurrent neural networks", section 2.3, equation 8 and figure 6: a
single unit x_t = w σ(x_{t−1}) + b runs for 50 timesteps from x_0 = 0.5, without input, towards a
target, L = (σ(x_50) − 0.7)². Where w is large, the unit ends high or low depending on the side of
an unstable fixed point on which it starts, and the loss is a plateau, a wall and a valley.

Recurrence, x_0, target and length are the paper's; which (w, b) to look at is our choice. Our units
are tanh, which makes no other network of it: with h_t = tanh(½ x_t), and so σ(x_t) = ½ h_t + ½,
the recurrence reads h_t = tanh(¼w h_{t−1} + (¼w + ½b)). One timestep more, the first, puts x_0 in
place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from engine.arrays import Array
from engine.landscape.plane import Plane
from engine.landscape.surface import Objective
from engine.model import Model
from engine.tasks import Batch

TIMESTEPS = 50
START, TARGET = 0.5, 0.7
"""x_0, and what σ(x_50) should be."""
W_RANGE, B_RANGE = (4.0, 6.0), (-3.6, -1.6)
"""Where the cliff is."""
EDGE = 5.0, -2.6124
"""A point (w, b) on the wall, where ‖∂L/∂(w, b)‖ is some thousand times that beside it."""


class Cliff(NamedTuple):
    """The cliff and where to look at it.

    Attributes
    ----------
    objective : Objective
    plane : Plane
        Its α is w and its β is b.
    w, b : ndarray, shapes (M,) and (N,)
        A grid over both sides of the wall.
    edge : (float, float)
        (w, b) of a point on the wall.
    """

    objective: Objective
    plane: Plane
    w: Array
    b: Array
    edge: tuple[float, float]


def cliff(
    resolution: int = 41,
    timesteps: int = TIMESTEPS,
    checkpoint: Callable[[], None] = lambda: None,
) -> Cliff:
    """Return the cliff, with a grid of resolution × resolution points.

    Parameters
    ----------
    resolution : int
        M = N.
    timesteps : int
        The fewer, the gentler the slope.
    checkpoint : callable, optional
        As `Objective` takes it.
    """
    model = Model("rnn", input_size=2, hidden_size=1, output_size=1)
    origin = {name: np.zeros(shape) for name, shape in model.shapes().items()}
    # A first timestep, with an input of its own, puts x_0 in place; from then on the other input
    # is 1, and its weight the bias.
    x = np.zeros((timesteps + 1, 1, 2))
    x[0, 0, 0] = 1
    x[1:, 0, 1] = 1
    origin["weight_ih_l0"][0, 0] = START / 2
    origin["readout.weight"][:] = 0.5
    origin["readout.bias"][:] = 0.5
    along_w = {"weight_hh_l0": np.array([[0.25]]), "weight_ih_l0": np.array([[0.0, 0.25]])}
    along_b = {"weight_ih_l0": np.array([[0.0, 0.5]])}
    batch = Batch(x, np.full((timesteps + 1, 1, 1), TARGET), np.ones((timesteps + 1, 1), bool))
    return Cliff(
        Objective(model, batch, "mse", at=slice(timesteps, timesteps + 1), checkpoint=checkpoint),
        Plane(origin, along_w, along_b),
        np.linspace(*W_RANGE, resolution),
        np.linspace(*B_RANGE, resolution),
        EDGE,
    )
