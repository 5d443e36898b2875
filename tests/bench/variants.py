"""What variants of a cell or of its passes add to an iteration, ours and in PyTorch's loop."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np

from engine.bidirectional import BidirectionalModel
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
    "both directions": None,
    "other nonlinearity": None,
}
"""The hyperparameter of each that leaves something out."""
CHOSEN: dict[CellName, dict[str, str]] = {
    "rnn": {"nonlinearity": "softsign"},
    "lstm": {"gate_nonlinearity": "hard_sigmoid"},
    "gru": {"gate_nonlinearity": "hard_sigmoid"},
}
"""The other nonlinearity of each cell."""
LEAVE_OUT = ("input dropout", "recurrent dropout", "zoneout", "unequal lengths")
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
    if variant != "unequal lengths":
        return Masks()
    lengths = np.random.default_rng(iteration).integers(SHORTEST, SIZE.T + 1, SIZE.B)
    return Masks().padded(lengths, SIZE.T)


def _ours(name: CellName, variant: str) -> Job:
    T, B, _, _ = SIZE
    problem, model = Problem(name, SIZE, "float64"), _model(name, variant)
    params = {f"{key}_l0": value for key, value in problem.params.items()}
    readout = dict(problem.readout)
    if model.reverse_cells:  # the same numbers in both halves
        params |= {f"{key}_l0_reverse": value for key, value in problem.params.items()}
        readout["weight"] = np.hstack([readout["weight"]] * 2)
    params |= {f"readout.{key}": value for key, value in readout.items()}
    cell = model.cells[0]
    leaves_out = variant in LEAVE_OUT
    kind = kind_for([_masks(cell, variant, 0)] if leaves_out else None)
    spaces, last = model.workspaces(T, B, kind=kind), slice(T - 1, T)

    def run(iteration: int) -> Any:
        masks = [_masks(cell, variant, iteration)] if leaves_out else None
        passed = model.forward(params, problem.x, last, spaces, masks=masks)
        error = passed.output - problem.y.T
        return model.backward(params, passed, 2 / B * error).layers[0].dh[1:]

    return run


def _model(name: CellName, variant: str) -> Model:
    if variant == "both directions":
        return BidirectionalModel(name, SIZE.D, SIZE.H, output_size=1)
    chosen: dict[str, Any] = CHOSEN[name] if variant == "other nonlinearity" else {}
    return Model(name, SIZE.D, SIZE.H, output_size=1, **chosen)


def _torch(name: CellName, variant: str) -> Job:
    import torch
    from torch import Tensor, nn

    from tests.parity.pytorch import build_cell

    torch.set_num_threads(1)
    problem = Problem(name, SIZE, "float64")
    kind = "rnn-tanh" if name == "rnn" else name
    if variant == "other nonlinearity":
        kind = f"{name}-{next(iter(CHOSEN[name].values()))}"
    cell = build_cell(kind, SIZE.D, SIZE.H)
    cell.load_state_dict({key: torch.from_numpy(value) for key, value in problem.params.items()})
    halves = 2 if variant == "both directions" else 1
    readout = nn.Linear(halves * SIZE.H, 1, dtype=torch.float64)
    weights = {key: torch.from_numpy(value) for key, value in problem.readout.items()}
    readout.load_state_dict(weights | {"weight": weights["weight"].repeat(1, halves)})
    x, y = torch.from_numpy(problem.x), torch.from_numpy(problem.y)
    ours = _model(name, variant).cells[0]

    def by_example(mask: np.ndarray) -> Tensor:
        return torch.from_numpy(mask.swapaxes(-1, -2))

    def run(iteration: int) -> Any:
        masks = _masks(ours, variant, iteration)
        read = x if masks.input is None else x * by_example(masks.input)
        of_h = None if masks.hidden is None else by_example(masks.hidden)
        holds = [None if d is None else by_example(d) for d in (masks.hold_h, masks.hold_c)]
        ways = [through(read, of_h, holds), *([through(x.flip(0), None, holds)] * (halves - 1))]
        ends = torch.cat([kept[-1][0] for kept in ways], dim=1)
        nn.functional.mse_loss(readout(ends), y).backward()
        return ways[0]

    def through(
        read: Tensor, of_h: Tensor | None, holds: list[Tensor | None]
    ) -> list[tuple[Tensor, ...]]:
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
