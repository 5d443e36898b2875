"""What dropout, zoneout and unequal lengths add to an iteration, ours and in PyTorch's loop."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np

from engine.cells import Masks
from engine.dropout import draw_masks
from engine.model import Model, kind_for
from engine.recipe import Hyperparameters
from tests.bench.problem import CellName, Problem, Size

SIZE = Size(100, 32, 8, 32)
SHORTEST = 50
P = 0.3
TOLERANCE = 1e-9
VARIANTS: dict[str, str | None] = {
    "plain": None,
    "input dropout": "input_dropout",
    "recurrent dropout": "recurrent_dropout",
    "zoneout": "zoneout",
    "unequal lengths": None,
}
"""The hyperparameter of each."""
Job = Callable[[int], Any]


def rows(cell: CellName, rounds: int, *, with_torch: bool) -> list[dict[str, Any]]:
    """Measure all variants in turns; times are medians, ratios medians of pairs.

    An iteration draws its masks, runs forward and backward, and keeps what ours keeps.
    """
    makers: dict[str, Callable[[CellName, str], Job]] = {"ours": _ours}
    if with_torch:
        makers["torch"] = _torch
    jobs = {
        (name, variant): make(cell, variant)
        for name, make in makers.items()
        for variant in VARIANTS
    }
    if with_torch:
        _check(cell, jobs)
    took: dict[tuple[str, str], list[float]] = {key: [] for key in jobs}
    for iteration in range(1 + rounds):
        for key, job in jobs.items():
            start = process_time()
            job(iteration)
            if iteration:  # the first one warms the caches up
                took[key].append(process_time() - start)
    return [
        {
            "cell": cell,
            "variant": variant,
            "median_ms": {name: 1e3 * statistics.median(took[name, variant]) for name in makers},
            "over_plain": {
                name: statistics.median(
                    one / plain
                    for one, plain in zip(took[name, variant], took[name, "plain"], strict=True)
                )
                for name in makers
            },
        }
        for variant in VARIANTS
    ]


def _check(cell: CellName, jobs: dict[tuple[str, str], Job]) -> None:
    """Stop if ∂L/∂h_t of any timestep is another one in PyTorch."""
    for variant in VARIANTS:
        if (cell, variant) == ("gru", "recurrent dropout"):
            continue  # the state that PyTorch's cell carries past W_hh can't be whole
        mine, states = jobs["ours", variant](0), jobs["torch", variant](0)
        its = np.array([h.grad.numpy() for h, *_ in states])
        if not np.abs(mine - its).max() <= TOLERANCE * np.abs(its).max():
            sys.exit(f"PyTorch disagrees with ours: {cell}, {variant}")


def _masks(cell: Any, variant: str, iteration: int) -> Masks:
    """Draw what an iteration leaves out."""
    field = VARIANTS[variant]
    if field is not None:
        knobs = Hyperparameters.model_validate({field: P})
        (masks,) = draw_masks(knobs, [cell], 0, iteration, (SIZE.T, SIZE.B))
        return masks
    if variant == "plain":
        return Masks()
    lengths = np.random.default_rng(iteration).integers(SHORTEST, SIZE.T + 1, SIZE.B)
    return Masks().padded(lengths, SIZE.T)


def _ours(name: CellName, variant: str) -> Job:
    T, B, D, H = SIZE
    problem, model = Problem(name, SIZE, "float64"), Model(name, D, H, output_size=1)
    params = {f"{key}_l0": value for key, value in problem.params.items()}
    params |= {f"readout.{key}": value for key, value in problem.readout.items()}
    cell = model.cells[0]
    kind = kind_for(None if variant == "plain" else [_masks(cell, variant, 0)])
    spaces, last = model.workspaces(T, B, kind=kind), slice(T - 1, T)

    def run(iteration: int) -> Any:
        masks = [_masks(cell, variant, iteration)]
        passed = model.forward(params, problem.x, last, spaces, masks=masks)
        error = passed.output - problem.y.T
        return model.backward(params, passed, 2 / B * error).layers[0].dh[1:]

    return run


def _torch(name: CellName, variant: str) -> Job:
    import torch
    from torch import Tensor, nn

    torch.set_num_threads(1)
    problem = Problem(name, SIZE, "float64")
    make = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}[name]
    cell: Any = make(SIZE.D, SIZE.H, dtype=torch.float64)
    cell.load_state_dict({key: torch.from_numpy(value) for key, value in problem.params.items()})
    readout = nn.Linear(SIZE.H, 1, dtype=torch.float64)
    readout.load_state_dict(
        {key: torch.from_numpy(value) for key, value in problem.readout.items()}
    )
    x, y = torch.from_numpy(problem.x), torch.from_numpy(problem.y)
    ours = Model(name, SIZE.D, SIZE.H, output_size=1).cells[0]

    def by_example(mask: np.ndarray) -> Tensor:
        return torch.from_numpy(mask.swapaxes(-1, -2))

    def run(iteration: int) -> Any:
        masks = _masks(ours, variant, iteration)
        read = x if masks.input is None else x * by_example(masks.input)
        of_h = None if masks.hidden is None else by_example(masks.hidden)
        holds = [None if d is None else by_example(d) for d in (masks.hold_h, masks.hold_c)]
        states: tuple[Tensor, ...] = tuple(
            torch.zeros(SIZE.B, SIZE.H, dtype=torch.float64) for _ in ours.state_names
        )
        kept = []
        for t, x_t in enumerate(read):
            h = states[0] if of_h is None else states[0] * of_h
            made = cell(x_t, (h, states[1])) if ours.layout.has_c else (cell(x_t, h),)
            states = tuple(
                new if hold is None else torch.where(hold[t], old, new)
                for hold, old, new in zip(holds, states, made, strict=False)
            )
            for state in states:
                state.retain_grad()
            kept.append(states)
        nn.functional.mse_loss(readout(states[0]), y).backward()
        return kept

    return run


def lines(cell: CellName, rounds: int, *, with_torch: bool) -> tuple[list[dict[str, Any]], str]:
    """Return the rows, and the table that shows them."""
    found = rows(cell, rounds, with_torch=with_torch)
    table = []
    for row in found:
        shown = "".join(
            f"{name:>8}{ms:8.2f} ms, {row['over_plain'][name]:.2f} × plain"
            for name, ms in row["median_ms"].items()
        )
        table.append(f"{cell:6}{row['variant']:20}{shown}")
    return found, "\n".join(table)
