"""Copy memory: who remembers anything at all."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from tests.published.result import Measured, Result, Row
from tests.published.training import losses, near, settled, spread

DELAY, ITERATIONS = 30, 3000
CELLS = {"rnn": "tanh RNN", "lstm": "LSTM", "gru": "GRU"}
BELOW = 0.98
"""Of the baseline. A network that remembers nothing answers alike each time, so that its loss over
3,200 sequences leaves a tenth of that gap open at the most."""


def recipe(seed: int, delay: int = DELAY, hidden_size: int = 64) -> dict:
    """Return the recipe of all three cells on the same batches."""
    return {
        "seed": seed,
        "task": {"name": "copy", "seq_len": delay},
        "batch_size": 32,
        "base": {"hidden_size": hidden_size, "learning_rate": 0.003},
        "lanes": [{"cell": cell} for cell in CELLS],
    }


def measure(
    seed: int, iterations: int = ITERATIONS, delay: int = DELAY, hidden_size: int = 64
) -> Measured:
    """Train all three; return their cross-entropies at the end, over the baseline."""
    curves = losses(recipe(seed, delay, hidden_size), iterations)
    baseline = 10 * log(8) / (delay + 20)
    return {cell: settled(curve) / baseline for cell, curve in zip(CELLS, curves, strict=True)}


def judge(found: Sequence[Measured]) -> list[Row]:
    """Compare each cell with the one that remembers nothing."""
    rows = []
    for cell, title in CELLS.items():
        claim = f"{title}: cross-entropy at the end ÷ 10 ln 8 / (T + 20)"
        ratios = [each[cell] for each in found]
        if cell == "rnn":
            rows.append(near(claim, "1", 1, 1, ratios))
        else:
            below = all(ratio < BELOW for ratio in ratios)
            rows.append(Row(claim, f"below {BELOW}", spread(ratios, 3), below))
    return rows


RESULT = Result(
    title="Copy memory: the tanh RNN stays at the baseline, gated cells fall below",
    source="Hochreiter & Schmidhuber 1997; the task of Arjovsky, Shah & Bengio 2016, section 4.1",
    conditions=(
        f"delay T = {DELAY}, H = 64, B = 32, Adam 0.003, clipped by norm at 1, PyTorch's initial "
        f"weights, forget bias 1; after {ITERATIONS} iterations, on 3,200 fresh sequences"
    ),
    seeds=range(3),
    measure=measure,
    judge=judge,
)
