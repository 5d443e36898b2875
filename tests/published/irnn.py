"""The IRNN on the adding problem: a plain network of ReLUs that starts as the identity."""

from __future__ import annotations

from collections.abc import Sequence

from tests.published.adding import BASELINE, FRESH, SOLVED, answers
from tests.published.result import Measured, Result, Row
from tests.published.training import experiment, near, seeds_that_solve, solved_at, train

B = 32
OVER = FRESH // B
ITERATIONS = 8000


def recipe(seed: int, seq_len: int = 100, **base: float) -> dict:
    """Return the recipe of both networks on the same batches."""
    return {
        "seed": seed,
        "task": {"name": "adding", "seq_len": seq_len},
        "batch_size": B,
        "base": {"cell": "rnn", "hidden_size": 100, "learning_rate": 0.001, **base},
        "lanes": [{"nonlinearity": "relu", "init": "identity"}, {"nonlinearity": "tanh"}],
    }


def measure(seed: int) -> Measured:
    """Train both until one of them solves the task."""
    run = experiment(recipe(seed))
    irnn, tanh = train(run, ITERATIONS, SOLVED, OVER)
    error, earlier, _ = answers(run, lane=1)
    return {
        "irnn": solved_at(irnn, SOLVED, OVER),
        "tanh": solved_at(tanh, SOLVED, OVER),
        "tanh_error": error,
        "tanh_earlier": earlier,
    }


def judge(found: Sequence[Measured]) -> list[Row]:
    """The IRNN solves it; the tanh RNN, given as long, does no better than the mean."""
    return [
        seeds_that_solve("IRNN: seeds that solve it", "irnn", found, len(found)),
        seeds_that_solve("tanh RNN: seeds that solve it by then", "tanh", found, 0),
        near(
            "tanh RNN: squared error then",
            "1/6",
            BASELINE,
            5,
            [each["tanh_error"] for each in found],
        ),
    ]


RESULT = Result(
    title="ReLUs that start as the identity solve the adding problem without gates",
    source="Le, Jaitly & Hinton 2015, section 4.1 (there T ≥ 150 and SGD, many times as long)",
    conditions=(
        f"T = 100, H = 100, B = {B}, Adam 0.001, clipped by norm at 1; IRNN: W_hh = I, no bias, "
        f"input weights normal (0.001); at most {ITERATIONS} iterations; solved: squared error "
        f"below {SOLVED} on {FRESH:,} fresh sequences"
    ),
    seeds=range(3),
    measure=measure,
    judge=judge,
)
