"""Which numbers are stored, and where. No PyTorch needed here."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.engine.kinds import USUAL
from tests.parity.cases import CLIPS, UPDATES, Arrays, CellCase, ModelCase, Training

REFERENCE = Path(__file__).parents[1] / "engine" / "pytorch.npz"

KINDS = (
    *USUAL,
    "rnn-softsign",
    *(f"{cell}-{chosen}" for cell in ("lstm", "gru") for chosen in ("hard_sigmoid", "softsign")),
)
"""Of the other cells' nonlinearities PyTorch is asked live alone: see test_cells."""

CELLS = {
    f"cell/{kind}/{position}": CellCase(kind, position)
    for kind in KINDS
    for position in ("last", "every")
}
MODELS = {
    "model/rnn-relu": ModelCase("rnn-relu", "mse", 0, 6, layers=2),
    "model/lstm": ModelCase("lstm", "cross_entropy", 0, 6, layers=3),
    "model/gru": ModelCase("gru", "mse", 5, 6, layers=2),
    "model/mgu": ModelCase("mgu", "mse", 0, 6, layers=2),
    "model/coupled_lstm": ModelCase("coupled_lstm", "cross_entropy", 0, 6, layers=3),
    "model/gru_reset_before": ModelCase("gru_reset_before", "mse", 5, 6, layers=2),
    "model/peephole_lstm": ModelCase("peephole_lstm", "mse", 0, 6, layers=2),
    "model/ln_rnn": ModelCase("ln_rnn", "mse", 0, 6, layers=2),
    "model/ln_lstm": ModelCase("ln_lstm", "cross_entropy", 0, 6, layers=2),
    "model/ln_gru": ModelCase("ln_gru", "mse", 5, 6, layers=2),
}
# Every way to clip with the two plain optimisers; of the others, what sets them apart.
TRAININGS = {
    f"training/{job.kind}/{job.update}/{job.clip}": job
    for job in [
        *(
            Training(kind, name, clip)
            for kind in KINDS
            if kind != "rnn-softsign"  # its gradients never grow past the threshold
            for name in ("sgd", "adam")
            for clip in CLIPS
        ),
        *(Training("gru", name, "norm") for name in UPDATES if name not in ("sgd", "adam")),
    ]
}


def read() -> Arrays:
    """Return all stored arrays by their full names."""
    with np.load(REFERENCE) as file:
        return {name: file[name] for name in file.files}


def group(stored: Arrays, at: str) -> Arrays:
    """Return the arrays of one group by their own names."""
    start = f"{at}/"
    return {name.removeprefix(start): a for name, a in stored.items() if name.startswith(start)}
