"""The adding problem over 100 timesteps."""

from __future__ import annotations

from collections.abc import Sequence

from tests.published.result import Measured, Result, Row
from tests.published.training import losses, seeds_that_solve, settled, solved_at, spread

SOLVED = 0.01
BASELINE = 1 / 6
OVER = 20  # batches of 64: 1,280 fresh sequences
GATED, PLAIN = 2500, 6000


def recipe(cell: str, seed: int, seq_len: int = 100) -> dict:
    """Return the recipe of one cell."""
    return {
        "seed": seed,
        "task": {"name": "adding", "seq_len": seq_len},
        "batch_size": 64,
        "base": {"cell": cell, "learning_rate": 0.003},
        "lanes": [{}],
    }


def measure(seed: int) -> Measured:
    """Train each cell until it solves the task, the plain one for longer."""
    found = {}
    for cell in ("lstm", "gru"):
        (curve,) = losses(recipe(cell, seed), GATED, SOLVED, OVER)
        found[cell] = solved_at(curve, SOLVED, OVER)
    (curve,) = losses(recipe("rnn", seed), PLAIN, SOLVED, OVER)
    return found | {"rnn": solved_at(curve, SOLVED, OVER), "rnn_loss": settled(curve)}


def judge(found: Sequence[Measured]) -> list[Row]:
    """Gated cells solve it, the plain one does no better than the mean."""
    stays = [each["rnn_loss"] for each in found]
    return [
        seeds_that_solve("LSTM: seeds that solve it", "lstm", found, len(found)),
        seeds_that_solve("GRU: seeds that solve it", "gru", found, len(found)),
        seeds_that_solve("tanh RNN: seeds that solve it", "rnn", found, 0),
        Row(
            f"tanh RNN: squared error after {PLAIN} iterations",
            f"1/6 = {BASELINE:.3f} ± 5 %",
            spread(stays, 3),
            all(abs(loss / BASELINE - 1) < 0.05 for loss in stays),
        ),
    ]


RESULT = Result(
    title="Gates bridge 100 timesteps of the adding problem, tanh does not",
    source="Hochreiter & Schmidhuber 1997, section 5.4; Arjovsky, Shah & Bengio 2016, section 4.2",
    conditions=(
        "T = 100, H = 32, B = 64, Adam 0.003, clipped by norm at 1, PyTorch's initial weights, "
        f"forget bias 1; at most {GATED} iterations, tanh RNN {PLAIN}; solved: squared error below "
        f"{SOLVED} on 1,280 fresh sequences"
    ),
    seeds=range(3),
    measure=measure,
    judge=judge,
)
