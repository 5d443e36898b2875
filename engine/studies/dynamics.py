"""The study of a lane's dynamics: where its state stays when nothing comes in, and how it parts."""

from __future__ import annotations

from functools import partial
from typing import Literal, NamedTuple

import numpy as np
from pydantic import Field

from engine.arrays import Array
from engine.cells import Cell, Params
from engine.diagnostics import (
    Chain,
    Dynamics,
    FixedPoints,
    fixed_points,
    lyapunov_exponents,
    main_directions,
)
from engine.experiment import Experiment
from engine.learner import Learner
from engine.model import Pass
from engine.random_streams import stream
from engine.studies.study import Findings, Progress, Study

MOST_EXAMPLES = 16
MOST_NUMBERS = 2_000_000
"""Of all states that are looked at, T × examples × N: beyond, fewer examples are taken."""

MOST_SOLVED = 4e9
"""N³ × starts, which is what each step of the search costs: beyond, fewer starts are taken."""
LEAST_STARTS = 16

MOST_POINTS = 64
MOST_EIGENVALUES = 64

PATH_SHARE, SEARCH_SHARE = 0.2, 0.8
"""What passes and exponents, and then the search, count for, of the whole progress."""


class Watched(NamedTuple):
    """What a lane's layer does over some of the held-out sequences.

    Attributes
    ----------
    cell : Cell
    params : dict of str to ndarray
        The layer's.
    passed : Pass
        Of the whole network.
    layer : int
    states : ndarray, shape (T, E, N)
        The joint states after each timestep.
    """

    cell: Cell
    params: Params
    passed: Pass
    layer: int
    states: Array


class DynamicsStudy(Study):
    """Fixed and slow points of one layer, its main directions, and its Lyapunov exponents.

    Points are sought under a constant input (Sussillo & Barak 2013), from states that the lane
    passes through on held-out sequences: a half of the starts are such states, a quarter such
    states with noise, a quarter the middles between two of them, near which saddles are found.
    """

    kind: Literal["dynamics"]
    layer: int | None = Field(
        None,
        ge=0,
        le=3,
        title="Layer",
        description="From 0, the lowest; null, or more than there are: the topmost.",
    )
    inputs: Literal["zero", "mean"] = Field(
        "zero",
        title="Input",
        description="What is held constant at the layer's input: zero, or the mean of what comes "
        "in on held-out sequences. Of a layer above the lowest, the input is the state below it.",
    )
    starts: int = Field(
        128,
        ge=LEAST_STARTS,
        le=512,
        title="Starts",
        description="States from which points are sought; of large networks fewer are taken.",
    )

    def compute(self, experiment: Experiment, progress: Progress) -> Findings:
        """Find the points of the weights before the last update, those that its frame shows.

        Returns
        -------
        Findings
            ``mean`` (N,), ``axes`` (3, N) and ``share`` (3,) of the joint states' main directions
            over held-out sequences. Of n points, the fixed ones first and of those the stable
            ones: ``points`` (n, N), ``projected`` (n, 3) along the main directions,
            ``log10_residual`` (n,) of ‖F(s) − s‖, ``fixed`` (n,) 1 or 0, ``unstable`` (n,) the
            number of |λ| > 1, ``eigenvalues`` (n, k, 2) the k largest as real and imaginary
            part, and for the topmost layer ``readout`` (n, O), what the network says there. All of
            it is of the forward half, where the lane reads in both directions; then there is no
            ``readout``.
            ``lyapunov`` (r,) the leading exponents in nats per timestep, means over the
            sequences, and ``lyapunov_spread`` (r,) their standard deviations.

        Raises
        ------
        ValueError
            If the lane's weights are not finite.
        """
        learner = experiment.learner_of(self.lane)
        if not all(np.isfinite(value).all() for value in learner.params_before.values()):
            raise ValueError("the lane's weights are not finite: it has no dynamics to look at")
        progress(0.0)
        with np.errstate(all="ignore"):
            watched = self._watch(experiment, learner, progress)
            exponents = _exponents(watched, progress)
            x = self._input(watched)
            rng = stream(experiment.recipe.seed, "starts")
            starts = starts_near(
                watched.states.reshape(-1, watched.states.shape[-1]), self._count(watched), rng
            )
            dynamics = Dynamics(watched.cell, watched.params, x)
            found = fixed_points(
                dynamics, starts, lambda share: progress(PATH_SHARE + SEARCH_SHARE * share)
            )
            return Findings(
                _arrays(watched, learner, found) | exponents,
                {"layer": str(watched.layer), "inputs": self.inputs, "starts": str(len(starts))},
            )

    def _watch(self, experiment: Experiment, learner: Learner, progress: Progress) -> Watched:
        recipe, task = experiment.recipe, experiment.task
        held_out = task.batch(stream(recipe.seed, "held out"), recipe.batch_size)
        layer = learner.num_layers - 1
        layer = layer if self.layer is None else min(layer, self.layer)
        cell = learner.model.cells[layer]
        size = len(cell.state_names) * cell.hidden_size
        fit = MOST_NUMBERS // (task.timesteps * size)
        count = min(max(1, fit), MOST_EXAMPLES, recipe.batch_size)
        params = {name: value.astype(np.float64) for name, value in learner.params_before.items()}
        # So far as all of them go.
        T = min(held_out.length_of(index) for index in range(count))
        spaces = learner.model.workspaces(T, count)
        for space in spaces:
            space.checkpoint = lambda: progress(0.0)
        passed = learner.model.forward(params, held_out.x[:T, :count], slice(T - 1, None), spaces)
        trace = passed.traces[layer]
        parts = [trace.h[1:]] if trace.c is None else [trace.h[1:], trace.c[1:]]
        states = np.concatenate(parts, axis=-1)
        return Watched(cell, learner.model.layer_params(params, layer), passed, layer, states)

    def _input(self, watched: Watched) -> Array:
        if self.inputs == "zero":
            return np.zeros(watched.cell.input_size)
        # (T, D, E)
        result: Array = watched.passed.spaces[watched.layer].input.mean(axis=(0, 2))
        return result

    def _count(self, watched: Watched) -> int:
        most = int(MOST_SOLVED / watched.states.shape[-1] ** 3)
        return min(self.starts, max(LEAST_STARTS, most))


def starts_near(states: Array, count: int, rng: np.random.Generator) -> Array:
    """Return start states (count, N): some of `states` (n, N), some with noise, some in between.

    The noise has a half of each entry's standard deviation.
    """
    states = states[np.isfinite(states).all(axis=1)]
    if not len(states):
        return np.zeros((count, states.shape[1]))
    noisy, between = count // 4, count // 4
    chosen = states[rng.integers(0, len(states), count)]
    one, other = states[rng.integers(0, len(states), (2, between))]
    noise = rng.standard_normal((noisy, states.shape[1])) * 0.5 * states.std(axis=0)
    chosen[:noisy] += noise
    chosen[noisy : noisy + between] = (one + other) / 2
    result: Array = chosen
    return result


def _exponents(watched: Watched, progress: Progress) -> dict[str, Array]:
    space, count = watched.passed.spaces[watched.layer], watched.states.shape[1]

    def go_on(example: int, share: float) -> None:
        progress(PATH_SHARE * (example + share) / count)

    chains = [
        Chain(watched.cell, watched.params, space, example, partial(go_on, example))
        for example in range(count)
    ]
    each = np.array([lyapunov_exponents(chain) for chain in chains])
    return {"lyapunov": each.mean(axis=0), "lyapunov_spread": each.std(axis=0)}


def _arrays(watched: Watched, learner: Learner, found: FixedPoints) -> dict[str, Array]:
    plane = main_directions(watched.states.reshape(-1, watched.states.shape[-1]))
    some = slice(0, MOST_POINTS)
    points = found.points[some]
    values = found.eigenvalues[some, :MOST_EIGENVALUES]
    arrays = {
        **plane._asdict(),
        "points": points,
        "projected": plane.project(points),
        "log10_residual": np.log10(found.residuals[some]),
        "fixed": found.fixed[some].astype(np.int32),
        "unstable": found.unstable[some].astype(np.int32),
        "eigenvalues": np.stack([values.real, values.imag], axis=-1),
    }
    # Of both directions, what the network says depends on the other half's state as well.
    if watched.layer == learner.num_layers - 1 and not learner.model.reverse_cells:
        weight = learner.params_before["readout.weight"].astype(np.float64)
        bias = learner.params_before["readout.bias"].astype(np.float64)
        arrays["readout"] = points[:, : watched.cell.hidden_size] @ weight.T + bias
    return arrays
