"""The same iteration in the engine, and the part of it that no NumPy program can do without."""

from __future__ import annotations

import numpy as np

from engine.losses import mean_squared_error
from engine.model import Model, ModelGradients, Pass
from tests.bench.problem import WITH_C, CellName, Contender, Dtype, Outcome, Problem, Size


def make_ours(cell: CellName, T: int, B: int, D: int, H: int, dtype: Dtype) -> Contender:
    """Return the engine's model and loss, in workspaces that every iteration uses again."""
    problem = Problem(cell, Size(T, B, D, H), dtype)
    model = Model(cell, D, H, output_size=1)
    params = {f"{name}_l0": value for name, value in problem.params.items()}
    params |= {f"readout.{name}": value for name, value in problem.readout.items()}
    x, y, mask = problem.x, problem.y[None], np.ones((1, B), dtype=bool)
    last = slice(T - 1, T)
    spaces = model.workspaces(T, B, dtype)

    def run() -> tuple[float, Pass, ModelGradients]:
        passed = model.forward(params, x, last, spaces)
        loss = mean_squared_error(passed.output, y, mask)
        return loss.loss, passed, model.backward(params, passed, loss.doutput)

    def outcome(kept: tuple[float, Pass, ModelGradients]) -> Outcome:
        loss, passed, grads = kept
        (trace,), (layer,) = passed.traces, grads.layers
        arrays = {"loss": np.array(loss), "h": trace.h, "dh": layer.dh}
        if trace.c is not None and layer.dc is not None:
            arrays |= {"c": trace.c, "dc": layer.dc}
        arrays |= {f"gate.{name}": gate for name, gate in trace.gates.items()}
        arrays |= {name.removesuffix("_l0"): value for name, value in grads.params.items()}
        # The next iteration writes into the same memory.
        return Outcome({name: value.copy() for name, value in arrays.items()})

    return Contender("ours", run, outcome)


def make_floor(cell: CellName, T: int, B: int, D: int, H: int, dtype: Dtype) -> Contender:
    """Return the matrix products and tanh alone: a bound on what NumPy can reach, with no result.

    The products with D in them are done for all timesteps at once, those along the recurrence
    one timestep at a time, and a gate costs one tanh.
    """
    problem = Problem(cell, Size(T, B, D, H), dtype)
    W_ih, W_hh = problem.params["weight_ih"], problem.params["weight_hh"]
    rows = len(W_ih)
    x = problem.x.reshape(T * B, D)
    h = np.full((B, H), 0.1, dtype)
    a = np.full((B, rows), 0.1, dtype)
    all_h, all_a = np.tile(h, (T, 1)), np.tile(a, (T, 1))
    out_a, out_h = np.empty_like(a), np.empty_like(h)
    out_all_a = np.empty_like(all_a)
    W_hh_T = np.ascontiguousarray(W_hh.T)

    def run() -> None:
        np.matmul(x, W_ih.T, out=out_all_a)
        for _ in range(T):
            h.dot(W_hh_T, out_a)
            np.tanh(a, out=out_a)
            if cell in WITH_C:
                np.tanh(h, out=out_h)
        for _ in range(T):
            a.dot(W_hh, out_h)
        all_a.T @ all_h
        all_a.T @ x

    return Contender("floor", run, lambda _: Outcome({}))
