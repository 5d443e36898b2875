"""The IRNN on the adding problem: a plain network of ReLUs that starts as the identity."""

from __future__ import annotations

from collections.abc import Sequence

from tests.published.result import Measured, Result, Row
from tests.published.training import losses, seeds_that_solve, settled, solved_at, spread

SOLVED = 0.01
BASELINE = 1 / 6
OVER = 40  # batches of 32: 1,280 fresh sequences
ITERATIONS = 5000


def recipe(seed: int, seq_len: int = 100) -> dict:
    """Return the recipe of both networks on the same batches."""
    return {
        "seed": seed,
        "task": {"name": "adding", "seq_len": seq_len},
        "batch_size": 32,
        "base": {"cell": "rnn", "hidden_size": 100, "learning_rate": 0.003},
        "lanes": [{"nonlinearity": "relu", "init": "identity"}, {"nonlinearity": "tanh"}],
    }


def measure(seed: int) -> Measured:
    """Train both."""
    irnn, tanh = losses(recipe(seed), ITERATIONS)
    return {
        "irnn": solved_at(irnn, SOLVED, OVER),
        "tanh": solved_at(tanh, SOLVED, OVER),
        "tanh_loss": settled(tanh),
    }


def judge(found: Sequence[Measured]) -> list[Row]:
    """The IRNN solves it, the tanh RNN does no better than the mean."""
    stays = [each["tanh_loss"] for each in found]
    return [
        seeds_that_solve("IRNN: seeds that solve it", "irnn", found, len(found)),
        seeds_that_solve("tanh RNN: seeds that solve it", "tanh", found, 0),
        Row(
            "tanh RNN: squared error at the end",
            f"1/6 = {BASELINE:.3f} ± 5 %",
            spread(stays, 3),
            all(abs(loss / BASELINE - 1) < 0.05 for loss in stays),
        ),
    ]


RESULT = Result(
    title="ReLUs that start as the identity solve the adding problem without gates",
    source="Le, Jaitly & Hinton 2015, section 4.1 (there T ≥ 150 and SGD, many times as long)",
    conditions=(
        "T = 100, H = 100, B = 32, Adam 0.003, clipped by norm at 1; IRNN: W_hh = I, no bias, "
        f"input weights normal (0.001); {ITERATIONS} iterations; solved: squared error below "
        f"{SOLVED} on 1,280 fresh sequences"
    ),
    seeds=range(3),
    measure=measure,
    judge=judge,
)
