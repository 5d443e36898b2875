"""``python -m tests.bench.denormals``: does a run that vanishes become slow?

Below 2.2e-308 (float64) or 1.2e-38 (float32) numbers are denormal, and some processors take many
times longer over them. Here runs whose gradients decay through that range stand beside a healthy
one of the same shape, in one process, their iterations interleaved. What is timed is a whole
iteration, ``Experiment.advance(None)``, in the processor time of this process.
"""

from __future__ import annotations

import os

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

import argparse
import json
import statistics
from itertools import product
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from engine import Experiment, Recipe

LIMIT = 1.3
"""Largest median of a vanishing run over that of the healthy one."""
T, B, H = 1000, 32, 32
HEALTHY: dict[str, dict[str, Any]] = {
    "rnn": {"init": "identity"},
    "lstm": {"forget_bias": 10.0},
    "gru": {"update_bias": 10.0},
    "coupled_lstm": {"forget_bias": 10.0},
    "gru_reset_before": {"update_bias": 10.0},
}
VANISHING: dict[str, dict[str, list[float]]] = {
    "rnn": {"spectral_radius": [0.05, 0.3, 0.45, 0.6, 0.8]},
    "lstm": {"forget_bias": [-5.0, -2.0, -1.0, 0.2, 1.0]},
    "gru": {"update_bias": [-5.0, -4.0, -1.0, 0.3, 1.0]},
    "coupled_lstm": {"forget_bias": [-5.0, -2.0, -1.0, 0.2, 1.0]},
    "gru_reset_before": {"update_bias": [-5.0, -4.0, -1.0, 0.3, 1.0]},
}
"""From gradients that are an exact zero soon to some that stick at the smallest denormals."""
REPORT = Path("build/denormals.json")


def main() -> None:
    """Print a table, write ``build/denormals.json``, fail beyond the limit."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.denormals", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    print(f"T = {T}, B = {B}, H = {H}; shares are of the entries of dh and dc\n")
    print(f"{'dtype':9}{'cell':17}{'':22}{'ms':>8}{'ratio':>7}{'smallest':>10}{'denormal':>10}")
    rows = []
    for precision, cell in product(("float64", "float32"), HEALTHY):
        for row in _measure(cell, precision, rounds):
            rows.append(row)
            print(
                f"{precision:9}{cell:17}{row['setting']:22}{row['median_ms']:8.1f}"
                f"{row['ratio']:7.2f}{row['smallest']:10.0e}{row['denormal']:10.1%}"
            )
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(rows, indent=1))
    worst = max(rows, key=lambda row: row["ratio"])
    print(f"\nWorst: {worst['ratio']:.2f}, {worst['cell']} in {worst['dtype']}. At most {LIMIT}.")
    if worst["ratio"] > LIMIT:
        raise SystemExit(1)


def _measure(cell: str, precision: str, rounds: int) -> list[dict[str, Any]]:
    ((knob, values),) = VANISHING[cell].items()
    settings = [HEALTHY[cell], *({knob: value} for value in values)]
    runs = [_experiment(cell, precision, knobs) for knobs in settings]
    seconds: list[list[float]] = [[] for _ in runs]
    for turn in range(rounds + 1):
        for k in range(len(runs)):
            run = (k + turn) % len(runs)
            start = process_time()
            runs[run].advance(None)
            if turn:
                seconds[run].append(process_time() - start)
    medians = [statistics.median(took) for took in seconds]
    return [
        {
            "dtype": precision,
            "cell": cell,
            "setting": ", ".join(f"{name}={value}" for name, value in knobs.items()),
            "median_ms": 1e3 * median,
            "ratio": median / medians[0],
            **_smallness(run),
        }
        for knobs, run, median in zip(settings, runs, medians, strict=True)
    ]


def _experiment(cell: str, precision: str, knobs: dict[str, Any]) -> Experiment:
    base = {"cell": cell, "precision": precision, "hidden_size": H, **knobs}
    # A rate that changes nothing: every iteration meets the same gradients.
    base |= {"optimizer": "sgd", "learning_rate": 1e-300, "clip": "none"}
    task = {"name": "adding", "seq_len": T}
    recipe = {"task": task, "batch_size": B, "base": base, "lanes": [{}]}
    return Experiment(Recipe.model_validate(recipe))


def _smallness(run: Experiment) -> dict[str, float]:
    """Return the smallest entry of dh and dc that is not zero, and the share of denormal ones."""
    space = run.lanes[0]._spaces[0]
    entries = np.abs(np.concatenate([space.dh.ravel(), space.dc.ravel()]))
    denormal = (entries > 0) & (entries < np.finfo(space.dtype).tiny)
    return {"smallest": float(entries[entries > 0].min()), "denormal": float(denormal.mean())}


if __name__ == "__main__":
    main()
