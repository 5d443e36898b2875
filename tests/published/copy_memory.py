"""Copy memory: who remembers anything at all."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from tests.published.result import Measured, Result, Row
from tests.published.training import losses, settled, spread

DELAY, ITERATIONS = 30, 2500
BASELINE = 10 * log(8) / (DELAY + 20)
CELLS = {"rnn": "tanh RNN", "lstm": "LSTM", "gru": "GRU"}
BELOW = 0.98  # of the baseline; what 3,200 fresh sequences leave open is a tenth of that gap


def recipe(seed: int) -> dict:
    """Return the recipe of all three cells on the same batches."""
    return {
        "seed": seed,
        "task": {"name": "copy", "seq_len": DELAY},
        "batch_size": 32,
        "base": {"hidden_size": 64, "learning_rate": 0.003},
        "lanes": [{"cell": cell} for cell in CELLS],
    }


def measure(seed: int) -> Measured:
    """Train all three; return their cross-entropies at the end, over the baseline."""
    curves = losses(recipe(seed), ITERATIONS)
    return {cell: settled(curve) / BASELINE for cell, curve in zip(CELLS, curves, strict=True)}


def judge(found: Sequence[Measured]) -> list[Row]:
    """Compare each cell with the one that remembers nothing."""
    rows = []
    for cell, title in CELLS.items():
        ratios = [each[cell] for each in found]
        stays = cell == "rnn"
        rows.append(
            Row(
                f"{title}: cross-entropy at the end ÷ 10 ln 8 / (T + 20)",
                "1 ± 1 %" if stays else f"below {BELOW}",
                spread(ratios, 3),
                all(abs(r - 1) < 0.01 if stays else r < BELOW for r in ratios),
            )
        )
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
